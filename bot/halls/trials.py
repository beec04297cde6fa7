"""A hall's rehearsal page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from domain import codes
from domain.codes import CodeKind
from domain.readiness import Check
from domain.sessions import Venue
from handlers.turn import House
from storage import audit, trials
from web.doors.trials import Trial
from web.halls.screen import drawn


class TrialPages:
    """What halls try before check-in begins; nothing of it counts anywhere."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now

    async def show(self, token: str) -> Trial | None:
        venue, now = await self._venue(token), self._now()
        if venue is None:
            return None
        window = codes.current_window(venue.session, CodeKind.TRIAL, now)
        payload = codes.signed_code(venue, CodeKind.TRIAL, window)
        async with self._house.database.read() as db:
            tried = await trials.of_venue(db, venue.id)
        return Trial(
            venue=venue.name,
            session=venue.session.title,
            opens_at=venue.session.opens_at,
            is_over=now >= venue.session.opens_at,
            qr_svg=drawn(f"{self._house.public_url}/c/{payload}"),
            typed=codes.typed_code(venue.secret, CodeKind.TRIAL, window),
            tried=tried,
        )

    async def check(self, token: str, check: Check) -> bool:
        venue, now = await self._venue(token), self._now()
        if venue is None or now >= venue.session.opens_at:
            return False
        async with self._house.database.write() as tx:
            await trials.note(tx, venue.id, check, now)
            await audit.note(tx, None, "trial", f"venue {venue.id}", now, {"check": check})
        return True

    async def _venue(self, token: str) -> Venue | None:
        return codes.venue_of_screen(token, await self._house.schedules.current(self._now()))
