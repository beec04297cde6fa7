"""The tree of party organisations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from domain.people import superior
from domain.text import fold
from storage.database import Db
from storage.named import named
from storage.schema import memberships, units

_CELLS = ("chi bo", "to dang")


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    code: str
    name: str
    kind: str
    path: str

    @property
    def superior_path(self) -> str:
        return superior(self.path)


def _select() -> Select[Any]:
    return select(units).where(units.c.closed_on.is_(None))


def _unit(row: Row[Any]) -> Unit:
    return Unit(row.id, row.code, row.name, row.kind, row.path)


async def get(db: Db, unit_id: int) -> Unit | None:
    row = (await db.execute(select(units).where(units.c.id == unit_id))).first()
    return _unit(row) if row else None


async def kinds(db: Db, unit_ids: Collection[int]) -> set[str]:
    """Each Loại that occurs among these units."""
    return set(await db.scalars(select(units.c.kind).where(units.c.id.in_(unit_ids)).distinct()))


async def get_by_code(db: Db, code: str) -> Unit | None:
    """The unit of this code, in whatever case it was typed."""
    row = await named(db, select(units), (units.c.code, code))
    return _unit(row) if row else None


async def get_by_path(db: Db, path: str) -> Unit | None:
    row = (await db.execute(select(units).where(units.c.path == path))).first()
    return _unit(row) if row else None


async def by_paths(db: Db, paths: Sequence[str]) -> dict[str, Unit]:
    rows = await db.execute(select(units).where(units.c.path.in_(paths)))
    return {row.path: _unit(row) for row in rows}


async def root(db: Db) -> Unit | None:
    row = (await db.execute(_select().where(units.c.parent_id.is_(None)))).first()
    return _unit(row) if row else None


async def committee_of(db: Db, path: str) -> Unit | None:
    """The unit, or the nearest one above it, that is no cell or part of one."""
    above = [path]
    while (path := superior(path)) not in ("", "/"):
        above.append(path)
    known = await by_paths(db, above)
    found = (known[one] for one in above if one in known)
    return next((unit for unit in found if not fold(unit.kind).startswith(_CELLS)), None)


async def children(db: Db, unit_id: int) -> list[Unit]:
    rows = await db.execute(_select().where(units.c.parent_id == unit_id).order_by(units.c.id))
    return [_unit(row) for row in rows]


async def below(db: Db, path: str, most: int) -> list[Unit]:
    """The units under a path, superiors first."""
    rows = await db.execute(
        _select()
        .where(units.c.path.startswith(path, autoescape=True), units.c.path != path)
        .order_by(units.c.path)
        .limit(most)
    )
    return [_unit(row) for row in rows]


async def holds_members(db: Db, unit_id: int) -> bool:
    """Whether members belong to this unit itself: it is a cell."""
    found = await db.scalar(
        select(memberships.c.id)
        .where(memberships.c.unit_id == unit_id, memberships.c.to_on.is_(None))
        .limit(1)
    )
    return found is not None


async def search(db: Db, below: str, folded: str, most: int) -> list[Unit]:
    """Units under a path whose folded name holds these words, nearest names first."""
    rows = await db.execute(
        _select()
        .where(
            units.c.path.startswith(below, autoescape=True),
            units.c.path != below,
            units.c.folded.contains(folded, autoescape=True),
        )
        .order_by(func.length(units.c.name), units.c.id)
        .limit(most)
    )
    return [_unit(row) for row in rows]
