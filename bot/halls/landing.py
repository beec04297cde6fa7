"""What the landing page shows, from the schedule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from domain import codes
from domain.codes import Scan
from domain.sessions import Session
from handlers.texts import check_in as check_in_texts
from storage import desk
from storage.database import Database
from storage.schedules import Schedules
from web.doors.halls import Landing


class Landings:
    """Pages behind a hall's codes."""

    def __init__(
        self, database: Database, schedules: Schedules, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._schedules = schedules
        self._now = now
        self.telegram_bot: str | None = None  # user name, once the messenger has told it

    async def landing(self, payload: str) -> Landing | None:
        """Stamp a scan. Looking consumes nothing; the ticket is one account's once it is used."""
        now = self._now()
        schedule = await self._schedules.current(now)
        reading = codes.read_signed(payload, schedule, now)
        if not isinstance(reading, Scan):
            return None
        venue = schedule.venues[reading.venue_id]
        ticket = payload if reading.nonce else codes.ticket(venue, reading.kind, reading.at)
        window = codes.current_window(venue.session, reading.kind, now)
        return Landing(
            venue=venue.name,
            session=venue.session.title,
            ticket=ticket,
            scanned_at=reading.at,
            typed=codes.typed_code(venue.secret, reading.kind, window),
            telegram_url=self._telegram_url(ticket),
            notice=notice(venue.session, now),
            used_by=await self._used_by(reading),
        )

    async def _used_by(self, scan: Scan) -> str | None:
        if scan.nonce is None:  # the wall's own code: this look is its scan
            return None
        async with self._database.read() as db:
            user = await desk.ticket_user(db, scan.nonce)
        return user.chat_id if user else None

    def _telegram_url(self, ticket: str) -> str | None:
        if self.telegram_bot is None:
            return None
        return f"https://t.me/{self.telegram_bot}?start=c-{ticket}"


def notice(session: Session, now: datetime) -> str | None:
    """Why nobody can check in just now; None while it is open."""
    if now < session.opens_at:
        return str(check_in_texts.too_early(session.opens_at))
    if now >= session.closes_at:
        return str(check_in_texts.CLOSED)
    return None
