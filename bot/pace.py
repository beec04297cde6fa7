"""How fast a bot may speak: evenly, and never more in a window than the messenger takes.

What counts is when a message arrives over there. That is known only roughly: after it left and
before its answer came. So its place in the window is free again as much later as its answer took
longer than answers usually take; a stall on the way costs a little time, never a refusal.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

WINDOW = 1.0  # seconds in which the messenger counts
MARGIN = 0.02  # seconds that a window is taken longer: of the allowed rate 98 % are used
LATEST = 1.0  # seconds: no answer is waited for longer than that, slow ones must not slow the pace
CATCH_UP = 0.5  # seconds by which a late bot may hurry to be on time again
UNANSWERED = 1.0  # seconds: a chat whose last message has no answer yet is left alone so long
ENOUGH = 100  # answers by which it is known how long the quickest takes
SLOWER = 0.0001  # seconds by which the quickest answer known is forgotten with each answer
LONGEST_NAP = 0.25  # seconds: then it is looked whether all is halted
KEPT_CHATS = 20_000  # chats whose last message is remembered; older ones are free again anyway


@dataclass(slots=True, eq=False)
class Departure:
    """A message that leaves now."""

    chat: str
    left_at: float
    answered_at: float | None = None


class Pace:
    """Gives each message its moment: so many a second in all, so many seconds apart in a chat."""

    def __init__(
        self,
        per_second: float | None,
        per_chat: float = 0.0,
        per_group: float = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._most = max(1, int(per_second)) if per_second else 0
        self._window = self._most / per_second * WINDOW + MARGIN if per_second else 0.0
        self._gap = self._window / self._most if self._most else 0.0  # seconds
        self._per_chat = per_chat
        self._per_group = per_group
        self._clock = clock
        self._sleep = sleep
        self._door = asyncio.Lock()  # one leaves at a time, in the order of asking
        self._queued = 0
        self._next = 0.0  # when the next one should leave
        self._left: deque[Departure] = deque()  # the last window's
        self._quickest: float | None = None  # seconds that an answer takes at least
        self._answers = 0
        self._chats: dict[str, float] = {}  # when the chat may hear the next one
        self._halted_until = 0.0

    def room(self, horizon: float, most: int) -> int:
        """How many messages could leave within so many seconds from now."""
        now = self._clock()
        begins = max(now, self._next, self._halted_until)
        if self._halted_until > now + horizon:
            return 0
        if not self._gap:
            return most
        within = int((now + horizon - begins) / self._gap) + 1
        return max(0, min(most, within - self._queued))

    def halt(self, seconds: float) -> None:
        """Nothing leaves for so long."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)

    @property
    def halted_for(self) -> float:
        """Seconds that the halt still lasts."""
        return max(0.0, self._halted_until - self._clock())

    async def leave(self, chat: str) -> Departure | None:
        """Wait for this message's moment, which is when it returns; None where a halt came first.

        Whoever sends it says `answered` as soon as it was answered, or never will be.
        """
        while True:
            await self._reach(lambda: self._chats.get(chat, 0.0))
            self._queued += 1
            try:
                async with self._door:
                    if self._chats.get(chat, 0.0) > self._clock() and not self.halted_for:
                        continue  # another lane was quicker
                    return await self._step_out(chat)
            finally:
                self._queued -= 1

    def answered(self, departure: Departure) -> None:
        """The messenger has counted it by now."""
        now = departure.answered_at = self._clock()
        took = now - departure.left_at
        self._answers += 1
        self._quickest = took if self._quickest is None else min(self._quickest + SLOWER, took)
        if spacing := self._spacing(departure.chat):
            self._chats[departure.chat] = now + spacing

    async def _step_out(self, chat: str) -> Departure | None:
        await self._reach(lambda: self._next)
        await self._reach(self._place_is_free)
        if self.halted_for:
            return None
        now = self._clock()
        self._next = max(self._next + self._gap, now - CATCH_UP)
        departure = Departure(chat, now)
        if self._most:
            self._left.append(departure)
            if len(self._left) > self._most:
                self._left.popleft()
        self._remember(departure)
        return departure

    def _place_is_free(self) -> float:
        """When the oldest of the window's messages no longer counts over there."""
        if not self._most or len(self._left) < self._most:
            return 0.0
        oldest = self._left[0]
        took = (oldest.answered_at or self._clock()) - oldest.left_at
        usual = self._quickest if self._quickest and self._answers >= ENOUGH else 0.0
        late = min(max(0.0, took - usual), LATEST)
        return oldest.left_at + self._window + late

    async def _reach(self, moment: Callable[[], float]) -> None:
        """Sleep until then, or until a halt; the moment itself may move meanwhile."""
        while (ahead := moment() - self._clock()) > 0 and not self.halted_for:
            await self._sleep(min(ahead, LONGEST_NAP))

    def _spacing(self, chat: str) -> float:
        return self._per_group if self._per_group and chat.startswith("-") else self._per_chat

    def _remember(self, departure: Departure) -> None:
        spacing = self._spacing(departure.chat)
        if not spacing:
            return
        if len(self._chats) >= KEPT_CHATS:
            now = self._clock()
            self._chats = {one: free for one, free in self._chats.items() if free > now}
        self._chats[departure.chat] = departure.left_at + spacing + UNANSWERED
