"""Long work that a page started and then follows."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

from bot.logs import frames

log = structlog.get_logger("jobs")


class Jobs:
    """Runs beside the pages; ends with the program."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("job_failed", error=type(error).__name__, at=frames(error))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
