"""What a made-up morning consists of: a tree, a roll, venues, and how many of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    kind: str  # Loại
    parent: str | None


@dataclass(frozen=True, slots=True)
class Member:
    code: str
    name: str
    cell: str
    position: str  # Chức vụ
    status: str  # Tình trạng
    birth_year: int
    phone: str | int | None  # in somebody's spelling; a number where a sheet lost the leading zero


@dataclass(frozen=True, slots=True)
class Venue:
    code: str
    name: str
    capacity: int
    summoned: int
    units: tuple[str, ...]  # these subtrees; the most specific assignment wins


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The figures a scenario must meet to the person."""

    communes: int
    with_blocs: bool
    roll: int
    summoned: int
    attended: int
    by_secretaries: int  # of those who attended
    by_clerks: int
    late: int
    newcomers: int  # register on the spot
    early: int  # try before opening, come again
    wrong: int  # mistype the code first
    stale: int  # send an old code first
    elsewhere: int  # attend another venue than planned
    declined: int  # open another venue's code, say no, then use their own
    again: int  # check in twice
    redelivered: int  # the messenger delivers the update a second time
    closed: int  # come after the end: refused


@dataclass(frozen=True)
class Scenario:
    """A province (or less) on the morning of its conference."""

    name: str
    seed: int
    size: Size
    units: tuple[Unit, ...]  # superiors first
    venues: tuple[Venue, ...]
    members: tuple[Member, ...]  # cell by cell

    @cached_property
    def by_unit(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def by_member(self) -> dict[str, Member]:
        return {member.code: member for member in self.members}

    @cached_property
    def cells(self) -> dict[str, Sequence[Member]]:
        """The members of each cell, by the cell's code."""
        return {
            code: tuple(group) for code, group in groupby(self.members, key=lambda each: each.cell)
        }

    @cached_property
    def venue_of_cell(self) -> dict[str, str]:
        """Where each cell is expected."""
        assigned = {unit: venue.code for venue in self.venues for unit in venue.units}
        return {
            cell: next(assigned[code] for code in self.line(cell) if code in assigned)
            for cell in self.cells
        }

    @cached_property
    def expected_at(self) -> Mapping[str, Sequence[Member]]:
        """The members expected at each venue."""
        found: dict[str, list[Member]] = {venue.code: [] for venue in self.venues}
        for cell, members in self.cells.items():
            found[self.venue_of_cell[cell]] += members
        return found

    def line(self, unit: str) -> list[str]:
        """The unit and everything above it, up to the root."""
        found = []
        current: str | None = unit
        while current is not None:
            found.append(current)
            current = self.by_unit[current].parent
        return found
