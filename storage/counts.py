"""What counting rests on: a handful of statements, grouped by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, literal, select

from domain.attendance import Status, Via
from domain.counting import (
    Excused,
    Facts,
    HandedIn,
    OnRoll,
    Owed,
    Seen,
    end_of,
    moment_of,
    tally,
)
from domain.members import Status as Standing
from domain.plan import Complete, Handed, ObligationKind
from domain.sessions import Campaign, Schedule, Session
from domain.text import local
from domain.totals import Node, Tally
from storage.database import Db
from storage.people import current
from storage.schedules import load_campaign
from storage.schema import (
    attendance,
    campaigns,
    deadlines,
    excuses,
    memberships,
    obligations,
    sessions,
    submissions,
    units,
)


async def get_campaign(db: Db, code: str) -> Campaign | None:
    """The campaign of this code, in whatever case it was typed."""
    alike = _campaigns().where(func.lower(campaigns.c.code) == code.lower())
    row = (await db.execute(alike.order_by(campaigns.c.code != code))).first()
    return _campaign(row) if row else None


async def list_campaigns(db: Db) -> list[Campaign]:
    """Every campaign, the newest first."""
    rows = await db.execute(_campaigns().order_by(campaigns.c.opens_on.desc(), campaigns.c.id))
    return [_campaign(row) for row in rows]


def _campaigns() -> Select[Any]:
    return select(campaigns, units.c.path.label("unit_path")).join(
        units, units.c.id == campaigns.c.unit_id
    )


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        id=row.id,
        code=row.code,
        title=row.title,
        unit_id=row.unit_id,
        unit_path=row.unit_path,
    )


async def count_campaign(
    db: Db,
    campaign_id: int,
    *,
    as_of: date,
    now: datetime,
    unit_path: str | None = None,
) -> Tally | None:
    """The campaign as it stood on a day; with `unit_path`, for that subtree only (cheaper).

    None where there is no such campaign.
    """
    row = (await db.execute(_campaigns().where(campaigns.c.id == campaign_id))).first()
    if row is None:
        return None
    campaign, within = _campaign(row), unit_path or row.unit_path
    facts = Facts(
        campaign=campaign,
        complete=Complete(row.complete),
        as_of=as_of,
        moment=moment_of(as_of, now),
        schedule=await load_campaign(db, campaign_id),
        owed=await _owed(db, campaign_id),
        within=within,
        nodes=await _nodes(db, campaign.unit_path),
        roll=await _roll(db, campaign.unit_path, as_of),
        seen=await _seen(db, campaign_id, within, as_of),
        excused=await _excused(db, campaign_id, within, as_of),
        handed_in=await _handed_in(db, campaign_id, within, as_of),
    )
    return tally(facts)


def _below(path: str) -> ColumnElement[bool]:
    return units.c.path.startswith(path, autoescape=True)


async def _nodes(db: Db, path: str) -> dict[int, Node]:
    rows = await db.execute(
        select(
            units.c.id,
            units.c.code,
            units.c.name,
            units.c.kind,
            units.c.path,
            units.c.is_headcount_only,
            units.c.closed_on,
        )
        .where(_below(path))
        .order_by(units.c.id)
    )
    return {row.id: Node(*row) for row in rows}


async def _owed(db: Db, campaign_id: int) -> tuple[Owed, ...]:
    rows = (
        await db.execute(
            select(obligations)
            .where(obligations.c.campaign_id == campaign_id)
            .order_by(obligations.c.id)
        )
    ).all()
    dates = await db.execute(
        select(deadlines)
        .join(obligations, obligations.c.id == deadlines.c.obligation_id)
        .where(obligations.c.campaign_id == campaign_id, deadlines.c.unit_id.is_not(None))
    )
    by_unit: dict[int, dict[int, datetime]] = {row.id: {} for row in rows}
    for row in dates:
        by_unit[row.obligation_id][row.unit_id] = row.due_at
    return tuple(
        Owed(
            code=row.code,
            title=row.title,
            kind=ObligationKind(row.kind),
            due_at=row.due_at,
            exempt=frozenset(row.exempt),
            due_by_unit=by_unit[row.id],
        )
        for row in rows
    )


async def _roll(db: Db, path: str, as_of: date) -> list[OnRoll]:
    rows = await db.execute(
        select(memberships.c.unit_id, memberships.c.status, func.count())
        .join(units, units.c.id == memberships.c.unit_id)
        .where(current(as_of), _below(path))
        .group_by(memberships.c.unit_id, memberships.c.status)
    )
    return [OnRoll(*row) for row in rows]


def _recorded(campaign_id: int, as_of: date) -> ColumnElement[bool]:
    """Up to the end of that day, and not taken back."""
    held = select(sessions.c.id).where(sessions.c.campaign_id == campaign_id)
    return and_(
        attendance.c.session_id.in_(held),
        attendance.c.status != Status.VOID,
        attendance.c.at < end_of(as_of),
    )


async def _seen(db: Db, campaign_id: int, path: str, as_of: date) -> list[Seen]:
    """Each person once, by the first record, with how many there are in all.

    Nearly everybody has one record; only those with more are put in order, which takes thrice as
    long.
    """
    several = (
        select(attendance.c.member_id)
        .where(_recorded(campaign_id, as_of))
        .group_by(attendance.c.member_id)
        .having(func.count() > 1)
    )
    once = select(
        attendance.c.member_id,
        attendance.c.session_id,
        attendance.c.status.label("recorded"),
        attendance.c.via,
        literal(1).label("times"),
    ).where(_recorded(campaign_id, as_of), attendance.c.member_id.not_in(several))
    found = await _seen_in(db, once.subquery(), path, as_of)
    person = attendance.c.member_id
    first = (attendance.c.at, attendance.c.session_id)
    ranked = (
        select(
            person,
            attendance.c.session_id,
            attendance.c.status.label("recorded"),
            attendance.c.via,
            func.count().over(partition_by=person).label("times"),
            func.row_number().over(partition_by=person, order_by=first).label("nth"),
        )
        .where(_recorded(campaign_id, as_of), person.in_(several))
        .subquery()
    )
    firsts = select(ranked).where(ranked.c.nth == 1).subquery()
    return found + await _seen_in(db, firsts, path, as_of)


async def _seen_in(db: Db, records: Subquery, path: str, as_of: date) -> list[Seen]:
    what = (
        memberships.c.unit_id,
        memberships.c.status,
        records.c.session_id,
        records.c.recorded,
        records.c.via,
        records.c.times,
    )
    rows = await db.execute(
        select(*what, func.count())
        .select_from(records)
        .join(memberships, memberships.c.member_id == records.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(current(as_of), _below(path))
        .group_by(*what)
    )
    return [
        Seen(cell_id, standing, session_id, Status(recorded), Via(via), times, count)
        for cell_id, standing, session_id, recorded, via, times, count in rows
    ]


async def _excused(db: Db, campaign_id: int, path: str, as_of: date) -> list[Excused]:
    times = (
        select(func.count())
        .select_from(attendance)
        .where(_recorded(campaign_id, as_of), attendance.c.member_id == excuses.c.member_id)
        .scalar_subquery()
    )
    accepted = (
        select(excuses.c.member_id, times.label("times"))
        .join(sessions, sessions.c.id == excuses.c.session_id)
        .where(
            sessions.c.campaign_id == campaign_id,
            excuses.c.state == "accepted",
            excuses.c.decided_at < end_of(as_of),
        )
        .distinct()
        .subquery()
    )
    what = (memberships.c.unit_id, memberships.c.status, accepted.c.times)
    rows = await db.execute(
        select(*what, func.count())
        .select_from(accepted)
        .join(memberships, memberships.c.member_id == accepted.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(current(as_of), _below(path))
        .group_by(*what)
    )
    return [Excused(*row) for row in rows]


async def _handed_in(db: Db, campaign_id: int, path: str, as_of: date) -> list[HandedIn]:
    """What had come in by the end of that day, in the state that it has now."""
    what = (memberships.c.unit_id, memberships.c.status, obligations.c.code, submissions.c.state)
    rows = await db.execute(
        select(*what, func.count())
        .select_from(submissions)
        .join(obligations, obligations.c.id == submissions.c.obligation_id)
        .join(memberships, memberships.c.member_id == submissions.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(
            obligations.c.campaign_id == campaign_id,
            submissions.c.received_at < end_of(as_of),
            current(as_of),
            _below(path),
        )
        .group_by(*what)
    )
    return [
        HandedIn(cell_id, standing, code, Handed(state), count)
        for cell_id, standing, code, state, count in rows
    ]


# --- one session -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueCount:
    """Everybody recorded at a venue, wherever they belong; late people are present too."""

    present: int = 0
    late: int = 0
    by_self: int = 0
    confirmed: int = 0
    clerk: int = 0
    poster: int = 0


async def venue_counts(db: Db, session_id: int) -> dict[int, VenueCount]:
    """The venues of a session where anybody is recorded."""
    what = (attendance.c.venue_id, attendance.c.status, attendance.c.via)
    rows = await db.execute(
        select(*what, func.count())
        .where(attendance.c.session_id == session_id, attendance.c.status != Status.VOID)
        .group_by(*what)
    )
    found: dict[int, dict[str, int]] = {}
    for venue_id, status, via, count in rows:
        figures = found.setdefault(venue_id, {})
        way = "by_self" if via == Via.SELF else via
        for name in ["present", way] + ["late"] * (status == Status.LATE):
            figures[name] = figures.get(name, 0) + count
    return {venue_id: VenueCount(**figures) for venue_id, figures in found.items()}


async def summoned_by_venue(
    db: Db, schedule: Schedule, session: Session, now: datetime
) -> dict[int, int]:
    """How many each venue of a session calls: what the plan says, else the obliged it expects."""
    expected = await _obliged_by_venue(db, schedule, session, now)
    return {
        venue.id: expected.get(venue.id, 0) if venue.summoned is None else venue.summoned
        for venue in schedule.venues_of(session)
    }


async def _obliged_by_venue(
    db: Db, schedule: Schedule, session: Session, now: datetime
) -> dict[int, int]:
    rows = await db.execute(
        select(units.c.path, func.count())
        .select_from(memberships)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(
            current(local(now).date()),
            memberships.c.status != Standing.EXEMPT,
            _below(session.campaign.unit_path),
        )
        .group_by(units.c.path)
    )
    found: dict[int, int] = {}
    for path, count in rows:
        venue = schedule.planned(session, path)
        if venue is not None:
            found[venue.id] = found.get(venue.id, 0) + count
    return found
