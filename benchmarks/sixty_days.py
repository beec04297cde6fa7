"""Many lives of sixty days of reminders and nudges: `python -m benchmarks.sixty_days [LIVES]`.

Each life is another chance: a clock that stops, jumps and is set back, ticks twice and is killed
between its steps, a slow post, and people who act at the worst moment. What must hold is asserted
with every message; the first thing that does not hold ends the run, with its seed.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage import migrate
from storage.database import Database
from storage.schema import rungs
from tests.post import sixty_days
from tests.post.lagging_commune import ON_DAY, LaggingCommune
from tests.post.reminded import Commune
from tests.post.sixty_days import SixtyDays
from tests.post.sixty_nudged_days import NudgedDays

LIVES = 50  # of each kind
DAYS = 60
LONG = timedelta(hours=12)


@dataclass
class Lived:
    """What many lives of one kind came to."""

    lives: int = 0
    ticks: int = 0
    doubled: int = 0  # the same instant again, as after a careless restart
    killed: int = 0  # between two steps of a tick
    stopped: int = 0  # for half a day and more
    set_back: int = 0  # by a clock that went wrong
    heard: int = 0
    last: datetime | None = None

    def tick(self, now: datetime) -> None:
        self.ticks += 1
        if self.last is not None:
            self.doubled += now == self.last
            self.set_back += now < self.last
            self.stopped += now - self.last >= LONG
        self.last = now

    def end(self, heard: int) -> None:
        self.lives += 1
        self.heard += heard
        self.last = None

    def __str__(self) -> str:
        return (
            f"{self.lives} lives, {self.lives * DAYS} days, {self.ticks} ticks, {self.doubled} of "
            f"them twice, {self.killed} killed half-way, {self.stopped} stops of 12 h or more, "
            f"clock set back {self.set_back} times; {self.heard} messages heard, 0 violations"
        )


# --- reminders -------------------------------------------------------------------------------


async def reminded(database: Database, seed: int, lived: Lived) -> None:
    """One life of members who are reminded."""

    class Watched(Commune):
        async def tick(self, now: datetime | str) -> None:
            if isinstance(now, datetime):
                lived.tick(now)
            await super().tick(now)

    class Days(SixtyDays):
        async def _killed_tick(self) -> None:
            before = await _rungs(database)
            await super()._killed_tick()
            lived.killed += await _rungs(database) > before

    commune = await Watched(database).found(sixty_days.CELLS, sixty_days.PLAN)
    days = Days(commune, random.Random(seed))
    await days.live()
    days.check_all()
    lived.end(len(commune.heard))


async def _rungs(database: Database) -> int:
    async with database.read() as db:
        return int(await db.scalar(select(func.count()).select_from(rungs)) or 0)


# --- nudges ----------------------------------------------------------------------------------


async def nudged(database: Database, seed: int, lived: Lived) -> None:
    """One life of cells that lag behind."""

    class Watched(LaggingCommune):
        async def tick(self, now: datetime | str) -> None:
            if isinstance(now, datetime):
                lived.tick(now)
            await super().tick(now)

    commune = await Watched(database).settled(ON_DAY)
    await commune.coordinates("c3", "X1")
    await commune.coordinates("b4", "TG")
    days = NudgedDays(commune, random.Random(seed))
    await days.live()
    days.check_all()
    lived.end(len(commune.heard))


# --- all of it -------------------------------------------------------------------------------

Life = Callable[[Database, int, Lived], Awaitable[None]]


async def live(life: Life, lives: int) -> Lived:
    """So many lives, each on a database of its own; raises where anything does not hold."""
    lived = Lived()
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.db"
        await migrate.upgrade(f"sqlite+aiosqlite:///{empty}")
        for _ in range(lives):
            seed = random.randrange(1_000_000_000)
            file = Path(folder) / f"{seed}.db"
            shutil.copy(empty, file)
            database = Database(f"sqlite+aiosqlite:///{file}")
            try:
                await life(database, seed, lived)
            except AssertionError as violation:
                violation.add_note(f"seed {seed}")
                raise
            finally:
                await database.close()
            file.unlink()
    return lived


async def main(words: Sequence[str]) -> None:
    """Live, and print each kind's figures as they come."""
    lives = int(words[0]) if words else LIVES
    for name, life in [("reminders", reminded), ("nudges", nudged)]:
        begun = time.monotonic()
        print(f"60 days, {name}: {await live(life, lives)}  [{time.monotonic() - begun:.0f} s]")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
