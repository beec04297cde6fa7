"""A database that was upgraded step by step and a new one are the same."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Connection,
    column,
    func,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.exc import OperationalError

from storage import migrate
from storage.database import Database
from storage.schema import metadata, revisions

FIRST = migrate.STEPS / "versions" / "0001_first.py"


async def test_migrated_tables_are_the_schema(database: Database) -> None:
    """Statements are written against schema.py; a column that no step creates fails in use."""

    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.read() as db:
        assert await db.run_sync(differences) == []


async def test_upgrading_twice_changes_nothing(database: Database, database_url: str) -> None:
    """Every start of the program migrates first."""
    async with database.write() as tx:
        await tx.execute(insert(revisions).values(name="plan", number=7))
    await migrate.upgrade(database_url)
    async with database.read() as db:
        assert await db.scalar(select(revisions.c.number)) == 7
        assert await migrate.is_current(db)


async def test_a_database_without_tables_is_not_current(tmp_path: Path) -> None:
    """Readiness and the doctor rely on it."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    async with database.read() as db:
        assert not await migrate.is_current(db)
    await database.close()


async def test_a_newer_database_is_left_alone(database: Database, database_url: str) -> None:
    """Whoever goes back to an older release is told so instead of reading a traceback."""
    async with database.write() as tx:
        await tx.execute(
            update(table("alembic_version", column("version_num"))).values(version_num="9999")
        )
    with pytest.raises(migrate.DatabaseIsNewer):
        await migrate.upgrade(database_url)


async def test_a_step_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the tables would keep every later upgrade from running."""
    url = f"sqlite+aiosqlite:///{tmp_path}/half.db"
    create = Operations.create_index

    def runs_out_of_disk(self: Operations, *args: Any, **kwargs: Any) -> Any:
        if args[1] == "outbox":
            raise OperationalError("CREATE INDEX", {}, Exception("disk full"))
        return create(self, *args, **kwargs)

    monkeypatch.setattr(Operations, "create_index", runs_out_of_disk)
    with pytest.raises(OperationalError):
        await migrate.upgrade(url)
    monkeypatch.undo()
    await migrate.upgrade(url)
    database = Database(url)
    async with database.read() as db:
        assert await migrate.is_current(db)
        assert await db.scalar(select(func.count()).select_from(revisions)) == 0
    await database.close()


@pytest.mark.skipif("os.name != 'posix'", reason="needs a system with file modes")
def test_only_the_operator_can_read_the_file(empty_database: Path) -> None:
    """It holds who belongs to the party."""
    assert empty_database.stat().st_mode & 0o077 == 0
