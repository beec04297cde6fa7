""" "Tạm ngừng gửi": below a held unit nothing goes out but replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, literal, select, update

from storage.database import Db, Tx
from storage.schema import holds, units


@dataclass(frozen=True, slots=True)
class Hold:
    unit_id: int
    unit_name: str
    unit_path: str
    at: datetime


async def standing(db: Db) -> list[Hold]:
    """Every hold that has not been lifted, from the top of the tree down."""
    rows = await db.execute(
        select(units.c.id, units.c.name, units.c.path, holds.c.at)
        .join(units, units.c.id == holds.c.unit_id)
        .where(holds.c.lifted_at.is_(None))
        .order_by(units.c.path)
    )
    return [Hold(*row) for row in rows]


async def held_paths(db: Db) -> Sequence[str]:
    """The subtrees on hold, to be compared with the paths of many units."""
    return [one.unit_path for one in await standing(db)]


async def is_held(db: Db, unit_path: str) -> bool:
    """Whether this unit, or one above it, is on hold."""
    found = await db.scalar(
        select(holds.c.id)
        .join(units, units.c.id == holds.c.unit_id)
        .where(holds.c.lifted_at.is_(None), literal(unit_path).like(units.c.path + "%"))
        .limit(1)
    )
    return found is not None


async def place(tx: Tx, unit_id: int, by_member_id: int | None, now: datetime) -> bool:
    """Hold a subtree; False where it is held already."""
    known = await tx.scalar(
        select(holds.c.id).where(holds.c.unit_id == unit_id, holds.c.lifted_at.is_(None))
    )
    if known is None:
        await tx.execute(insert(holds).values(unit_id=unit_id, by_member_id=by_member_id, at=now))
    return known is None


async def lift(tx: Tx, unit_id: int, now: datetime) -> bool:
    """Let messages go out again; False where nothing was held."""
    result = await tx.execute(
        update(holds)
        .where(holds.c.unit_id == unit_id, holds.c.lifted_at.is_(None))
        .values(lifted_at=now)
    )
    return result.rowcount > 0
