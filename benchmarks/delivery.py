"""How the post stands up: `python -m benchmarks.delivery [--small] [NAME…]`.

The bot is a process of its own on SQLite (WAL, synchronous=FULL), polling a messenger on loopback
that enforces Telegram's limits: so many messages a second in all, one a second to a chat. Its rate
is scaled up where a run would take too long; the last run is unscaled.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from domain.broadcasts import Audience, Target
from domain.messages import Lane
from domain.text import local
from rehearsal.bot_api import Refusal
from rehearsal.telegram_limits import Limits
from storage import broadcasts, migrate
from storage.database import Database
from storage.posting import post
from storage.schema import members, outbox
from tests.bot.hall import Child, Hall, chat_of
from tests.post.postman import Listening, post_office

TEXT = "Đề nghị các đồng chí nộp bài thu hoạch trước thứ Sáu."
QUESTION = "/trogiup"
BUSY = ("pending", "leased", "sending")


class Strict(Limits):
    """Telegram's limits, at the rate asked for; keeps what it refused."""

    def __init__(self, per_second: int) -> None:
        super().__init__(per_bot=per_second)
        self.taken: list[float] = []
        self.refused = 0

    def count(self, chat_id: int) -> None:
        try:
            super().count(chat_id)
        except Refusal:
            self.refused += 1
            raise
        self.taken.append(time.monotonic())


@dataclass
class Stage:
    """A bot that may be killed, its messenger and its people."""

    hall: Hall
    server: Listening
    limits: Strict
    bot: Child
    people: int

    async def broadcast(self) -> float:
        """As the operator does it; returns how many seconds that took, start of Python included."""
        letter = self.hall.folder / "letter.txt"
        letter.write_text(TEXT, encoding="utf-8")
        line = [*self.bot.command, "broadcast", "--unit", "X", "--to", "all", "--yes"]
        begun = time.perf_counter()
        child = await asyncio.create_subprocess_exec(
            *line, "--text-file", str(letter), stderr=asyncio.subprocess.PIPE
        )
        _, said = await child.communicate()
        assert child.returncode == 0, said.decode()
        return time.perf_counter() - begun

    async def states(self) -> Counter[str]:
        rows = await self.hall.rows(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        return Counter(dict(map(tuple, rows)))

    async def until_quiet(self, within: float) -> Counter[str]:
        ends = time.monotonic() + within
        while (states := await self.states()) and any(states[busy] for busy in BUSY):
            assert time.monotonic() < ends, states
            await asyncio.sleep(0.5)
        return states

    def copies(self) -> list[int]:
        """How often each member heard the broadcast."""
        return [
            sum(TEXT in words for words in self.server.chat(chat_of(n)).texts)
            for n in range(self.people)
        ]


@asynccontextmanager
async def stage(people: int, per_second: int) -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        await hall.furnish(people)
        async with Listening() as server:
            server.bot.limits = limits = Strict(per_second)
            for n in range(people):
                server.chat(chat_of(n))
            rates = f"telegram_per_second = {per_second}\nsecond_person_above = 1000000"
            bot = Child(
                hall,
                server.url,
                server.token,
                mode="polling",
                settings=f"{by_day()}[delivery]\n{rates}",
            )
            try:
                yield Stage(hall, server, limits, bot, people)
            finally:
                bot.kill()


def by_day() -> str:
    """Quiet hours and the hour of reminders far from now: the run is not a matter of when it is.

    On a public holiday it is: nothing but replies goes out then.
    """
    now = local(datetime.now(UTC))
    night, later = now + timedelta(hours=12), now + timedelta(hours=6)
    return (
        f'[clock]\nquiet_hours = "{night:%H:%M}-{night + timedelta(minutes=1):%H:%M}"\n'
        f"send_at = {later:%H:%M}:00\n"
    )


async def _until(is_so: Callable[[], bool], within: float = 120.0) -> None:
    ends = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < ends
        await asyncio.sleep(0.002)


# --- (a) and (b) -----------------------------------------------------------------------------


@dataclass
class Run:
    """A broadcast during which people ask something."""

    per_second: int
    share: float  # of the allowed rate, over the run
    refused: int  # 429s of our own making
    replies: list[float] = field(repr=False)  # seconds
    states: Counter[str] = field(default_factory=Counter)

    @property
    def p50(self) -> float:
        return statistics.median(self.replies)

    @property
    def p99(self) -> float:
        return sorted(self.replies)[int(len(self.replies) * 0.99)]

    def __str__(self) -> str:
        return (
            f"{self.per_second}/s allowed: {self.share:.1%} of it used, {self.refused} refused; "
            f"{len(self.replies)} replies, p50 {self.p50:.2f} s, p99 {self.p99:.2f} s"
        )


async def broadcast_and_replies(
    people: int, per_second: int, *, questions: int, seconds: float | None = None
) -> Run:
    """Everybody is written to; meanwhile some ask. `seconds`: break off after so long."""
    async with stage(people, per_second) as scene:
        await scene.bot.start()
        await scene.server.chat(chat_of(0)).types(QUESTION)
        await scene.broadcast()
        await _until(lambda: len(scene.limits.taken) >= 3)
        lasts = seconds or people / per_second
        asking = asyncio.create_task(_ask(scene, questions, lasts * 0.8))
        if seconds is None:
            states = await scene.until_quiet(within=lasts * 3 + 60)
        else:
            await asyncio.sleep(seconds)
            states = await scene.states()
        taken = sorted(scene.limits.taken[3:])
        share = (len(taken) - 1) / (taken[-1] - taken[0]) / per_second
        return Run(per_second, share, scene.limits.refused, await asking, states)


async def _ask(scene: Stage, questions: int, lasts: float) -> list[float]:
    """Spread over the run, each by another person who is answered by the bot's own message."""
    took: list[float] = []

    async def ask(person: int, after: float) -> None:
        await asyncio.sleep(after)
        chat = scene.server.chat(chat_of(person))
        before = len(chat.heard)
        begun = time.monotonic()
        await chat.types(QUESTION, answers=0)
        while not any(TEXT not in heard.text for heard in chat.heard[before:]):
            assert time.monotonic() < begun + 30
            await asyncio.sleep(0.005)
        took.append(time.monotonic() - begun)

    people = random.sample(range(1, scene.people), questions)
    await asyncio.gather(*(ask(n, random.uniform(0, lasts)) for n in people))
    return took


# --- (c) -------------------------------------------------------------------------------------


@dataclass
class Pause:
    """A 429 with retry_after in the middle of a broadcast."""

    retry_after: int
    requests: int  # of any kind, from the moment the answer was there until the pause ended
    attempts: int  # of the message that was refused
    copies: Counter[int]

    def __str__(self) -> str:
        return (
            f"{self.requests} requests in the {self.retry_after} s, {self.attempts} attempt "
            f"counted; copies heard: {dict(self.copies)}"
        )


async def throttled(people: int, per_second: int, retry_after: int) -> Pause:
    async with stage(people, per_second) as scene:
        await scene.bot.start()
        await scene.broadcast()
        await _until(lambda: len(scene.limits.taken) >= people / 3)
        trouble = scene.server.fails(429, retry_after=retry_after)
        await _until(lambda: not trouble.times)
        answered = time.monotonic() + 0.05  # what was on its way is there by then
        await scene.until_quiet(within=people / per_second * 3 + retry_after + 30)
        within = [
            call for call in scene.server.heard if answered < call.at < answered + retry_after - 0.1
        ]
        rows = await scene.hall.rows(select(func.max(outbox.c.attempts)))
        return Pause(retry_after, len(within), rows[0][0], Counter(scene.copies()))


# --- (d) -------------------------------------------------------------------------------------


@dataclass
class Kills:
    """What a broadcast suffers from a process that dies again and again."""

    kills: int
    in_flight: int  # marked as being sent, at all kills together
    lost: int
    repeated: int  # copies too many
    unseen: int  # heard twice, or not at all, without a mark
    ambiguous: int
    slowest_start: float  # seconds until the bot was ready again

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.in_flight} in flight at them: lost {self.lost}, copies "
            f"too many {self.repeated}, without a mark {self.unseen}, ambiguous {self.ambiguous}; "
            f"slowest start {self.slowest_start:.1f} s"
        )


