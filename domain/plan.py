"""The plan of a campaign, and what must fit together in it.

domain.plan_file reads it; whether its units exist is for storage.plan to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.fields import Faults, Fields, PlanFault, quoted
from domain.members import Status
from domain.sessions import SessionKind
from domain.text import day, local

LONG_SESSION = timedelta(hours=16)


class Codes(StrEnum):
    ROTATING = "rotating"
    STATIC = "static"


class Arrivals(StrEnum):
    """What a hall's screen says of whoever came last."""

    TIMES = "times"
    INITIALS = "initials"  # with the first letters of the name


class Complete(StrEnum):
    """When a person has attended a campaign."""

    ANY = "any"  # recorded once, in whichever session
    ALL = "all"  # recorded as often as there are main sessions that expect them


class ObligationKind(StrEnum):
    ESSAY = "essay"
    PERSONAL_PLAN = "personal_plan"
    ACTION_PROGRAMME = "action_programme"  # owed by units
    CELL_AGENDA = "cell_agenda"  # owed by units


class Handed(StrEnum):
    """How it stands with something that a member has handed in."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"  # it needs something more: owed again


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVenue:
    place: str
    code: str
    name: str
    capacity: int | None
    summoned: int | None
    units: tuple[str, ...]
    contact: str | None = None  # whom to call about the hall


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSession:
    place: str
    code: str
    title: str
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    late_at: datetime
    closes_at: datetime
    codes: Codes
    has_check_out: bool
    venues: tuple[PlanVenue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanObligation:
    place: str
    code: str
    kind: ObligationKind
    title: str
    due_at: datetime
    is_handwritten: bool
    remind_days: tuple[int, ...]
    exempt: tuple[Status, ...]
    due_by_level: Mapping[str, datetime]
    due_by_unit: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lagging:
    """When a cell counts as lagging; durations in seconds."""

    margin: float
    on_day: bool
    on_day_after: int
    on_day_below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    code: str
    title: str
    unit: str
    documents: tuple[str, ...]
    opens_on: date
    cutoff_on: date | None
    complete: Complete
    lagging: Lagging
    sessions: tuple[PlanSession, ...]
    obligations: tuple[PlanObligation, ...]
    arrivals: Arrivals = Arrivals.TIMES


class PlanFaults(Exception):
    """The plan is refused; nothing is changed."""

    def __init__(self, faults: Iterable[PlanFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


# --- what fits together ----------------------------------------------------------------------


def check(plan: Plan, faults: Faults) -> None:
    """Add whatever cannot be: each field may be right by itself, and yet not fit the others."""
    _check_codes([(session.place, session.code) for session in plan.sessions], faults)
    _check_codes([(obligation.place, obligation.code) for obligation in plan.obligations], faults)
    for session in plan.sessions:
        _check_session(session, plan, faults)
    for obligation in plan.obligations:
        _check_obligation(obligation, plan, faults)
    _check_cutoff(plan, faults)


def _check_codes(codes: list[tuple[str, str]], faults: Faults) -> None:
    """Codes differ, also for a reader who does not tell "hn" from "HN"."""
    first: dict[str, str] = {}
    for place, code in codes:
        before = first.setdefault(code.lower(), place)
        if code and before != place:
            faults.add(f"{place}.code", f"mã {quoted(code)} đã dùng ở {before}")


def _check_session(session: PlanSession, plan: Plan, faults: Faults) -> None:
    starts, ends = f"{session.place}.starts_at", f"{session.place}.ends_at"
    if faults.free_of(starts, ends) and session.ends_at <= session.starts_at:
        faults.add(ends, "kết thúc không sau lúc bắt đầu")
    elif faults.free_of(starts, ends) and session.ends_at - session.starts_at > timedelta(days=31):
        faults.add(ends, "buổi học dài hơn 31 ngày")
    if faults.free_of(starts, "campaign.opens_on") and _on(session.starts_at) < plan.opens_on:
        faults.add(starts, f"buổi học trước ngày mở đợt học tập ({day(plan.opens_on)})")
    _check_codes([(venue.place, venue.code) for venue in session.venues], faults)
    first: dict[str, str] = {}
    for venue in session.venues:
        for index, unit in enumerate(venue.units):
            place = f"{venue.place}.units[{index}]"
            before = first.setdefault(unit, place)
            if unit and before != place:
                faults.add(place, f"đơn vị {quoted(unit)} đã được xếp ở {before}")


def _check_obligation(obligation: PlanObligation, plan: Plan, faults: Faults) -> None:
    begins_at = _first_start(plan, faults)
    for place, due_at in _deadlines(obligation):
        if not faults.free_of(place):
            continue
        if faults.free_of("campaign.opens_on") and _on(due_at) < plan.opens_on:
            faults.add(place, f"hạn nộp trước ngày mở đợt học tập ({day(plan.opens_on)})")
        elif begins_at is not None and due_at < begins_at:
            faults.add(place, f"hạn nộp trước buổi học đầu tiên ({day(begins_at)})")


def _deadlines(obligation: PlanObligation) -> list[tuple[str, datetime]]:
    return [(f"{obligation.place}.due_at", obligation.due_at)] + [
        (Fields({}, f"{obligation.place}.{table}", Faults()).at(key), due_at)
        for table, dates in [
            ("due_by_level", obligation.due_by_level),
            ("due_by_unit", obligation.due_by_unit),
        ]
        for key, due_at in dates.items()
    ]


def _first_start(plan: Plan, faults: Faults) -> datetime | None:
    starts = (s.starts_at for s in plan.sessions if faults.free_of(f"{s.place}.starts_at"))
    return min(starts, default=None)


def _check_cutoff(plan: Plan, faults: Faults) -> None:
    if plan.cutoff_on is None or not faults.free_of("campaign.cutoff_on"):
        return
    if faults.free_of("campaign.opens_on") and plan.cutoff_on < plan.opens_on:
        reason = f"ngày chốt số liệu trước ngày mở đợt học tập ({day(plan.opens_on)})"
        faults.add("campaign.cutoff_on", reason)
        return
    for session in plan.sessions:
        is_sure = faults.free_of(f"{session.place}.starts_at", f"{session.place}.kind")
        is_main = is_sure and session.kind is SessionKind.MAIN
        if is_main and plan.cutoff_on < _on(session.starts_at):
            held = f"{quoted(session.code)}, {day(session.starts_at)}"
            faults.add("campaign.cutoff_on", f"ngày chốt số liệu trước buổi học {held}")


def _on(at: datetime) -> date:
    return local(at).date()


# --- what is odd, but possible ---------------------------------------------------------------


def oddities(plan: Plan) -> list[PlanFault]:
    """What the author may want to look at again; the plan is applied all the same."""
    found = Faults()
    for session in plan.sessions:
        if not session.venues:
            found.add(session.place, f"buổi học {quoted(session.code)} chưa có điểm cầu")
        if session.ends_at - session.starts_at > LONG_SESSION:
            found.add(f"{session.place}.ends_at", "buổi học dài hơn 16 giờ")
        if plan.cutoff_on and plan.cutoff_on < _on(session.starts_at):
            found.add(f"{session.place}.starts_at", "buổi học sau ngày chốt số liệu")
        for venue in session.venues:
            if venue.capacity and (venue.summoned or 0) > venue.capacity:
                found.add(f"{venue.place}.summoned", "số triệu tập lớn hơn sức chứa")
    return found.found
