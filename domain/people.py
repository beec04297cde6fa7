"""Who writes to us, as far as conversations ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.attendance import Attendee, Record
from domain.messages import Address
from domain.text import fold


@dataclass(frozen=True, slots=True)
class Cell:
    id: int
    name: str
    path: str

    @property
    def superior_path(self) -> str:
        """The unit directly above: "/1/5/33/" -> "/1/5/"."""
        return superior(self.path)


def superior(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: int
    code: str
    name: str
    birth_year: int | None
    cell: Cell
    status: str
    position: str

    @property
    def name_and_year(self) -> str:
        """A cell may have two of one name."""
        return f"{self.name} ({self.birth_year})" if self.birth_year else self.name


# What tells namesakes apart, in the order in which it is tried.
_MARKS: Sequence[Callable[[Member], Sequence[str | int | None]]] = (
    lambda one: [one.cell.name],
    lambda one: [one.birth_year],
    lambda one: [one.cell.name, one.birth_year],
    lambda one: [one.birth_year, one.code],
    lambda one: [one.code],
)


def told_apart(roll: Iterable[Member]) -> dict[int, str]:
    """What to call each member of a roll: namesakes by cell, by birth year, at last by code.

    Over the whole roll, not only those shown: a namesake who is recorded already must not make
    the other look like the only one.
    """
    alike: dict[str, list[Member]] = {}
    for member in roll:
        alike.setdefault(fold(member.name), []).append(member)
    return {
        member.id: f"{member.name}{mark}"
        for namesakes in alike.values()
        for member, mark in zip(namesakes, _marks(namesakes), strict=True)
    }


def _marks(namesakes: Sequence[Member]) -> Sequence[str]:
    if len(namesakes) == 1:
        return [""]
    for told_by in _MARKS:
        parts = [told_by(one) for one in namesakes]
        if all(all(one) for one in parts) and len(set(map(tuple, parts))) == len(parts):
            break
    return [f" ({', '.join(map(str, one))})" for one in parts]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation that waits for the person's next words."""

    name: str
    state: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One account and, once registered, the member behind it."""

    address: Address
    account_id: int | None = None  # None: never heard of
    is_reachable: bool = True  # False: the messenger said that nobody is at this chat any more
    member: Member | None = None
    language: str | None = None
    records_consent: int | None = None
    foreign_consent: int | None = None
    wrong_tries: int = 0
    wrong_since: datetime | None = None
    locked_until: datetime | None = None
    dialogue: Dialogue | None = None
    records: Mapping[int, Record] = field(default_factory=dict)  # by session, without void ones

    @property
    def attendee(self) -> Attendee | None:
        if self.member is None:
            return None
        return Attendee(self.member.id, self.member.cell.path, self.records)
