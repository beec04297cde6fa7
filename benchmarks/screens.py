"""What open screens cost: `python -m benchmarks.screens [--screens N] [--people N] …`.

The bot is a process of its own on SQLite with as many halls as screens, each followed by one screen
over real HTTP, while people go on arriving. Its processor time and its statements are compared
with those of the same bot when nobody looks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import psutil
from sqlalchemy import event, insert
from sqlalchemy.engine import Engine

from benchmarks.check_in import TOKEN
from bot.cli import cli
from domain import codes
from storage.schedules import load_schedule
from storage.schema import attendance, venues
from tests.bot.hall import Child, Hall

LOOK = "sum(revisions.number)"  # stands in the statement of a tick and in no other


class Watched(Child):
    """The bot, which leaves behind when it asked its database what."""

    @property
    def statements(self) -> Path:
        return self.hall.folder / "statements.json"

    @property
    def command(self) -> list[str]:
        config = super().command[-1]
        line = [sys.executable, "-m", "benchmarks.screens", "--bot", str(self.statements)]
        return [*line, "--config", config]


def _be_the_bot(statements: Path, words: Sequence[str]) -> None:
    """In the other process."""
    seen: list[tuple[float, bool]] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        seen.append((time.monotonic(), LOOK in statement))

    try:
        cli(words, standalone_mode=False)
    finally:
        statements.write_text(json.dumps(seen))


@dataclass
class Wall:
    """All screens together."""

    screens: int
    events: int = 0
    codes: int = 0
    all_open: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, line: bytes) -> None:
        self.events += 1
        self.codes += b'"code"' in line
        if self.codes >= self.screens:
            self.all_open.set()


async def _furnish(hall: Hall, screens: int, people: int) -> list[str]:
    """Halls, everybody but the last tenth recorded in one of them; the tokens of their screens."""
    await hall.furnish(people)
    now = datetime.now(UTC)
    more = [
        {"id": n, "session_id": 1, "code": f"V{n}", "name": f"Hội trường {n}", "summoned": 100}
        for n in range(2, screens + 1)
    ]
    async with hall.opened() as database, database.write() as tx:
        if more:
            rows = [row | {"secret": secrets.token_bytes(32)} for row in more]
            await tx.execute(insert(venues), rows)
        present = [_arrival(n, n % screens + 1, now) for n in range(1, people * 9 // 10)]
        await tx.execute(insert(attendance), present)
    async with hall.opened() as database, database.read() as db:
        schedule = await load_schedule(db, now)
    return [codes.screen_token(venue) for venue in schedule.venues.values()]


def _arrival(member: int, venue: int, now: datetime) -> dict[str, object]:
    kept = {"status": "present", "via": "self", "session_id": 1}
    return {"member_id": member, "venue_id": venue, "at": now, **kept}


async def _arrive(
    hall: Hall, screens: int, people: int, per_second: int, enough: asyncio.Event
) -> None:
    """The last tenth, so many a second, in halls by chance."""
    members = iter(range(people * 9 // 10, people))
    async with hall.opened() as database:
        while not enough.is_set():
            now = datetime.now(UTC)
            rows = [
                _arrival(member, random.randint(1, screens), now)
                for member, _ in zip(members, range(per_second), strict=False)
            ]
            if rows:
                async with database.write() as tx:
                    await tx.execute(insert(attendance), rows)
            await asyncio.sleep(1)


async def _watch(http: aiohttp.ClientSession, url: str, wall: Wall) -> None:
    async with http.get(url) as stream:
        async for line in stream.content:
            if line.startswith(b"data:"):
                wall.hear(line)


async def _measure(bot: Watched, seconds: float) -> tuple[float, tuple[float, float]]:
    """Its share of one core, and from when to when."""
    assert bot.process is not None
    process = psutil.Process(bot.process.pid)
    before, begun = process.cpu_times(), time.monotonic()
    await asyncio.sleep(seconds)
    after, ended = process.cpu_times(), time.monotonic()
    spent = after.user + after.system - before.user - before.system
    return spent / (ended - begun), (begun, ended)


async def main(
    screens: int = 500, people: int = 44_046, arrivals: int = 20, seconds: float = 60.0
) -> None:
    """Open them all, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        tokens = await _furnish(hall, screens, people)
        bot = Watched(hall, "http://127.0.0.1:1", TOKEN)
        await bot.start()
        try:
            await asyncio.sleep(3)
            idle, alone = await _measure(bot, seconds / 4)
            async with _opened(bot, tokens) as wall:
                enough = asyncio.Event()
                arriving = asyncio.create_task(_arrive(hall, screens, people, arrivals, enough))
                events, shown = wall.events, wall.codes
                busy, watched = await _measure(bot, seconds)
                events, shown = wall.events - events, wall.codes - shown
                enough.set()
                await arriving
                print(f"told to stop, it and all streams ended after {await bot.stop():.1f} s")
        finally:
            bot.kill()
        print(f"{events / seconds:.0f} events/s, {shown} new codes in {seconds:.0f} s")
        print(f"{busy:.1%} of one core with {screens} screens, {idle:.1%} with none")
        _tell_statements(bot, watched, alone)


@asynccontextmanager
async def _opened(bot: Watched, tokens: Sequence[str]) -> AsyncIterator[Wall]:
    """All screens, open and settled."""
    wall = Wall(len(tokens))
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=timeout
    ) as http:
        urls = [f"{bot.address}/man-hinh/{token}/truc-tiep" for token in tokens]
        begun = time.monotonic()
        watching = [asyncio.create_task(_watch(http, url, wall)) for url in urls]
        await wall.all_open.wait()
        print(f"{len(tokens)} screens open after {time.monotonic() - begun:.1f} s")
        await asyncio.sleep(5)
        yield wall
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


def _tell_statements(
    bot: Watched, watched: tuple[float, float], alone: tuple[float, float]
) -> None:
    seen = json.loads(bot.statements.read_text())

    def a_second(span: tuple[float, float], *, looks: bool) -> float:
        times = [at for at, is_look in seen if span[0] <= at < span[1] and is_look is looks]
        return len(times) / (span[1] - span[0])

    print(
        f"{a_second(watched, looks=True):.2f} looks a second for all screens together; any other "
        f"statement: {a_second(watched, looks=False):.1f} a second, with no screen open "
        f"{a_second(alone, looks=False):.1f}"
    )


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--screens", type=int, default=500, help="each of another hall")
    parser.add_argument("--people", type=int, default=44_046)
    parser.add_argument("--arrivals", type=int, default=20, help="a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bot"]:
        _be_the_bot(Path(sys.argv[2]), sys.argv[3:])
    else:
        print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores")
        asyncio.run(main(**vars(_words())))
