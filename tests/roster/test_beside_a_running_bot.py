"""An import of a whole commune while the bot is at work."""

import asyncio
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from storage import audit
from storage.database import Database
from tests.roster.files import bring_in, roll, roster

SIZE = 15_000
LONGEST_WAIT = 1 / 3  # of the whole import, however busy this machine is


class RunningBot:
    """Writes again and again with a loop of its own, as the bot in its own process does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.longest = 0.0
        self.writes = 0
        self.is_stopped = threading.Event()

    def live(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        database = Database(self.url)
        while not self.is_stopped.is_set():
            began = time.monotonic()
            async with database.write() as tx:
                await audit.note(tx, None, "test", "bot", datetime.now(UTC))
            self.longest = max(self.longest, time.monotonic() - began)
            self.writes += 1
            await asyncio.sleep(0.005)
        await database.close()


async def test_a_running_bot_gets_its_turns(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Another process on the same file never waits long for the writer."""
    people = [
        ["", f"Đảng viên {number // 26}{chr(97 + number % 26)}", "AP3", "", "", 1950, ""]
        for number in range(SIZE)
    ]
    path = roster(tmp_path / "a.xlsx", people)
    bot = RunningBot(database_url)
    living = asyncio.create_task(asyncio.to_thread(bot.live))
    began = time.monotonic()
    await bring_in(database, path)
    took = time.monotonic() - began
    bot.is_stopped.set()
    await living
    assert len(await roll(database)) == SIZE
    assert bot.writes > 10
    assert bot.longest < LONGEST_WAIT * took
