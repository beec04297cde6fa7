"""Rules of a campaign that its coordinator has switched off; all others hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import rules


async def switched_off(db: Db) -> set[tuple[int, str]]:
    """(campaign, rule) of those that are off."""
    rows = await db.execute(select(rules.c.campaign_id, rules.c.rule).where(~rules.c.is_on))
    return {(row.campaign_id, row.rule) for row in rows}


async def switch(
    tx: Tx, campaign_id: int, rule: str, now: datetime, *, is_on: bool, by: int | None
) -> None:
    values = {"is_on": is_on, "changed_at": now, "changed_by": by}
    await tx.execute(
        insert(tx, rules)
        .values(campaign_id=campaign_id, rule=rule, **values)
        .on_conflict_do_update(index_elements=["campaign_id", "rule"], set_=values)
    )
