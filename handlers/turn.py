"""One inbound and all that comes of it: read, perhaps written, answered – in one commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from domain.attendance import Entry
from domain.calendar import Calendar
from domain.messages import Address, Button, Capabilities, Inbound, Outbound
from domain.people import Member, Person
from domain.pieces import pieces
from domain.rights import Grant
from domain.sessions import Schedule
from handlers.lagging import Lagging
from handlers.texts.sentence import Text
from storage import dialogues, inbox, people
from storage.database import Database, Db, Tx
from storage.desk import Desk, Response, Result, Slip, write_slips
from storage.schedules import Schedules
from storage.tallies import Tallies

Rows = Sequence[Sequence["Choice"]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button whose label is still to be put into somebody's language."""

    label: Text | str
    command: str

    def in_language(self, language: str) -> Button:
        label = self.label
        return Button(label if isinstance(label, str) else label.into(language), self.command)


@dataclass(frozen=True, kw_only=True)
class House:
    """What every turn may use."""

    database: Database
    desk: Desk
    schedules: Schedules
    key: bytes
    channels: Mapping[str, Capabilities]
    public_url: str
    calendar: Calendar = field(default_factory=Calendar)
    second_person_above: int = 2000  # recipients; a larger broadcast is confirmed by another

    @cached_property
    def tallies(self) -> Tallies:
        """A campaign's figures of this moment, shared by all viewers."""
        return Tallies(self.database)

    @cached_property
    def lagging(self) -> Lagging:
        """Which cells lag, shared by all viewers."""
        return Lagging(self.database)


def letter(to: Address, text: Text, *rows: Sequence[Choice], language: str) -> Outbound:
    """A message in its reader's language."""
    return Outbound(
        to=to,
        text=text.into(language),
        buttons=tuple(tuple(c.in_language(language) for c in row) for row in rows if row),
    )


async def told(db: Db, said: Mapping[int, Text], *rows: Sequence[Choice]) -> list[Outbound]:
    """What each of these members is to hear, on every chat of theirs.

    On the one linked last alone, a stranger's browser would hear it instead of the member.
    """
    known = await people.reach(db, list(said))
    return [
        letter(chat.address, text, *rows, language=chat.language)
        for member_id, text in said.items()
        for chat in known.get(member_id, ())
    ]


class AnsweredBefore(Exception):
    """This update was answered while we worked on it; the first answer stands."""

    def __init__(self, answer: tuple[Outbound, ...]) -> None:
        super().__init__()
        self.answer = answer


class Outdated(Exception):
    """The dialogue went on while we waited for the writer: what we know of it is old."""


