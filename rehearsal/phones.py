"""People's telephones, and the messenger between them and the bot.

An update is posted until the bot takes it, as Telegram does. What the bot says comes back in the
hook's response, or by a call to the messenger's API; people see no difference.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import aiohttp

from rehearsal.updates import Updates

IN_FLIGHT = 100  # what Telegram calls max_connections
PATIENCE = 30.0  # seconds until somebody gives up waiting for an answer
_AGAIN_AFTER = (0.05, 0.2, 1.0, 3.0)  # seconds between deliveries of one update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the bot, as it stands on the screen."""

    text: str
    buttons: dict[str, str]  # label -> what pressing it says to the bot
    message_id: int


class Silence(Exception):
    """The bot did not answer, or did not take an update."""


class Exchange:
    """Carries updates to the bot and messages to the phones; measures how long the bot takes."""

    def __init__(
        self, http: aiohttp.ClientSession, hook: str, secret: str, now: Callable[[], datetime]
    ) -> None:
        self.seconds: list[float] = []  # of every update that the bot took
        self.resent = 0
        self.updates = Updates()
        self.now = now
        self._http = http
        self._hook = hook
        self._headers = {SECRET_HEADER: secret, "Content-Type": "application/json"}
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._pushed: defaultdict[int, asyncio.Queue[Heard]] = defaultdict(asyncio.Queue)
        self._message_ids = count(1_000_000_000)

    async def deliver(self, update: bytes) -> bytes:
        """Post an update until it is taken; returns the response's body. Raises Silence."""
        async with self._places:
            for pause in _AGAIN_AFTER:
                try:
                    return await self._post(update)
                except (aiohttp.ClientError, TimeoutError):
                    self.resent += 1
                    await asyncio.sleep(pause)
        raise Silence("the bot did not take an update")

    async def _post(self, update: bytes) -> bytes:
        began = time.perf_counter()
        async with self._http.post(self._hook, data=update, headers=self._headers) as response:
            body = await response.read()
            response.raise_for_status()
        self.seconds.append(time.perf_counter() - began)
        return body

    def push(self, call: dict[str, Any]) -> None:
        """The bot called the messenger's API: somebody's phone shows the message."""
        self._pushed[int(call["chat_id"])].put_nowait(self.shown(call))

    def shown(self, call: dict[str, Any]) -> Heard:
        """What a sendMessage or editMessageText looks like on the screen."""
        markup = call.get("reply_markup") or {}
        if isinstance(markup, str):
            markup = json.loads(markup)
        buttons = {
            button["text"]: button["callback_data"]
            for row in markup.get("inline_keyboard", ())
            for button in row
            if "callback_data" in button
        }
        message_id = int(call.get("message_id") or next(self._message_ids))
        return Heard(call["text"], buttons, message_id)

    async def pushed(self, chat_id: int) -> Heard:
        """The next message that came by the API. Raises Silence."""
        try:
            return await asyncio.wait_for(self._pushed[chat_id].get(), PATIENCE)
        except TimeoutError:
            raise Silence("the bot took an update and never answered") from None


class Phone:
    """One person's chat with the bot; one thing at a time, as Telegram delivers."""

    def __init__(self, exchange: Exchange, chat_id: int) -> None:
        self.chat_id = chat_id
        self._exchange = exchange
        self._last = b""

    async def says(self, text: str) -> Heard:
        """Write to the bot; returns its answer."""
        self._last = self._exchange.updates.message(self.chat_id, text, self._exchange.now())
        return await self._send(self._last)

    async def says_twice(self, text: str) -> tuple[Heard, Heard]:
        """Write once; the messenger delivers it twice at the same moment."""
        self._last = self._exchange.updates.message(self.chat_id, text, self._exchange.now())
        first, second = await asyncio.gather(self._send(self._last), self._send(self._last))
        return first, second

    async def presses(self, heard: Heard, label: str) -> Heard:
        """Press the button that begins with this label; returns the answer."""
        data = next((data for text, data in heard.buttons.items() if text.startswith(label)), None)
        if data is None:
            raise Silence(f"no button {label!r} below {heard.text!r}")
        return await self._send(
            self._exchange.updates.press(self.chat_id, heard.message_id, data, self._exchange.now())
        )

    async def repeats(self) -> Heard:
        """The messenger delivers the last written update a second time."""
        return await self._send(self._last)

    async def _send(self, update: bytes) -> Heard:
        body = await self._exchange.deliver(update)
        if not body:
            return await self._exchange.pushed(self.chat_id)
        return self._exchange.shown(json.loads(body))
