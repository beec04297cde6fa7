"""A town for every story, and both kinds of phone."""

from __future__ import annotations

import asyncio
import shutil
import zlib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.stories import town as towns
from tests.stories.town import Town


@pytest.fixture(scope="session")
def settled(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's database before the first phone, made once: to be copied, never opened."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copy(empty_database, path)
    asyncio.run(towns.settle(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
async def town(settled: Path, tmp_path: Path) -> AsyncGenerator[Town, None]:
    database = tmp_path / "town.db"
    shutil.copy(settled, database)
    async with towns.running(database, tmp_path) as town:
        yield town


@pytest.fixture(params=["telegram", "web"])
def channel(request: pytest.FixtureRequest) -> str:
    """A story that does not say otherwise happens on Telegram and in a browser."""
    return str(request.param)


@pytest.fixture
def either(request: pytest.FixtureRequest) -> str:
    """Where the messenger makes no difference: half of these stories on Telegram, half not."""
    return ("telegram", "web")[zlib.crc32(request.node.name.encode()) % 2]
