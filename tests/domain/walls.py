"""A schedule of two communes, as the rules see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.sessions import Campaign, Schedule, Session, SessionKind, Venue

OPENS = datetime(2016, 12, 9, 0, 0, tzinfo=UTC)  # 07:00 in Vietnam
CAMPAIGN = Campaign(id=1, code="NQTW4", title="Nghị quyết", unit_id=1, unit_path="/1/")
SESSION = Session(
    id=1,
    campaign=CAMPAIGN,
    code="HN",
    title="Hội nghị",
    kind=SessionKind.MAIN,
    starts_at=OPENS + timedelta(minutes=30),
    ends_at=OPENS + timedelta(hours=4),
    opens_at=OPENS,
    late_at=OPENS + timedelta(minutes=45),
    closes_at=OPENS + timedelta(hours=4),
    rotates=True,
    has_check_out=True,
)
AP3, TAN_LY = "/1/2/3/", "/1/4/5/"  # a cell of either commune
ELSEWHERE = "/9/"


def hall(number: int, *, session: Session = SESSION, secret: bytes = b"") -> Venue:
    """V1 expects the first commune, V2 the second, others nobody."""
    commune = {1: "/1/2/", 2: "/1/4/"}.get(number, "/1/")
    return Venue(
        id=number,
        session=session,
        code=f"V{number}",
        name=f"Hội trường {number}",
        secret=secret or bytes([number % 256]) * 32,
        commune_path=commune,
    )


def schedule_of(*halls: Venue) -> Schedule:
    units = {1: 2, 2: 4}
    return Schedule(
        sessions={one.session.id: one.session for one in halls},
        venues={one.id: one for one in halls},
        assigned={(one.session.id, units[one.id]): one.id for one in halls if one.id in units},
    )


def static(session: Session = SESSION) -> Session:
    return replace(session, rotates=False)
