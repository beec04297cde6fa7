"""What applying a plan would change, found before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from domain.fields import Faults, PlanFault, quoted
from domain.plan import Plan, PlanObligation, PlanSession, PlanVenue
from domain.text import fold, local
from storage.database import Db
from storage.schema import (
    assignments,
    campaigns,
    deadlines,
    obligations,
    sessions,
    units,
    venues,
)


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    kind: ChangeKind
    subject: str  # "campaign" | "session" | "venue" | "obligation"
    code: str  # "NQTW4", "HN", "HN/V001", "BTH"
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed; nothing where the file says what stands already."""

    campaign_id: int
    changes: tuple[Change, ...]
    oddities: tuple[PlanFault, ...] = ()  # applied all the same


@dataclass(frozen=True, slots=True)
class Units:
    """The units of the campaign's subtree."""

    own_id: int
    ids: Mapping[str, int]  # by code
    closed: Mapping[str, date]
    kinds: frozenset[str]  # folded


async def find_units(db: Db, plan: Plan, faults: Faults) -> Units | None:
    """The units that the plan may name; each that it names wrongly is a fault."""
    if not faults.free_of("campaign.unit"):
        return None
    own = (
        await db.execute(select(units.c.id, units.c.path).where(units.c.code == plan.unit))
    ).first()
    if own is None:
        faults.add("campaign.unit", f"không có đơn vị {quoted(plan.unit)}")
        return None
    rows = (
        await db.execute(
            select(units.c.code, units.c.id, units.c.kind, units.c.closed_on).where(
                units.c.path.startswith(own.path, autoescape=True)
            )
        )
    ).all()
    found = Units(
        own.id,
        {row.code: row.id for row in rows},
        {row.code: row.closed_on for row in rows if row.closed_on},
        frozenset(fold(row.kind) for row in rows),
    )
    _check_units(plan, found, faults)
    return found


def _check_units(plan: Plan, found: Units, faults: Faults) -> None:
    unknown = "không có đơn vị {}, hoặc không thuộc " + quoted(plan.unit)
    for session in plan.sessions:
        on = local(session.starts_at).date()
        for venue in session.venues:
            for index, code in enumerate(venue.units):
                place = f"{venue.place}.units[{index}]"
                if not code:
                    continue  # no text at all: that is its fault, and is told
                if code not in found.ids:
                    faults.add(place, unknown.format(quoted(code)))
                elif found.closed.get(code, on) < on:
                    faults.add(place, f"đơn vị {quoted(code)} đã kết thúc hoạt động")
    for obligation in plan.obligations:
        for code in obligation.due_by_unit:
            if code not in found.ids:
                faults.add(f"{obligation.place}.due_by_unit.{code}", unknown.format(quoted(code)))


