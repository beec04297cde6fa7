"""Who is expected in a cell or a hall, and what is recorded of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from domain.attendance import Record, Status, Via
from domain.members import Status as Standing
from domain.people import Member
from domain.sessions import Schedule, Venue
from domain.text import local
from storage.database import Db
from storage.people import current, member_of, select_members
from storage.schema import attendance, excuses, members, memberships, units


@dataclass(frozen=True, slots=True)
class Expected:
    """A member on the roll of a session."""

    member: Member
    record: Record | None
    excuse: str | None  # category

    @property
    def is_exempt(self) -> bool:
        return self.member.status == Standing.EXEMPT

    @property
    def is_missing(self) -> bool:
        """Obliged, and nothing is known of them yet: "chưa ghi nhận"."""
        return not self.is_exempt and self.record is None and self.excuse is None


@dataclass(frozen=True, slots=True)
class Roll:
    """The people of a cell or a hall for one session, by name."""

    people: tuple[Expected, ...]

    @property
    def obliged(self) -> list[Expected]:
        return [one for one in self.people if not one.is_exempt]

    @property
    def present(self) -> list[Expected]:
        return [one for one in self.obliged if one.record]

    @property
    def confirmed(self) -> int:
        return sum(
            one.record is not None and one.record.via in (Via.CONFIRMED, Via.CLERK)
            for one in self.obliged
        )

    @property
    def exempt_present(self) -> int:
        return sum(one.is_exempt and one.record is not None for one in self.people)

    @property
    def excused(self) -> int:
        return sum(one.record is None and one.excuse is not None for one in self.obliged)

    @property
    def missing(self) -> list[Expected]:
        return [one for one in self.people if one.is_missing]

    def missing_besides(self, asker_id: int) -> list[Expected]:
        """Whom the asker can speak for. A number beside a name is its place in this list, wherever
        it is shown: nobody vouches for themselves or excuses themselves."""
        return [one for one in self.missing if one.member.id != asker_id]

    def to_remind(self, asker_id: int) -> list[Expected]:
        """Of those missing who would hear it: not who asks, not who gets no messages."""
        return [
            one for one in self.missing_besides(asker_id) if one.member.status != Standing.PAUSED
        ]


async def of_cell(db: Db, session_id: int, cell_id: int, now: datetime) -> Roll:
    return Roll(tuple(await _expected(db, session_id, units.c.id == cell_id, now)))


async def of_venue(db: Db, schedule: Schedule, venue: Venue, now: datetime) -> Roll:
    """Everybody whom the plan expects at the venue; the most specific assignment wins."""
    below = or_(*(units.c.path.startswith(path, autoescape=True) for path in venue.unit_paths))
    found = await _expected(db, venue.session.id, below, now) if venue.unit_paths else []
    return Roll(
        tuple(
            one for one in found if schedule.planned(venue.session, one.member.cell.path) == venue
        )
    )


async def _expected(db: Db, session_id: int, where: Any, now: datetime) -> Iterable[Expected]:
    statement = (
        select_members(local(now).date())
        .add_columns(
            attendance.c.session_id,
            attendance.c.venue_id,
            attendance.c.at,
            attendance.c.status.label("recorded_status"),
            attendance.c.via,
            attendance.c.left_at,
            excuses.c.category,
        )
        .outerjoin(
            attendance,
            and_(
                attendance.c.member_id == members.c.id,
                attendance.c.session_id == session_id,
                attendance.c.status != Status.VOID,
            ),
        )
        .outerjoin(
            excuses,
            and_(
                excuses.c.member_id == members.c.id,
                excuses.c.session_id == session_id,
                excuses.c.state == "accepted",
            ),
        )
        .where(where)
        .order_by(members.c.folded, members.c.id)
    )
    return [_one(row) for row in await db.execute(statement)]


def _one(row: Any) -> Expected:
    record = None
    if row.recorded_status is not None:
        record = Record(
            session_id=row.session_id,
            venue_id=row.venue_id,
            at=row.at,
            status=Status(row.recorded_status),
            via=Via(row.via),
            left_at=row.left_at,
        )
    return Expected(member_of(row), record, row.category)


@dataclass(frozen=True, slots=True)
class AtVenue:
    """Who is recorded at a venue, wherever they belong: the one figure that every view shows."""

    present: int = 0  # obliged
    confirmed: int = 0  # of these, by somebody else
    exempt: int = 0  # came without having to


async def recorded(
    db: Db, session_id: int, now: datetime, venue_id: int | None = None
) -> dict[int, AtVenue]:
    """The venues of a session, or one of them, where anybody is recorded."""
    columns = (attendance.c.venue_id, attendance.c.via, memberships.c.status)
    statement = (
        select(*columns, func.count())
        .select_from(attendance)
        .outerjoin(
            memberships,
            and_(memberships.c.member_id == attendance.c.member_id, current(local(now).date())),
        )
        .where(attendance.c.session_id == session_id, attendance.c.status != Status.VOID)
        .group_by(*columns)
    )
    if venue_id is not None:
        statement = statement.where(attendance.c.venue_id == venue_id)
    found: dict[int, AtVenue] = {}
    for at, via, standing, count in await db.execute(statement):
        seen = found.get(at, AtVenue())
        if standing == Standing.EXEMPT:
            found[at] = replace(seen, exempt=seen.exempt + count)
            continue
        by_other = count if via in (Via.CONFIRMED, Via.CLERK) else 0
        found[at] = replace(seen, present=seen.present + count, confirmed=seen.confirmed + by_other)
    return found
