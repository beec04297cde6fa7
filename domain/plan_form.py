"""A plan as somebody fills it in on a page: the same rules as of a file, said at the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from domain.fields import Faults, Fields, PlanFault
from domain.plan import Codes, Plan, PlanFaults, check
from domain.plan_file import read_plan, read_session
from domain.sessions import SessionKind
from domain.text import clean, fold

LONGEST_MADE = 12  # characters of a code that is made from a name

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:hg.]|giờ)(\d{2})(?::\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueForm:
    """One line of venues; no unit ticked means all of the campaign's."""

    name: str = ""
    summoned: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionForm:
    title: str = ""
    on: str = ""
    starts: str = ""
    ends: str = ""
    codes: str = Codes.ROTATING.value
    venues: tuple[VenueForm, ...] = (VenueForm(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignForm:
    unit: str = ""
    title: str = ""
    code: str = ""  # empty: made from the title
    session: SessionForm = SessionForm()


def plan_of(form: CampaignForm, today: date) -> Plan:
    """The plan that a filled-in form means. Raises PlanFaults."""
    on = _day(form.session.on)
    campaign = _filled(
        code=clean(form.code) or made_code(form.title),
        title=form.title,
        unit=form.unit,
        opens_on=min(today, on or today),
    )
    data = {"campaign": campaign, "sessions": [_session(form.session, "HN", form.unit, "main")]}
    try:
        return read_plan(data)
    except PlanFaults as refused:
        raise PlanFaults(_in_words(refused.faults, form.session, 0)) from refused


def with_session(plan: Plan, form: SessionForm, kind: SessionKind) -> Plan:
    """The plan with one session more. Raises PlanFaults."""
    faults, number = Faults(), len(plan.sessions)
    code = _free_code("BS", [session.code for session in plan.sessions])
    values = _session(form, code, plan.unit, kind.value)
    session = read_session(Fields(values, f"sessions[{number}]", faults))
    longer = replace(plan, sessions=(*plan.sessions, session))
    check(longer, faults)
    if faults.found:
        raise PlanFaults(_in_words(faults.found, form, number))
    return longer


def made_code(title: str) -> str:
    """ "Học tập Nghị quyết Trung ương 4" -> "HTNQTU4"."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "".join(w if w.isdigit() else w[0] for w in words)[:LONGEST_MADE].upper()


def _free_code(stem: str, taken: Iterable[str]) -> str:
    known = {code.lower() for code in taken}
    codes = (stem if number == 1 else f"{stem}{number}" for number in range(1, len(known) + 2))
    return next(code for code in codes if code.lower() not in known)


def _session(form: SessionForm, code: str, unit: str, kind: str) -> dict[str, Any]:
    on, starts, ends = _day(form.on), _clock(form.starts), _clock(form.ends)
    lines = [line for line in form.venues[1:] if line != VenueForm()]
    return _filled(
        code=code,
        title=form.title,
        kind=kind,
        starts_at=datetime.combine(on, starts) if on and starts else None,
        ends_at=datetime.combine(on, ends) if on and ends else None,
        codes=form.codes,
        venues=[
            _venue(line, f"V{number:03}", unit)
            for number, line in enumerate([*form.venues[:1], *lines], 1)
        ],
    )


def _venue(line: VenueForm, code: str, unit: str) -> dict[str, Any]:
    summoned = clean(line.summoned).replace(".", "")
    is_number = summoned.isascii() and summoned.isdigit() and len(summoned) < 8
    return _filled(
        code=code,
        name=line.name,
        summoned=int(summoned) if is_number else summoned,
        units=list(line.units) or [unit],
    )


def _filled(**values: Any) -> dict[str, Any]:
    """Without what was left empty: it is then missing, as in a file."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(clean(text))
    if match is None:
        return None
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(clean(text).lower())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


# --- faults at the field -----------------------------------------------------------------------


def _in_words(faults: Sequence[PlanFault], form: SessionForm, number: int) -> list[PlanFault]:
    """What was typed and cannot be read is not missing."""
    session = f"sessions[{number}]"
    told = {}
    for name, clock_text in (("starts_at", form.starts), ("ends_at", form.ends)):
        if clean(clock_text) and _clock(clock_text) is None:
            told[f"{session}.{name}"] = "giờ chưa đúng, ví dụ 07:30"
    if clean(form.on) and _day(form.on) is None:
        told[f"{session}.starts_at"] = "ngày chưa đúng, ví dụ 09/12/2016"
    return [PlanFault(one.place, _spoken(told.get(one.place, one.reason))) for one in faults]


def _spoken(reason: str) -> str:
    """A form has no places such as a file has: its halls have numbers."""
    return _HALL.sub(lambda match: f"điểm cầu {int(match[1]) + 1}", reason)


_FIELDS: Mapping[str, str] = {
    "campaign.code": "code",
    "campaign.title": "title",
    "campaign.unit": "unit",
    "title": "session",
    "starts_at": "on",
    "ends_at": "ends",
    "codes": "codes",
}
_HALL = re.compile(r"sessions\[\d+\]\.venues\[(\d+)\](?:\.units\[\d+\])?")
_VENUE = re.compile(r"venues\[(\d+)\]\.(name|summoned|units)")


def field_of(place: str, number: int = 0) -> str:
    """The field of the form of this session at which a fault is shown; "": at none of them."""
    rest = place.removeprefix(f"sessions[{number}].")
    if rest.startswith("sessions["):
        return ""
    if match := _VENUE.match(rest):
        field = {"name": "venue"}.get(match[2], match[2])
        return f"{field}-{match[1]}"
    return _FIELDS.get(rest, "")