def odd_levels(plan: Plan, found: Units) -> list[PlanFault]:
    return [
        PlanFault(f"{obligation.place}.due_by_level.{level}", "không có đơn vị nào thuộc loại này")
        for obligation in plan.obligations
        for level in obligation.due_by_level
        if fold(level) not in found.kinds
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """The campaign as it is stored; keys as in the plan."""

    campaign: Row[Any] | None
    sessions: Mapping[str, Row[Any]]
    venues: Mapping[tuple[str, str], Row[Any]]
    assigned: Mapping[tuple[str, str], frozenset[str]]  # (session, venue) -> units
    obligations: Mapping[str, Row[Any]]
    deadlines: Mapping[str, Mapping[str, Any]]  # obligation -> level or unit -> due


async def find_standing(db: Db, code: str) -> Standing:
    campaign = (
        await db.execute(
            select(campaigns, units.c.code.label("unit"))
            .join(units, units.c.id == campaigns.c.unit_id)
            .where(campaigns.c.code == code)
        )
    ).first()
    if campaign is None:
        return Standing(None, {}, {}, {}, {}, {})
    held = await db.execute(select(sessions).where(sessions.c.campaign_id == campaign.id))
    of_code = {row.id: row for row in held}
    halls = await db.execute(
        select(venues).join(sessions).where(sessions.c.campaign_id == campaign.id)
    )
    owed = await db.execute(select(obligations).where(obligations.c.campaign_id == campaign.id))
    return Standing(
        campaign,
        {row.code: row for row in of_code.values()},
        {(of_code[row.session_id].code, row.code): row for row in halls},
        await _assigned(db, campaign.id),
        {row.code: row for row in owed},
        await _deadlines(db, campaign.id),
    )


async def _assigned(db: Db, campaign_id: int) -> dict[tuple[str, str], frozenset[str]]:
    rows = await db.execute(
        select(sessions.c.code.label("session"), venues.c.code.label("venue"), units.c.code)
        .select_from(assignments)
        .join(sessions, sessions.c.id == assignments.c.session_id)
        .join(venues, venues.c.id == assignments.c.venue_id)
        .join(units, units.c.id == assignments.c.unit_id)
        .where(sessions.c.campaign_id == campaign_id)
    )
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        found.setdefault((row.session, row.venue), set()).add(row.code)
    return {key: frozenset(codes) for key, codes in found.items()}


async def _deadlines(db: Db, campaign_id: int) -> dict[str, dict[str, Any]]:
    rows = await db.execute(
        select(
            obligations.c.code, deadlines.c.level, units.c.code.label("unit"), deadlines.c.due_at
        )
        .select_from(deadlines)
        .join(obligations, obligations.c.id == deadlines.c.obligation_id)
        .outerjoin(units, units.c.id == deadlines.c.unit_id)
        .where(obligations.c.campaign_id == campaign_id)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.code, {})[f"level {row.level}" if row.level else row.unit] = row.due_at
    return found


# --- what each would be stored as ------------------------------------------------------------


def campaign_values(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "documents": list(plan.documents),
        "opens_on": plan.opens_on,
        "cutoff_on": plan.cutoff_on,
        "complete": plan.complete.value,
        "arrivals": plan.arrivals.value,
        "lagging": asdict(plan.lagging),
    }


def session_values(session: PlanSession) -> dict[str, Any]:
    return {
        "title": session.title,
        "kind": session.kind.value,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "opens_at": session.opens_at,
        "late_at": session.late_at,
        "closes_at": session.closes_at,
        "codes": session.codes.value,
        "has_check_out": session.has_check_out,
    }


def venue_values(venue: PlanVenue) -> dict[str, Any]:
    return {
        "name": venue.name,
        "capacity": venue.capacity,
        "summoned": venue.summoned,
        "contact": venue.contact,
    }


def obligation_values(obligation: PlanObligation) -> dict[str, Any]:
    return {
        "kind": obligation.kind.value,
        "title": obligation.title,
        "due_at": obligation.due_at,
        "is_handwritten": obligation.is_handwritten,
        "remind_days": list(obligation.remind_days),
        "exempt": [status.value for status in obligation.exempt],
    }


def deadline_values(obligation: PlanObligation) -> dict[str, Any]:
    levels = {f"level {level}": due_at for level, due_at in obligation.due_by_level.items()}
    return levels | dict(obligation.due_by_unit)


# --- what differs ----------------------------------------------------------------------------


def find_changes(plan: Plan, standing: Standing) -> list[Change]:
    row = standing.campaign
    more = [Difference("unit", row.unit, plan.unit)] if row else []
    found = [_change("campaign", plan.code, row, campaign_values(plan), more)]
    wanted_sessions = {session.code: session for session in plan.sessions}
    wanted_venues = {(s.code, v.code): v for s in plan.sessions for v in s.venues}
    for code, session in wanted_sessions.items():
        found.append(_change("session", code, standing.sessions.get(code), session_values(session)))
    for key, venue in wanted_venues.items():
        before = sorted(standing.assigned.get(key, ()))
        more = [Difference("units", before, sorted(venue.units))]
        values = venue_values(venue)
        found.append(_change("venue", "/".join(key), standing.venues.get(key), values, more))
    for obligation in plan.obligations:
        code, due = obligation.code, deadline_values(obligation)
        more = [Difference("deadlines", standing.deadlines.get(code, {}), due)]
        values = obligation_values(obligation)
        found.append(_change("obligation", code, standing.obligations.get(code), values, more))
    owed = {obligation.code for obligation in plan.obligations}
    found += _removed("obligation", (code for code in standing.obligations if code not in owed))
    halls = ("/".join(key) for key in standing.venues if key not in wanted_venues)
    found += _removed("venue", halls)
    found += _removed(
        "session", (code for code in standing.sessions if code not in wanted_sessions)
    )
    return [change for change in found if change is not None]


def _change(
    subject: str,
    code: str,
    row: Row[Any] | None,
    values: dict[str, Any],
    more: Iterable[Difference] = (),
) -> Change | None:
    if row is None:
        return Change(ChangeKind.ADDED, subject, code)
    compared = [Difference(name, getattr(row, name), value) for name, value in values.items()]
    differences = tuple(one for one in [*compared, *more] if one.old != one.new)
    return Change(ChangeKind.CHANGED, subject, code, differences) if differences else None


def _removed(subject: str, codes: Iterable[str]) -> list[Change | None]:
    return [Change(ChangeKind.REMOVED, subject, code) for code in codes]
