"""Everybody else on the morning: they come at the scenario's times, through the real bot."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, groupby

from channels import webchat
from domain.messages import Inbound, Outbound
from domain.text import fold
from rehearsal.morning import Arrival, How
from rehearsal.scenario import Scenario
from rehearsal.walls import Walls

# Twenty-four acts a second at most: on an old laptop the crowd leaves most of a core alone, and
# whoever came before the demo began is there within its first minute.
TICK = 0.5  # seconds
MOST_IN_A_TICK = 12

Handle = Callable[[Inbound], Awaitable[Sequence[Outbound]]]


class Puzzled(Exception):
    """The bot asked something else than expected: somebody was confirmed meanwhile."""


@dataclass
class Crowd:
    """People of the web chat; what they say goes to the router, nobody reads what they hear."""

    scenario: Scenario
    arrivals: Iterable[Arrival]  # those that record, in order
    codes: Mapping[str, str]  # newcomers' registration codes, by member
    walls: Walls
    handle: Handle
    now: Callable[[], datetime]
    most_at_once: int = MOST_IN_A_TICK
    _serial: count[int] = field(default_factory=count)

    async def live(self) -> None:
        """Until everybody has come."""
        waiting = deque(_acts(self.arrivals))
        while waiting:
            now = self.now()
            due: list[list[Arrival]] = []
            while waiting and waiting[0][0].at <= now and len(due) < self.most_at_once:
                due.append(waiting.popleft())
            # Together they share the desk's commits, which is most of what they cost.
            await asyncio.gather(*(self._act(act) for act in due))
            await asyncio.sleep(TICK)

    async def _act(self, act: Sequence[Arrival]) -> None:
        try:
            await self._come(act)
        except Puzzled:
            return

    async def _come(self, act: Sequence[Arrival]) -> None:
        first = act[0]
        match first.how:
            case How.LINK | How.TYPED:
                await self._say(first.member, self._code(first))
            case How.ELSEWHERE:
                asked = await self._say(first.member, self._code(first))
                await self._press(first.member, asked, "Xác nhận")
            case How.NEWCOMER:
                await self._register(first)
            case How.SECRETARY:
                await self._confirm(first.by, await self._say(first.by, "/chibo"), act)
            case How.CLERK:
                await self._confirm(first.by, await self._say(first.by, "/diemcau"), act)
            case _:
                raise Puzzled

    def _code(self, arrival: Arrival) -> str:
        if arrival.how is How.TYPED:
            return self.walls.typed(arrival.venue, self.now())
        return self.walls.link(arrival.venue, self.now())

    async def _register(self, arrival: Arrival) -> None:
        """Scan, agree, type the code, "is this you"."""
        asked = await self._say(arrival.member, self._code(arrival))
        await self._press(arrival.member, asked, "Đồng ý")
        asked = await self._say(arrival.member, self.codes[arrival.member])
        await self._press(arrival.member, asked, "Đúng")

    async def _confirm(self, who: str, shown: Outbound, act: Sequence[Arrival]) -> None:
        """Name by name, without marks, then yes once."""
        if "Xác nhận có mặt" not in _labels(shown):  # a clerk of several halls is asked which
            [hall] = [venue for venue in self.scenario.venues if venue.code == act[0].venue]
            shown = await self._press(who, shown, hall.name)
        shown = await self._press(who, shown, "Xác nhận có mặt")
        for arrival in act:
            shown = await self._say(who, fold(self.scenario.by_member[arrival.member].name))
        await self._press(who, shown, "Xác nhận")

    async def _say(self, member: str, text: str) -> Outbound:
        return await self._heard(member, text=text)

    async def _press(self, member: str, shown: Outbound, label: str) -> Outbound:
        commands = [b.command for row in shown.buttons for b in row if b.label == label]
        if not commands:
            raise Puzzled
        return await self._heard(member, command=commands[0])

    async def _heard(self, member: str, *, text: str = "", command: str | None = None) -> Outbound:
        chat = chat_id(member)
        name = f"{chat}:{next(self._serial)}"
        answers = await self.handle(
            webchat.said(chat, name, self.now(), text=text, command=command)
        )
        if not answers:
            raise Puzzled
        return answers[0]


def chat_id(member: str) -> str:
    """Each member's browser."""
    return f"roll-{member}"


def _labels(shown: Outbound) -> set[str]:
    return {button.label for row in shown.buttons for button in row}


def _acts(arrivals: Iterable[Arrival]) -> list[list[Arrival]]:
    """Several people whom somebody confirms at once are one act."""
    return [
        list(group)
        for _, group in groupby(arrivals, key=lambda each: (each.at, each.by or each.member))
    ]