async def killed(people: int, per_second: int, kills: int) -> Kills:
    async with stage(people, per_second) as scene:
        scene.server.delay = 0.03  # so that messages are on their way when it happens
        await scene.bot.start()
        await scene.broadcast()
        in_flight, starts = 0, [0.0]
        for _ in range(kills):
            await asyncio.sleep(random.uniform(0.05, 0.8))
            scene.bot.kill()
            in_flight += (await scene.states())["sending"]
            starts.append(await scene.bot.start())
        states = await scene.until_quiet(within=people / per_second * 3 + 60)
        copies = scene.copies()
        marks = await scene.hall.rows(select(outbox.c.chat_id, outbox.c.is_doubtful))
        doubtful = {int(row.chat_id) for row in marks if row.is_doubtful}
        odd = [n for n, count in enumerate(copies) if count != 1]
        return Kills(
            kills,
            in_flight,
            copies.count(0),
            sum(count - 1 for count in copies if count),
            sum(chat_of(n) not in doubtful for n in odd),
            states["ambiguous"],
            max(starts),
        )


# --- (e) -------------------------------------------------------------------------------------


async def posted(people: int) -> list[float]:
    """Seconds for which the writer is held to write to so many; three times."""
    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        await hall.furnish(people)
        database = Database(hall.url)
        held = []
        for turn in range(3):
            begun = time.perf_counter()
            async with database.write() as tx:
                everybody = select(members.c.id)
                now = datetime.now(UTC)
                count = await post(
                    tx, everybody, now, recipe="due", lane=Lane.BULK, key=f"turn {turn}"
                )
            held.append(time.perf_counter() - begun)
            assert count == people
        await database.close()
        return held


