"""What waits in the outbox is claimed, sent and settled; never lost, never doubled unseen.

claim (marked `sending`, committed) → send, with no database connection held → settle. What was
`sending` when a process died is ambiguous: nobody can tell whether it arrived, so it is shown and
not sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot import metrics
from bot.logs import frames
from domain.messages import (
    Channel,
    Receipt,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    Uncertain,
)
from storage import outbox, people
from storage.database import Database, Tx
from storage.database import Unavailable as DatabaseAway
from storage.outbox import Claimed

log = structlog.get_logger("delivery")

IDLE = 0.25  # seconds between two looks at an empty outbox
AFTER_FAILURE = 5.0  # seconds
WHILE_AWAY = 1.0  # seconds between two tries to write down what became of a message
LAST_SENDS = 3.0  # seconds that a stop leaves for what is in hand
MOST_AT_ONCE = 20  # claimed together; after a crash as many may be ambiguous
MOST_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(minutes=10)


class Delivery:
    """Sends one channel's messages, in each chat in their order."""

    def __init__(self, database: Database, channel: Channel, now: Callable[[], datetime]) -> None:
        self._database = database
        self._channel = channel
        self._now = now

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._write(self._recover)
        while True:
            try:
                if not await self.deliver_due():
                    await asyncio.sleep(IDLE)
            except Exception as error:  # noqa: BLE001 - the loop's boundary
                self._complain("delivery_interrupted", error)
                await asyncio.sleep(AFTER_FAILURE)

    async def _recover(self, tx: Tx) -> None:
        lost = await outbox.recover(tx, self._channel.name, self._now())
        if lost:
            log.warning("ambiguous_after_restart", channel=self._channel.name, messages=lost)

    async def deliver_due(self) -> int:
        """Send what is due now; returns how many messages were taken in hand.

        Cancelled, it first lets them leave, as long as that takes a moment only: a stop in good
        order leaves nothing ambiguous behind.
        """
        if not await self._is_any_due():
            return 0
        round_ = asyncio.create_task(self._round())
        try:
            return await asyncio.shield(round_)
        except asyncio.CancelledError:
            await asyncio.wait([round_], timeout=LAST_SENDS)
            round_.cancel()
            await asyncio.gather(round_, return_exceptions=True)
            raise

    async def _round(self) -> int:
        async with self._database.write() as tx:
            claimed = await outbox.claim(tx, self._channel.name, self._now(), MOST_AT_ONCE)
        chats: dict[str, list[Claimed]] = {}
        for one in claimed:
            chats.setdefault(one.message.to.chat_id, []).append(one)
        await asyncio.gather(*(self._to_chat(messages) for messages in chats.values()))
        return len(claimed)

    async def _is_any_due(self) -> bool:
        """A look costs readers nothing; taking the writer for every look would."""
        async with self._database.read() as db:
            return await outbox.is_any_due(db, self._channel.name, self._now())

    async def _to_chat(self, messages: Sequence[Claimed]) -> None:
        for place, one in enumerate(messages):
            if not await self._send(one):
                await self._put_back(messages[place + 1 :], self._now(), was_tried=False)
                return

    async def _send(self, one: Claimed) -> bool:
        """Whether the chat's next message may follow."""
        outcome: Receipt | SendError
        try:
            outcome = await self._channel.send(one.message)
        except SendError as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 - a fault of ours, at whatever step
            self._complain("send_failed", error)
            outcome = Uncertain(type(error).__name__)
        metrics.SENT.labels(self._channel.name, type(outcome).__name__).inc()
        match outcome:
            case Receipt(provider_id):
                await self._settle(one, "sent", provider_id=provider_id)
                return True
            case Throttled(retry_after):
                until = self._now() + timedelta(seconds=retry_after)
                await self._put_back([one], until, was_tried=False)
                return False
            case Unavailable():
                await self._try_again(one, outcome)
                return False
            case RecipientGone():
                await self._unreachable(one, outcome)
                return False
            case Rejected():
                await self._settle(one, "failed", error=str(outcome))
                return True
            case Uncertain() | SendError():
                await self._settle(one, "ambiguous", error=str(outcome))
                return True
            case _:
                assert_never(outcome)

    async def _try_again(self, one: Claimed, error: SendError) -> None:
        if one.attempts + 1 >= MOST_ATTEMPTS:
            await self._settle(one, "failed", error=str(error))
            return
        pause = min(timedelta(seconds=2 ** (one.attempts + 1)), LONGEST_PAUSE)
        await self._put_back([one], self._now() + pause, was_tried=True)

    async def _unreachable(self, one: Claimed, error: SendError) -> None:
        async def note(tx: Tx) -> None:
            await outbox.settle(tx, one.id, "unreachable", self._now(), error=str(error))
            await people.set_unreachable(tx, one.message.to)

        await self._write(note)

    async def _settle(
        self, one: Claimed, state: str, *, provider_id: str | None = None, error: str | None = None
    ) -> None:
        async def note(tx: Tx) -> None:
            await outbox.settle(
                tx, one.id, state, self._now(), provider_id=provider_id, error=error
            )

        await self._write(note)

    async def _put_back(
        self, messages: Sequence[Claimed], not_before: datetime, *, was_tried: bool
    ) -> None:
        ids = [one.id for one in messages]
        if ids:
            await self._write(lambda tx: outbox.put_back(tx, ids, not_before, was_tried=was_tried))

    async def _write(self, note: Callable[[Tx], Awaitable[None]]) -> None:
        """Written down, however long the database is away: only we know what became of it."""
        while True:
            try:
                async with self._database.write() as tx:
                    await note(tx)
                return
            except DatabaseAway as error:
                self._complain("database_away", error)
                await asyncio.sleep(WHILE_AWAY)

    def _complain(self, event: str, error: Exception) -> None:
        log.error(event, channel=self._channel.name, error=type(error).__name__, at=frames(error))


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End running loops; a message that is on its way for long is ambiguous, as after a crash."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
