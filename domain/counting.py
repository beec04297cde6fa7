"""The counting rules: who is obliged, who attended, who is not recorded, at every level.

    obliged = on the roll - exempt, on the day in question
    obliged = attended + excused + not recorded

A person counts once per campaign, in the cell to which they belong on that day, however often and
wherever they were recorded; a transfer carries the credit with the person. Everything is figured
out cell by cell and only ever added up, so that children always make their parent's sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.attendance import Status, Via
from domain.members import Status as Standing
from domain.plan import Complete, Handed, ObligationKind
from domain.sessions import Campaign, Schedule, Session, SessionKind
from domain.text import from_local, local
from domain.totals import CellFigures, Node, Tally

# Owed by units rather than by people: each cell with somebody obliged owes one.
_OF_UNITS = {ObligationKind.ACTION_PROGRAMME, ObligationKind.CELL_AGENDA}


def end_of(day: date) -> datetime:
    """The instant at which the day is over in Vietnam."""
    return from_local(datetime(day.year, day.month, day.day) + timedelta(days=1))  # noqa: DTZ001


def moment_of(as_of: date, now: datetime) -> datetime:
    """From when a day is looked at: today up to now, any other day from its end."""
    return now if local(now).date() == as_of else end_of(as_of)


# --- what is counted from --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An obligation as far as counting goes."""

    code: str
    title: str
    kind: ObligationKind
    due_at: datetime
    exempt: frozenset[str]
    due_by_unit: Mapping[int, datetime]

    def due_for(self, cell_path: str) -> datetime:
        """The most specific date wins."""
        for unit_id in reversed(_ids(cell_path)):
            if unit_id in self.due_by_unit:
                return self.due_by_unit[unit_id]
        return self.due_at


@dataclass(frozen=True, slots=True)
class OnRoll:
    """So many members of a cell have this standing."""

    cell_id: int
    standing: str
    count: int


@dataclass(frozen=True, slots=True)
class Seen:
    """So many members were first recorded in this session in this way, and so often in all."""

    cell_id: int
    standing: str
    session_id: int
    status: Status
    via: Via
    times: int
    count: int


@dataclass(frozen=True, slots=True)
class Excused:
    """So many members have an accepted excuse, and were recorded so often all the same."""

    cell_id: int
    standing: str
    times: int
    count: int


