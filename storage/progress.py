"""How every cell stands in every topic: one statement per figure, grouped by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from domain.attendance import Status
from domain.counting import end_of
from domain.lagging import GIVE_UP_AFTER
from domain.members import Status as Standing_
from domain.nudging import Kind, Standing, Topic
from domain.people import Cell
from domain.plan import Complete, ObligationKind
from domain.sessions import SessionKind
from domain.text import from_local, local
from storage.database import Db
from storage.people import current
from storage.schema import (
    assignments,
    attendance,
    campaigns,
    deadlines,
    excuses,
    members,
    memberships,
    obligations,
    sessions,
    submissions,
    units,
)

MARGIN = 0.15  # of a plan that does not say
IN_HAND = ("received", "accepted")  # an essay that was returned is owed again
_OF_UNITS = (ObligationKind.ACTION_PROGRAMME, ObligationKind.CELL_AGENDA)


async def standing(
    db: Db, now: datetime, *, within: str = "/", campaign_id: int | None = None
) -> list[Standing]:
    """How the cells of a subtree stand in all that is not long past, by path and topic."""
    plans = await _plans(db, now, campaign_id)
    if not plans:
        return []
    ids = [plan.id for plan in plans]
    cells = await _cells(db, now, within)
    attended = await _attended(db, ids, now, within)
    excused = await _excused(db, ids, now, within)
    received = await _received(db, ids, now, within)
    found = [
        standing
        for plan in plans
        for cell in cells
        if cell.cell.path.startswith(plan.unit_path)
        for standing in _of_cell(plan, cell, attended, excused, received)
    ]
    return sorted(found, key=lambda one: (one.cell.path, one.topic))


# --- what is planned -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """A session as far as its cells' progress goes."""

    id: int
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Owed:
    """What the members of a cell owe, and until when."""

    row: Row[Any]
    by_level: Mapping[str, datetime]
    by_unit: Mapping[int, datetime]

    def due_for(self, cell: _Cell) -> datetime:
        """A date of its own for the subtree first, then that of the level, then everybody's."""
        for unit_id in reversed(_ids(cell.cell.path)):
            if unit_id in self.by_unit:
                return self.by_unit[unit_id]
        due_at: datetime = self.by_level.get(cell.kind.casefold(), self.row.due_at)
        return due_at


@dataclass
class _Plan:
    """A campaign with its sessions, who is expected at them, and what is owed."""

    row: Row[Any]
    held: dict[int, _Held] = field(default_factory=dict)
    assigned: dict[int, set[int]] = field(default_factory=dict)  # unit -> sessions
    owed: list[_Owed] = field(default_factory=list)
    _known: dict[str, frozenset[int]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return int(self.row.id)

    @property
    def unit_path(self) -> str:
        return str(self.row.unit_path)

    @property
    def opens_at(self) -> datetime:
        return _midnight(self.row.opens_on)

    def expected(self, path: str) -> list[_Held]:
        """The sessions to which the plan sends a cell, or a unit above it."""
        if path not in self._known:
            of_units = (self.assigned.get(unit_id, set()) for unit_id in _ids(path))
            self._known[path] = frozenset[int]().union(*of_units)
        return [self.held[one] for one in self._known[path]]

    def is_past(self, now: datetime) -> bool:
        """Whether nothing in it can lag any more."""
        dates = [one.ends_at for one in self.held.values()]
        if self.row.cutoff_on is not None:
            dates.append(end_of(self.row.cutoff_on))
        for owed in self.owed:
            dates += [owed.row.due_at, *owed.by_level.values(), *owed.by_unit.values()]
        return not dates or max(dates) + GIVE_UP_AFTER <= now

    def attendance_due(self, expected: Sequence[_Held]) -> datetime | None:
        """The cut-off, else the end of the last session that expects the cell."""
        if self.row.cutoff_on is not None:
            return end_of(self.row.cutoff_on)
        held = expected or list(self.held.values())
        return max((one.ends_at for one in held), default=None)


def _midnight(day: date) -> datetime:
    return from_local(datetime(day.year, day.month, day.day))  # noqa: DTZ001


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if part]


