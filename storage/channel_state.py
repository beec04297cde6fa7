"""What a messenger asked of a whole channel; kept over restarts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import channel_state


async def not_before(db: Db, channel: str) -> datetime | None:
    """Until when the channel is halted."""
    found: datetime | None = await db.scalar(
        select(channel_state.c.not_before).where(channel_state.c.channel == channel)
    )
    return found


async def halt(tx: Tx, channel: str, until: datetime, reason: str) -> None:
    values = {"not_before": until, "reason": reason}
    await tx.execute(
        insert(tx, channel_state)
        .values(channel=channel, **values)
        .on_conflict_do_update(index_elements=["channel"], set_=values)
    )


async def halts(db: Db, now: datetime) -> dict[str, tuple[datetime, str]]:
    """The channels that are halted now, until when and why."""
    rows = await db.execute(select(channel_state).where(channel_state.c.not_before > now))
    return {row.channel: (row.not_before, row.reason or "") for row in rows}
