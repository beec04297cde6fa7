"""How the post stands: what waits, what was sent, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from domain.messages import Lane
from storage.database import Db
from storage.outbox import IN_HAND
from storage.schema import Instant, outbox

UNSETTLED = ("pending", "held", *IN_HAND)
SETTLED = ("sent", "failed", "unreachable", "skipped", "ambiguous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """So many messages of a channel and lane stand so."""

    channel: str
    lane: Lane
    state: str
    count: int
    doubtful: int  # of them: may have arrived twice
    oldest_at: datetime  # since when the first of them waits


async def standings(
    db: Db, channels: Sequence[str], states: Sequence[str] = UNSETTLED
) -> list[Standing]:
    """How the messages in these states stand; whoever looks often leaves out what is settled."""
    rows = await db.execute(
        select(
            outbox.c.channel,
            outbox.c.lane,
            outbox.c.state,
            func.count().label("messages"),
            func.sum(case((outbox.c.is_doubtful, 1), else_=0)).label("doubtful"),
            func.min(outbox.c.not_before).label("oldest_at"),
        )
        .where(outbox.c.channel.in_(channels), outbox.c.state.in_(states))
        .group_by(outbox.c.channel, outbox.c.lane, outbox.c.state)
        .order_by(outbox.c.channel, outbox.c.lane, outbox.c.state)
    )
    return [
        Standing(
            channel=row.channel,
            lane=Lane(row.lane),
            state=row.state,
            count=row.messages,
            doubtful=int(row.doubtful),
            oldest_at=row.oldest_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A message that may have arrived twice, or not at all."""

    id: int
    channel: str
    lane: Lane
    state: str  # "ambiguous", or where it stands after it went out once more
    at: datetime  # when it was settled, or may leave next


async def doubts(db: Db) -> list[Doubt]:
    """All of them, oldest first."""
    rows = await db.execute(
        select(
            outbox.c.id,
            outbox.c.channel,
            outbox.c.lane,
            outbox.c.state,
            func.coalesce(outbox.c.settled_at, outbox.c.not_before, type_=Instant).label("at"),
        )
        .where(outbox.c.is_doubtful)
        .order_by(outbox.c.id)
    )
    return [
        Doubt(id=row.id, channel=row.channel, lane=Lane(row.lane), state=row.state, at=row.at)
        for row in rows
    ]


async def sent_since(db: Db, since: datetime) -> dict[tuple[str, Lane], int]:
    """How many messages were taken by the messenger, by channel and lane."""
    rows = await db.execute(
        select(outbox.c.channel, outbox.c.lane, func.count())
        .where(outbox.c.state == "sent", outbox.c.settled_at >= since)
        .group_by(outbox.c.channel, outbox.c.lane)
    )
    return {(channel, Lane(lane)): count for channel, lane, count in rows}


async def channels(db: Db) -> list[str]:
    """Every channel that ever had something to send."""
    return list(await db.scalars(select(outbox.c.channel).distinct().order_by(outbox.c.channel)))