async def _plans(db: Db, now: datetime, campaign_id: int | None) -> list[_Plan]:
    statement = (
        select(campaigns, units.c.path.label("unit_path"))
        .join(units, units.c.id == campaigns.c.unit_id)
        .where(campaigns.c.opens_on <= local(now).date())
        .order_by(campaigns.c.id)
    )
    if campaign_id is not None:
        statement = statement.where(campaigns.c.id == campaign_id)
    found = {row.id: _Plan(row) for row in await db.execute(statement)}
    if not found:
        return []
    await _fill_sessions(db, found)
    await _fill_owed(db, found)
    return [plan for plan in found.values() if not plan.is_past(now)]


async def _fill_sessions(db: Db, plans: Mapping[int, _Plan]) -> None:
    rows = await db.execute(select(sessions).where(sessions.c.campaign_id.in_(plans)))
    for row in rows:
        held = _Held(row.id, row.kind, row.starts_at, row.ends_at)
        plans[row.campaign_id].held[row.id] = held
    sent = await db.execute(
        select(sessions.c.campaign_id, assignments.c.session_id, assignments.c.unit_id)
        .join(sessions, sessions.c.id == assignments.c.session_id)
        .where(sessions.c.campaign_id.in_(plans))
    )
    for row in sent:
        plans[row.campaign_id].assigned.setdefault(row.unit_id, set()).add(row.session_id)


async def _fill_owed(db: Db, plans: Mapping[int, _Plan]) -> None:
    by_level: dict[int, dict[str, datetime]] = {}
    by_unit: dict[int, dict[int, datetime]] = {}
    rows = await db.execute(
        select(deadlines)
        .join(obligations, obligations.c.id == deadlines.c.obligation_id)
        .where(obligations.c.campaign_id.in_(plans))
    )
    for row in rows:
        if row.unit_id is not None:
            by_unit.setdefault(row.obligation_id, {})[row.unit_id] = row.due_at
        elif row.level is not None:
            by_level.setdefault(row.obligation_id, {})[row.level.casefold()] = row.due_at
    owed = await db.execute(
        select(obligations)
        .where(obligations.c.campaign_id.in_(plans), obligations.c.kind.not_in(_OF_UNITS))
        .order_by(obligations.c.id)
    )
    for row in owed:
        one = _Owed(row, by_level.get(row.id, {}), by_unit.get(row.id, {}))
        plans[row.campaign_id].owed.append(one)


# --- what is counted -------------------------------------------------------------------------


@dataclass
class _Cell:
    """A unit with members, and how many of them have which standing."""

    cell: Cell
    kind: str
    standings: dict[str, int] = field(default_factory=dict)

    def whole(self, exempt: Iterable[str]) -> int:
        return sum(self.standings.values()) - sum(self.standings.get(one, 0) for one in exempt)


def _on_roll(now: datetime, within: str) -> ColumnElement[bool]:
    held: ColumnElement[bool] = current(local(now).date())
    if within == "/":
        return held
    below = select(units.c.id).where(units.c.path.startswith(within, autoescape=True))
    return and_(held, memberships.c.unit_id.in_(below))


def _seldom(column: ColumnElement[int], within: str) -> ColumnElement[int]:
    """A column whose index is no way in where a few cells are asked for: their people are fewer.

    SQLite, which keeps no statistics unless told to, would read a whole session for one commune.
    """
    return column if within == "/" else column + 0


