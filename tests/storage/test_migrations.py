"""A database that was upgraded step by step and a new one are the same."""

import importlib.util
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Connection,
    column,
    create_mock_engine,
    func,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.engine import URL
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


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_first_step_spells_the_schema_word_by_word(dialect: str) -> None:
    """What a comparison of a living database overlooks: partial indexes, and PostgreSQL's types.

    Goes when a second step is written, which the schema then includes.
    """
    assert _statements_of(FIRST, dialect) == _statements_of_schema(dialect)


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


def _statements_of(step: Path, dialect: str) -> list[str]:
    spec = importlib.util.spec_from_file_location(step.stem, step)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = io.StringIO()
    options = {"as_sql": True, "output_buffer": written, "literal_binds": True}
    with Operations.context(MigrationContext.configure(dialect_name=dialect, opts=options)):
        module.upgrade()
    return sorted(map(_plain, written.getvalue().split(";")))[1:]  # after the last ";" is nothing


def _statements_of_schema(dialect: str) -> list[str]:
    statements: list[str] = []

    def note(statement: Any, *args: Any, **kwargs: Any) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(URL.create(_drivers[dialect]), note)
    metadata.create_all(engine, checkfirst=False)
    return sorted(map(_plain, statements))


_drivers = {"sqlite": "sqlite", "postgresql": "postgresql+asyncpg"}


def _plain(statement: str) -> str:
    """Without regard to spacing and to the order of a table's lines."""
    lines: Iterator[str] = (re.sub(r"\s+", " ", line) for line in statement.strip().split("\n"))
    return "\n".join(sorted(line.strip(" ,") for line in lines if line.strip(" ,")))
