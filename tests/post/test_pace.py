"""A bot never speaks faster than the messenger allows, and hardly ever slower.

Time is made here: a loop whose clock jumps to the next thing that is due.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Sequence
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import Pace

CLOSE = 1e-9  # seconds


class _Jumping(selectors.DefaultSelector):
    """Whoever waits for nothing but the time waits no time at all."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _Hurried(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = _Jumping()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


def _live(work: Coroutine[Any, Any, None]) -> None:
    loop = _Hurried()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


class _Messenger:
    """Counts what arrives; the way there and back takes its time."""

    def __init__(self, pace: Pace, seed: int, jitter: float) -> None:
        self.arrivals: list[float] = []
        self.by_chat: dict[str, list[float]] = {}
        self._pace = pace
        self._random = Random(seed)
        self._jitter = jitter

    async def send(self, chat: str) -> None:
        leaving = await self._pace.leave(chat)
        if leaving is None:
            return
        there, back = (0.02 + self._random.uniform(0, self._jitter) for _ in "ab")
        arrived = leaving.left_at + there  # the network does not stand still when the bot does
        self.arrivals.append(arrived)
        self.by_chat.setdefault(chat, []).append(arrived)
        await asyncio.sleep(there + back)
        self._pace.answered(leaving)


def _most_in_a_second(arrivals: Sequence[float]) -> int:
    arrivals = sorted(arrivals)
    first = most = 0
    for last, at in enumerate(arrivals):
        while arrivals[first] <= at - 1.0 + CLOSE:
            first += 1
        most = max(most, last - first + 1)
    return most


def _paced(per_second: float | None, per_chat: float = 0.0, per_group: float = 0.0) -> Pace:
    clock = asyncio.get_running_loop().time
    return Pace(per_second, per_chat, per_group, clock=clock)


@settings(max_examples=25, deadline=None)
@given(
    per_second=st.sampled_from([1, 5, 30, 300]),
    jitter=st.sampled_from([0.0, 0.01, 0.04]),
    stalls=st.lists(st.tuples(st.floats(0, 8), st.floats(0.01, 2)), max_size=4),
    seed=st.integers(0, 1000),
)
def test_never_more_in_a_second_than_allowed(
    per_second: int, jitter: float, stalls: list[tuple[float, float]], seed: int
) -> None:
    """However the bot stalls and the network wavers, counted where the messages arrive."""

    async def work() -> None:
        loop: Any = asyncio.get_running_loop()
        messenger = _Messenger(_paced(per_second), seed, jitter)
        for at, seconds in stalls:  # the whole process stands still: time passes unseen
            loop.call_later(at, lambda gone=seconds: _pass(loop, gone))
        count = min(per_second * 8, 400)
        await asyncio.gather(*(messenger.send(str(n)) for n in range(count)))
        assert len(messenger.arrivals) == count
        assert _most_in_a_second(messenger.arrivals) <= per_second

    _live(work())


def _pass(loop: Any, seconds: float) -> None:
    loop.selector.now += seconds


@settings(max_examples=5, deadline=None)
@given(per_second=st.sampled_from([30, 300]), seed=st.integers(0, 1000))
def test_hardly_anything_of_the_rate_is_given_away(per_second: int, seed: int) -> None:
    """A broadcast to a province takes twenty minutes at best: five percent more is a minute."""

    async def work() -> None:
        messenger = _Messenger(_paced(per_second), seed, jitter=0.02)
        count = per_second * 20
        await asyncio.gather(*(messenger.send(str(n)) for n in range(count)))
        took = max(messenger.arrivals) - min(messenger.arrivals)
        assert count / took >= 0.95 * per_second

    _live(work())


@settings(max_examples=30, deadline=None)
@given(
    chats=st.lists(st.sampled_from(["1", "2", "3", "-100"]), min_size=1, max_size=40),
    seed=st.integers(0, 1000),
)
def test_a_chat_hears_one_a_second_and_a_group_twenty_a_minute(chats: list[str], seed: int) -> None:
    """Several lanes may have something for the same chat at the same time."""

    async def work() -> None:
        messenger = _Messenger(_paced(30, 1.0, 3.0), seed, jitter=0.1)
        await asyncio.gather(*(messenger.send(chat) for chat in chats))
        for chat, arrivals in messenger.by_chat.items():
            apart = 3.0 if chat.startswith("-") else 1.0
            gaps = [b - a for a, b in pairwise(arrivals)]
            assert all(gap >= apart - CLOSE for gap in gaps)

    _live(work())


def test_a_halt_sends_everybody_back() -> None:
    """Those who wait for their moment are told at once; afterwards it goes on."""

    async def work() -> None:
        pace = _paced(5)
        waiting = [asyncio.ensure_future(pace.leave(str(n))) for n in range(20)]
        await asyncio.sleep(1.0)
        pace.halt(7)
        await asyncio.sleep(0.3)
        assert all(one.done() for one in waiting)
        left = [one.result() for one in waiting]
        assert 5 <= sum(one is not None for one in left) <= 7
        assert pace.room(0.4, 100) == 0
        assert await pace.leave("x") is None
        await asyncio.sleep(7)
        assert pace.room(0.4, 100) > 0
        assert await pace.leave("x") is not None

    _live(work())


def test_without_limits_nobody_waits() -> None:
    """Pages of our own take as much as there is."""

    async def work() -> None:
        pace = _paced(None)
        begun = asyncio.get_running_loop().time()
        for n in range(1000):
            leaving = await pace.leave(str(n % 3))
            assert leaving is not None
            pace.answered(leaving)
        assert asyncio.get_running_loop().time() == begun
        assert pace.room(0.4, 500) == 500

    _live(work())
