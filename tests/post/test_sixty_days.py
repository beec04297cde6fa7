"""Sixty days, lived through again and again, each time with another chance."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from tests.post import sixty_days
from tests.post.sixty_days import SixtyDays

LIVES = 4  # a few seconds each; hypothesis chooses others every time


@settings(max_examples=LIVES, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1_000_000_000))
def test_sixty_days(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Each reminder once, none at night or at Tết, none to who is done, one message an hour."""
    file = tmp_path_factory.mktemp("life") / "diemdanh.db"
    shutil.copy(empty_database, file)
    days = asyncio.run(_live(f"sqlite+aiosqlite:///{file}", seed))
    assert days.commune.heard, "a life without any reminder shows nothing"


async def _live(url: str, seed: int) -> SixtyDays:
    database = Database(url)
    try:
        return await sixty_days.live(database, seed)
    finally:
        await database.close()
