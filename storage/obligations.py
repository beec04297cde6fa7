"""What members owe beyond attending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from domain.plan import ObligationKind
from storage.database import Db
from storage.schema import campaigns, deadlines, obligations, units

OF_MEMBERS = (ObligationKind.ESSAY, ObligationKind.PERSONAL_PLAN)  # the others are owed by units


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    id: int
    campaign_id: int
    campaign_code: str
    unit_id: int  # whose campaign
    unit_path: str
    code: str
    kind: ObligationKind
    title: str
    due_at: datetime
    remind_days: tuple[int, ...]
    exempt: tuple[str, ...]
    due_by_unit: Mapping[int, datetime]

    @property
    def is_of_members(self) -> bool:
        return self.kind in OF_MEMBERS

    def due_for(self, cell_path: str) -> datetime:
        """The most specific date wins."""
        for unit_id in reversed(cell_path.strip("/").split("/")):
            if int(unit_id) in self.due_by_unit:
                return self.due_by_unit[int(unit_id)]
        return self.due_at

    def is_owed_by(self, cell_path: str, status: str) -> bool:
        return (
            self.is_of_members
            and cell_path.startswith(self.unit_path)
            and status not in self.exempt
        )

    @property
    def deadlines(self) -> Mapping[int, datetime]:
        """The dates that hold, by the unit whose people they are for."""
        return {self.unit_id: self.due_at} | dict(self.due_by_unit)


async def of_campaigns(db: Db, campaign_ids: Sequence[int]) -> list[Obligation]:
    return await _list(db, obligations.c.campaign_id.in_(campaign_ids))


async def get(db: Db, obligation_id: int) -> Obligation | None:
    found = await get_all(db, [obligation_id])
    return found[0] if found else None


async def get_all(db: Db, obligation_ids: Sequence[int]) -> list[Obligation]:
    return await _list(db, obligations.c.id.in_(obligation_ids))


async def of_members(db: Db) -> list[Obligation]:
    """Everything that members, rather than units, ever owed."""
    return await _list(db, obligations.c.kind.in_(OF_MEMBERS))


async def _list(db: Db, which: ColumnElement[bool]) -> list[Obligation]:
    rows = (
        await db.execute(
            select(obligations, campaigns.c.code.label("of"), campaigns.c.unit_id, units.c.path)
            .join(campaigns, campaigns.c.id == obligations.c.campaign_id)
            .join(units, units.c.id == campaigns.c.unit_id)
            .where(which)
            .order_by(obligations.c.due_at, obligations.c.id)
        )
    ).all()
    dates: dict[int, dict[int, datetime]] = {row.id: {} for row in rows}
    for date in await db.execute(
        select(deadlines).where(
            deadlines.c.obligation_id.in_(list(dates)), deadlines.c.unit_id.is_not(None)
        )
    ):
        dates[date.obligation_id][date.unit_id] = date.due_at
    return [
        Obligation(
            id=row.id,
            campaign_id=row.campaign_id,
            campaign_code=row.of,
            unit_id=row.unit_id,
            unit_path=row.path,
            code=row.code,
            kind=ObligationKind(row.kind),
            title=row.title,
            due_at=row.due_at,
            remind_days=tuple(row.remind_days),
            exempt=tuple(row.exempt),
            due_by_unit=dates[row.id],
        )
        for row in rows
    ]
