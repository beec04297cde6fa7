"""Which cells lag in a campaign, and why; looked up for all viewers together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime

from domain.totals import Tally
from handlers.texts import digests as digests_texts
from handlers.texts import nudging as nudging_texts
from storage import progress
from storage.database import Database

FRESH = 60.0  # seconds; a cell lags for days, and 2,000 of them take half a second to look up


class Lagging:
    """The reasons, by cell, as the next morning's nudge would give them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[int, tuple[float, Mapping[int, str]]] = {}
        self._turn = asyncio.Lock()

    async def reasons(self, campaign_id: int, now: datetime) -> Mapping[int, str]:
        """One sentence per topic for each cell that lags now."""
        async with self._turn:
            kept = self._kept.get(campaign_id)
            if kept is None or time.monotonic() - kept[0] > FRESH:
                kept = (time.monotonic(), await self._look(campaign_id, now))
                self._kept[campaign_id] = kept
            return kept[1]

    async def _look(self, campaign_id: int, now: datetime) -> Mapping[int, str]:
        async with self._database.read() as db:
            standings = await progress.standing(db, now, campaign_id=campaign_id)
        found: dict[int, list[str]] = {}
        for one in standings:
            if (lag := one.lag(now)) is not None:
                topic = nudging_texts.topic(one.topic.kind, one.title, one.campaign_code)
                found.setdefault(one.cell.id, []).append(str(digests_texts.lags_in(topic, lag)))
        return {cell_id: "; ".join(reasons) for cell_id, reasons in found.items()}


def lagging_in(tally: Tally, unit_id: int, reasons: Mapping[int, str]) -> int:
    """How many cells of a unit lag."""
    return len({cell_of(cell.path) for cell in tally.cells_of(unit_id)} & reasons.keys())


def cell_of(path: str) -> int:
    """The id of the unit at the end of a path."""
    return int(path.rstrip("/").rpartition("/")[2])