async def confirmed(people: int) -> list[float]:
    """Seconds for which the writer is held to confirm a broadcast to so many; three times."""
    with tempfile.TemporaryDirectory() as folder:
        hall = Hall(Path(folder))
        await hall.furnish(people)
        held = []
        async with hall.opened() as database:
            for _ in range(3):
                now = datetime.now(UTC)
                whom = Target(audience=Audience.ALL, unit_path="/1/")
                async with database.write() as tx:
                    letter = await broadcasts.draft(
                        tx, whom, TEXT, now, author_id=None, unit_id=1, from_unit_id=1
                    )
                begun = time.perf_counter()
                async with database.write() as tx:
                    figures = await broadcasts.confirm(tx, letter, now, by=None)
                held.append(time.perf_counter() - begun)
                assert figures is not None
                assert figures.posted == people
        return held


# --- (f) -------------------------------------------------------------------------------------


async def away(scale: float = 20.0) -> str:
    """Ten minutes without a messenger, told by a clock that goes faster."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "empty.db"
        await migrate.upgrade(f"sqlite+aiosqlite:///{template}")
        (Path(folder) / "bot").mkdir()
        place = Path(folder) / "bot"
        async with post_office(template, place, people=270, per_second=30, times=scale) as office:
            await office.server.stop()
            await office.write(range(120), "bulk", Lane.BULK)
            await office.write(range(120, 180), "stale", Lane.REMINDER, lives=timedelta(minutes=5))
            await office.write(range(180, 240), "reminder", Lane.REMINDER)
            await office.write(range(240, 270), "reply")
            office.begin()
            await office.clock.sleep(600)
            began = office.clock.seconds()
            await office.server.start()
            states = Counter(await office.until_settled(within=120))
            took = office.clock.seconds() - began
            heard = [call.text for call in office.calls]
            in_order = sorted(heard, key=["reply", "reminder", "bulk"].index) == heard
            assert states == {"sent": 210, "skipped": 60}
        shutil.rmtree(place)
    return (
        f"{dict(states)} of 270 (60 of them stale), lane order {'kept' if in_order else 'BROKEN'},"
        f" all there {took:.0f} s after it was back"
    )


# --- all of it -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """One of the figures: what it is, and how to get it."""

    title: str
    run: Callable[[bool], Awaitable[object]]  # whether a small one is enough


def _replies(is_small: bool) -> Awaitable[Run]:
    people, questions = (1500, 60) if is_small else (30_000, 600)
    return broadcast_and_replies(people, 150, questions=questions)


def _unscaled(is_small: bool) -> Awaitable[Run]:
    return broadcast_and_replies(3000, 30, questions=40, seconds=15 if is_small else 60)


async def _held(seconds: Awaitable[list[float]]) -> str:
    return ", ".join(f"{one:.2f}" for one in await seconds)


MEASURES = {
    "replies": Measure("broadcast with replies", _replies),
    "throttled": Measure(
        "429, retry_after 7", lambda is_small: throttled(150 if is_small else 3000, 100, 7)
    ),
    "killed": Measure(
        "kill -9",
        lambda is_small: killed(500, 150, 5) if is_small else killed(10_000, 150, 50),
    ),
    "posted": Measure(
        "100,000 posted (small: 1,500), seconds of the writer",
        lambda is_small: _held(posted(1500 if is_small else 100_000)),
    ),
    "confirmed": Measure(
        "100,000 of a broadcast confirmed (small: 1,500), seconds of the writer",
        lambda is_small: _held(confirmed(1500 if is_small else 100_000)),
    ),
    "away": Measure("messenger away for 10 minutes", lambda is_small: away()),
    "unscaled": Measure("broadcast with replies, unscaled", _unscaled),
}


async def measure(names: Iterable[str], *, is_small: bool = False) -> None:
    """Print each figure as it comes."""
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}",
        flush=True,
    )
    for name in names:
        begun = time.monotonic()
        found = await MEASURES[name].run(is_small)
        took = time.monotonic() - begun
        print(f"{MEASURES[name].title}: {found}  [{took:.0f} s]", flush=True)


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.delivery",
        description="How the post stands up: a bot of its own and a messenger on loopback.",
        epilog="\n".join(f"{name:10} {one.title}" for name, one in MEASURES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--small", action="store_true", help="fewer people and shorter runs")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASURES)}; default: all of them"
    )
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in MEASURES]:
        parser.error(f"no {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    asyncio.run(measure(asked.names or MEASURES, is_small=asked.small))


if __name__ == "__main__":
    main()
