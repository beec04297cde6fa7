"""Absence with a reason: the category only, no details."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import excuses


async def accept(
    tx: Tx, session_id: int, member_ids: Sequence[int], category: str, by: int, now: datetime
) -> None:
    """Excuse members from a session; a later reason replaces an earlier one."""
    for member_id in member_ids:
        values = {
            "category": category,
            "state": "accepted",
            "decided_by": by,
            "decided_at": now,
        }
        await tx.execute(
            insert(tx, excuses)
            .values(session_id=session_id, member_id=member_id, **values)
            .on_conflict_do_update(index_elements=["session_id", "member_id"], set_=values)
        )


async def of_member(db: Db, member_id: int) -> set[int]:
    """The sessions from which a member is excused."""
    rows = await db.scalars(
        select(excuses.c.session_id).where(
            excuses.c.member_id == member_id, excuses.c.state == "accepted"
        )
    )
    return set(rows)
