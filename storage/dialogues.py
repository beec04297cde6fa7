"""Conversations that wait for the person's next words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from domain.people import Dialogue
from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import dialogues

LIFE = timedelta(minutes=15)


async def open(
    tx: Tx,
    account_id: int,
    name: str,
    state: Mapping[str, Any],
    now: datetime,
    *,
    life: timedelta = LIFE,
) -> None:
    """Begin or continue a dialogue; another one that was open is dropped."""
    values = {"name": name, "state": dict(state), "expires_at": now + life}
    await tx.execute(
        insert(tx, dialogues)
        .values(account_id=account_id, version=1, **values)
        .on_conflict_do_update(
            index_elements=["account_id"], set_=values | {"version": dialogues.c.version + 1}
        )
    )


async def get(db: Db, account_id: int, now: datetime) -> Dialogue | None:
    row = (
        await db.execute(
            select(dialogues.c.name, dialogues.c.state, dialogues.c.version).where(
                dialogues.c.account_id == account_id, dialogues.c.expires_at > now
            )
        )
    ).first()
    return Dialogue(row.name, row.state, row.version) if row else None


async def close(tx: Tx, account_id: int) -> None:
    await tx.execute(delete(dialogues).where(dialogues.c.account_id == account_id))
