"""The plan as the check-in path needs it: read at once, kept in memory, renewed when it changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Row, select

from domain.codes import TypedCodes
from domain.plan import Complete
from domain.sessions import EMPTY, Campaign, Schedule, Session, SessionKind, Venue
from domain.text import local
from storage import revisions
from storage.database import Database, Db
from storage.schema import assignments, campaigns, sessions, units, venues

# How long a session still matters: repeats are answered and papers entered for weeks after it.
KEPT = timedelta(days=60)

CHECK_EVERY = 1.0  # seconds


async def load_schedule(db: Db, now: datetime) -> Schedule:
    """Every session that has not been closed for long, with its venues and who is expected."""
    return await _load(db, sessions.c.closes_at > now - KEPT)


async def load_campaign(db: Db, campaign_id: int) -> Schedule:
    """Every session of a campaign, however long ago."""
    return await _load(db, sessions.c.campaign_id == campaign_id)


async def demands_all(db: Db, campaign_id: int) -> bool:
    """Whether the campaign demands each of its main sessions."""
    complete = await db.scalar(select(campaigns.c.complete).where(campaigns.c.id == campaign_id))
    return complete == Complete.ALL


async def list_coming(db: Db, now: datetime) -> list[Session]:
    """Sessions that have not begun, with all others of their campaigns, in the order of time."""
    coming = select(sessions.c.campaign_id).where(sessions.c.starts_at > now)
    return list((await _sessions(db, sessions.c.campaign_id.in_(coming))).values())


async def _sessions(db: Db, which: ColumnElement[bool]) -> dict[int, Session]:
    rows = await db.execute(
        select(
            sessions,
            campaigns.c.code.label("campaign_code"),
            campaigns.c.title.label("campaign_title"),
            campaigns.c.unit_id,
            units.c.path.label("unit_path"),
        )
        .join(campaigns, campaigns.c.id == sessions.c.campaign_id)
        .join(units, units.c.id == campaigns.c.unit_id)
        .where(which)
        .order_by(sessions.c.starts_at, sessions.c.id)
    )
    return {row.id: _session(row) for row in rows}


async def _load(db: Db, which: ColumnElement[bool]) -> Schedule:
    found = await _sessions(db, which)
    expected = await _expected(db, which)
    halls = await _venues(db, which, found, expected)
    # On PostgreSQL a plan may be committed between two statements; the next look sees it whole.
    assigned = {
        (row.session_id, row.unit_id): row.venue_id for row in expected if row.venue_id in halls
    }
    return Schedule(sessions=found, venues=halls, assigned=assigned)


async def _expected(db: Db, which: ColumnElement[bool]) -> Sequence[Row[tuple[int, int, int, str]]]:
    rows = await db.execute(
        select(
            assignments.c.session_id, assignments.c.unit_id, assignments.c.venue_id, units.c.path
        )
        .join(sessions, sessions.c.id == assignments.c.session_id)
        .join(units, units.c.id == assignments.c.unit_id)
        .where(which)
        .order_by(units.c.path)
    )
    return rows.all()


async def _venues(
    db: Db,
    which: ColumnElement[bool],
    found: Mapping[int, Session],
    expected: Sequence[Row[tuple[int, int, int, str]]],
) -> dict[int, Venue]:
    paths: dict[int, list[str]] = {}
    for row in expected:
        paths.setdefault(row.venue_id, []).append(row.path)
    rows = await db.execute(
        select(venues)
        .join(sessions, sessions.c.id == venues.c.session_id)
        .where(which)
        .order_by(venues.c.id)
    )
    return {
        row.id: _venue(row, found[row.session_id], tuple(paths.get(row.id, ())))
        for row in rows
        if row.session_id in found
    }


def _session(row: Row[tuple[int, ...]]) -> Session:
    campaign = Campaign(
        id=row.campaign_id,
        code=row.campaign_code,
        title=row.campaign_title,
        unit_id=row.unit_id,
        unit_path=row.unit_path,
    )
    return Session(
        id=row.id,
        campaign=campaign,
        code=row.code,
        title=row.title,
        kind=SessionKind(row.kind),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        opens_at=row.opens_at,
        late_at=row.late_at,
        closes_at=row.closes_at,
        rotates=row.codes == "rotating",
        has_check_out=row.has_check_out,
    )


def _venue(row: Row[tuple[int, ...]], session: Session, unit_paths: tuple[str, ...]) -> Venue:
    return Venue(
        id=row.id,
        session=session,
        code=row.code,
        name=row.name,
        secret=row.secret,
        screen=row.screen,
        summoned=row.summoned,
        contact=row.contact,
        unit_paths=unit_paths,
        commune_path=commune_path(session.campaign.unit_path, unit_paths),
    )


def commune_path(campaign_path: str, unit_paths: Sequence[str]) -> str:
    """The unit directly below the campaign's that holds all these units, else the campaign's."""
    below = {
        path[: path.index("/", len(campaign_path)) + 1]
        for path in unit_paths
        if path != campaign_path and path.startswith(campaign_path)
    }
    if len(below) != 1 or not all(path.startswith(next(iter(below))) for path in unit_paths):
        return campaign_path
    return below.pop()


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read, and of which day and revision."""

    day: date
    revisions: Mapping[str, int]
    typed: TypedCodes


class Schedules:
    """The current schedule, at no cost: whether it changed is asked at most once a second."""

    def __init__(
        self, database: Database, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic = monotonic
        self._known: _Known | None = None
        self._looked_at = 0.0
        self._turn = asyncio.Lock()

    @property
    def typed(self) -> TypedCodes:
        """The digits on the walls of the schedule that `current` gave last."""
        return self._known.typed if self._known else TypedCodes(EMPTY)

    async def current(self, now: datetime) -> Schedule:
        if not self._is_fresh(now):
            async with self._turn:
                if not self._is_fresh(now):
                    await self._look(now)
        return self.typed.schedule

    def forget(self) -> None:
        """Read anew on the next occasion."""
        self._known = None

    def _is_fresh(self, now: datetime) -> bool:
        return (
            self._known is not None
            and self._monotonic() - self._looked_at < CHECK_EVERY
            and self._known.day == local(now).date()
        )

    async def _look(self, now: datetime) -> None:
        looked_at, day = self._monotonic(), local(now).date()
        async with self._database.read() as db:
            # Revisions first: what changes meanwhile is then noticed on the next look.
            numbers = await revisions.read(db)
            known = self._known
            if known is None or known.day != day or known.revisions != numbers:
                self._known = _Known(day, numbers, TypedCodes(await load_schedule(db, now)))
        self._looked_at = looked_at
