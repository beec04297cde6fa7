"""What every test may ask for."""

import asyncio
import logging
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage import migrate
from storage.database import Database
from tests.stories import cast
from tests.stories.running import running
from tests.stories.town import Town

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("diemdanh", deadline=None)
settings.load_profile("diemdanh")


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """A test that lets the program set up its log leaves nothing that writes into a closed file."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with today's tables, made once by the real migrations: to be copied, never opened."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(migrate.upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def database_url(empty_database: Path, tmp_path: Path) -> str:
    """The address of this test's own database, with empty tables."""
    path = tmp_path / "diemdanh.db"
    shutil.copy(empty_database, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """This test's own database, open."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def settled(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's database before the first phone, made once: to be copied, never opened."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copy(empty_database, path)
    asyncio.run(cast.settle(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
async def town(settled: Path, tmp_path: Path) -> AsyncGenerator[Town, None]:
    database = tmp_path / "town.db"
    shutil.copy(settled, database)
    async with running(database, tmp_path) as town:
        yield town
