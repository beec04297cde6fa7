"""Xã Tân Lý, where somebody wants to say something to everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.broadcasts.commune import Commune, codes, opened, settle


@pytest.fixture
async def commune(database: Database, database_url: str) -> AsyncIterator[Commune]:
    """Xã X: chi bộ A (10, of whom 8 have a browser) and B (6, all but two); A001 coordinates."""
    chats = [*codes("A", range(1, 9)), *codes("B", range(1, 5)), "C001"]
    await settle(database, cells={"A": 10, "B": 6, "C": 3}, chats=chats)
    async with opened(database_url) as commune:
        await commune.coordinates("A001", "X")
        yield commune
