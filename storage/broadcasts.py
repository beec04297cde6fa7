"""Broadcasts and what became of them.

The recipients are written when it is confirmed, in one statement; what became of each is a row of
the post. A paused broadcast's rows are `held`, so that claiming never looks at broadcasts. What is
`sending` at that moment leaves; what comes back is put in its place by `straighten`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    func,
    insert,
    literal,
    select,
    update,
)

from domain.broadcasts import DRAFT_LIFE, LIFE, Audience, Progress, State, Target, tally
from domain.messages import Address, Lane
from storage import audiences, audit, posting
from storage.audiences import MemberIds
from storage.database import Db, Tx
from storage.insert import new_id
from storage.schema import (
    accounts,
    broadcast_unreached,
    broadcasts,
    memberships,
    outbox,
    units,
)

RECIPE = "broadcast"
OPEN = ("pending", "held", "leased", "sending")
# More rows at once would hold the writer for long; the rest follows with the next ticks. What
# leaves a paused broadcast meanwhile is a second's worth; of a cancelled one it is nothing.
SLICE = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """The message in which an author follows a broadcast."""

    chat: Address
    message: str | None  # None: known once delivery has sent it
    language: str
    meant: int | None = None  # how many the preview counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    id: int
    author_id: int | None
    target: Target
    unit_id: int
    unit_name: str
    speaker: str  # the committee that it comes from
    speaker_path: str
    text: str
    state: State
    created_at: datetime
    told: Told | None
    shown: str | None
    shown_at: datetime | None


def _broadcast(row: Row[Any]) -> Broadcast:
    told = row.told
    return Broadcast(
        id=row.id,
        author_id=row.author_id,
        target=Target(
            audience=Audience(row.audience),
            unit_path=row.unit_path,
            campaign_id=row.campaign_id,
            obligation_id=row.obligation_id,
        ),
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        speaker=row.speaker,
        speaker_path=row.speaker_path,
        text=row.text,
        state=State(row.state),
        created_at=row.created_at,
        told=_told(told) if told else None,
        shown=row.shown,
        shown_at=row.shown_at,
    )


def _told(told: Mapping[str, Any]) -> Told:
    chat = Address(told["channel"], told["chat"])
    return Told(chat, told["message"], told["language"], told.get("meant"))


def _select() -> Select[Any]:
    speaker = units.alias()
    return (
        select(
            broadcasts,
            units.c.path.label("unit_path"),
            units.c.name.label("unit_name"),
            speaker.c.name.label("speaker"),
            speaker.c.path.label("speaker_path"),
        )
        .join(units, units.c.id == broadcasts.c.unit_id)
        .join(speaker, speaker.c.id == broadcasts.c.from_unit_id)
    )


async def get(db: Db, broadcast_id: int) -> Broadcast | None:
    row = (await db.execute(_select().where(broadcasts.c.id == broadcast_id))).first()
    return _broadcast(row) if row else None


# --- before it goes --------------------------------------------------------------------------


async def draft(
    tx: Tx,
    target: Target,
    text: str,
    now: datetime,
    *,
    author_id: int | None,
    unit_id: int,
    from_unit_id: int,
) -> int:
    """Keep what somebody wants to send; nothing goes out."""
    result = await tx.execute(
        insert(broadcasts).values(
            author_id=author_id,
            from_unit_id=from_unit_id,
            unit_id=unit_id,
            audience=target.audience,
            campaign_id=target.campaign_id,
            obligation_id=target.obligation_id,
            text=text,
            state=State.DRAFT,
            created_at=now,
        )
    )
    return new_id(result)


async def propose(tx: Tx, broadcast_id: int, now: datetime, told: Told) -> bool:
    """Ask a second person; False where it is no fresh draft any more."""
    return await _move(
        tx, broadcast_id, [State.DRAFT], State.PROPOSED, told=_as_json(told), fresh_at=now
    )


async def confirm(
    tx: Tx,
    broadcast_id: int,
    now: datetime,
    *,
    by: int | None,
    told: Told | None = None,
    expires_at: datetime | None = None,
) -> Progress | None:
    """Write the recipients into the post. None where that was done before, or it is no draft.

    However often it is asked, by however many, only the first one sends.
    """
    is_first = await _move(
        tx,
        broadcast_id,
        [State.DRAFT, State.PROPOSED],
        State.SENDING,
        fresh_at=now,
        confirmed_at=now,
        confirmed_by=by,
        shown_at=now,
        **({"told": _as_json(told)} if told else {}),
    )
    found = await get(tx, broadcast_id) if is_first else None
    if found is None:
        return None
    meant = await audiences.select_members(tx, found.target, now)
    # No key: the change of state has let only one of us come here, one chat is chosen of each
    # member, and a unique index more would cost a third of the writer's time.
    posted = await posting.post(
        tx,
        meant,
        now,
        recipe=RECIPE,
        lane=Lane.BULK,
        expires_at=expires_at or now + LIFE,
        broadcast_id=broadcast_id,
    )
    unreached = await _note_unreached(tx, broadcast_id, meant)
    await tx.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(chosen=posted + unreached, posted=posted)
    )
    detail = {"audience": found.target.audience, "posted": posted, "unreached": unreached}
    await audit.note(tx, by, "broadcast.confirmed", f"broadcast {broadcast_id}", now, detail)
    return Progress(waiting=posted, unreached=unreached)


async def _note_unreached(tx: Tx, broadcast_id: int, meant: MemberIds) -> int:
    reachable = select(accounts.c.member_id).where(
        accounts.c.is_reachable, accounts.c.member_id.is_not(None)
    )
    missing = meant.where(memberships.c.member_id.not_in(reachable)).subquery()
    result = await tx.execute(
        insert(broadcast_unreached).from_select(
            ["broadcast_id", "member_id"], select(literal(broadcast_id), missing.c.member_id)
        )
    )
    return int(result.rowcount)


# --- while it goes ---------------------------------------------------------------------------


async def pause(tx: Tx, broadcast_id: int, now: datetime, *, by: int | None) -> bool:
    """Nothing more leaves until it is resumed; False where it was not being sent."""
    if not await _move(tx, broadcast_id, [State.SENDING], State.PAUSED):
        return False
    await _put_in_place(tx, broadcast_id, State.PAUSED, now)
    await audit.note(tx, by, "broadcast.paused", f"broadcast {broadcast_id}", now)
    return True


async def resume(tx: Tx, broadcast_id: int, now: datetime, *, by: int | None) -> bool:
    """It goes on where it stopped; False where it was not paused."""
    if not await _move(tx, broadcast_id, [State.PAUSED], State.SENDING):
        return False
    await _put_in_place(tx, broadcast_id, State.SENDING, now)
    await audit.note(tx, by, "broadcast.resumed", f"broadcast {broadcast_id}", now)
    return True


async def cancel(tx: Tx, broadcast_id: int, now: datetime, *, by: int | None) -> bool:
    """What has not left never leaves; False where there is nothing to cancel any more."""
    living = [State.DRAFT, State.PROPOSED, State.SENDING, State.PAUSED]
    if not await _move(tx, broadcast_id, living, State.CANCELLED):
        return False
    await _put_in_place(tx, broadcast_id, State.CANCELLED, now)
    await audit.note(tx, by, "broadcast.cancelled", f"broadcast {broadcast_id}", now)
    return True


# Where the rows of a broadcast belong in each of its states, and from where they come.
_PLACES: dict[State, tuple[tuple[str, ...], dict[str, Any]]] = {
    State.PAUSED: (("pending", "leased"), {"state": "held", "lease_until": None}),
    State.SENDING: (("held",), {"state": "pending"}),
    State.CANCELLED: (
        ("pending", "held", "leased"),  # what is on its way is not ours to stop
        {"state": "skipped", "error": "cancelled", "lease_until": None},
    ),
}


async def _put_in_place(tx: Tx, broadcast_id: int, state: State, now: datetime) -> bool:
    """Move a slice of the rows to where the state wants them; whether there may be more."""
    froms, values = _PLACES[state]
    some = (
        select(outbox.c.id)
        .where(outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(froms))
        .order_by(outbox.c.id)
        .limit(SLICE)
    )
    settled = {"settled_at": now} if state is State.CANCELLED else {}
    result = await tx.execute(
        update(outbox).where(outbox.c.id.in_(some)).values(**values, **settled)
    )
    return int(result.rowcount) == SLICE


async def is_astray(db: Db, one: Broadcast) -> bool:
    """Whether rows are not where they belong: too many for one slice, or put back since."""
    froms, _ = _PLACES.get(one.state, ((), {}))
    if one.state is State.PAUSED:
        froms = ("pending",)  # who holds a lease on it may be about to let it go
    found = select(outbox.c.id).where(outbox.c.broadcast_id == one.id, outbox.c.state.in_(froms))
    return await db.scalar(found.limit(1)) is not None


async def straighten(tx: Tx, broadcast_id: int, now: datetime) -> bool:
    """Put a slice of what is astray in its place; whether there may be more."""
    one = await get(tx, broadcast_id)
    if one is None or one.state not in _PLACES:
        return False
    return await _put_in_place(tx, broadcast_id, one.state, now)


async def _move(
    tx: Tx,
    broadcast_id: int,
    froms: Sequence[State],
    to: State,
    *,
    fresh_at: datetime | None = None,
    **values: Any,
) -> bool:
    """Change the state; nothing got updated: somebody else was first."""
    statement = update(broadcasts).where(
        broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(froms)
    )
    if fresh_at is not None:
        statement = statement.where(broadcasts.c.created_at > fresh_at - DRAFT_LIFE)
    return bool((await tx.execute(statement.values(state=to, **values))).rowcount)


# --- how far it has got ----------------------------------------------------------------------


async def progress(db: Db, broadcast_id: int) -> Progress:
    """What became of everybody chosen, counted from the post itself."""
    rows = await db.execute(
        select(outbox.c.state, func.count())
        .where(outbox.c.broadcast_id == broadcast_id)
        .group_by(outbox.c.state)
    )
    unreached = await db.scalar(
        select(func.count()).where(broadcast_unreached.c.broadcast_id == broadcast_id)
    )
    return tally({row[0]: row[1] for row in rows}, int(unreached or 0))


async def unreported(db: Db) -> list[Broadcast]:
    """Those under way, and those that ended without a report."""
    rows = await db.execute(
        _select()
        .where(
            broadcasts.c.confirmed_at.is_not(None),
            broadcasts.c.reported_at.is_(None),
        )
        .order_by(broadcasts.c.id)
    )
    return [_broadcast(row) for row in rows]


async def message_of(db: Db, one: Broadcast) -> str | None:
    """The message to be edited: where the author pressed, or what delivery has sent since."""
    if one.told is None or one.told.message is not None:
        return one.told.message if one.told else None
    found: str | None = await db.scalar(
        select(outbox.c.provider_id).where(outbox.c.dedup_key == progress_key(one.id))
    )
    return found


def progress_key(broadcast_id: int) -> str:
    """Of the post's row that carries the progress, where no pressed message does."""
    return f"broadcast-progress {broadcast_id}"