async def _cells(db: Db, now: datetime, within: str) -> list[_Cell]:
    what = (units.c.id, units.c.name, units.c.path, units.c.kind, memberships.c.status)
    rows = await db.execute(
        select(*what, func.count())
        .select_from(memberships)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(_on_roll(now, within), ~units.c.is_headcount_only)
        .group_by(*what)
    )
    found: dict[int, _Cell] = {}
    for unit_id, name, path, kind, status, count in rows:
        cell = found.setdefault(unit_id, _Cell(Cell(unit_id, name, path), kind))
        cell.standings[status] = count
    return list(found.values())


Figures = Mapping[tuple[int, int], Mapping[Any, int]]  # (campaign or obligation, cell) -> counts


async def _attended(db: Db, ids: Sequence[int], now: datetime, within: str) -> Figures:
    """By campaign and cell: how many obliged people were recorded how often."""
    times = (
        select(
            sessions.c.campaign_id,
            memberships.c.unit_id,
            attendance.c.member_id,
            func.count().label("times"),
        )
        .select_from(memberships)
        .join(attendance, attendance.c.member_id == memberships.c.member_id)
        .join(sessions, sessions.c.id == _seldom(attendance.c.session_id, within))
        .where(
            sessions.c.campaign_id.in_(ids),
            attendance.c.status != Status.VOID,
            memberships.c.status != Standing_.EXEMPT,
            _on_roll(now, within),
        )
        .group_by(sessions.c.campaign_id, memberships.c.unit_id, attendance.c.member_id)
        .subquery()
    )
    what = (times.c.campaign_id, times.c.unit_id, times.c.times)
    return await _figures(db, select(*what, func.count()).group_by(*what))


async def _excused(db: Db, ids: Sequence[int], now: datetime, within: str) -> Figures:
    """By campaign and cell: how many obliged people have an excuse, by how often they came."""
    held = sessions.alias("held")
    came = (
        select(func.count())
        .select_from(attendance)
        .join(held, held.c.id == attendance.c.session_id)
        .where(
            held.c.campaign_id == sessions.c.campaign_id,
            attendance.c.member_id == excuses.c.member_id,
            attendance.c.status != Status.VOID,
        )
        .scalar_subquery()
    )
    people = (
        select(
            sessions.c.campaign_id,
            memberships.c.unit_id,
            excuses.c.member_id,
            came.label("times"),
        )
        .select_from(excuses)
        .join(sessions, sessions.c.id == excuses.c.session_id)
        .join(memberships, memberships.c.member_id == excuses.c.member_id)
        .where(
            sessions.c.campaign_id.in_(ids),
            excuses.c.state == "accepted",
            memberships.c.status != Standing_.EXEMPT,
            _on_roll(now, within),
        )
        .distinct()
        .subquery()
    )
    what = (people.c.campaign_id, people.c.unit_id, people.c.times)
    return await _figures(db, select(*what, func.count()).group_by(*what))


async def _received(db: Db, ids: Sequence[int], now: datetime, within: str) -> Figures:
    """By obligation and cell: how many people of which standing have handed theirs in."""
    what = (submissions.c.obligation_id, memberships.c.unit_id, memberships.c.status)
    return await _figures(
        db,
        select(*what, func.count())
        .select_from(submissions)
        .join(obligations, obligations.c.id == _seldom(submissions.c.obligation_id, within))
        .join(memberships, memberships.c.member_id == submissions.c.member_id)
        .where(
            obligations.c.campaign_id.in_(ids),
            submissions.c.state.in_(IN_HAND),
            _on_roll(now, within),
        )
        .group_by(*what),
    )


async def _figures(db: Db, statement: Select[Any]) -> Figures:
    found: dict[tuple[int, int], dict[Any, int]] = {}
    for subject_id, cell_id, key, count in await db.execute(statement):
        found.setdefault((subject_id, cell_id), {})[key] = count
    return found


# --- put together ----------------------------------------------------------------------------


