"""Whom a broadcast is for: one select of members, however many they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select

from domain.attendance import Status
from domain.broadcasts import Audience, Target
from domain.members import Position
from domain.members import Status as Standing
from domain.people import Member
from domain.plan import Complete, ObligationKind
from domain.sessions import SessionKind
from domain.text import local
from storage import people
from storage.database import Db
from storage.people import current
from storage.schema import (
    accounts,
    attendance,
    campaigns,
    excuses,
    members,
    memberships,
    obligations,
    sessions,
    submissions,
    units,
)

MemberIds: TypeAlias = Select[Any]  # a statement that yields the ids of members


def _has_chat(member_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(accounts.c.member_id == member_id, accounts.c.is_reachable)


async def select_members(db: Db, target: Target, now: datetime) -> MemberIds:
    """The ids of those who are meant, as a statement. Who is paused never is."""
    wanted = await _condition(db, target, now)
    return (
        select(memberships.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(
            current(local(now).date()),
            memberships.c.status != Standing.PAUSED,
            units.c.path.startswith(target.unit_path, autoescape=True),
            ~units.c.is_headcount_only,
            wanted,
        )
    )


async def _condition(db: Db, target: Target, now: datetime) -> ColumnElement[bool]:
    match target.audience:
        case Audience.ALL:
            return literal(True)
        case Audience.SECRETARIES:
            return memberships.c.position == Position.SECRETARY
        case Audience.NOT_REGISTERED:
            return ~_has_chat(memberships.c.member_id)
        case Audience.NOT_RECORDED:
            return await _is_not_recorded(db, target, now)
        case Audience.ESSAY:
            return await _owes_essay(db, target)


async def _is_not_recorded(db: Db, target: Target, now: datetime) -> ColumnElement[bool]:
    """Obliged, and nothing is known of them in the campaign: neither attended nor excused."""
    row = (await db.execute(select(campaigns).where(campaigns.c.id == target.campaign_id))).first()
    if row is None:
        return literal(False)
    held = select(sessions.c.id).where(sessions.c.campaign_id == row.id)
    recorded = and_(
        attendance.c.member_id == memberships.c.member_id,
        attendance.c.session_id.in_(held),
        attendance.c.status != Status.VOID,
    )
    is_excused = exists().where(
        excuses.c.member_id == memberships.c.member_id,
        excuses.c.session_id.in_(held),
        excuses.c.state == "accepted",
    )
    asked = 1
    if row.complete == Complete.ALL:  # each main session that has begun; a make-up stands for one
        begun = select(func.count()).where(
            sessions.c.campaign_id == row.id,
            sessions.c.kind == SessionKind.MAIN,
            sessions.c.opens_at <= now,
        )
        asked = await db.scalar(begun) or 0
    missing = ~exists().where(recorded)
    if asked > 1:
        times = select(func.count()).select_from(attendance).where(recorded)
        missing = times.correlate(memberships).scalar_subquery() < asked
    return and_(
        memberships.c.status != Standing.EXEMPT,
        _is_below(await _path_of(db, row.unit_id)),
        missing,
        ~is_excused,
    )


async def _owes_essay(db: Db, target: Target) -> ColumnElement[bool]:
    """The obligation, or any essay of the campaign, has neither been received nor accepted."""
    rows = await db.execute(
        select(obligations, units.c.path)
        .join(campaigns, campaigns.c.id == obligations.c.campaign_id)
        .join(units, units.c.id == campaigns.c.unit_id)
        .where(
            obligations.c.campaign_id == target.campaign_id,
            obligations.c.kind == ObligationKind.ESSAY,
        )
    )
    owed = [
        and_(
            memberships.c.status.not_in(row.exempt),
            _is_below(row.path),
            ~exists().where(
                submissions.c.obligation_id == row.id,
                submissions.c.member_id == memberships.c.member_id,
                submissions.c.state.in_(["received", "accepted"]),
            ),
        )
        for row in rows
        if target.obligation_id in (None, row.id)
    ]
    return or_(*owed) if owed else literal(False)


def _is_below(path: str) -> ColumnElement[bool]:
    return units.c.path.startswith(path, autoescape=True)


async def _path_of(db: Db, unit_id: int) -> str:
    return str(await db.scalar(select(units.c.path).where(units.c.id == unit_id)))


# --- looking ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Size:
    """How many are meant, and how many of them a chat reaches."""

    chosen: int
    reachable: int

    @property
    def unreached(self) -> int:
        return self.chosen - self.reachable


async def size(db: Db, target: Target, now: datetime) -> Size:
    meant = (await select_members(db, target, now)).subquery()
    row = (
        await db.execute(
            select(
                func.count(), func.sum(case((_has_chat(meant.c.member_id), 1), else_=0))
            ).select_from(meant)
        )
    ).one()
    return Size(row[0], int(row[1] or 0))


async def sample(db: Db, target: Target, now: datetime) -> Member | None:
    """Somebody who will get it, for the preview."""
    meant = (await select_members(db, target, now)).subquery()
    first = await db.scalar(select(func.min(meant.c.member_id)).where(_has_chat(meant.c.member_id)))
    return await people.get_member(db, first, now) if first is not None else None


async def has_begun(db: Db, campaign_id: int, now: datetime) -> bool:
    """Whether anybody could have been recorded yet."""
    begun = select(sessions.c.id).where(
        sessions.c.campaign_id == campaign_id, sessions.c.opens_at <= now
    )
    return await db.scalar(begun.limit(1)) is not None


async def still_means(db: Db, target: Target, member_id: int, now: datetime) -> bool:
    """Whether somebody chosen earlier is still meant: not moved away, not done meanwhile."""
    meant = await select_members(db, target, now)
    found = await db.scalar(meant.where(memberships.c.member_id == member_id).limit(1))
    return found is not None


async def longest(db: Db, unit_path: str) -> dict[str, int]:
    """How long a placeholder may become below a unit, in characters."""
    name = await db.scalar(
        select(func.max(func.length(members.c.name)))
        .join(memberships, memberships.c.member_id == members.c.id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(memberships.c.to_on.is_(None), _is_below(unit_path))
    )
    cell = await db.scalar(select(func.max(func.length(units.c.name))).where(_is_below(unit_path)))
    return {"tên": name or 0, "chi_bộ": cell or 0}
