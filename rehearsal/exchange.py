"""The messenger at the speed of a whole province: posts updates, measures, resends.

It takes the courier's place in the loopback messenger, whose own keeps to one update per chat at a
time as Telegram does; here the same update may also be under way twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from rehearsal.bot_api import Refusal
from rehearsal.telegram_bot import Webhook
from rehearsal.telegram_chat import Chat, Update
from rehearsal.telegram_server import TelegramServer
from rehearsal.telegram_wire import Wire

IN_FLIGHT = 100  # what Telegram calls max_connections
_AGAIN_AFTER = (0.05, 0.2, 1.0, 3.0)  # seconds between deliveries of one update


class Exchange:
    """Between people's telephones and the bot's hook."""

    def __init__(self, server: TelegramServer) -> None:
        self.seconds: list[float] = []  # of every update that the bot took
        self.resent = 0  # deliveries that the bot did not take at first
        self.faults: list[str] = []
        self._bot = server.bot
        self._wire = Wire()
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._under_way: set[asyncio.Task[None]] = set()
        server.bot.on_update = self._send_off

    def _send_off(self, chat: Chat, update: Update) -> None:
        task = asyncio.create_task(self._deliver(update))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, update: Update) -> None:
        """Post until it is taken, then show what the response says."""
        webhook = self._bot.webhook
        if webhook is None:
            self.faults.append("the bot set no webhook")
            return
        body = msgspec.json.encode(update)
        for pause in _AGAIN_AFTER:
            try:
                async with self._places:
                    answer = await self._post(webhook, body)
            except (OSError, TimeoutError):
                self.resent += 1
                await asyncio.sleep(pause)
            else:
                self._bot.pending.pop(update["update_id"], None)
                self._show(answer)
                return
        self.faults.append(f"update {update['update_id']} was never taken")

    async def _post(self, webhook: Webhook, body: bytes) -> bytes:
        began = time.perf_counter()
        status, answer = await self._wire.post(webhook.url, webhook.secret, body)
        if not 200 <= status < 300:
            raise ConnectionError(f"the hook answered {status}")
        self.seconds.append(time.perf_counter() - began)
        return answer

    def _show(self, answer: bytes) -> None:
        """Telegram executes the method in a response, and tells nobody what became of it."""
        if not answer:
            return
        call: Mapping[str, Any] = msgspec.json.decode(answer)
        given = {name: value for name, value in call.items() if name != "method"}
        try:
            self._bot.execute(call["method"], given, in_response=True)
        except Refusal as refusal:
            self.faults.append(refusal.description)

    async def aclose(self) -> None:
        await self._wire.close()
