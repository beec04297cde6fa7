"""The demo with its clock in our hands: each picture is taken at a moment of our choosing."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from rich.console import Console

from bot import demo, demo_data
from bot.serve import LOOPBACK
from domain.text import VIETNAM
from rehearsal.morning import Morning

EVE = datetime(2016, 12, 8, 16, 0, tzinfo=VIETNAM)
STEP = timedelta(minutes=1)
MOST_AT_ONCE = 400
PATIENCE = 20  # looks, half a second apart, at a hall in which nothing moves


@dataclass
class Stage:
    """A running demo, and what o'clock it is there."""

    address: str
    database: str
    morning: Morning
    now: datetime = field(default=EVE)

    def clock(self) -> datetime:
        return self.now.astimezone(UTC)

    async def comes(self, hour: int, minute: int) -> None:
        """This time of the morning, with everybody there who has come by then."""
        until = datetime(2016, 12, 9, hour, minute, tzinfo=VIETNAM)
        self.now = max(self.now, until.replace(hour=7, minute=0))
        while self.now < until:
            self.now += STEP
            await self._filled()

    async def _filled(self) -> None:
        """Until all who are due are recorded; a few meet another's entry and are not counted."""
        due = sum(one.at <= self.now for one in self.morning.recorded())
        before, waited = -1, 0
        async with httpx.AsyncClient(base_url=self.address, timeout=60) as client:
            while waited < PATIENCE:
                figures = (await client.get("/demo/so-lieu")).json()["figures"]
                came = figures[0]["amount"]
                if came >= due:
                    return
                waited = waited + 1 if came == before else 0
                before = came
                await asyncio.sleep(0.5)


@asynccontextmanager
async def standing() -> AsyncIterator[Stage]:
    """The province on the eve of its conference, on a free port; gone afterwards."""
    prepared = asyncio.to_thread(demo.prepare, "tien-giang", demo.FOLDER, Console(stderr=True))
    scenario, morning = await prepared
    port = _free_port()
    folder = (demo.FOLDER / f"morning-{port}").absolute()
    stage = Stage(
        address=f"http://{LOOPBACK}:{port}",
        database=f"sqlite+aiosqlite:///{(folder / demo_data.DATABASE).as_posix()}",
        morning=morning,
    )
    living = asyncio.create_task(
        demo.live(scenario, morning, demo.FOLDER, port, lambda: None, stage.clock, MOST_AT_ONCE)
    )
    try:
        await _listening(stage.address, living)
        yield stage
    finally:
        if not living.done():
            signal.raise_signal(signal.SIGTERM)  # as whoever stops a demo does
        await living
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


async def _listening(address: str, living: asyncio.Task[None]) -> None:
    """Until it answers; where it does not come to that, its own error is raised at the end."""
    async with httpx.AsyncClient(base_url=address) as client:
        while not living.done():
            try:
                await client.get("/healthz")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    raise SystemExit("Bản chạy thử đã dừng.")
