"""Days on which nobody should be called together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import holidays

from domain.fields import PlanFault
from domain.plan import Plan
from domain.text import day, local


def on_holidays(plan: Plan) -> list[PlanFault]:
    """Dates of the plan that fall on a public holiday or at Tết."""
    dates = list(_dates(plan))
    known = holidays.country_holidays("VN", years={on.year for _, on in dates}, language="vi")
    return [
        PlanFault(place, f"ngày {day(on)} là ngày nghỉ lễ ({known[on]})")
        for place, on in dates
        if on in known
    ]


def _dates(plan: Plan) -> Iterator[tuple[str, date]]:
    for session in plan.sessions:
        first, last = local(session.starts_at).date(), local(session.ends_at).date()
        yield f"{session.place}.starts_at", first
        if last != first:
            yield f"{session.place}.ends_at", last
    for obligation in plan.obligations:
        yield f"{obligation.place}.due_at", local(obligation.due_at).date()
        for name in ("due_by_level", "due_by_unit"):
            for key, due_at in getattr(obligation, name).items():
                yield f"{obligation.place}.{name}.{key}", local(due_at).date()
