"""The units that an officer may plan for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from domain.rights import Right, may
from handlers import scopes
from storage import units
from storage.database import Database, Db
from storage.units import Unit
from web.doors.dashboard import Officer
from web.doors.planning import PlanUnit

MOST_TICKED = 300  # more cells are no list to tick: then only the units directly below


class PlanUnits:
    """An officer's own units, with those below that a venue may be given."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def own(self, officer: Officer) -> Sequence[PlanUnit]:
        async with self._database.read() as db:
            return [await self.of(db, unit.path) for unit in await self.tops(db, officer)]

    async def tops(self, db: Db, officer: Officer) -> Sequence[Unit]:
        """The widest first; a unit below another of theirs is not named again."""
        now = self._now()
        paths = sorted(
            {
                grant.unit_path
                for grant in officer.grants
                if grant.unit_path
                and may(Right.PLAN, [grant], scopes.of_cell(grant.unit_path), now)
            }
        )
        widest = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
        known = await units.by_paths(db, widest)
        return [known[path] for path in widest if path in known]

    async def of(self, db: Db, path: str) -> PlanUnit:
        unit = await units.get_by_path(db, path)
        if unit is None:
            raise LookupError("a grant's unit is gone")
        below = await units.below(db, path, MOST_TICKED + 1)
        if len(below) > MOST_TICKED:
            below = await units.children(db, unit.id)
        names = {one.path: one.name for one in below}
        return PlanUnit(
            code=unit.code,
            name=unit.name,
            below=[(one.code, _told_apart(one, names)) for one in below],
        )


def _told_apart(unit: Unit, names: Mapping[str, str]) -> str:
    """Every commune has a Chi bộ ấp 3."""
    above = names.get(unit.superior_path)
    return f"{unit.name} ({above})" if above else unit.name
