"""Sixty days, lived through again and again, each time with another chance."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage.database import Database
from tests.post import sixty_days, sixty_nudged_days

Days = TypeVar("Days")
SEEDS = st.integers(0, 1_000_000_000)
FEW_LIVES = settings(
    max_examples=4,  # a few seconds each; hypothesis chooses others every time
    suppress_health_check=list(HealthCheck),
    # Another seed is another life, never a simpler one.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@FEW_LIVES
@given(seed=SEEDS)
def test_sixty_days(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Each reminder once, none at night or at Tết, none to who is done, one message an hour."""
    days = _lived(sixty_days.live, empty_database, tmp_path_factory.mktemp("life"), seed)
    assert days.commune.heard, "a life without any reminder shows nothing"


@FEW_LIVES
@given(seed=SEEDS)
def test_sixty_days_of_nudges(
    empty_database: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """One a day for each, none at night or at Tết, none after clearing, no name goes upward."""
    days = _lived(sixty_nudged_days.live, empty_database, tmp_path_factory.mktemp("life"), seed)
    assert days.commune.heard, "a life without any nudge shows nothing"


def _lived(
    live: Callable[[Database, int], Awaitable[Days]], template: Path, folder: Path, seed: int
) -> Days:
    """These sixty days, in a database of their own."""
    file = folder / "diemdanh.db"
    shutil.copy(template, file)

    async def go_through() -> Days:
        database = Database(f"sqlite+aiosqlite:///{file}")
        try:
            return await live(database, seed)
        finally:
            await database.close()

    return asyncio.run(go_through())
