"""The figures of a campaign on a day, for any unit of the tree."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from domain.attendance import Via
from domain.people import superior
from domain.sessions import Campaign, Schedule


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the campaign's tree."""

    id: int
    code: str
    name: str
    kind: str
    path: str
    is_headcount_only: bool
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class ObligationTotals:
    due: int
    received: int
    accepted: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The figures of a unit and all in it; numerators and denominators, never a bare rate."""

    roll: int
    exempt: int
    exempt_attended: int
    attended: int  # obliged people only
    main: int
    makeup: int
    late: int
    excused: int
    via: Mapping[Via, int]
    venues: int
    sessions: int
    summoned: int
    units_not_held: int
    masses: int
    households: int | None
    obligations: Mapping[str, ObligationTotals]

    @property
    def obliged(self) -> int:
        return self.roll - self.exempt

    @property
    def not_recorded(self) -> int:
        return self.obliged - self.attended - self.excused


@dataclass(frozen=True, slots=True)
class CellFigures:
    """One cell's figures, to be added up by name, and the venues and sessions that expect it."""

    path: str
    figures: Counter[str]
    venues: frozenset[int]
    sessions: frozenset[int]


@dataclass
class Tally:
    """A campaign as it stood on a day, for every unit of the tree."""

    campaign: Campaign
    as_of: date
    moment: datetime
    schedule: Schedule
    nodes: Mapping[int, Node]
    cells: Sequence[CellFigures]  # by path
    obligations: Mapping[str, str]  # titles by code, in the plan's order
    _paths: list[str] = field(init=False, repr=False)
    _below: dict[str, list[Node]] = field(init=False, repr=False)
    _known: dict[int, Totals] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._paths = [cell.path for cell in self.cells]
        self._below = {}
        for node in self.nodes.values():
            self._below.setdefault(superior(node.path), []).append(node)

    def unit(self, code: str) -> Node | None:
        return next((node for node in self.nodes.values() if node.code == code), None)

    def totals(self, unit_id: int) -> Totals:
        """The figures of a unit and all below it."""
        if unit_id not in self._known:
            self._known[unit_id] = _sum(self.cells_of(unit_id), self.obligations)
        return self._known[unit_id]

    def children(self, unit_id: int) -> list[Node]:
        """The units directly below that stood on that day, or for which something counts."""
        below = self._below.get(self.nodes[unit_id].path, ())
        return [node for node in below if self._stands(node)]

    def _stands(self, node: Node) -> bool:
        return node.closed_on is None or node.closed_on > self.as_of or bool(self.cells_of(node.id))

    def cells_of(self, unit_id: int) -> Sequence[CellFigures]:
        path = self.nodes[unit_id].path
        first = bisect_left(self._paths, path)
        return self.cells[first : bisect_left(self._paths, f"{path}\uffff", first)]


def _sum(cells: Iterable[CellFigures], obligations: Iterable[str]) -> Totals:
    figures: Counter[str] = Counter()
    venues: set[int] = set()
    sessions: set[int] = set()
    for cell in cells:
        figures.update(cell.figures)
        venues |= cell.venues
        sessions |= cell.sessions
    return Totals(
        roll=figures["roll"],
        exempt=figures["exempt"],
        exempt_attended=figures["exempt_attended"],
        attended=figures["main"] + figures["makeup"],
        main=figures["main"],
        makeup=figures["makeup"],
        late=figures["late"],
        excused=figures["excused"],
        via={via: figures[via] for via in Via},
        venues=len(venues),
        sessions=len(sessions),
        summoned=figures["summoned"],
        units_not_held=figures["not_held"],
        masses=0,
        households=None,
        obligations={
            code: ObligationTotals(
                due=figures[f"due {code}"],
                received=figures[f"received {code}"],
                accepted=figures[f"accepted {code}"],
                overdue=figures[f"overdue {code}"],
            )
            for code in obligations
        },
    )


def as_json(tally: Tally, unit_id: int) -> dict[str, Any]:
    """The figures of a unit and, one level deep, of its children: what scripts rely on."""
    children = [_flat(tally, child.id) for child in tally.children(unit_id)]
    return _flat(tally, unit_id) | {"children": children}


def _flat(tally: Tally, unit_id: int) -> dict[str, Any]:
    totals = tally.totals(unit_id)
    return {
        "campaign": tally.campaign.code,
        "unit": tally.nodes[unit_id].code,
        "as_of": tally.as_of.isoformat(),
        "roll": totals.roll,
        "exempt": totals.exempt,
        "exempt_attended": totals.exempt_attended,
        "obliged": totals.obliged,
        "attended": totals.attended,
        "main": totals.main,
        "makeup": totals.makeup,
        "late": totals.late,
        "excused": totals.excused,
        "not_recorded": totals.not_recorded,
        "via": {via.value: count for via, count in totals.via.items()},
        "venues": totals.venues,
        "sessions": totals.sessions,
        "summoned": totals.summoned,
        "units_not_held": totals.units_not_held,
        "masses": totals.masses,
        "households": totals.households,
        "obligations": {code: asdict(figures) for code, figures in totals.obligations.items()},
    }
