"""INSERT … ON CONFLICT, spelled for the engine at hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx


def insert_new(tx: Tx, table: Table) -> Any:
    """An INSERT that leaves out rows that are there already."""
    return insert(tx, table).on_conflict_do_nothing()


def new_id(result: CursorResult[Any]) -> int:
    """The id of the row that an INSERT has made."""
    assert result.inserted_primary_key is not None  # noqa: S101 - every such table has one
    return int(result.inserted_primary_key[0])


def insert(tx: Tx, table: Table) -> Any:
    """An INSERT that knows `on_conflict_do_update`."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
