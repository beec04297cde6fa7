"""Connections: many readers that never wait, one writer in turn."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneLeft
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.sole import DELIVERY, Sole

Tx: TypeAlias = AsyncConnection  # the writer's transaction
Db: TypeAlias = AsyncConnection  # a reader, or the writer's transaction


class NoTurn(Exception):
    """Others held the writer for longer than anybody should wait."""


Conflict = IntegrityError  # somebody else wrote the same thing first
# The database cannot be reached, is locked or its disk is full: nothing was written, try later.
Unavailable = (OperationalError, NoneLeft, NoTurn)

_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
}


def is_away(error: BaseException) -> bool:
    """Whether the database cannot serve just now. SQLite reports a faulty statement of ours by the
    same exception: that would fail again however often it is tried."""
    if not isinstance(error, Unavailable):
        return False
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is None or code & 0xFF in _AWAY  # the low byte is the kind, the rest details


Failed = DBAPIError  # whatever the driver complains of
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_damaged(error: BaseException) -> bool:
    """Whether the file is broken, or was never a database."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED


READERS = 4
# Another process (an import, a backup) may hold the writer's lock so long, and so long again may
# those wait who are not next; a messenger gives a hook a minute. "?timeout=…" in the URL says
# otherwise.
PATIENCE = 15.0  # seconds


class Database:
    """One database: `read()` sees what is committed, `write()` is one durable transaction.

    A cancelled task leaves neither a lock nor half a transaction behind: the step at the database
    is finished first, and the cancellation is felt after it.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._patience = _patience(self.url)
        self._turn = asyncio.Lock()
        self.worker = secrets.token_hex(6)  # what it takes in hand carries this mark
        self._sole = Sole(self.url.database, DELIVERY) if self.is_one_file else None
        self._readers = _engine(self.url, "BEGIN", READERS, ["query_only = ON"])
        self._writer = _engine(self.url, "BEGIN IMMEDIATE", 1, ["synchronous = FULL"])

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Db]:
        """A consistent view of what is committed; never waits for the writer."""
        with _noticing_cancellation():
            async with self._readers.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """The writer: committed and synced when the block ends, rolled back when it raises."""
        with _noticing_cancellation():
            await self._wait_for_turn()
            try:
                async with self._writer.begin() as transaction:
                    yield transaction
            finally:
                self._turn.release()

    @property
    def is_one_file(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def is_sole_worker(self) -> bool:
        """Whether nobody else delivers from this file, nor will until `close`.

        Then whatever carries another worker's mark was left behind by a dead one. A database
        server is shared: there only leases tell.
        """
        return self._sole is not None and self._sole.is_ours()

    async def close(self) -> None:
        if self._sole is not None:
            self._sole.release()
        await self._readers.dispose()
        await self._writer.dispose()

    async def _wait_for_turn(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError:
            raise NoTurn from None


def _patience(url: URL) -> float:
    asked = url.query.get("timeout")
    return float(asked) if isinstance(asked, str) else PATIENCE


@contextmanager
def _noticing_cancellation() -> Iterator[None]:
    """Raise what `_whole` has put off, also after a step that failed: whoever tries again after
    every failure would otherwise never end."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    except Exception as error:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError from error
        raise
    if task and task.cancelling() > before:
        raise asyncio.CancelledError


async def _whole(step: Coroutine[Any, Any, Any]) -> Any:
    """A step's result, also for a task that is cancelled meanwhile: it learns of it at the end.

    Torn off in the middle, the driver's thread goes on, and a statement that nobody reads to its
    end keeps the file locked until the garbage collector happens to find it.
    """
    running = asyncio.ensure_future(step)
    while not running.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(running)
    return running.result()


def _engine(url: URL, begin: str, size: int, pragmas: list[str]) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=60, hide_parameters=True
    )
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        _keep_steps_whole(connection.driver_connection)
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in [
            f"busy_timeout = {_patience(url) * 1000:.0f}",
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


def _keep_steps_whole(driver: Any) -> None:
    """Every call of aiosqlite's goes through its `_execute`."""
    execute = driver._execute

    async def whole(*call: Any, **named: Any) -> Any:
        return await _whole(execute(*call, **named))

    driver._execute = whole
