"""Keeps the progress messages of broadcasts up to date, a few seconds behind the post."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.logs import frames
from handlers import broadcast_progress
from handlers.turn import House

log = structlog.get_logger("progress")

EVERY = 1.0  # seconds between two looks; edits are made less often
AFTER_FAILURE = 5.0  # seconds


async def follow(house: House, now: Callable[[], datetime]) -> None:
    """Follow every broadcast under way until cancelled; what it knows is in the database."""
    while True:
        pause = EVERY
        try:
            await broadcast_progress.tick(house, now())
        except Exception as error:  # noqa: BLE001 - a loop's boundary
            log.warning("progress_failed", error=type(error).__name__, at=frames(error))
            pause = AFTER_FAILURE
        await asyncio.sleep(pause)
