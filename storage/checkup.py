"""Is the database sound? Looked at from outside, before anything relies on it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table, exists, func, insert, select, text

from storage import key_mark, migrate
from storage.database import Database, Db, is_damaged
from storage.schema import campaigns, members, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found; an error is the driver's first line and names no row."""

    error: str | None = None  # could not be opened or read; then nothing else is known
    is_current: bool = False  # all migrations have run; only then the rest is looked at
    write_error: str | None = None
    damage: str | None = None  # what SQLite says about broken pages
    needs_key: bool = False  # a key was used here, and only that one will do
    fits_key: bool = True  # the key that was shown is that one
    has_roster: bool = True
    has_plan: bool = True


class Damaged(Exception):
    """SQLite finds broken pages: what is read from there is wrong, and what is written is lost."""


async def demand_sound(url: str) -> None:
    """Read an existing database's pages once, in order (50 MB: half a second). Raises Damaged."""
    database = Database(url)
    try:
        async with database.read() as db:
            if await _damage(db):
                raise Damaged
    finally:
        await database.close()


async def examine(url: str, key: bytes | None) -> Health:
    """Look at an existing database, and at its key, and leave it as it is. Never raises."""
    database = Database(url)
    try:
        return await _examine(database, key)
    except Exception as error:  # noqa: BLE001 – whatever a driver raises is the finding itself
        if is_damaged(error):
            return Health(damage=_first_line(error))
        return Health(error=_first_line(error))
    finally:
        await database.close()


async def _examine(database: Database, key: bytes | None) -> Health:
    async with database.read() as db:
        damage = await _damage(db)
        is_current = await migrate.is_current(db)
        needs_key = is_current and await key_mark.is_needed(db)
        fits_key = not is_current or key is None or await key_mark.fits(db, key)
        has_roster = not is_current or await _is_any(db, members)
        has_plan = not is_current or await _is_any(db, campaigns)
    write_error = await _write_error(database) if is_current else None
    return Health(
        is_current=is_current,
        write_error=write_error,
        damage=damage,
        needs_key=needs_key,
        fits_key=fits_key,
        has_roster=has_roster,
        has_plan=has_plan,
    )


async def _is_any(db: Db, table: Table) -> bool:
    return bool(await db.scalar(select(exists(select(table.c.id)))))


async def _damage(db: Db) -> str | None:
    if db.dialect.name != "sqlite":
        return None  # a database server watches its own pages
    found = (await db.scalars(text("PRAGMA quick_check(1)"))).all()
    return None if list(found) == ["ok"] else str(found[0]).splitlines()[0]


class _Undo(Exception):
    """Rolls the trial back."""


async def _write_error(database: Database) -> str | None:
    """Why nothing can be written: a read-only file, a full disk, a replica."""
    try:
        async with database.write() as tx:
            number = select(func.count()).select_from(revisions).scalar_subquery()
            await tx.execute(insert(revisions).values(name="doctor", number=number))
            raise _Undo
    except _Undo:
        return None
    except Exception as error:  # noqa: BLE001 – as above
        return _first_line(error)


def _first_line(error: Exception) -> str:
    """Without the statement and its values, which SQLAlchemy appends."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0]
