"""A campaign's figures of this moment, counted once for all who ask at the same time.

A province of 43,000 takes a tenth of a second to count and a reader for as long; on a morning its
coordinators ask together. Whoever asks waits without holding a connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.sessions import Session
from domain.text import local
from domain.totals import Tally
from storage import counts, rolls
from storage.database import Database
from storage.rolls import AtVenue

FRESH = 2.0  # seconds that figures of a large roll are shared
LARGE = 5_000  # on the roll; a smaller one costs little, so it is always counted anew


@dataclass(frozen=True, slots=True)
class Halls:
    """By venue of one session."""

    present: Mapping[int, AtVenue]
    summoned: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A campaign at one instant; its halls are looked up when somebody asks for them."""

    tally: Tally
    counted_at: float
    halls: dict[int, Halls] = field(default_factory=dict)  # by session

    def is_fresh(self, now: datetime) -> bool:
        is_today = self.tally.as_of == local(now).date()
        return is_today and time.monotonic() - self.counted_at < FRESH


class Tallies:
    """Hands out pictures that are at most two seconds old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[int, Picture] = {}
        self._turn = asyncio.Lock()

    async def current(self, campaign_id: int, now: datetime) -> Picture | None:
        """The whole campaign; None where there is none such. What of it may be seen, rights say."""
        async with self._turn:
            kept = self._kept.get(campaign_id)
            if kept is not None and kept.is_fresh(now):
                return kept
            counted_at = time.monotonic()
            async with self._database.read() as db:
                tally = await counts.count_campaign(
                    db, campaign_id, as_of=local(now).date(), now=now
                )
            if tally is None:
                return None
            picture = Picture(tally, counted_at)
            if sum(cell.figures["roll"] for cell in tally.cells) >= LARGE:
                self._kept[campaign_id] = picture
            return picture

    async def halls(self, picture: Picture, session: Session, now: datetime) -> Halls:
        """Who is present and summoned at the halls of one of the campaign's sessions."""
        async with self._turn:
            if session.id not in picture.halls:
                async with self._database.read() as db:
                    picture.halls[session.id] = Halls(
                        await rolls.recorded(db, session.id, now),
                        await counts.summoned_by_venue(db, picture.tally.schedule, session, now),
                    )
            return picture.halls[session.id]
