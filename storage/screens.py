"""What all open screens show of their halls, read by one statement however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from domain.attendance import Status
from domain.members import Status as Standing
from domain.text import local
from storage.database import Db
from storage.people import current
from storage.schema import attendance, memberships, revisions, venues

ARRIVALS = 3  # the last so many


@dataclass(frozen=True, slots=True)
class Filling:
    """A hall as it fills."""

    present: int = 0  # obliged, as `rolls.AtVenue` counts them
    arrivals: tuple[datetime, ...] = ()  # newest first, without names


async def fillings(
    db: Db, venue_ids: Collection[int], now: datetime
) -> tuple[int, dict[int, Filling]]:
    """These halls, and the sum of all revisions: it grows when the plan or the tree changes, so
    that a screen learns of that without a second question."""
    exempt = select(memberships.c.member_id).where(
        current(local(now).date()), memberships.c.status == Standing.EXEMPT
    )
    obliged = (
        select(attendance.c.venue_id, func.count().label("present"))
        .where(
            attendance.c.venue_id.in_(venue_ids),
            attendance.c.status != Status.VOID,
            attendance.c.member_id.not_in(exempt),  # a few: cheaper than looking each of all up
        )
        .group_by(attendance.c.venue_id)
        .subquery()
    )
    revision = select(func.coalesce(func.sum(revisions.c.number), 0)).scalar_subquery()
    rows = await db.execute(
        select(
            revision.label("revision"),
            venues.c.id,
            func.coalesce(obliged.c.present, 0).label("present"),
            *(_arrival(place) for place in range(ARRIVALS)),
        )
        .outerjoin(obliged, obliged.c.venue_id == venues.c.id)
        .where(venues.c.id.in_(venue_ids))
    )
    halls: dict[int, Filling] = {}
    at_revision = 0
    for at_revision, venue_id, present, *arrivals in rows:  # noqa: B007 - the same in every row
        halls[venue_id] = Filling(present, tuple(at for at in arrivals if at))
    return int(at_revision), halls


def _arrival(place: int) -> ScalarSelect[Any]:
    """When the last but so many came to a hall."""
    return (
        select(attendance.c.at)
        .where(attendance.c.venue_id == venues.c.id, attendance.c.status != Status.VOID)
        .order_by(attendance.c.at.desc())
        .limit(1)
        .offset(place)
        .correlate(venues)
        .scalar_subquery()
    )
