"""What all open screens show of their halls, read by one statement however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from domain.attendance import Status
from domain.members import Status as Standing
from domain.plan import Arrivals
from domain.text import initials, local
from storage.database import Db
from storage.people import current
from storage.schema import (
    attendance,
    campaigns,
    members,
    memberships,
    revisions,
    sessions,
    venues,
)

ARRIVALS = 3  # the last so many


@dataclass(frozen=True, slots=True)
class Arrival:
    at: datetime
    initials: str  # empty where the plan shows the time alone


@dataclass(frozen=True, slots=True)
class Filling:
    """A hall as it fills."""

    present: int = 0  # obliged, as `rolls.AtVenue` counts them
    arrivals: tuple[Arrival, ...] = ()  # newest first


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
            *(_arrival(place, attendance.c.at) for place in range(ARRIVALS)),
            *(_arrival(place, _shown_name) for place in range(ARRIVALS)),
        )
        .outerjoin(obliged, obliged.c.venue_id == venues.c.id)
        .where(venues.c.id.in_(venue_ids))
    )
    halls: dict[int, Filling] = {}
    at_revision = 0
    for at_revision, venue_id, present, *arrivals in rows:  # noqa: B007 - the same in every row
        came = zip(arrivals[:ARRIVALS], arrivals[ARRIVALS:], strict=True)
        last = (Arrival(at, initials(name) if name else "") for at, name in came if at)
        halls[venue_id] = Filling(present, tuple(last))
    return int(at_revision), halls


# Names leave the database only where the plan lets their first letters be shown.
_shown_name = (
    select(members.c.name)
    .where(
        members.c.id == attendance.c.member_id,
        sessions.c.id == attendance.c.session_id,
        campaigns.c.id == sessions.c.campaign_id,
        campaigns.c.arrivals == Arrivals.INITIALS,
    )
    .correlate(attendance)
    .scalar_subquery()
)


def _arrival(place: int, what: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Of the last but so many who came to a hall."""
    return (
        select(what)
        .where(attendance.c.venue_id == venues.c.id, attendance.c.status != Status.VOID)
        .order_by(attendance.c.at.desc())
        .limit(1)
        .offset(place)
        .correlate(venues)
        .scalar_subquery()
    )
