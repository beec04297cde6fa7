"""Who did what: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from storage.database import Tx
from storage.schema import audit


async def note(
    tx: Tx,
    actor_id: int | None,
    action: str,
    subject: str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down an action; `actor_id` None is the operator or the bot itself."""
    await tx.execute(
        insert(audit).values(
            at=now, actor_id=actor_id, action=action, subject=subject, detail=detail
        )
    )
