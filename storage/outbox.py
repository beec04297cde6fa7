"""Messages that wait to be sent.

    pending ──claim──> sending ──> sent
       ^                  ├──────> failed       the messenger will never take it
       │                  ├──────> unreachable  nobody is there any more
       └──try again───────┤
                          └──────> ambiguous    it may have been sent: a crash or a timeout

A message is marked `sending`, and that is committed, before it leaves; so after a crash nothing
that may have left is sent twice unseen.

One process delivers a channel. It calls `recover` when it starts, which takes every `sending` row
for a dead process's: started a second time by mistake, it declares what the first one has in hand
ambiguous. The first then still writes down what it knows to be sent, but puts nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from domain.messages import Address, Outbound
from storage import wire
from storage.database import Db, Tx
from storage.insert import insert_new
from storage.schema import outbox


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    message: Outbound
    attempts: int


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


def _due(channel: str, now: datetime) -> ColumnElement[bool]:
    """Waiting, its time has come, and nothing waits before it in its chat and lane.

    What was put back holds up what follows: messages of one chat arrive in their order.
    """
    earlier = outbox.alias()
    is_held_up = exists().where(
        earlier.c.channel == outbox.c.channel,
        earlier.c.chat_id == outbox.c.chat_id,
        earlier.c.lane == outbox.c.lane,
        earlier.c.id < outbox.c.id,
        or_(
            earlier.c.state == "sending",
            and_(earlier.c.state == "pending", earlier.c.not_before > now),
        ),
    )
    return and_(
        outbox.c.channel == channel,
        outbox.c.state == "pending",
        outbox.c.not_before <= now,
        ~is_held_up,
    )


async def is_any_due(db: Db, channel: str, now: datetime) -> bool:
    found = await db.scalar(select(outbox.c.id).where(_due(channel, now)).limit(1))
    return found is not None


async def claim(tx: Tx, channel: str, now: datetime, most: int) -> list[Claimed]:
    """Take what is due for sending, oldest first, and mark it `sending`."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.channel == channel, outbox.c.state == "pending", outbox.c.expires_at <= now)
        .values(state="skipped", settled_at=now, error="expired")
    )
    rows = (
        await tx.execute(
            select(outbox)
            .where(_due(channel, now))
            .order_by(outbox.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if rows:
        await tx.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(state="sending", attempts=outbox.c.attempts + 1)
        )
    return [
        Claimed(
            row.id, wire.load(row.payload, Address(channel, row.chat_id), row.lane), row.attempts
        )
        for row in rows
    ]


async def settle(
    tx: Tx,
    message_id: int,
    state: str,
    now: datetime,
    *,
    provider_id: str | None = None,
    error: str | None = None,
) -> None:
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == message_id)
        .values(state=state, settled_at=now, provider_id=provider_id, error=error)
    )


async def put_back(
    tx: Tx, message_ids: Sequence[int], not_before: datetime, *, was_tried: bool
) -> None:
    """Not sent, for sure: try again later. A pause that was asked for uses up no attempt."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(message_ids), outbox.c.state == "sending")
        .values(
            state="pending",
            not_before=not_before,
            attempts=outbox.c.attempts - (0 if was_tried else 1),
        )
    )


async def recover(tx: Tx, channel: str, now: datetime) -> int:
    """After a start: what was leaving when the process died may or may not have arrived."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.channel == channel, outbox.c.state == "sending")
        .values(state="ambiguous", settled_at=now, error="the process ended while it was sent")
    )
    return result.rowcount


async def counts(db: Db) -> dict[tuple[str, str], int]:
    """How many messages stand in each state, by channel."""
    rows = await db.execute(
        select(outbox.c.channel, outbox.c.state, func.count()).group_by(
            outbox.c.channel, outbox.c.state
        )
    )
    return {(channel, state): count for channel, state, count in rows}
