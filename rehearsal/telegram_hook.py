"""Telegram's side of a webhook: one chat at a time, in order, until each update is taken."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rehearsal.bot_api import Refusal
from rehearsal.telegram_bot import Bot, Webhook
from rehearsal.telegram_chat import PATIENCE, Chat, Update
from rehearsal.telegram_wire import Wire

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)  # seconds before each next try; the last repeats


class Hook:
    """Posts a bot's updates to its webhook, and executes a method found in the response."""

    def __init__(self, bot: Bot, pauses: Sequence[float] = PAUSES) -> None:
        self.statuses: dict[int, int] = {}  # how often the hook answered what; 0: not at all
        self.unexecuted: list[str] = []  # why a method in a response came to nothing
        self._bot = bot
        self._pauses = pauses
        self._queues: dict[int, deque[Update]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._wire = Wire()
        self._slots = asyncio.Semaphore(40)
        bot.on_update = self._enqueue
        bot.on_webhook = self._webhook_was_set

    async def idle(self, within: float = PATIENCE) -> None:
        """Return when every update was taken. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._workers:
                await asyncio.wait(self._workers)

    async def stop(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._wire.close()

    def _webhook_was_set(self) -> None:
        if self._bot.webhook is not None:
            self._slots = asyncio.Semaphore(self._bot.webhook.connections)
        queued = {update["update_id"] for queue in self._queues.values() for update in queue}
        for update_id, (chat, update) in list(self._bot.pending.items()):
            if update_id not in queued:
                self._enqueue(chat, update)

    def _enqueue(self, chat: Chat, update: Update) -> None:
        queue = self._queues.get(chat.chat_id)
        if queue is not None:
            queue.append(update)
            return
        self._queues[chat.chat_id] = queue = deque([update])
        worker = asyncio.create_task(self._work_off(chat.chat_id, queue))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work_off(self, chat_id: int, queue: deque[Update]) -> None:
        tries = 0
        while queue and self._bot.webhook is not None:
            update = queue[0]
            async with self._slots:
                is_taken = await self._post(self._bot.webhook, update)
            if is_taken:
                tries = 0
                queue.popleft()
                self._bot.pending.pop(update["update_id"], None)
            else:
                await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
                tries += 1
        del self._queues[chat_id]

    async def _post(self, webhook: Webhook, update: Update) -> bool:
        try:
            status, answer = await self._wire.post(
                webhook.url, webhook.secret, msgspec.json.encode(update)
            )
        except (TimeoutError, OSError):
            status, answer = 0, b""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if not 200 <= status < 300:
            return False
        if answer:
            self._execute(answer)
        return True

    def _execute(self, answer: bytes) -> None:
        """The bot never learns what became of it."""
        try:
            call = msgspec.json.decode(answer)
        except msgspec.DecodeError:
            return
        if not isinstance(call, Mapping) or "method" not in call:
            return
        given: dict[str, Any] = {name: value for name, value in call.items() if name != "method"}
        try:
            self._bot.execute(str(call["method"]), given, in_response=True)
        except Refusal as refusal:
            self.unexecuted.append(refusal.description)
