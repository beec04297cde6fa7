"""Numbers that grow when the plan or the tree changes, so that every process notices."""

from __future__ import annotations

from sqlalchemy import select

from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import revisions

PLAN = "plan"  # campaigns, sessions, venues, assignments
TREE = "tree"  # units


async def bump(tx: Tx, name: str) -> None:
    """Tell every process that something changed; seen once this transaction is committed."""
    await tx.execute(
        insert(tx, revisions)
        .values(name=name, number=1)
        .on_conflict_do_update(
            index_elements=[revisions.c.name], set_={"number": revisions.c.number + 1}
        )
    )


async def read(db: Db) -> dict[str, int]:
    rows = await db.execute(select(revisions.c.name, revisions.c.number))
    return {row.name: row.number for row in rows}
