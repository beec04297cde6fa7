"""What people do on the morning, message by message, and what they must hear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from domain.text import fold
from rehearsal.morning import Arrival, How
from rehearsal.scenario import Scenario
from rehearsal.telegram_chat import Chat, Heard, Silence
from rehearsal.telegram_server import TelegramServer
from rehearsal.walls import Walls

DONE = "Đã điểm danh"
BEFORE = "Đồng chí đã điểm danh"
WRONG = "Mã chưa đúng"
EARLY = "Chưa đến giờ"
CLOSED = "Đã hết giờ"

CONFIRM_PRESENT = "Xác nhận có mặt"
VOUCHED = "đã xác nhận đồng chí có mặt"
NEXT_PAGE = "Trang sau"

PATIENCE = 20.0  # seconds for messages that come through the post


class Unexpected(Exception):
    """The bot said something else than people were told it would."""


@dataclass
class Ledger:
    """What people were told: to be held against the database."""

    checked_in: dict[str, datetime] = field(default_factory=dict)  # member -> when
    confirmed: set[str] = field(default_factory=set)
    told_before: int = 0  # repeats, answered with the first time
    refused: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)


@dataclass
class Cast:
    """Everybody with their telephones."""

    scenario: Scenario
    server: TelegramServer
    now: Callable[[], datetime]
    walls: Walls
    codes: Mapping[str, str]  # newcomers' registration codes, by member
    ledger: Ledger = field(default_factory=Ledger)

    async def act(self, arrivals: Sequence[Arrival]) -> None:
        """Everything that one person does, one after the other; surprises are noted, not raised."""
        for group in _together(arrivals):
            try:
                await self._act(group)
            except (Silence, Unexpected) as surprise:
                self.ledger.surprises.append(f"{group[0].how}: {surprise!r}"[:300])

    async def _act(self, group: Sequence[Arrival]) -> None:
        first = group[0]
        phone = self.phone(first.by or first.member)
        match first.how:
            case How.LINK | How.TYPED if len(group) > 1:
                await self._check_in_delivered_twice(phone, first)
            case How.LINK | How.TYPED:
                self._came(first, await _say(phone, self._code(first)))
            case How.ELSEWHERE:
                asked = await _say(phone, self._code(first))
                self._came(first, await _press(phone, asked, "Xác nhận"))
            case How.NEWCOMER:
                self._came(first, await self._register(phone, first))
            case How.SECRETARY:
                await self._confirm_by_numbers(phone, self._names(group))
                self.ledger.confirmed |= {arrival.member for arrival in group}
            case How.CLERK:
                await self._confirm_by_names(phone, self._names(group))
                self.ledger.confirmed |= {arrival.member for arrival in group}
            case How.AGAIN:
                self._told_before(await _say(phone, self._code(first)))
            case How.REDELIVERED:
                self._same_answer(await _heard(phone.redelivers()))
            case _:
                await self._be_refused(phone, first)

    def phone(self, member: str) -> Chat:
        """The member's own."""
        return self.server.chat(chat_id(member))

    # --- checking in -------------------------------------------------------------------------

    def _code(self, arrival: Arrival) -> str:
        now = self.now()
        if arrival.how is How.TYPED:
            return self.walls.typed(arrival.venue, now)
        return self.walls.link(arrival.venue, now)

    def _came(self, arrival: Arrival, heard: Heard) -> None:
        if DONE not in heard.text:
            raise Unexpected(heard.text)
        self.ledger.checked_in[arrival.member] = self.now()

    async def _check_in_delivered_twice(self, phone: Chat, arrival: Arrival) -> None:
        """Both deliveries are on their way at once; both are answered as one."""
        heard = len(phone.heard)
        await phone.types(self._code(arrival), answers=0)
        await phone.redelivers(answers=0)
        await phone.hears(2)
        first, second = phone.heard[heard : heard + 2]
        self._came(arrival, first)
        self._same_answer(second)

    def _same_answer(self, heard: Heard) -> None:
        if not heard.text.startswith(DONE):
            raise Unexpected(heard.text)
        self.ledger.told_before += 1

    def _told_before(self, heard: Heard) -> None:
        if not heard.text.startswith(BEFORE):
            raise Unexpected(heard.text)
        self.ledger.told_before += 1

    # --- registering -------------------------------------------------------------------------

    async def _register(self, phone: Chat, arrival: Arrival) -> Heard:
        """The whole of story 1: scan, two consents, the code, "is this you"."""
        asked = await _say(phone, self._code(arrival))
        asked = await _press(phone, asked, "Đồng ý")
        await _press(phone, asked, "Đồng ý")
        asked = await _say(phone, _as_typed(self.codes[arrival.member]))
        return await _press(phone, asked, "Đúng")

    # --- being refused -----------------------------------------------------------------------

    async def _be_refused(self, phone: Chat, arrival: Arrival) -> None:
        now = self.now()
        match arrival.how:
            case How.WRONG:
                said, expected = self.walls.wrong(now), WRONG
            case How.STALE:
                said, expected = self.walls.stale(arrival.venue, now), WRONG
            case How.EARLY:
                said, expected = self._code(arrival), EARLY
            case How.CLOSED:
                said, expected = self._code(arrival), CLOSED
            case How.DECLINED:
                asked = await _say(phone, self._code(arrival))
                await _press(phone, asked, "Không")
                self.ledger.refused[arrival.how.value] += 1
                return
            case _:
                raise ValueError(arrival.how)
        heard = await _say(phone, said)
        if not heard.text.startswith(expected):
            raise Unexpected(heard.text)
        self.ledger.refused[arrival.how.value] += 1

    # --- being confirmed ---------------------------------------------------------------------

    async def hear_of_confirmations(self, linked: Collection[str]) -> None:
        """Whoever was confirmed and has a telephone is told so, once."""
        for member in sorted(self.ledger.confirmed & set(linked)):
            phone = self.phone(member)
            with suppress(Silence):
                await phone.hears(within=PATIENCE)
            if len(phone.heard) != 1 or VOUCHED not in phone.last.text:
                self.ledger.surprises.append(f"{member}: heard {len(phone.heard)} confirmations")

    # --- confirming others -------------------------------------------------------------------

    def _names(self, group: Sequence[Arrival]) -> list[str]:
        return [self.scenario.by_member[arrival.member].name for arrival in group]

    async def _confirm_by_numbers(self, phone: Chat, names: Sequence[str]) -> None:
        """The secretary leafs through the cell's list, types the numbers, says yes once."""
        shown = await _press(phone, await _say(phone, "/chibo"), CONFIRM_PRESENT)
        numbers = _numbers_in(shown)
        while NEXT_PAGE in shown.labels and not numbers.keys() >= set(names):
            shown = await _press(phone, shown, NEXT_PAGE)
            numbers |= _numbers_in(shown)
        if not numbers.keys() >= set(names):
            raise Unexpected(shown.text)
        asked = await _say(phone, " ".join(numbers[name] for name in names))
        await self._say_yes(phone, asked, names)

    async def _confirm_by_names(self, phone: Chat, names: Sequence[str]) -> None:
        """The clerk types each name without marks, then says yes once."""
        shown = await _say(phone, "/diemcau")
        if CONFIRM_PRESENT not in shown.labels:
            shown = await _press(phone, shown, shown.labels[0])  # their hall
        shown = await _press(phone, shown, CONFIRM_PRESENT)
        for name in names:
            shown = await _say(phone, fold(name))
        await self._say_yes(phone, shown, names)

    async def _say_yes(self, phone: Chat, asked: Heard, names: Sequence[str]) -> None:
        if any(name not in asked.text for name in names):
            raise Unexpected(asked.text)
        done = await _press(phone, asked, "Xác nhận")
        if "Đã xác nhận" not in done.text:
            raise Unexpected(done.text)


