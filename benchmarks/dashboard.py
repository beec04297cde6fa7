"""What the dashboard's pages take of the server: `python -m benchmarks.dashboard [--rounds N]`.

The roll of the Tiền Giang scenario, two thirds of it recorded, on SQLite; the pages are asked for
within the process, so that what is measured is the server's time and nothing else. Cold: the
figures are counted for this page. Warm: another page has had them counted just now.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import event, func, insert, literal, select
from sqlalchemy.engine import Engine

from bot import demo, demo_data
from bot.app import App
from bot.settings import Database as Place
from bot.settings import Settings
from domain.attendance import Status, Via
from domain.personal_codes import code_hash
from domain.rights import Role
from storage import grants, sign_in, units
from storage.schema import attendance, members, sessions, venues
from storage.tallies import FRESH
from web.app import create_app

PAGES = {"table": "/bang", "halls": "/bang/dien-bien", "not held": "/bang/chua-to-chuc"}
SECRET = "s" * 43
NOW = datetime(2016, 12, 9, 1, 5, tzinfo=UTC)


class _Quiet:
    """Nobody watches the data being built."""

    def step(self, words: str, total: int) -> None: ...

    def advance(self, count: int) -> None: ...


async def _furnish(app: App) -> int:
    """Two thirds are recorded; somebody coordinates the province and has signed in."""
    async with app.database.write() as tx:
        await tx.execute(
            insert(attendance).from_select(
                ["session_id", "member_id", "venue_id", "at", "status", "via"],
                select(
                    select(func.min(sessions.c.id)).scalar_subquery(),
                    members.c.id,
                    select(func.min(venues.c.id)).scalar_subquery(),
                    literal(NOW, attendance.c.at.type),
                    literal(Status.PRESENT.value),
                    literal(Via.SELF.value),
                ).where(members.c.id % 3 != 0),
            )
        )
        root = await units.root(tx)
        assert root is not None
        await grants.grant(tx, 1, Role.COORDINATOR, NOW, unit_id=root.id)
        hashed, ends_at = code_hash(app.key, SECRET), NOW + timedelta(hours=12)
        await sign_in.open_desk(tx, 1, "benchmark", hashed, NOW, ends_at)
        return await tx.scalar(select(func.count()).select_from(attendance)) or 0


@contextmanager
def _members_read() -> Iterator[list[str]]:
    """Statements that ask for the names of members."""
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        if "members.name" in statement and "accounts" not in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


async def _took(client: httpx.AsyncClient, path: str) -> float:
    begun = time.perf_counter()
    response = await client.get(path)
    assert response.status_code == 200, response.status_code
    return time.perf_counter() - begun


async def measure(rounds: int = 7) -> None:
    """Cold and warm in turn, each page."""
    scenario, day = demo.staged("tien-giang")
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.to_thread(demo_data.prepare, Path(folder), scenario, day, _Quiet())
        url = demo_data.begin(Path(folder), scenario, "benchmark")
        app = App(Settings(database=Place(url=url)), demo_data.KEY, lambda: NOW)
        recorded = await _furnish(app)
        print(f"{len(scenario.members)} on the roll, {recorded} recorded")
        site = httpx.ASGITransport(create_app(app.doors(), await app.options()))
        with _members_read() as named:
            async with httpx.AsyncClient(transport=site, base_url="http://desk") as client:
                client.cookies.set("bang", SECRET)
                await _took(client, "/bang")  # the lagging cells are looked up once a minute
                for name, path in PAGES.items():
                    await _measure(client, name, path, rounds)
        print(f"statements that asked for members' names: {len(named)}")
        await app.stop()


async def _measure(client: httpx.AsyncClient, name: str, path: str, rounds: int) -> None:
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(rounds):
        await asyncio.sleep(FRESH + 0.1)
        cold.append(await _took(client, path))
        warm.append(await _took(client, path))
    print(f"{name}: cold {_told(cold)}, warm {_told(warm)}", flush=True)


def _told(took: Sequence[float]) -> str:
    return f"{statistics.median(took) * 1000:.0f} ms (worst {max(took) * 1000:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    words = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    asyncio.run(measure(words.rounds))


if __name__ == "__main__":
    main()
