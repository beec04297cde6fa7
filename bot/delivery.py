"""What waits in the outbox is claimed, written, sent and settled; nothing lost, no doubt unseen.

claim (leased) → still needed? then written with today's numbers → marked `sending`, committed →
sent at its moment, with no database connection in hand → settled. See storage.outbox for what a
crash between any two steps leaves behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot import metrics
from bot.composing import HOLD, Composer, NotNeeded, NotNow, Written
from bot.logs import frames
from bot.pace import Pace
from domain.messages import (
    Channel,
    Outbound,
    Receipt,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    Uncertain,
)
from storage import channel_state, outbox, people
from storage.batch import Batch
from storage.database import Database, Tx
from storage.database import Unavailable as DatabaseAway
from storage.outbox import Claimed

log = structlog.get_logger("delivery")

IDLE = 0.2  # seconds between two looks at an empty outbox
HORIZON = 0.4  # seconds: no more is claimed than can leave within them, so a reply never waits long
AFTER_FAILURE = 5.0  # seconds
WHILE_AWAY = 1.0  # seconds between two tries to write down what became of a message
LAST_SENDS = 3.0  # seconds that a stop leaves for what is in hand
MOST_CLAIMED = 500  # at once
MOST_IN_HAND = 1000  # sends under way: slow answers must not slow the pace
MOST_ATTEMPTS = 30  # by then a messenger has been away for a quarter of an hour
LONGEST_SILENCE = 30.0  # seconds between two tries of a messenger that is away
LEASE = timedelta(seconds=90)  # longer than any send takes
LOOK_FOR_LAPSED = 10.0  # seconds

Note = Callable[[Tx], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed message with its words."""

    claimed: Claimed
    message: Outbound


