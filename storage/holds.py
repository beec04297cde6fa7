""" "Tạm ngừng gửi": below a held unit nothing goes out but replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, literal, or_, select, update

from domain.messages import Lane
from storage.database import Db, Tx
from storage.outbox import ON_HOLD
from storage.schema import holds, memberships, outbox, units


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


async def above(db: Db, unit_path: str) -> Hold | None:
    """What holds this unit: the highest hold on it or above it."""
    found = await standing(db)
    return next((one for one in found if unit_path.startswith(one.unit_path)), None)


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
    if not result.rowcount:
        return False
    path = await tx.scalar(select(units.c.path).where(units.c.id == unit_id))
    # What another hold still means is put back by delivery once more.
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.state.in_(("pending", "held")),
            outbox.c.error == ON_HOLD,
            outbox.c.member_id.in_(_ever_below(path or "/")),
        )
        .values(not_before=now, error=None)
    )
    return True


async def waiting(db: Db, unit_path: str, now: datetime) -> int:
    """How many messages to people below a unit would leave now, were it not on hold."""
    found = await db.scalar(
        select(func.count()).where(
            outbox.c.state == "pending",
            outbox.c.lane != Lane.INTERACTIVE,
            outbox.c.member_id.in_(_ever_below(unit_path)),
            or_(outbox.c.error == ON_HOLD, outbox.c.not_before <= now),
            or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now),
        )
    )
    return int(found or 0)


def _ever_below(unit_path: str) -> Select[tuple[int]]:
    return (
        select(memberships.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(units.c.path.startswith(unit_path, autoescape=True))
    )
