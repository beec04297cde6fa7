"""Sixty days of nudges, lived through again and again, each time with another chance."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage.database import Database
from tests.post import sixty_nudged_days
from tests.post.sixty_nudged_days import NudgedDays

LIVES = 4  # a few seconds each; hypothesis chooses others every time


@settings(
    max_examples=LIVES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # another seed is another life, never a simpler one
)
@given(seed=st.integers(0, 1_000_000_000))
def test_sixty_days_of_nudges(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """One a day for each, none at night or at Tết, none after clearing, no name goes upward."""
    file = tmp_path_factory.mktemp("life") / "diemdanh.db"
    shutil.copy(empty_database, file)
    days = asyncio.run(_live(f"sqlite+aiosqlite:///{file}", seed))
    assert days.commune.heard, "a life without any nudge shows nothing"


async def _live(url: str, seed: int) -> NudgedDays:
    database = Database(url)
    try:
        return await sixty_nudged_days.live(database, seed)
    finally:
        await database.close()
