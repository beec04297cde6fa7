"""Connections: many readers that never wait, one writer in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Tx: TypeAlias = AsyncConnection  # the writer's transaction
Db: TypeAlias = AsyncConnection  # a reader, or the writer's transaction

Conflict = IntegrityError  # somebody else wrote the same thing first
Unavailable = OperationalError  # the database cannot be reached, is locked or its disk is full

READERS = 4
BUSY_TIMEOUT_MS = 15_000  # another process (an import, a backup) may hold the writer's lock


class Database:
    """One database: `read()` sees what is committed, `write()` is one durable transaction."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._turn = asyncio.Lock()
        self._readers = _engine(url, "BEGIN", READERS, ["query_only = ON"])
        self._writer = _engine(url, "BEGIN IMMEDIATE", 1, ["synchronous = FULL"])

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Db]:
        """A consistent view of what is committed; never waits for the writer."""
        async with self._readers.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """The writer: committed and synced when the block ends, rolled back when it raises."""
        async with self._turn, self._writer.begin() as transaction:
            yield transaction

    async def close(self) -> None:
        await self._readers.dispose()
        await self._writer.dispose()


def _engine(url: str, begin: str, size: int, pragmas: list[str]) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=60, hide_parameters=True
    )
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in [
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            *pragmas,
        ]:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
