"""Telegram's limits on sending: about 1 a second per chat, 20 a minute per group, 30 a second."""

import time
from collections import deque
from collections.abc import Callable
from math import ceil

from rehearsal.bot_api import Refusal


class Limits:
    """Refuses with 429 what comes faster than a bot may send."""

    def __init__(
        self,
        per_chat: int = 1,  # a second
        per_group: int = 20,  # a minute
        per_bot: int = 30,  # a second
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_chat = per_chat
        self._per_group = per_group
        self._per_bot = per_bot
        self._clock = clock
        self._all: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}

    def count(self, chat_id: int) -> None:
        """One more message goes out. Raises Refusal with `retry_after` if it is one too many."""
        now = self._clock()
        chat = self._chats.setdefault(chat_id, deque())
        windows = [(self._all, self._per_bot, 1.0), (chat, self._per_chat, 1.0)]
        if chat_id < 0:
            windows.append((chat, self._per_group, 60.0))
        for sent, allowed, seconds in windows:
            if len(sent) >= allowed and sent[-allowed] > now - seconds:
                wait = max(1, ceil(sent[-allowed] + seconds - now))
                raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        for sent in (self._all, chat):
            sent.append(now)
            while sent[0] <= now - 60:
                sent.popleft()
