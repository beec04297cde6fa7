"""What waits in the outbox is claimed, written, sent and settled; nothing lost, no doubt unseen.

claim (leased; in quiet hours replies alone) → still needed? then written with today's numbers →
marked `sending`, committed → sent at its moment, with no database connection in hand → settled.
See storage.outbox for what a crash between any two steps leaves behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, assert_never

import structlog

from bot import metrics
from bot.composing import HOLD, Composer, NotNeeded, NotNow, Written
from bot.logs import frames
from bot.pace import Departure, Pace
from domain.messages import (
    Away,
    Channel,
    Lane,
    Outbound,
    Receipt,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    Uncertain,
)
from handlers.recipes import Draft
from storage import channel_state, outbox, people
from storage.batch import Batch
from storage.database import Database, Tx, is_away
from storage.database import Unavailable as DatabaseAway
from storage.outbox import Claimed

log = structlog.get_logger("delivery")

IDLE = 0.2  # seconds between two looks at an empty outbox
HORIZON = 0.4  # seconds: no more is claimed than can leave within them, so a reply never waits long
AFTER_FAILURE = 5.0  # seconds
WHILE_AWAY = 1.0  # seconds between two tries to write down what became of a message
LAST_SENDS = 3.0  # seconds that a stop leaves for what is in hand
MOST_CLAIMED = 500  # at once
MOST_IN_HAND = 1000  # chats with sends under way: slow answers must not slow the pace
MOST_ATTEMPTS = 60  # of one message, each refused by a messenger that is there: two hours
LONGEST_PAUSE = 120.0  # seconds between two of them
LONGEST_SILENCE = 30.0  # seconds between two tries of a messenger that is away
IS_AWAY_AFTER = 3  # messages in a row that it did not take, or left without an answer
LEASE = timedelta(seconds=90)
IN_HAND_FOR = 45.0  # seconds, then back: with the longest send this ends before the lease
LOOK_AROUND = 10.0  # seconds between two looks for what is left behind or stale
MOST_STALE = 5000  # dropped at once: the writer is not held for long

Note = Callable[[Tx], Awaitable[None]] | tuple[int, str]  # what to write, or a receipt
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed message with its words."""

    claimed: Claimed
    message: Outbound | Draft


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
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._notes: Batch[Note, None] = Batch(self._write_notes)
        self._failures = 0  # in a row
        self._silence = 0.0  # seconds that a messenger which seems to be away is left alone
        self._halt_read: datetime | None = None
        self._looked_at: float | None = None

    @property
    def is_halted(self) -> bool:
        """Whether the messenger asked for silence: then nothing at all is sent to it."""
        return self._pace.halted_for > 0

    async def run(self) -> None:
        """Deliver until cancelled; then what is on its way may arrive, as long as it is quick."""
        try:
            while True:
                try:
                    taken = await self._round()
                    await asyncio.sleep(self._rest() if taken else IDLE)
                except Exception as error:  # noqa: BLE001 - the loop's boundary
                    self._complain("delivery_interrupted", error)
                    await asyncio.sleep(AFTER_FAILURE)
        finally:
            await self._end()

    async def deliver_due(self) -> int:
        """Send what is due now and wait for it; returns how many messages were taken in hand."""
        taken = await self._round()
        while self._in_hand:
            await asyncio.gather(*self._in_hand)
        return taken

    async def _end(self) -> None:
        self._pace.halt(float("inf"))  # who waits for its moment goes back unsent
        ends = asyncio.get_running_loop().time() + LAST_SENDS
        while self._in_hand and (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._in_hand, timeout=left)
        for task in self._in_hand:
            task.cancel()
        await asyncio.gather(*self._in_hand, return_exceptions=True)

    # --- a round ---------------------------------------------------------------------------

    async def _round(self) -> int:
        await self._look_around()
        await self._read_halt()
        room = self._room()
        if room <= 0 or not await self._is_any_due():
            return 0
        # A stop in the middle must leave nothing claimed, so this goes on to its end.
        taken = await asyncio.shield(self._begin(self._take(room)))
        await asyncio.sleep(0)  # those who leave have asked for their moment now
        return taken

    def _rest(self) -> float:
        """What was not needed any more leaves its room to others at once."""
        return 0.0 if self._pace.room(HORIZON / 2, 1) else HORIZON / 2

    def _room(self) -> int:
        """How many may be taken; of a messenger that seems to be away one asks whether it is."""
        if self._silence:
            return 0 if self._in_hand else min(1, self._pace.room(HORIZON, 1))
        return min(self._pace.room(HORIZON, MOST_CLAIMED), MOST_IN_HAND - len(self._in_hand))

    def _begin(self, work: Coroutine[Any, Any, Done]) -> asyncio.Task[Done]:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._let_go)
        return task

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        self._in_hand.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._complain("not_finished", error)

    async def _take(self, room: int) -> int:
        """Claim, write, and begin to send."""
        now = self._now()
        async with self._database.write() as tx:
            claimed = await outbox.claim(
                tx,
                self._channel.name,
                now,
                room,
                lease_until=now + LEASE,
                worker=self._database.worker,
                is_quiet=self._composer.is_quiet(now),
            )
        try:
            ready = await self._prepare(claimed, now)
        except BaseException:
            self._begin(self._put_back([one.id for one in claimed]))
            raise
        chats: dict[str, list[Ready]] = {}
        for one in ready:
            chats.setdefault(one.claimed.to.chat_id, []).append(one)
        for messages in chats.values():
            self._begin(self._to_chat(messages))
        return len(claimed)

    async def _is_any_due(self) -> bool:
        """A look costs readers nothing; taking the writer for every look would."""
        now = self._now()
        is_quiet = self._composer.is_quiet(now)
        async with self._database.read() as db:
            return await outbox.is_any_due(db, self._channel.name, now, is_quiet=is_quiet)

    async def _read_halt(self) -> None:
        """A pause that the messenger asked for outlives a restart, and holds for every worker."""
        async with self._database.read() as db:
            until = await channel_state.not_before(db, self._channel.name)
        if until is not None and until != self._halt_read:
            self._pace.halt((until - self._now()).total_seconds())
        self._halt_read = until

    async def _look_around(self) -> None:
        """What dead workers have left is taken back; what is stale must not block the way."""
        moment = asyncio.get_running_loop().time()
        if self._looked_at is not None and moment - self._looked_at < LOOK_AROUND:
            return
        name, now, worker = self._channel.name, self._now(), self._database.worker
        is_sole = self._database.is_sole_worker()
        async with self._database.read() as db:
            is_any_left = await outbox.is_any_left_behind(db, name, now, worker, is_sole=is_sole)
            is_any_stale = await outbox.is_any_stale(db, name, now)
        if is_any_left:
            async with self._database.write() as tx:
                doubtful = await outbox.recover(tx, name, now, worker, is_sole=is_sole)
            log.warning("taken_back", channel=name, doubtful=doubtful)
        while is_any_stale:
            async with self._database.write() as tx:
                is_any_stale = await outbox.drop_stale(tx, name, now, MOST_STALE) == MOST_STALE
        self._looked_at = moment

    async def _prepare(self, claimed: Sequence[Claimed], now: datetime) -> list[Ready]:
        """Write them, drop what nobody needs, and mark the rest as leaving."""
        if not claimed:
            return []
        written = await self._written(claimed, now)
        async with self._database.write() as tx:
            await outbox.skip(tx, _ids(written, NotNeeded), now, "not needed any more")
            held = _ids(written, NotNow)
            await outbox.put_back(tx, held, now + HOLD, was_tried=False, why=outbox.ON_HOLD)
            leaving = [i for i, words in written.items() if isinstance(words, Outbound | Draft)]
            ours = await outbox.mark_sending(tx, leaving, self._now() + LEASE)
        return [
            Ready(one, words)
            for one in claimed
            if one.id in ours and isinstance(words := written[one.id], Outbound | Draft)
        ]

    async def _written(self, claimed: Sequence[Claimed], now: datetime) -> Mapping[int, Written]:
        """A fault in one message's recipe must not hold up its neighbours."""
        try:
            return await self._composer.write(claimed, now)
        except Exception as error:
            if is_away(error):
                raise
            if len(claimed) == 1:
                self._complain("not_written", error)
                await self._fail_unwritten(claimed[0], type(error).__name__)
                return {}
            parts = [await self._written([one], now) for one in claimed]
            return {message_id: words for part in parts for message_id, words in part.items()}

    async def _fail_unwritten(self, one: Claimed, why: str) -> None:
        await self._note(lambda tx: outbox.settle(tx, one.id, "failed", self._now(), error=why))

    # --- sending ---------------------------------------------------------------------------

    async def _to_chat(self, messages: Sequence[Ready]) -> None:
        """One after the other; where one must wait, so must what follows."""
        ends = asyncio.get_running_loop().time() + IN_HAND_FOR
        for place, one in enumerate(messages):
            message = await self._finished(one.message)
            leaving = await self._moment(one.claimed, ends)
            if leaving is None:
                await self._put_back(_ids_of(messages[place:]))
                return
            try:
                outcome = await self._send(one.claimed.lane, message)
            finally:
                self._pace.answered(leaving)
            if not await self._write_down(one, outcome):
                await self._put_back(_ids_of(messages[place + 1 :]))
                return

    async def _moment(self, one: Claimed, ends: float) -> Departure | None:
        """Its moment; None where a halt, the quiet hours or the end of its time came first."""
        if asyncio.get_running_loop().time() >= ends:
            return None
        leaving = await self._pace.leave(one.to.chat_id)
        if leaving is None or one.may_disturb or not self._composer.is_quiet(self._now()):
            return leaving
        self._pace.answered(leaving)
        return None

    async def _finished(self, message: Outbound | Draft) -> Outbound:
        """With its file. That takes its time, but only its own chat waits for it."""
        if isinstance(message, Outbound):
            return message
        try:
            return await self._composer.finish(message)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the message
            self._complain("not_finished", error)
            return message.or_else

    async def _send(self, lane: Lane, message: Outbound) -> Receipt | SendError:
        outcome: Receipt | SendError
        try:
            outcome = await self._channel.send(message)
        except SendError as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 - a fault of ours, at whatever step
            self._complain("send_failed", error)
            outcome = Uncertain(type(error).__name__)
        metrics.SENT.labels(self._channel.name, lane, type(outcome).__name__).inc()
        return outcome

    async def _write_down(self, one: Ready, outcome: Receipt | SendError) -> bool:
        """Whether the chat's next message may follow."""
        self._judge(outcome)
        match outcome:
            case Receipt(provider_id):
                await self._note((one.claimed.id, provider_id))
                return True
            case Throttled(retry_after):
                await self._obey(one, retry_after)
                return False
            case Away():
                await self._put_back([one.claimed.id])
                return False
            case Unavailable():
                await self._try_again(one, outcome)
                return False
            case RecipientGone():
                await self._unreachable(one, outcome)
                return False
            case Rejected():
                await self._settle(one, "failed", str(outcome))
                return True
            case Uncertain() | SendError():
                await self._doubt(one, outcome)
                return False
            case _:
                assert_never(outcome)

    def _judge(self, outcome: Receipt | SendError) -> None:
        """A messenger that seems to be away is left alone for longer and longer."""
        if not isinstance(outcome, Unavailable | Uncertain):
            self._failures, self._silence = 0, 0.0
            return
        if self.is_halted:
            return  # what was on its way together fails together
        self._failures += 1
        if isinstance(outcome, Away) or self._failures >= IS_AWAY_AFTER:
            self._silence = min(max(1.0, self._silence * 2), LONGEST_SILENCE)
            self._pace.halt(self._silence)
            log.warning("messenger_away", channel=self._channel.name, seconds=self._silence)

    async def _obey(self, one: Ready, retry_after: float) -> None:
        """The whole bot is silent for so long, also after a restart. It was no failed attempt."""
        if self._pace.halted_for < retry_after:
            metrics.THROTTLED.labels(self._channel.name).inc()
            log.warning("halted", channel=self._channel.name, seconds=retry_after)
        self._pace.halt(retry_after)
        until = self._halt_read = self._now() + timedelta(seconds=retry_after)

        async def note(tx: Tx) -> None:
            await channel_state.halt(tx, self._channel.name, until, "too many requests")
            await outbox.put_back(tx, [one.claimed.id], None, was_tried=False)

        await self._note(note)

    async def _try_again(self, one: Ready, error: SendError) -> None:
        """It was this message that was refused: others need not wait for it."""
        attempts = one.claimed.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            await self._settle(one, "failed", str(error))
            return
        later = self._now() + timedelta(seconds=min(2.0 ** min(attempts, 30) / 2, LONGEST_PAUSE))
        ids = [one.claimed.id]
        await self._note(lambda tx: outbox.put_back(tx, ids, later, was_tried=True))

    async def _doubt(self, one: Ready, error: SendError) -> None:
        later = self._now() + timedelta(seconds=5)
        await self._note(
            lambda tx: outbox.doubt(tx, one.claimed.id, self._now(), later, str(error))
        )

    async def _unreachable(self, one: Ready, error: SendError) -> None:
        async def note(tx: Tx) -> None:
            await outbox.settle(tx, one.claimed.id, "unreachable", self._now(), error=str(error))
            await people.set_reachable(tx, one.claimed.to, is_reachable=False)

        await self._note(note)

    async def _settle(self, one: Ready, state: str, error: str) -> None:
        await self._note(
            lambda tx: outbox.settle(tx, one.claimed.id, state, self._now(), error=error)
        )

    async def _put_back(self, ids: Sequence[int]) -> None:
        """Untouched, into their old places."""
        if ids:
            await self._note(lambda tx: outbox.put_back(tx, ids, None, was_tried=False))

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
            receipts = [note for note in notes if isinstance(note, tuple)]
            await outbox.mark_sent(tx, receipts, self._now())
            for note in notes:
                if not isinstance(note, tuple):
                    await note(tx)
        return [None] * len(notes)

    def _complain(self, event: str, error: Exception) -> None:
        log.error(event, channel=self._channel.name, error=type(error).__name__, at=frames(error))


def _ids_of(messages: Sequence[Ready]) -> list[int]:
    return [one.claimed.id for one in messages]


def _ids(written: Mapping[int, Written], kind: type[NotNeeded] | type[NotNow]) -> list[int]:
    return [message_id for message_id, words in written.items() if isinstance(words, kind)]


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """End running loops; a message that is on its way for long is doubtful, as after a crash."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
