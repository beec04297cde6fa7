"""How fast a bot may speak: evenly, never in bursts, so that a second never holds too many."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

# Of the allowed rate: what is left over absorbs the network's jitter. A second that begins with a
# late message and ends with a punctual one would otherwise hold one too many.
SHARE = 0.97

KEPT_CHATS = 20_000  # chats whose last message is remembered; older ones are free again anyway


class Pace:
    """Gives each message its moment: so many a second in all, so many seconds apart in a chat."""

    def __init__(
        self,
        per_second: float | None,
        per_chat: float = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = 1.0 / (per_second * SHARE) if per_second else 0.0  # seconds
        self._per_chat = per_chat
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0  # the first moment that is not given away
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
        return max(0, min(most, int((now + horizon - begins) / self._gap) + 1))

    def halt(self, seconds: float) -> None:
        """Nothing leaves for so long."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)

    @property
    def halted_for(self) -> float:
        """Seconds that the halt still lasts."""
        return max(0.0, self._halted_until - self._clock())

    async def wait(self, chat: str) -> bool:
        """Wait for this message's moment; False where a halt came in between."""
        now = self._clock()
        free_at = self._chats.get(chat, 0.0)
        if free_at > now:
            await self._pause(free_at - now)
        now = self._clock()
        moment = max(now, self._next)
        self._next = moment + self._gap
        self._remember(chat, moment)
        if moment > now:
            await self._pause(moment - now)
        return self._clock() >= self._halted_until

    def _remember(self, chat: str, moment: float) -> None:
        if not self._per_chat:
            return
        if len(self._chats) >= KEPT_CHATS:
            now = self._clock()
            self._chats = {one: free for one, free in self._chats.items() if free > now}
        self._chats[chat] = moment + self._per_chat

    async def _pause(self, seconds: float) -> None:
        await self._sleep(seconds)