class Delivery:
    """Sends one channel's messages: replies first, then reminders, then what goes to many."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        now: Callable[[], datetime],
        composer: Composer,
        pace: Pace,
    ) -> None:
        self._database = database
        self._channel = channel
        self._now = now
        self._composer = composer
        self._pace = pace
        self._in_hand: set[asyncio.Task[None]] = set()
        self._notes: Batch[Note, None] = Batch(self._write_notes)
        self._silence = 0.0  # seconds that an absent messenger is left alone
        self._looked_at = 0.0

    @property
    def is_halted(self) -> bool:
        """Whether the messenger asked for silence: then nothing at all is sent to it."""
        return self._pace.halted_for > 0

    async def run(self) -> None:
        """Deliver until cancelled; then what is on its way may arrive, as long as it is quick."""
        try:
            has_begun = False
            while True:
                try:
                    if not has_begun:
                        await self._begin()
                        has_begun = True
                    await asyncio.sleep(IDLE if not await self._round() else HORIZON / 2)
                except Exception as error:  # noqa: BLE001 - the loop's boundary
                    self._complain("delivery_interrupted", error)
                    await asyncio.sleep(AFTER_FAILURE)
        finally:
            await self._end()

    async def deliver_due(self) -> int:
        """Send what is due now and wait for it; returns how many messages were taken in hand."""
        taken = await self._round()
        if self._in_hand:
            await asyncio.gather(*self._in_hand)
        return taken

    async def _begin(self) -> None:
        """A pause that the messenger asked for outlives a restart."""
        async with self._database.read() as db:
            until = await channel_state.not_before(db, self._channel.name)
        if until is not None and until > self._now():
            self._pace.halt((until - self._now()).total_seconds())

    async def _end(self) -> None:
        self._pace.halt(float("inf"))  # who waits for its moment goes back unsent
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=LAST_SENDS)
            for task in self._in_hand:
                task.cancel()
            await asyncio.gather(*self._in_hand, return_exceptions=True)

    # --- a round ---------------------------------------------------------------------------

    async def _round(self) -> int:
        await self._take_back_lapsed()
        room = min(self._pace.room(HORIZON, MOST_CLAIMED), MOST_IN_HAND - len(self._in_hand))
        if room <= 0 or not await self._is_any_due():
            return 0
        now = self._now()
        async with self._database.write() as tx:
            claimed = await outbox.claim(tx, self._channel.name, now, room, lease_until=now + LEASE)
        ready = await self._prepare(claimed, now)
        chats: dict[str, list[Ready]] = {}
        for one in ready:
            chats.setdefault(one.claimed.to.chat_id, []).append(one)
        for messages in chats.values():
            task = asyncio.create_task(self._to_chat(messages))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        return len(claimed)

    async def _is_any_due(self) -> bool:
        """A look costs readers nothing; taking the writer for every look would."""
        async with self._database.read() as db:
            return await outbox.is_any_due(db, self._channel.name, self._now())

    async def _take_back_lapsed(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._looked_at and now - self._looked_at < LOOK_FOR_LAPSED:
            return
        async with self._database.read() as db:
            is_any = await outbox.is_any_lapsed(db, self._channel.name, self._now())
        if is_any:
            async with self._database.write() as tx:
                doubtful = await outbox.recover(tx, self._channel.name, self._now())
            log.warning("lapsed_leases", channel=self._channel.name, doubtful=doubtful)
        self._looked_at = now

    async def _prepare(self, claimed: Sequence[Claimed], now: datetime) -> list[Ready]:
        """Write them, drop what nobody needs, and mark the rest as leaving."""
        if not claimed:
            return []
        written = await self._written(claimed, now)
        async with self._database.write() as tx:
            await outbox.skip(tx, _ids(written, NotNeeded), now, "not needed any more")
            await outbox.put_back(tx, _ids(written, NotNow), now + HOLD, was_tried=False)
            leaving = [i for i, words in written.items() if isinstance(words, Outbound)]
            ours = await outbox.mark_sending(tx, leaving, self._now() + LEASE)
        return [
            Ready(one, words)
            for one in claimed
            if one.id in ours and isinstance(words := written[one.id], Outbound)
        ]

    async def _written(self, claimed: Sequence[Claimed], now: datetime) -> Mapping[int, Written]:
        """A fault in one message's recipe must not hold up its neighbours."""
        try:
            return await self._composer.write(claimed, now)
        except Exception as error:
            if len(claimed) == 1:
                self._complain("not_written", error)
                await self._fail_unwritten(claimed[0], type(error).__name__)
                return {}
            if isinstance(error, DatabaseAway):
                raise
            parts = [await self._written([one], now) for one in claimed]
            return {message_id: words for part in parts for message_id, words in part.items()}

    async def _fail_unwritten(self, one: Claimed, why: str) -> None:
        await self._note(lambda tx: outbox.settle(tx, one.id, "failed", self._now(), error=why))

    # --- sending ---------------------------------------------------------------------------

    async def _to_chat(self, messages: Sequence[Ready]) -> None:
        for place, one in enumerate(messages):
            if not await self._pace.wait(one.claimed.to.chat_id):
                await self._put_back(messages[place:], self._now(), was_tried=False)
                return
            if not await self._send(one):
                await self._put_back(messages[place + 1 :], self._now(), was_tried=False)
                return

    async def _send(self, one: Ready) -> bool:
        """Whether the chat's next message may follow."""
        outcome: Receipt | SendError
        try:
            outcome = await self._channel.send(one.message)
        except SendError as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 - a fault of ours, at whatever step
            self._complain("send_failed", error)
            outcome = Uncertain(type(error).__name__)
        metrics.SENT.labels(self._channel.name, one.claimed.lane, type(outcome).__name__).inc()
        if not isinstance(outcome, Unavailable):
            self._silence = 0.0
        match outcome:
            case Receipt(provider_id):
                await self._settle(one, "sent", provider_id=provider_id)
                return True
            case Throttled(retry_after):
                await self._obey(one, retry_after)
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
                await self._doubt(one, outcome)
                return True
            case _:
                assert_never(outcome)

    async def _obey(self, one: Ready, retry_after: float) -> None:
        """The whole bot is silent for so long, also after a restart. It was no failed attempt."""
        self._pace.halt(retry_after)
        until = self._now() + timedelta(seconds=retry_after)
        log.warning("halted", channel=self._channel.name, seconds=retry_after)

        async def note(tx: Tx) -> None:
            await channel_state.halt(tx, self._channel.name, until, "too many requests")
            await outbox.put_back(tx, [one.claimed.id], self._now(), was_tried=False)

        await self._note(note)

    async def _try_again(self, one: Ready, error: SendError) -> None:
        """The messenger is away: leave it alone for longer and longer, half a minute at most."""
        self._silence = min(max(1.0, self._silence * 2), LONGEST_SILENCE)
        self._pace.halt(self._silence)
        if one.claimed.attempts + 1 >= MOST_ATTEMPTS:
            await self._settle(one, "failed", error=str(error))
            return
        later = self._now() + timedelta(seconds=self._silence)
        await self._put_back([one], later, was_tried=True)

    async def _doubt(self, one: Ready, error: SendError) -> None:
        later = self._now() + timedelta(seconds=5)
        await self._note(
            lambda tx: outbox.doubt(tx, one.claimed.id, self._now(), later, str(error))
        )

    async def _unreachable(self, one: Ready, error: SendError) -> None:
        async def note(tx: Tx) -> None:
            await outbox.settle(tx, one.claimed.id, "unreachable", self._now(), error=str(error))
            await people.set_unreachable(tx, one.claimed.to)

        await self._note(note)

    async def _settle(
        self, one: Ready, state: str, *, provider_id: str | None = None, error: str | None = None
    ) -> None:
        await self._note(
            lambda tx: outbox.settle(
                tx, one.claimed.id, state, self._now(), provider_id=provider_id, error=error
            )
        )

    async def _put_back(
        self, messages: Sequence[Ready], not_before: datetime, *, was_tried: bool
    ) -> None:
        ids = [one.claimed.id for one in messages]
        if ids:
            await self._note(lambda tx: outbox.put_back(tx, ids, not_before, was_tried=was_tried))

    # --- writing down ----------------------------------------------------------------------

    async def _note(self, note: Note) -> None:
        """Written down, however long the database is away: only we know what became of it."""
        while True:
            try:
                await self._notes.ask(note)
                return
            except DatabaseAway as error:
                self._complain("database_away", error)
                await asyncio.sleep(WHILE_AWAY)

    async def _write_notes(self, notes: Sequence[Note]) -> list[None]:
        async with self._database.write() as tx:
            for note in notes:
                await note(tx)
        return [None] * len(notes)

    def _complain(self, event: str, error: Exception) -> None:
        log.error(event, channel=self._channel.name, error=type(error).__name__, at=frames(error))


def _ids(written: Mapping[int, Written], kind: type[NotNeeded] | type[NotNow]) -> list[int]:
    return [message_id for message_id, words in written.items() if isinstance(words, kind)]


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End running loops; a message that is on its way for long is doubtful, as after a crash."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
