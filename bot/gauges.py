"""What the post looks like right now, for those who watch over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot import metrics
from bot.logs import frames
from storage import channel_state
from storage import standings as post
from storage.database import Database, Db

log = structlog.get_logger("gauges")

EVERY = 15.0  # seconds


async def refresh(database: Database, channels: Sequence[str], now: Callable[[], datetime]) -> None:
    """Keep the gauges true, for ever."""
    while True:
        try:
            async with database.read() as db:
                await show(db, channels, now())
        except Exception as error:  # noqa: BLE001 - the loop's boundary
            log.warning("gauges_failed", error=type(error).__name__, at=frames(error))
        await asyncio.sleep(EVERY)


async def show(db: Db, channels: Sequence[str], now: datetime) -> None:
    """Set every gauge; what no longer waits reads 0 or is gone."""
    standings = await post.standings(db, channels)
    halts = await channel_state.halts(db, now)
    metrics.WAITING.clear()
    metrics.OLDEST.clear()
    for one in standings:
        metrics.WAITING.labels(one.channel, one.lane, one.state).set(one.count)
        if one.state == "pending":
            age = max(0.0, (now - one.oldest_at).total_seconds())  # not due yet: no age
            metrics.OLDEST.labels(one.channel, one.lane).set(age)
    for channel in channels:
        until = halts[channel][0] if channel in halts else now
        metrics.HALTED.labels(channel).set((until - now).total_seconds())
