"""Bring a database to today's tables: all steps in one transaction, or none."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import PATIENCE, Db

STEPS = Path(__file__).parent / "migrations"
LOCK = 0x6469656D  # PostgreSQL knows the lock that migrations take by a number: "diem"


class DatabaseIsNewer(Exception):
    """A newer release of the program has already changed the tables."""


async def upgrade(database_url: str) -> None:
    """Create or upgrade the tables; a second process waits. Raises DatabaseIsNewer."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(_create_file, url)
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def is_current(db: Db) -> bool:
    """Whether the tables are exactly those that this release works with."""
    return await db.run_sync(_revisions) == {_steps().get_current_head()}


def _upgrade(connection: Connection) -> None:
    steps = _steps()
    done = _revisions(connection)
    if done == {steps.get_current_head()}:
        return
    if done - {step.revision for step in steps.walk_revisions()}:
        raise DatabaseIsNewer
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revisions(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


@cache
def _steps() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    return config


def _create_file(url: URL) -> None:
    """Nobody else on the machine may read the roll; the journal files get the mode of this one."""
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _engine(url: URL) -> AsyncEngine:
    """One plain connection; foreign keys stay off, since a step may have to rebuild a table."""
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver would commit before each CREATE TABLE
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