async def show(tx: Tx, one: Broadcast, text: str, now: datetime) -> bool:
    """Whether it is ours to show this: another process may have shown something since."""
    was = broadcasts.c.shown.is_(None) if one.shown is None else broadcasts.c.shown == one.shown
    result = await tx.execute(
        update(broadcasts)
        .where(broadcasts.c.id == one.id, was, broadcasts.c.reported_at.is_(None))
        .values(shown=text, shown_at=now)
    )
    return bool(result.rowcount)


async def report(tx: Tx, broadcast_id: int, now: datetime) -> bool:
    """The end: nothing is under way any more. Whether it is ours to say so; once only."""
    under_way = select(outbox.c.id).where(
        outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(OPEN)
    )
    result = await tx.execute(
        update(broadcasts)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state.in_([State.SENDING, State.CANCELLED]),
            broadcasts.c.confirmed_at.is_not(None),
            broadcasts.c.reported_at.is_(None),
            ~under_way.exists(),
        )
        .values(reported_at=now)
    )
    if not result.rowcount:
        return False
    await _move(tx, broadcast_id, [State.SENDING], State.DONE)
    return True


def _as_json(told: Told) -> Mapping[str, Any]:
    return {
        "channel": told.chat.channel,
        "chat": told.chat.chat_id,
        "message": told.message,
        "language": told.language,
        "meant": told.meant,
    }
