"""Whom no channel reached, to be called: how many of each cell, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, union

from storage.audiences import MemberIds
from storage.database import Db
from storage.schema import broadcast_unreached, members, memberships, outbox, units


@dataclass(frozen=True, slots=True)
class Calls:
    """So many of a cell were not reached."""

    cell_id: int
    cell: str
    path: str
    count: int


def not_reached(broadcast_id: int) -> MemberIds:
    """Members whom no channel reached, each once, whatever the cause."""
    missed = select(outbox.c.member_id).where(
        outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(["failed", "unreachable"])
    )
    unreached = select(broadcast_unreached.c.member_id).where(
        broadcast_unreached.c.broadcast_id == broadcast_id
    )
    return select(union(missed, unreached).subquery().c.member_id)


async def by_cell(db: Db, whom: MemberIds) -> list[Calls]:
    """How many of these members (a select of ids) belong to each cell, cells by name."""
    rows = await db.execute(
        select(units.c.id, units.c.name, units.c.path, func.count())
        .join(memberships, _belongs())
        .where(_is_among(memberships.c.member_id, whom))
        .group_by(units.c.id, units.c.name, units.c.path)
        .order_by(units.c.folded, units.c.id)
    )
    return [Calls(*row) for row in rows]


async def names(db: Db, whom: MemberIds, cell_ids: Sequence[int]) -> dict[int, list[str]]:
    """Their names, by cell."""
    rows = await db.execute(
        select(units.c.id, members.c.name)
        .select_from(members)
        .join(memberships, memberships.c.member_id == members.c.id)
        .join(units, _belongs())
        .where(units.c.id.in_(cell_ids), _is_among(members.c.id, whom))
        .order_by(members.c.folded, members.c.id)
    )
    found: dict[int, list[str]] = {}
    for cell_id, name in rows:
        found.setdefault(cell_id, []).append(name)
    return found


def _belongs() -> ColumnElement[bool]:
    """A member's cell now."""
    return and_(memberships.c.unit_id == units.c.id, memberships.c.to_on.is_(None))


def _is_among(member_id: ColumnElement[int], whom: MemberIds) -> ColumnElement[bool]:
    """Through a subquery of its own: tables of the same name outside are not meant."""
    return member_id.in_(select(whom.subquery().c.member_id))
