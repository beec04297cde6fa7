"""Messages that wait to be sent.

    pending ──claim──> leased ──written──> sending ──> sent
       ^  ^               │                   ├──────> failed       the messenger never takes it
       │  └─lease is over─┤                   ├──────> unreachable  nobody is there any more
       │                  └──> skipped        │                     nobody needs it any more
       └──try again───────────────────────────┤
       └──again, marked doubtful──────────────┴──────> ambiguous    it may have arrived, or not

`held` is a pending message of a paused broadcast.

A message is marked `sending`, and that is committed, before it leaves. When a process dies, what
it had in hand is taken back: at once by one that knows itself to be the only worker, else when
its lease runs out. What was `leased` had not left; what was `sending` may have arrived, so it
goes out again, marked doubtful, after every death: few of the messages that are marked have really
left, and to give one up that did not would lose it. What the messenger itself leaves without an
answer goes out once more; the second time it stays `ambiguous`. So nothing is lost, and whatever
may have arrived twice can be seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from domain.messages import Address, Lane, Outbound
from storage import occurrences, wire
from storage.database import Db, Tx
from storage.insert import insert_new
from storage.schema import Instant, broadcasts, outbox

IN_HAND = ("leased", "sending")
ON_HOLD = "on hold"  # the error of what was put back because a unit above its reader is on hold
MOST_ATTEMPTS = (
    10  # sends of a message, each of which the process did not survive: is it the cause?
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message in a worker's hand."""

    id: int
    to: Address
    lane: Lane
    message: Outbound | None  # None: `recipe` writes it
    recipe: str | None
    member_id: int | None
    broadcast_id: int | None
    posted_at: datetime
    about: Mapping[str, Any]  # what the recipe was told
    attempts: int  # sends that failed so far
    is_doubtful: bool
    may_disturb: bool  # it may leave in the quiet hours, too


async def enqueue(
    tx: Tx, messages: Sequence[Outbound], now: datetime, *, not_before: datetime | None = None
) -> None:
    """Put messages in the post; one whose dedup key is known already is left out."""
    rows = [
        {
            "channel": message.to.channel,
            "chat_id": message.to.chat_id,
            "lane": message.lane,
            "payload": wire.dump(message),
            "state": "pending",
            "dedup_key": message.dedup_key,
            "created_at": now,
            "not_before": not_before or now,
            "expires_at": message.expires_at,
        }
        for message in messages
    ]
    if rows:
        await tx.execute(insert_new(tx, outbox), rows)


async def last_due(db: Db, key: str) -> datetime | None:
    """When the last message leaves, or has left, whose dedup key goes on with a time's stamp."""
    found: datetime | None = await db.scalar(
        select(func.max(outbox.c.not_before)).where(
            outbox.c.dedup_key.between(f"{key}0", f"{key}9"),  # by the index, unlike a LIKE alone
            outbox.c.dedup_key.startswith(key, autoescape=True),
        )
    )
    return found


async def order(
    tx: Tx,
    to: Address,
    member_id: int,
    recipe: str,
    about: Mapping[str, Any],
    now: datetime,
    *,
    expires_at: datetime,
) -> None:
    """Put in the post what a recipe will write for one chat; the same once only while it waits."""
    waiting = await tx.scalars(
        select(outbox.c.payload).where(
            outbox.c.channel == to.channel,
            outbox.c.chat_id == to.chat_id,
            outbox.c.state.in_(("pending", *IN_HAND)),
            outbox.c.recipe == recipe,
        )
    )
    if about in waiting.all():
        return
    await tx.execute(
        insert(outbox).values(
            channel=to.channel,
            chat_id=to.chat_id,
            member_id=member_id,
            lane=Lane.INTERACTIVE,
            recipe=recipe,
            payload=about,
            state="pending",
            created_at=now,
            not_before=now,
            expires_at=expires_at,
        )
    )


# --- claiming --------------------------------------------------------------------------------