def _of_cell(
    plan: _Plan, cell: _Cell, attended: Figures, excused: Figures, received: Figures
) -> Iterable[Standing]:
    expected = plan.expected(cell.cell.path)
    opens_at = min((one.starts_at for one in expected), default=plan.opens_at)
    common = {
        "cell": cell.cell,
        "campaign_id": plan.id,
        "campaign_code": plan.row.code,
        "opens_at": opens_at,
        "margin": float(plan.row.lagging.get("margin", MARGIN)),
    }
    due_at = plan.attendance_due(expected)
    if due_at is not None:
        mains = sum(one.kind == SessionKind.MAIN for one in expected)
        needed = max(1, mains) if plan.row.complete == Complete.ALL else 1
        where = plan.id, cell.cell.id
        away = _sum(excused.get(where, {}), lambda times: times < needed)
        yield Standing(
            **common,
            topic=Topic(Kind.ATTENDANCE, plan.id),
            title=plan.row.title,
            done=_sum(attended.get(where, {}), lambda times: times >= needed),
            whole=cell.whole([Standing_.EXEMPT]) - away,
            excused=away,
            needed=needed,
            due_at=due_at,
        )
    for owed in plan.owed:
        figures = received.get((owed.row.id, cell.cell.id), {})
        exempt = frozenset(owed.row.exempt)
        yield Standing(
            **common,
            topic=Topic(Kind.OBLIGATION, owed.row.id),
            title=owed.row.title,
            done=_sum(figures, lambda status, exempt=exempt: status not in exempt),
            whole=cell.whole(exempt),
            excused=0,
            needed=1,
            due_at=owed.due_for(cell),
        )


def _sum(figures: Mapping[Any, int], counts: Any) -> int:
    return sum(count for key, count in figures.items() if counts(key))


# --- who is missing --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Missing:
    id: int
    name: str
    status: str


def to_remind(found: Sequence[Missing], asker_id: int) -> list[Missing]:
    """Those who would hear it: not who asks, not who gets no messages."""
    return [one for one in found if one.id != asker_id and one.status != Standing_.PAUSED]


async def missing(db: Db, standing: Standing, now: datetime) -> list[Missing]:
    """The people of the cell who have not done it yet, by name; for who may see names only."""
    statement = (
        select(members.c.id, members.c.name, memberships.c.status)
        .join(memberships, memberships.c.member_id == members.c.id)
        .where(current(local(now).date()), memberships.c.unit_id == standing.cell.id)
        .order_by(members.c.folded, members.c.id)
    )
    if standing.topic.kind is Kind.OBLIGATION:
        statement = statement.where(*_owing(standing.topic.id, await _exempt(db, standing)))
    else:
        statement = statement.where(*_not_attended(standing))
    return [Missing(*row) for row in await db.execute(statement)]


async def _exempt(db: Db, standing: Standing) -> Sequence[str]:
    found: Sequence[str] | None = await db.scalar(
        select(obligations.c.exempt).where(obligations.c.id == standing.topic.id)
    )
    return found or ()


def _owing(obligation_id: int, exempt: Sequence[str]) -> list[ColumnElement[bool]]:
    handed_in = select(submissions.c.member_id).where(
        submissions.c.obligation_id == obligation_id, submissions.c.state.in_(IN_HAND)
    )
    return [memberships.c.status.not_in(exempt), members.c.id.not_in(handed_in)]


def _not_attended(standing: Standing) -> list[ColumnElement[bool]]:
    held = select(sessions.c.id).where(sessions.c.campaign_id == standing.campaign_id)
    came = (
        select(func.count())
        .select_from(attendance)
        .where(
            attendance.c.member_id == members.c.id,
            attendance.c.session_id.in_(held),
            attendance.c.status != Status.VOID,
        )
        .scalar_subquery()
    )
    away = select(excuses.c.member_id).where(
        excuses.c.session_id.in_(held), excuses.c.state == "accepted"
    )
    return [
        memberships.c.status != Standing_.EXEMPT,
        came < standing.needed,
        members.c.id.not_in(away),
    ]
