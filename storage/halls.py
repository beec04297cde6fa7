"""A cell's places in the hall while its session lasts, where the plan asks for that."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from domain.attendance import Status
from domain.counting import Plans, end_of, summoned_by_cell
from domain.lagging import Lag, lag_on_day
from domain.members import Status as Standing
from domain.nudging import Kind, Topic
from domain.people import Cell
from domain.text import local
from storage.database import Db
from storage.people import current
from storage.schedules import load_campaign
from storage.schema import attendance, campaigns, memberships, sessions, units


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSession:
    """A session of today whose plan asks for a nudge while the hall fills."""

    id: int
    campaign_id: int
    starts_at: datetime
    ends_at: datetime
    after: timedelta
    below: float

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at + self.after <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class HallStanding:
    """How many of those summoned of a cell have come."""

    cell: Cell
    session: HallSession
    present: int
    summoned: int

    @property
    def topic(self) -> Topic:
        return Topic(Kind.SESSION, self.session.id)

    def lag(self, now: datetime) -> Lag | None:
        return lag_on_day(
            self.present,
            self.summoned,
            starts_at=self.session.starts_at,
            ends_at=self.session.ends_at,
            after=self.session.after,
            below=self.session.below,
            now=now,
        )


async def sessions_of_today(db: Db, now: datetime) -> list[HallSession]:
    """Those that are not over; cheap enough to be asked at every tick."""
    rows = await db.execute(
        select(sessions, campaigns.c.lagging)
        .join(campaigns, campaigns.c.id == sessions.c.campaign_id)
        .where(sessions.c.ends_at > now, sessions.c.starts_at < end_of(local(now).date()))
        .order_by(sessions.c.starts_at, sessions.c.id)
    )
    return [
        HallSession(
            id=row.id,
            campaign_id=row.campaign_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            after=timedelta(seconds=row.lagging["on_day_after"]),
            below=row.lagging["on_day_below"],
        )
        for row in rows
        if row.lagging.get("on_day")
    ]


async def of_session(db: Db, session: HallSession, now: datetime) -> list[HallStanding]:
    """Every cell that the session expects, with how many of it were summoned and have come."""
    schedule = await load_campaign(db, session.campaign_id)
    cells, obliged = await _cells(db, now)
    plans = Plans(schedule)
    expected = {cell_id: plans.of(cell.path) for cell_id, cell in cells.items()}
    shares = summoned_by_cell(schedule, obliged, expected)
    came = await _present(db, session.id, now)
    return [
        HallStanding(
            cell=cell,
            session=session,
            present=came.get(cell_id, 0),
            summoned=shares[session.id, cell_id],
        )
        for cell_id, cell in cells.items()
        if (session.id, cell_id) in shares
    ]


async def _cells(db: Db, now: datetime) -> tuple[dict[int, Cell], Counter[int]]:
    """Every cell with members, and how many of them are obliged."""
    what = (units.c.id, units.c.name, units.c.path, memberships.c.status)
    rows = await db.execute(
        select(*what, func.count())
        .select_from(memberships)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(current(local(now).date()), ~units.c.is_headcount_only)
        .group_by(*what)
    )
    cells: dict[int, Cell] = {}
    obliged: Counter[int] = Counter()
    for unit_id, name, path, status, count in rows:
        cells[unit_id] = Cell(unit_id, name, path)
        obliged[unit_id] += 0 if status == Standing.EXEMPT else count
    return cells, obliged


async def _present(
    db: Db, session_id: int, now: datetime, cell_id: int | None = None
) -> dict[int, int]:
    """Obliged people of each cell recorded in the session, wherever they sit."""
    statement = (
        select(memberships.c.unit_id, func.count())
        .select_from(attendance)
        .join(memberships, memberships.c.member_id == attendance.c.member_id)
        .where(
            attendance.c.session_id == session_id,
            attendance.c.status != Status.VOID,
            memberships.c.status != Standing.EXEMPT,
            current(local(now).date()),
        )
        .group_by(memberships.c.unit_id)
    )
    if cell_id is not None:
        statement = statement.where(memberships.c.unit_id == cell_id)
    return {unit_id: count for unit_id, count in await db.execute(statement)}  # noqa: C416


async def present(db: Db, session_id: int, cell_id: int, now: datetime) -> int:
    """How many obliged people of a cell are recorded in the session."""
    return (await _present(db, session_id, now, cell_id)).get(cell_id, 0)