def _due(channel: str, lane: Lane, now: datetime, *, is_quiet: bool) -> ColumnElement[bool]:
    """Waiting, its time has come, and nothing goes before it in its chat and lane.

    What was put back for later holds up what follows: messages of one chat arrive in their order.
    Only replies and what tells of this very morning leave in quiet hours; what sleeps meanwhile
    holds up none of them.
    """
    earlier = outbox.alias()
    goes_first = and_(earlier.c.state == "pending", earlier.c.not_before > outbox.c.not_before)
    is_open: ColumnElement[bool] = literal(True)
    if is_quiet and lane is not Lane.INTERACTIVE:
        goes_first, is_open = false(), occurrences.may_be_early(now)
    is_held_up = exists().where(
        earlier.c.channel == outbox.c.channel,
        earlier.c.chat_id == outbox.c.chat_id,
        earlier.c.lane == outbox.c.lane,
        earlier.c.id < outbox.c.id,
        or_(earlier.c.state.in_(IN_HAND), goes_first),
    )
    return and_(
        outbox.c.channel == channel,
        outbox.c.state == "pending",
        outbox.c.lane == lane,
        outbox.c.not_before <= now,
        ~is_held_up,
        is_open,
    )


async def is_any_due(db: Db, channel: str, now: datetime, *, is_quiet: bool = False) -> bool:
    for lane in Lane:
        due = _due(channel, lane, now, is_quiet=is_quiet)
        if await db.scalar(select(outbox.c.id).where(due).limit(1)):
            return True
    return False


async def claim(
    tx: Tx,
    channel: str,
    now: datetime,
    most: int,
    *,
    lease_until: datetime,
    worker: str,
    is_quiet: bool = False,
) -> list[Claimed]:
    """Take what is due, lane by lane, oldest first; what has expired dies here.

    What may not leave in quiet hours stays where it is: to take it and put it back would keep the
    writer busy all night.
    """
    await _in_turn(tx, channel)
    rows: list[Row[Any]] = []
    for lane in Lane:  # in the order in which lanes go first
        if len(rows) < most:
            rows += await tx.execute(
                select(outbox)
                .where(_due(channel, lane, now, is_quiet=is_quiet))
                .order_by(outbox.c.not_before, outbox.c.id)
                .limit(most - len(rows))
                .with_for_update(skip_locked=True)
            )
    expired = [row.id for row in rows if row.expires_at is not None and row.expires_at <= now]
    await skip(tx, expired, now, "expired")
    living = [row for row in rows if row.id not in set(expired)]
    if living:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in living]))
            .values(
                state="leased",
                lease_until=lease_until,
                worker=worker,
                error=case((outbox.c.error == ON_HOLD, None), else_=outbox.c.error),
            )
        )
    return [_claimed(row, is_quiet=is_quiet) for row in living]


async def _in_turn(tx: Tx, channel: str) -> None:
    """Two who claim at once would each skip what the other has locked: out of a chat's order."""
    if tx.dialect.name == "postgresql":
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"outbox {channel}"))))


def _claimed(row: Row[Any], *, is_quiet: bool) -> Claimed:
    to = Address(row.channel, row.chat_id)
    return Claimed(
        id=row.id,
        to=to,
        lane=Lane(row.lane),
        message=None if row.recipe else wire.load(row.payload, to, row.lane),
        recipe=row.recipe,
        member_id=row.member_id,
        broadcast_id=row.broadcast_id,
        posted_at=row.created_at,
        about=row.payload if row.recipe else {},
        attempts=row.attempts,
        is_doubtful=row.is_doubtful,
        may_disturb=is_quiet or row.lane == Lane.INTERACTIVE,
    )


async def mark_sending(tx: Tx, message_ids: Sequence[int], lease_until: datetime) -> set[int]:
    """They are about to leave; returns those that are still ours to send."""
    if not message_ids:
        return set()
    found = await tx.scalars(
        update(outbox)
        .where(outbox.c.id.in_(message_ids), outbox.c.state == "leased")
        .values(state="sending", lease_until=lease_until, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id)
    )
    return set(found)


async def skip(tx: Tx, message_ids: Sequence[int], now: datetime, why: str) -> None:
    if message_ids:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id.in_(message_ids))
            .values(state="skipped", settled_at=now, lease_until=None, error=why)
        )


# --- settling --------------------------------------------------------------------------------


async def mark_sent(tx: Tx, receipts: Sequence[tuple[int, str]], now: datetime) -> None:
    """The messenger took these messages, under these ids; one trip for all of them."""
    if receipts:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id == bindparam("message_id"))
            .values(
                state="sent",
                settled_at=now,
                lease_until=None,
                error=None,
                provider_id=bindparam("receipt_id"),
            ),
            [{"message_id": one, "receipt_id": receipt} for one, receipt in receipts],
        )


