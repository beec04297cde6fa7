"""What nudges did not move, and which superior is told of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, or_, select, update

from domain.counting import end_of
from domain.messages import Lane
from domain.nudging import Counted, Topic
from domain.rights import Role
from domain.text import local
from storage import posting
from storage.database import Db, Tx
from storage.nudges import ARRIVED, MISSED, REMEMBERED
from storage.schema import grants, nudges, outbox, units

RECIPE = "digest"  # of what a superior is told


async def counted(
    db: Db, before: date, *, cell_ids: Collection[int] | None = None
) -> Mapping[tuple[int, str, int], Counted]:
    """By cell, topic and number done: the nudges before this day that left, or reached nobody."""
    came = or_(ARRIVED, MISSED)
    unreported = and_(came, nudges.c.reported_at.is_(None))
    what = (nudges.c.unit_id, nudges.c.topic, nudges.c.done)
    statement = (
        select(*what, _count(ARRIVED), _count(MISSED), _count(unreported))
        .outerjoin(outbox, outbox.c.dedup_key == nudges.c.post_key)
        .where(nudges.c.day < before, nudges.c.day > before - REMEMBERED)
        .group_by(*what)
    )
    if cell_ids is not None:
        statement = statement.where(nudges.c.unit_id.in_(cell_ids))
    rows = await db.execute(statement)
    return {
        (cell_id, topic, done): Counted(told=told, missed=missed, unreported=left)
        for cell_id, topic, done, told, missed, left in rows
    }


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


async def mark_reported(
    tx: Tx, fruitless: Collection[tuple[int, Topic]], unit_of: Mapping[int, int], now: datetime
) -> None:
    """The superior of these cells is being told."""
    before = local(now).date()
    if fruitless:
        await tx.execute(
            update(nudges)
            .where(
                nudges.c.unit_id == bindparam("cell"),
                nudges.c.topic == bindparam("about"),
                nudges.c.day < literal(before),
                nudges.c.reported_at.is_(None),
            )
            .values(reported_at=now, reported_to=bindparam("superior")),
            [
                {"cell": cell_id, "about": str(topic), "superior": unit_of[cell_id]}
                for cell_id, topic in fruitless
            ],
        )


async def reported(db: Db, unit_ids: Collection[int], on: date) -> dict[int, set[tuple[int, str]]]:
    """What the coordinators of these units were told on a day: cells and topics, by unit."""
    from_at, until_at = end_of(on - timedelta(days=1)), end_of(on)
    rows = await db.execute(
        select(nudges.c.reported_to, nudges.c.unit_id, nudges.c.topic)
        .where(
            nudges.c.reported_to.in_(unit_ids),
            nudges.c.reported_at >= from_at,
            nudges.c.reported_at < until_at,
        )
        .distinct()
    )
    found: dict[int, set[tuple[int, str]]] = {}
    for unit_id, cell_id, topic in rows:
        found.setdefault(unit_id, set()).add((cell_id, topic))
    return found


async def superiors(db: Db) -> dict[str, int]:
    """The units with a coordinator whom a message would reach: id by path."""
    people = select(grants.c.member_id).where(*_coordinates)
    reached = posting.chats_of(people, wants_reminders=True).subquery()
    rows = await db.execute(
        select(units.c.path, units.c.id)
        .join(grants, grants.c.unit_id == units.c.id)
        .join(reached, reached.c.member_id == grants.c.member_id)
        .where(*_coordinates)
        .distinct()
    )
    return {row.path: row.id for row in rows}


_coordinates = (
    grants.c.role == Role.COORDINATOR,
    grants.c.unit_id.is_not(None),
    grants.c.revoked_at.is_(None),
)


async def post_digests(
    tx: Tx, unit_ids: Collection[int], now: datetime, *, expires_at: datetime
) -> int:
    """One digest a day to each coordinator of these units."""
    if not unit_ids:
        return 0
    people = select(grants.c.member_id).where(*_coordinates, grants.c.unit_id.in_(unit_ids))
    return await posting.post(
        tx,
        people,
        now,
        recipe=RECIPE,
        lane=Lane.REMINDER,
        key=f"{RECIPE} {local(now).date()}",
        expires_at=expires_at,
    )


async def coordinated(db: Db, member_id: int) -> list[int]:
    """The units that somebody coordinates."""
    rows = await db.scalars(
        select(grants.c.unit_id)
        .where(*_coordinates, grants.c.member_id == member_id)
        .order_by(grants.c.id)
    )
    return [one for one in rows if one is not None]