class Turn:
    """What a handler holds while it answers one inbound.

    What it writes and what it answers become durable in one commit when the turn ends. The desk
    commits by itself and is never used after `write`.
    """

    def __init__(
        self,
        house: House,
        inbound: Inbound,
        person: Person,
        now: datetime,
        schedule: Schedule,
        *,
        in_response: bool,
    ) -> None:
        self.house = house
        self.inbound = inbound
        self.person = person
        self.now = now
        self.schedule = schedule
        self.grants: Sequence[Grant] = ()
        self._in_response = in_response
        self._stack = AsyncExitStack()
        self._tx: Tx | None = None
        self._response: Response | None = None

    @property
    def argument(self) -> str:
        return self.inbound.argument

    @property
    def capabilities(self) -> Capabilities:
        return self.house.channels[self.inbound.sender.channel]

    @property
    def language(self) -> str:
        return self.person.language or "vi"

    @property
    def member(self) -> Member:
        """The registered member; routes for strangers never ask."""
        if self.person.member is None:
            raise LookupError("this turn's sender is not registered")
        return self.person.member

    # --- reading and writing ---------------------------------------------------------------

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Db]:
        """What is committed, and what this turn has written."""
        if self._tx is not None:
            yield self._tx
            return
        async with self.house.database.read() as db:
            yield db

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """Take the writer until the turn's end, when all is committed with the answer."""
        if self._tx is None:
            self._tx = await self._stack.enter_async_context(self.house.database.write())
            await self._look_again(self._tx)
        yield self._tx

    async def _look_again(self, tx: Tx) -> None:
        """The same update, or another tab of the same browser, may have had the writer before us.

        Raises AnsweredBefore or Outdated.
        """
        sender, external_id = self.inbound.sender, self.inbound.external_id
        for answer in (await inbox.replies(tx, [(sender, external_id)])).values():
            raise AnsweredBefore(answer)
        account_id = self.person.account_id
        known = self.person.dialogue
        if account_id is not None and await dialogues.get(tx, account_id, self.now) != known:
            raise Outdated

    async def record(
        self,
        entry: Entry,
        answer: Callable[[Result], list[Outbound]],
        nonce: bytes | None = None,
    ) -> list[Outbound]:
        """Hand an entry to the desk; durable, with its answer, when this returns."""
        account_id = self.person.account_id
        return await self._at_desk(
            Slip(
                inbound=self.inbound,
                now=self.now,
                compose=lambda result: self._split(answer(result)),
                entry=entry,
                ticket=(nonce, account_id) if nonce and account_id else None,
            )
        )

    async def _at_desk(self, slip: Slip) -> list[Outbound]:
        if self._tx is not None:
            raise RuntimeError("the desk is never used inside a write")
        self._response = await self.house.desk.take(slip)
        return list(self._response.at_once)

    # --- answering -------------------------------------------------------------------------

    def reply(self, text: Text, *rows: Sequence[Choice], new: bool = False) -> Outbound:
        """An answer to the sender. One to a pressed button edits its message, unless `new`."""
        pressed_on = self.inbound.pressed_on if self.capabilities.can_edit and not new else None
        return self.message(self.inbound.sender, text, *rows, replaces=pressed_on)

    def message(
        self,
        to: Address,
        text: Text,
        *rows: Sequence[Choice],
        replaces: str | None = None,
        language: str | None = None,
        asks_contact: Text | None = None,
    ) -> Outbound:
        language = language or self.language
        return replace(
            letter(to, text, *rows, language=language),
            replaces=replaces,
            asks_contact=asks_contact.into(language) if asks_contact else None,
        )

    async def tell(
        self, member_ids: Sequence[int], text: Text, *rows: Sequence[Choice]
    ) -> list[Outbound]:
        """The same message to several members."""
        async with self.read() as db:
            return await told(db, dict.fromkeys(member_ids, text), *rows)

    def _split(self, messages: Sequence[Outbound]) -> Response:
        """What the hook's response carries, and what delivery sends.

        If the response cannot carry all that goes to the sender, delivery sends it all: otherwise
        nobody knows what comes first.
        """
        fitting = [part for message in messages for part in self._fitting(message)]
        most = self.capabilities.messages_in_response if self._in_response else 0
        own = [message for message in fitting if message.to == self.inbound.sender]
        if len(own) > most:
            return Response((), tuple(fitting))
        others = [message for message in fitting if message.to != self.inbound.sender]
        return Response(tuple(own), tuple(others))

    def _fitting(self, message: Outbound) -> list[Outbound]:
        """The message, or several where its text is longer than the channel takes."""
        channel = self.house.channels.get(message.to.channel, self.capabilities)
        *before, last = pieces(message.text, channel.max_text)
        if not before:
            return [message]
        bare = replace(message, buttons=(), asks_contact=None, replaces=None)
        first = replace(bare, text=before[0], replaces=message.replaces)
        parts = [first, *(replace(bare, text=text) for text in before[1:])]
        return [*parts, replace(message, text=last, replaces=None)]

    # --- ending ----------------------------------------------------------------------------

    async def finish(self, messages: Sequence[Outbound]) -> tuple[Outbound, ...]:
        """Commit what was written together with the answer; returns what the response carries."""
        if self._response is None:
            response = self._split(messages)
            slip = Slip(inbound=self.inbound, now=self.now, compose=lambda _: response)
            if self._tx is None:
                await self._at_desk(slip)
            else:
                await self._commit(self._tx, slip, response)
        return self._response.at_once if self._response else ()

    async def _commit(self, tx: Tx, slip: Slip, response: Response) -> None:
        [answer] = await write_slips(tx, [slip])
        if answer is not response:
            raise AnsweredBefore(answer.at_once)
        await self._stack.aclose()
        self._response = response

    async def abandon(self, error: BaseException) -> None:
        """Undo what was written."""
        await self._stack.__aexit__(type(error), error, error.__traceback__)
