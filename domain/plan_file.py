"""A plan as its author writes it, in TOML: every fault at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.fields import Faults, Fields, quoted
from domain.members import Status
from domain.plan import (
    Arrivals,
    Codes,
    Complete,
    Lagging,
    ObligationKind,
    Plan,
    PlanFaults,
    PlanObligation,
    PlanSession,
    PlanVenue,
    check,
)
from domain.sessions import SessionKind
from domain.text import fold

REMIND_DAYS = (7, 3, 1, 0, -1, -3)


def read_plan(data: Mapping[str, Any]) -> Plan:
    """The plan that a TOML file holds. Raises PlanFaults: all that is wrong with it."""
    plan, faults = read_with_faults(data)
    if faults.found:
        raise PlanFaults(faults.found)
    return plan


def read_with_faults(data: Mapping[str, Any]) -> tuple[Plan, Faults]:
    """The same where more is to be checked before it is refused; stand-ins where it is faulty."""
    faults = Faults()
    root = Fields(dict(data), "", faults)
    campaign = root.needed_table("campaign")
    complete, arrivals = _attendance(root.table("attendance"))
    plan = Plan(
        code=campaign.code("code"),
        title=campaign.text("title"),
        unit=campaign.text("unit", 100),
        documents=campaign.texts("documents"),
        opens_on=campaign.day("opens_on"),
        cutoff_on=campaign.optional_day("cutoff_on"),
        sessions=tuple(read_session(fields) for fields in root.tables("sessions")),
        obligations=tuple(_obligation(fields) for fields in root.tables("obligations")),
        complete=complete,
        arrivals=arrivals,
        lagging=_lagging(root.table("lagging")),
    )
    campaign.done()
    root.done()
    check(plan, faults)
    return plan, faults


def read_session(fields: Fields) -> PlanSession:
    """One session; what is wrong with it is added to the fields' faults."""
    starts_at, ends_at = fields.instant("starts_at"), fields.instant("ends_at")
    session = PlanSession(
        place=fields.place,
        code=fields.code("code"),
        title=fields.text("title"),
        kind=fields.choice("kind", SessionKind.MAIN),
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=starts_at - fields.duration("opens_before", "30m"),
        late_at=starts_at + fields.duration("late_after", "15m"),
        closes_at=ends_at + fields.duration("closes_after", "0m"),
        codes=fields.choice("codes", Codes.ROTATING),
        has_check_out=fields.flag("check_out", False),
        venues=tuple(read_venue(venue) for venue in fields.tables("venues")),
    )
    fields.done()
    return session


def read_venue(fields: Fields) -> PlanVenue:
    """One venue; what is wrong with it is added to the fields' faults."""
    venue = PlanVenue(
        place=fields.place,
        code=fields.code("code"),
        name=fields.text("name"),
        capacity=fields.whole("capacity", 1, 1_000_000),
        summoned=fields.whole("summoned", 0, 1_000_000),
        units=fields.texts("units"),
        contact=fields.text("contact", 100) if fields.has("contact") else None,
    )
    if not venue.units and fields.faults.free_of(fields.at("units")):
        fields.fault("units", "điểm cầu chưa có đơn vị nào")
    fields.done()
    return venue


def _obligation(fields: Fields) -> PlanObligation:
    by_level, by_unit = fields.table("due_by_level"), fields.table("due_by_unit")
    days = fields.wholes("remind_days", REMIND_DAYS, -365, 365)
    obligation = PlanObligation(
        place=fields.place,
        code=fields.code("code"),
        kind=fields.needed_choice("kind", ObligationKind),
        title=fields.text("title"),
        due_at=fields.instant("due_at"),
        is_handwritten=fields.flag("handwritten", False),
        remind_days=tuple(sorted(set(days), reverse=True)),
        exempt=_statuses(fields),
        due_by_level=by_level.instants(),
        due_by_unit=by_unit.instants(),
    )
    fields.done()
    return obligation


def _statuses(fields: Fields) -> tuple[Status, ...]:
    if not fields.has("exempt"):
        return (Status.EXEMPT,)
    known = {fold(status): status for status in Status}
    texts = fields.texts("exempt")
    for index, text in enumerate(texts):
        place = f"{fields.at('exempt')}[{index}]"
        if fold(text) not in known and fields.faults.free_of(place):
            allowed = ", ".join(quoted(status.value) for status in Status)
            fields.faults.add(
                place, f"không có tình trạng {quoted(text)}; phải là một trong: {allowed}"
            )
    return tuple(dict.fromkeys(known[fold(text)] for text in texts if fold(text) in known))


def _attendance(fields: Fields) -> tuple[Complete, Arrivals]:
    found = fields.choice("complete", Complete.ANY), fields.choice("arrivals", Arrivals.TIMES)
    fields.done()
    return found


def _lagging(fields: Fields) -> Lagging:
    lagging = Lagging(
        margin=fields.share("margin", 0.15),
        on_day=fields.flag("on_day", False),
        on_day_after=int(fields.duration("on_day_after", "15m").total_seconds()),
        on_day_below=fields.share("on_day_below", 0.7),
    )
    fields.done()
    return lagging