async def settle(
    tx: Tx,
    message_id: int,
    state: str,
    now: datetime,
    *,
    error: str | None,
) -> None:
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == message_id)
        .values(state=state, settled_at=now, lease_until=None, error=error)
    )


def _waiting() -> ColumnElement[str]:
    """Where a message waits: what came back of a paused broadcast does so with the rest of it."""
    paused = select(broadcasts.c.id).where(broadcasts.c.state == "paused")
    return case((outbox.c.broadcast_id.in_(paused), "held"), else_="pending")


async def put_back(
    tx: Tx,
    message_ids: Sequence[int],
    not_before: datetime | None,
    *,
    was_tried: bool,
    why: str | None = None,
) -> None:
    """Not sent, for sure: try again later; None: whenever it is its turn, in its old place.

    A pause that was asked for uses up no attempt.
    """
    was_sending = case((outbox.c.state == "sending", 1), else_=0)
    await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(message_ids), outbox.c.state.in_(IN_HAND))
        .values(
            state=_waiting(),
            not_before=outbox.c.not_before if not_before is None else not_before,
            lease_until=None,
            error=outbox.c.error if why is None else why,
            attempts=outbox.c.attempts if was_tried else outbox.c.attempts - was_sending,
        )
    )


async def doubt(tx: Tx, message_id: int, now: datetime, not_before: datetime, error: str) -> None:
    """It may have arrived: once more, marked; the second time it stays ambiguous."""
    mine = outbox.c.id == message_id
    await _doubt(tx, mine, now, not_before, error, is_last=outbox.c.is_doubtful)


async def _doubt(
    tx: Tx,
    where: ColumnElement[bool],
    now: datetime,
    not_before: datetime | None,
    error: str,
    *,
    is_last: ColumnElement[bool],
) -> int:
    result = await tx.execute(
        update(outbox)
        .where(where, outbox.c.state == "sending")
        .values(
            state=case((is_last, "ambiguous"), else_=_waiting()),
            settled_at=case((is_last, literal(now, Instant)), else_=None),
            is_doubtful=True,
            not_before=outbox.c.not_before if not_before is None else not_before,
            lease_until=None,
            error=error,
        )
    )
    return int(result.rowcount)


# --- what others have left -------------------------------------------------------------------


def _left_behind(channel: str, now: datetime, worker: str, *, is_sole: bool) -> ColumnElement[bool]:
    """In the hand of a worker that is dead. One's own is never meant, however the clock jumps."""
    others = and_(
        outbox.c.channel == channel,
        outbox.c.state.in_(IN_HAND),
        func.coalesce(outbox.c.worker, "") != worker,
    )
    return others if is_sole else and_(others, outbox.c.lease_until <= now)


async def is_any_left_behind(
    db: Db, channel: str, now: datetime, worker: str, *, is_sole: bool
) -> bool:
    where = _left_behind(channel, now, worker, is_sole=is_sole)
    return await db.scalar(select(outbox.c.id).where(where).limit(1)) is not None


async def recover(tx: Tx, channel: str, now: datetime, worker: str, *, is_sole: bool) -> int:
    """Take back what a dead worker had in hand; returns how many may have arrived."""
    where = _left_behind(channel, now, worker, is_sole=is_sole)
    await tx.execute(
        update(outbox)
        .where(where, outbox.c.state == "leased")
        .values(state=_waiting(), lease_until=None)
    )
    why = "the process ended while it was sent"
    return await _doubt(tx, where, now, None, why, is_last=outbox.c.attempts >= MOST_ATTEMPTS)


def _stale(channel: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        outbox.c.channel == channel, outbox.c.state == "pending", outbox.c.expires_at <= now
    )


async def is_any_stale(db: Db, channel: str, now: datetime) -> bool:
    """Claiming drops what has expired as well; but a mountain of it would block the way."""
    found = await db.scalar(select(outbox.c.id).where(_stale(channel, now)).limit(1))
    return found is not None


async def drop_stale(tx: Tx, channel: str, now: datetime, most: int) -> int:
    """What has expired dies, so many at once; returns how many."""
    stale = select(outbox.c.id).where(_stale(channel, now)).limit(most)
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(stale), outbox.c.state == "pending")
        .values(state="skipped", settled_at=now, error="expired")
    )
    return int(result.rowcount)