async def _say(phone: Chat, text: str) -> Heard:
    return await _heard(phone.types(text))


async def _press(phone: Chat, heard: Heard, label: str) -> Heard:
    if label not in heard.labels:
        raise Unexpected(f"no [{label}] below: {heard.text}")
    return await _heard(phone.presses(label, on=heard))


async def _heard(act: Awaitable[Heard | None]) -> Heard:
    heard = await act
    if heard is None:
        raise Silence
    return heard


def chat_id(member: str) -> int:
    """Each member's chat: "TG000123" -> 700000123."""
    return 700_000_000 + int(member.removeprefix("TG"))


def _together(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """One confirmation of several people, or one check-in with its second delivery, is one act."""
    groups: list[list[Arrival]] = []
    for arrival in arrivals:
        last = groups[-1][-1] if groups else None
        is_same_act = last is not None and (
            (arrival.by and last.by == arrival.by and last.at == arrival.at)
            or (arrival.how is How.REDELIVERED and last.at == arrival.at)
        )
        if is_same_act:
            groups[-1].append(arrival)
        else:
            groups.append([arrival])
    return groups


def _as_typed(code: str) -> str:
    """As read out in a hall: in halves, in small letters."""
    return f"{code[:4]} {code[4:]}".lower()


def _numbers_in(shown: Heard) -> dict[str, str]:
    """The numbers in front of the names on this page of a list."""
    labels = (label.partition(" ") for label in shown.labels)
    return {name: number for number, _, name in labels if number.isdecimal()}