@dataclass(frozen=True, slots=True)
class HandedIn:
    """So many members have handed in what an obligation asks for."""

    cell_id: int
    standing: str
    code: str
    state: Handed
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that one count rests on."""

    campaign: Campaign
    complete: Complete
    as_of: date
    moment: datetime
    schedule: Schedule  # every session of the campaign
    owed: tuple[Owed, ...]
    within: str  # the subtree that is asked for; what a hall shares with others needs the rest
    nodes: Mapping[int, Node]
    roll: Sequence[OnRoll]
    seen: Sequence[Seen]
    excused: Sequence[Excused]
    handed_in: Sequence[HandedIn] = ()


# --- figuring out ----------------------------------------------------------------------------


def tally(facts: Facts) -> Tally:
    """Count each cell once; units above are sums."""
    figures = {row.cell_id: Counter[str]() for row in facts.roll}
    plans = Plans(facts.schedule)
    for row in facts.roll:
        figures[row.cell_id]["roll"] += row.count
        if row.standing == Standing.EXEMPT:
            figures[row.cell_id]["exempt"] += row.count
    expected = {cell_id: plans.of(facts.nodes[cell_id].path) for cell_id in figures}
    _count_attended(facts, figures, expected)
    _count_excused(facts, figures, expected)
    _count_owed(facts, figures)
    _count_expected(facts, figures, expected)
    for node in facts.nodes.values():
        if node.is_headcount_only and node.id not in figures:
            figures[node.id], expected[node.id] = Counter(), plans.of(node.path)
    cells = [
        CellFigures(
            facts.nodes[cell_id].path,
            counted,
            frozenset(expected[cell_id].values()),
            frozenset(expected[cell_id]),
        )
        for cell_id, counted in figures.items()
        if facts.nodes[cell_id].path.startswith(facts.within)
    ]
    return Tally(
        facts.campaign,
        facts.as_of,
        facts.moment,
        facts.schedule,
        {key: node for key, node in facts.nodes.items() if node.path.startswith(facts.within)},
        sorted(cells, key=lambda cell: cell.path),
        {owed.code: owed.title for owed in facts.owed},
    )


Expected = Mapping[int, int]  # session -> venue


class Plans:
    """Where the plan expects a cell, in all sessions at once; the most specific assignment wins."""

    def __init__(self, schedule: Schedule) -> None:
        self._of_unit: dict[int, dict[int, int]] = {}
        for (session_id, unit_id), venue_id in schedule.assigned.items():
            self._of_unit.setdefault(unit_id, {})[session_id] = venue_id
        self._of_path: dict[str, Expected] = {"/": {}}

    def of(self, path: str) -> Expected:
        if path not in self._of_path:
            above = path[: path.rstrip("/").rindex("/") + 1]
            own = self._of_unit.get(_ids(path)[-1])
            self._of_path[path] = {**self.of(above), **own} if own else self.of(above)
        return self._of_path[path]


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if part]


def _planned(facts: Facts, expected: Expected, kind: SessionKind) -> list[Session]:
    found = (facts.schedule.sessions[session_id] for session_id in expected)
    return [session for session in found if session.kind is kind]


def _has_attended(facts: Facts, expected: Expected, times: int) -> bool:
    """Once is enough, unless each main session is demanded; a make-up stands for one missed."""
    if facts.complete is Complete.ANY:
        return times > 0
    return times >= max(1, len(_planned(facts, expected, SessionKind.MAIN)))


def _count_attended(
    facts: Facts, figures: Mapping[int, Counter[str]], expected: Mapping[int, Expected]
) -> None:
    for row in facts.seen:
        cell = figures[row.cell_id]
        if row.standing == Standing.EXEMPT:
            cell["exempt_attended"] += row.count
        elif _has_attended(facts, expected[row.cell_id], row.times):
            kind = facts.schedule.sessions[row.session_id].kind
            if kind is SessionKind.CLASS and not _planned(
                facts, expected[row.cell_id], SessionKind.MAIN
            ):
                kind = SessionKind.MAIN
            cell["main" if kind is SessionKind.MAIN else "makeup"] += row.count
            cell[row.via] += row.count
            if row.status is Status.LATE:
                cell["late"] += row.count


def _count_excused(
    facts: Facts, figures: Mapping[int, Counter[str]], expected: Mapping[int, Expected]
) -> None:
    for row in facts.excused:
        is_obliged = row.standing != Standing.EXEMPT
        if is_obliged and not _has_attended(facts, expected[row.cell_id], row.times):
            figures[row.cell_id]["excused"] += row.count


def _count_owed(facts: Facts, figures: Mapping[int, Counter[str]]) -> None:
    _count_handed_in(facts, figures)
    for owed in facts.owed:
        for row in facts.roll:
            if owed.kind not in _OF_UNITS and row.standing not in owed.exempt:
                figures[row.cell_id][f"due {owed.code}"] += row.count
        for cell_id, cell in figures.items():
            if owed.kind in _OF_UNITS and cell["roll"] > cell["exempt"]:
                cell[f"due {owed.code}"] = 1
            if facts.moment > owed.due_for(facts.nodes[cell_id].path):
                missing = cell[f"due {owed.code}"] - cell[f"received {owed.code}"]
                cell[f"overdue {owed.code}"] = missing


def _count_handed_in(facts: Facts, figures: Mapping[int, Counter[str]]) -> None:
    """Of those who owe it; what was returned is owed again, and what is good was received."""
    exempt = {owed.code: owed.exempt for owed in facts.owed if owed.kind not in _OF_UNITS}
    for row in facts.handed_in:
        if row.code not in exempt or row.standing in exempt[row.code]:
            continue
        if row.state is not Handed.RETURNED:
            figures[row.cell_id][f"received {row.code}"] += row.count
        if row.state is Handed.ACCEPTED:
            figures[row.cell_id][f"accepted {row.code}"] += row.count


def _count_expected(
    facts: Facts, figures: Mapping[int, Counter[str]], expected: Mapping[int, Expected]
) -> None:
    obliged = {cell_id: cell["roll"] - cell["exempt"] for cell_id, cell in figures.items()}
    shares = summoned_by_cell(facts.schedule, obliged, expected)
    for cell_id, cell in figures.items():
        called = _planned(facts, expected[cell_id], SessionKind.MAIN)
        called = called or _planned(facts, expected[cell_id], SessionKind.CLASS)
        cell["summoned"] = max((shares[one.id, cell_id] for one in called), default=0)
        begun = (facts.schedule.sessions[known].starts_at for known in expected[cell_id])
        if obliged[cell_id] and not any(starts_at <= facts.moment for starts_at in begun):
            cell["not_held"] = 1


def summoned_by_cell(
    schedule: Schedule, obliged: Mapping[int, int], expected: Mapping[int, Expected]
) -> dict[tuple[int, int], int]:
    """How many each session summons of each cell: its share of what its venue summons."""
    guests: dict[tuple[int, int], dict[int, int]] = {}  # (session, venue) -> cell -> obliged
    for cell_id, halls in expected.items():
        for hall in halls.items():
            guests.setdefault(hall, {})[cell_id] = obliged[cell_id]
    shares: dict[tuple[int, int], int] = {}
    for (session_id, venue_id), cells in guests.items():
        summoned = schedule.venues[venue_id].summoned
        parts = cells if summoned is None else apportion(summoned, cells)
        shares.update({(session_id, cell_id): part for cell_id, part in parts.items()})
    return shares


def apportion(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Whole parts that make up the total, each as near to its weight's share as can be.

    The largest remainders get what rounding down leaves over. Without weights nobody gets any.
    """
    whole = sum(weights.values())
    if whole == 0:
        return dict.fromkeys(weights, 0)
    parts = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts
