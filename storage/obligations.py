"""What members owe beyond attending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Db
from storage.schema import obligations


@dataclass(frozen=True, slots=True)
class Obligation:
    id: int
    campaign_id: int
    code: str
    title: str
    due_at: datetime
    exempt: tuple[str, ...]


async def of_campaigns(db: Db, campaign_ids: Sequence[int]) -> list[Obligation]:
    rows = await db.execute(
        select(obligations)
        .where(obligations.c.campaign_id.in_(campaign_ids))
        .order_by(obligations.c.due_at)
    )
    return [
        Obligation(row.id, row.campaign_id, row.code, row.title, row.due_at, tuple(row.exempt))
        for row in rows
    ]
