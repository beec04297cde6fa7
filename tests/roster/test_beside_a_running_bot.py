"""An import of a whole commune while the bot is at work."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from storage import audit
from storage.database import Database
from tests.roster.files import bring_in, roll, roster

SIZE = 5000
LONGEST_WAIT = 1.0  # seconds; half of it is what a write may take, half is this machine's load


async def test_a_running_bot_gets_its_turns(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Another process on the same file never waits long for the writer."""
    people = [
        ["", f"Đảng viên {number // 26}{chr(97 + number % 26)}", "AP3", "", "", 1950, ""]
        for number in range(SIZE)
    ]
    path = roster(tmp_path / "a.xlsx", people)
    bot = Database(database_url)
    longest = 0.0
    writes = 0

    async def work() -> None:
        nonlocal longest, writes
        while True:
            began = time.monotonic()
            async with bot.write() as tx:
                await audit.note(tx, None, "test", "bot", datetime.now(UTC))
            longest = max(longest, time.monotonic() - began)
            writes += 1
            await asyncio.sleep(0.005)

    working = asyncio.create_task(work())
    await bring_in(database, path)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await bot.close()
    assert len(await roll(database)) == SIZE
    assert writes > 10
    assert longest < LONGEST_WAIT
