"""The roster: what a file says of units and members, and what is known of them already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.members import Position, Status


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was read: text in every cell, "" where there is none; row 1 first."""

    name: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must be mended before anything is imported."""

    sheet: str
    row: int | None
    column: str | None
    reason: str


class RosterFaults(Exception):
    """Every fault of a roster at once; nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file something stands."""

    sheet: str
    row: int | None

    def fault(self, column: str | None, reason: str) -> Fault:
        return Fault(self.sheet, self.row, column, reason)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the cells of a plain sheet belong: `--under CODE --unit-name NAME`."""

    under: str | None = None
    unit_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    place: Place
    code: str
    name: str
    kind: str
    parent: str | None  # code; None: the root
    is_headcount_only: bool | None = None  # None: the file does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    place: Place
    code: str | None  # None: one is given
    name: str
    cell: str  # code of the unit
    position: Position
    status: Status
    birth_year: int | None = None
    phone: str | None = None  # "+84912345678"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A file without a fault."""

    units: Sequence[UnitRow]
    members: Sequence[MemberRow]
    warnings: Sequence[str]
    columns: frozenset[str]  # of the members; what has no column is left as it is known
    scope: frozenset[str]  # codes of the topmost units the file speaks of
    lists_units: bool  # False: a plain sheet, which names cells but does not list them


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUnit:
    id: int
    code: str
    name: str
    kind: str
    parent: str | None  # code
    path: str
    is_headcount_only: bool
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMember:
    """A member with the last of their memberships."""

    id: int
    code: str
    name: str
    birth_year: int | None
    phone_hash: bytes | None
    membership_id: int
    cell: str  # code
    status: str
    position: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database holds when an import begins."""

    units: Sequence[KnownUnit] = ()
    members: Sequence[KnownMember] = ()
    last_given: int = 0  # number of the last code given to a member without one
    revision: int = 0  # of the roll; grows with every import


def code_key(code: str) -> str:
    """Codes are the same whatever their case."""
    return code.casefold()
