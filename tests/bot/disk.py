"""A disk that fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def damage(path: Path, *tables: str) -> None:
    """Overwrite the tables' first pages, as a failing disk does: the header stays whole."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = database.execute("SELECT name, rootpage FROM sqlite_schema").fetchall()
        [size] = database.execute("PRAGMA page_size").fetchone()
    roots = dict(rows)
    with path.open("r+b") as file:
        for table in tables:
            file.seek((roots[table] - 1) * size)
            file.write(b"\xa5" * size)
