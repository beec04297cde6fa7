"""Roles that people hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from domain.people import Member
from domain.rights import VENUE_GRACE, Grant, Role, secretary_of
from storage.database import Db, Tx
from storage.named import named
from storage.schema import (
    campaigns,
    grants,
    memberships,
    sessions,
    units,
    venue_links,
    venues,
)


class Given(StrEnum):
    """What giving a role came to."""

    NEW = "new"
    CHANGED = "changed"  # held already, but with other sight of names
    HELD = "held"


async def of(db: Db, member: Member) -> list[Grant]:
    """Everything a member may, by position on the roll or by grant."""
    own = secretary_of(member.position, member.cell.path)
    rows = await db.execute(_given().where(grants.c.member_id == member.id))
    return ([own] if own else []) + [_grant(row) for row in rows]


async def given_below(db: Db, path: str) -> dict[int, list[Grant]]:
    """What was granted to each member who has any standing below a unit; offices are not in it."""
    people = (
        select(memberships.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(units.c.path.startswith(path, autoescape=True))
    )
    return _by_member(await db.execute(_given().where(grants.c.member_id.in_(people))))


async def given_to(db: Db, member_ids: Sequence[int]) -> dict[int, list[Grant]]:
    """What was granted to each of these members; offices are not in it."""
    return _by_member(await db.execute(_given().where(grants.c.member_id.in_(member_ids))))


def _by_member(rows: Iterable[Row[Any]]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(_grant(row))
    return found


def _given() -> Select[Any]:
    return (
        select(grants, units.c.path, sessions.c.opens_at, sessions.c.closes_at)
        .outerjoin(units, units.c.id == grants.c.unit_id)
        .outerjoin(venues, venues.c.id == grants.c.venue_id)
        .outerjoin(sessions, sessions.c.id == venues.c.session_id)
        .where(grants.c.revoked_at.is_(None))
        .order_by(grants.c.id)
    )


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        role=Role(row.role),
        unit_path=row.path,
        sees_names=row.sees_names,
        venue_id=row.venue_id,
        from_at=row.opens_at - timedelta(hours=24) if row.opens_at else None,
        until_at=row.closes_at + VENUE_GRACE if row.closes_at else None,
    )


async def grant(
    tx: Tx,
    member_id: int,
    role: Role,
    now: datetime,
    *,
    unit_id: int | None = None,
    venue_id: int | None = None,
    sees_names: bool = False,
) -> Given:
    """Give a role; who holds it there already has it as it is given now."""
    held = (
        await tx.execute(
            select(grants.c.id, grants.c.sees_names).where(
                grants.c.member_id == member_id,
                grants.c.role == role,
                grants.c.unit_id.is_(None) if unit_id is None else grants.c.unit_id == unit_id,
                grants.c.venue_id.is_(None) if venue_id is None else grants.c.venue_id == venue_id,
                grants.c.revoked_at.is_(None),
            )
        )
    ).all()
    if not held:
        await tx.execute(
            insert(grants).values(
                member_id=member_id,
                role=role,
                unit_id=unit_id,
                venue_id=venue_id,
                sees_names=sees_names,
                granted_at=now,
            )
        )
        return Given.NEW
    if all(row.sees_names == sees_names for row in held):
        return Given.HELD
    await tx.execute(
        update(grants)
        .where(grants.c.id.in_([row.id for row in held]))
        .values(sees_names=sees_names)
    )
    return Given.CHANGED


async def revoke(
    tx: Tx, member_id: int, now: datetime, *, unit_id: int | None, venue_id: int | None
) -> int:
    """Take back every role there, or every role at all where no place is named."""
    statement = update(grants).where(grants.c.member_id == member_id, grants.c.revoked_at.is_(None))
    if unit_id is not None:
        statement = statement.where(grants.c.unit_id == unit_id)
    if venue_id is not None:
        statement = statement.where(grants.c.venue_id == venue_id)
    return (await tx.execute(statement.values(revoked_at=now))).rowcount


async def holders(
    db: Db, role: Role, *, unit_id: int | None = None, venue_id: int | None = None
) -> list[int]:
    """The members who hold a role over just this unit or venue."""
    rows = await db.scalars(
        select(grants.c.member_id)
        .where(
            grants.c.role == role,
            grants.c.unit_id == unit_id if unit_id is not None else grants.c.venue_id == venue_id,
            grants.c.revoked_at.is_(None),
        )
        .order_by(grants.c.id)
    )
    return list(rows)


async def add_link(
    tx: Tx, venue_id: int, role: Role, token_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    """A one-time link to a role at a venue."""
    await tx.execute(
        insert(venue_links).values(
            venue_id=venue_id,
            role=role,
            token_hash=token_hash,
            created_at=now,
            expires_at=expires_at,
        )
    )


async def use_link(tx: Tx, token_hash: bytes, now: datetime) -> tuple[Role, int] | None:
    """The role and venue that a link gives; it gives them once."""
    row = (
        await tx.execute(
            update(venue_links)
            .where(
                venue_links.c.token_hash == token_hash,
                venue_links.c.used_at.is_(None),
                venue_links.c.revoked_at.is_(None),
                venue_links.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(venue_links.c.role, venue_links.c.venue_id)
        )
    ).first()
    return (Role(row.role), row.venue_id) if row else None


async def venue_id(db: Db, campaign: str, session: str, venue: str) -> int | None:
    """The venue named "NQTW4/HN/V001" by its three codes, in whatever case."""
    row = await named(
        db,
        select(venues.c.id)
        .join(sessions, sessions.c.id == venues.c.session_id)
        .join(campaigns, campaigns.c.id == sessions.c.campaign_id),
        (campaigns.c.code, campaign),
        (sessions.c.code, session),
        (venues.c.code, venue),
    )
    return int(row.id) if row else None
