"""How many check-ins a second: `python -m benchmarks.check_in [people]`.

One bot as a process of its own on SQLite (WAL, synchronous=FULL), its hook called by this process
with a hundred updates in flight, each of another member who has an account and is not recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

import aiohttp
import psutil

from tests.bot.hall import HOOK_SECRET, Child, Hall, chat_of, update

IN_FLIGHT = 100
PEOPLE = 5000
TOKEN = "7654321:AA-made-up-for-benchmarks_012345678"  # noqa: S105 - opens nothing anywhere


async def measure(people: int) -> None:
    """Furnish a hall, fill it, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        await hall.furnish(people)
        bot = Child(hall, "http://127.0.0.1:1", TOKEN)
        await bot.start()
        try:
            await _fill(bot, hall, people)
            assert len(set(await hall.recorded())) == people
        finally:
            bot.kill()


async def _fill(bot: Child, hall: Hall, people: int) -> None:
    link = f"/start {await hall.link()}"
    bodies = iter([json.dumps(update(chat_of(n), text=link)) for n in range(people)])
    took: list[float] = []
    headers = {"X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET, "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    assert bot.process is not None
    process = psutil.Process(bot.process.pid)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def worker() -> None:
            for body in bodies:
                begun = time.perf_counter()
                async with session.post(f"{bot.address}/hooks/telegram", data=body) as answer:
                    said = await answer.read()
                took.append(time.perf_counter() - begun)
                assert "Đã điểm danh" in said.decode(), said

        before, begun = process.cpu_times(), time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
        elapsed, after = time.perf_counter() - begun, process.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    took.sort()
    print(f"{people / elapsed:,.0f} check-ins/s over {people}, {IN_FLIGHT} in flight")
    print(f"p50 {took[people // 2] * 1000:.1f} ms, p99 {took[people * 99 // 100] * 1000:.1f} ms")
    print(f"{cpu / people * 1e6:,.0f} µs CPU of the bot per check-in")


def main() -> None:
    """Measure with as many people as are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.check_in",
        description="How many check-ins a second one bot takes through its hook, on SQLite.",
    )
    parser.add_argument(
        "people",
        nargs="?",
        type=int,
        default=PEOPLE,
        help="how many check in (default: %(default)s)",
    )
    asyncio.run(measure(parser.parse_args().people))


if __name__ == "__main__":
    main()
