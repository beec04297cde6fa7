"""Finding what an operator names by its code, as codes are typed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func

from storage.database import Db


async def named(db: Db, statement: Select[Any], *codes: tuple[ColumnElement[str], str]) -> Any:
    """The row whose columns hold these codes; in another case only where no second is meant."""
    exactly = statement.where(*(column == code for column, code in codes))
    row: Row[Any] | None = (await db.execute(exactly)).first()
    if row is not None:
        return row
    alike = statement.where(*(func.lower(column) == code.lower() for column, code in codes))
    rows = (await db.execute(alike.limit(2))).all()
    return rows[0] if len(rows) == 1 else None
