"""What all open screens show of their halls, read by one statement however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from domain.attendance import Status
from domain.members import Status as Standing
from domain.text import local
from storage.database import Db
from storage.people import current
from storage.schema import attendance, memberships, revisions, venues

ARRIVALS = 5  # the last so many


@dataclass(frozen=True, slots=True)
class Filling:
    """A hall as it fills: the obliged who are recorded there, as `rolls.AtVenue` counts them."""

    present: int = 0
    arrivals: tuple[datetime, ...] = ()  # newest first, without names


async def fillings(
    db: Db, venue_ids: Collection[int], now: datetime
) -> tuple[int, dict[int, Filling]]:
    """These halls, and the sum of all revisions: it grows when the plan or the tree changes, so
    that a screen learns of that without a second question."""
    ranked = (
        select(
            attendance.c.venue_id,
            attendance.c.at,
            func.count().over(partition_by=attendance.c.venue_id).label("present"),
            func.row_number()
            .over(
                partition_by=attendance.c.venue_id,
                order_by=(attendance.c.at.desc(), attendance.c.id.desc()),
            )
            .label("place"),
        )
        .outerjoin(
            memberships,
            and_(memberships.c.member_id == attendance.c.member_id, current(local(now).date())),
        )
        .where(
            attendance.c.venue_id.in_(venue_ids),
            attendance.c.status != Status.VOID,
            or_(memberships.c.status.is_(None), memberships.c.status != Standing.EXEMPT),
        )
        .subquery()
    )
    revision = select(func.coalesce(func.sum(revisions.c.number), 0)).scalar_subquery()
    found = await db.execute(
        select(venues.c.id, ranked.c.present, ranked.c.at, revision.label("revision"))
        .outerjoin(ranked, and_(ranked.c.venue_id == venues.c.id, ranked.c.place <= ARRIVALS))
        .where(venues.c.id.in_(venue_ids))
        .order_by(venues.c.id, ranked.c.place)
    )
    rows = found.all()
    halls: dict[int, Filling] = {}
    for venue_id, present, at, _ in rows:
        before = halls.get(venue_id, Filling()).arrivals
        halls[venue_id] = Filling(present, (*before, at)) if at else Filling()
    return (int(rows[0].revision) if rows else 0), halls
