"""Objections to an entry, and how they were settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from domain.attendance import Entry
from storage import attendance
from storage.database import Db, Tx
from storage.insert import insert, new_id
from storage.schema import reviews


async def ask(tx: Tx, session_id: int, member_id: int, now: datetime) -> int | None:
    """Open an objection; None where one is open already."""
    known = (
        await tx.execute(
            select(reviews.c.id).where(
                reviews.c.session_id == session_id,
                reviews.c.member_id == member_id,
                reviews.c.state == "open",
            )
        )
    ).first()
    if known:
        return None
    result = await tx.execute(
        insert(tx, reviews).values(
            session_id=session_id, member_id=member_id, asked_at=now, state="open"
        )
    )
    return new_id(result)


async def get(db: Db, review_id: int) -> Row[Any] | None:
    return (await db.execute(select(reviews).where(reviews.c.id == review_id))).first()


async def settle(
    tx: Tx, review_id: int, state: str, member_id: int, reason: str, now: datetime
) -> bool:
    """Decide once; False where somebody was faster."""
    result = await tx.execute(
        update(reviews)
        .where(reviews.c.id == review_id, reviews.c.state == "open")
        .values(state=state, decided_by=member_id, decided_at=now, reason=reason)
    )
    return bool(result.rowcount)


async def entry(db: Db, review: Row[Any]) -> Entry | None:
    """The entry that a review is about."""
    return await attendance.get(db, review.session_id, review.member_id)
