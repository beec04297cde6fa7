"""What the landing page and a hall's screen show, from the schedule and one count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from domain import codes
from domain.codes import CodeKind, Scan
from domain.sessions import Session, Venue
from handlers.texts import check_in as check_in_texts
from storage import rolls, units
from storage.database import Database
from storage.rolls import AtVenue
from storage.schedules import Schedules
from web.doors.halls import Landing, Screen
from web.screen import drawn

MOST_DRAWN = 5000


class Pages:
    """Pages of halls. A QR is drawn once per venue and window (7 ms each)."""

    def __init__(
        self,
        schedules: Schedules,
        database: Database,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._schedules = schedules
        self._database = database
        self._public_url = public_url
        self._now = now
        self.telegram_bot: str | None = None  # user name, once the messenger has told it
        self._drawn: dict[str, bytes] = {}
        self._summoned: dict[int, int] = {}

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
            notice=_notice(venue.session, now),
        )

    def _telegram_url(self, ticket: str) -> str | None:
        if self.telegram_bot is None:
            return None
        return f"https://t.me/{self.telegram_bot}?start=c-{ticket}"

    async def screen(self, token: str) -> Screen | None:
        """What a hall's projector shows now."""
        now = self._now()
        schedule = await self._schedules.current(now)
        venue = codes.venue_of_screen(token, schedule)
        if venue is None:
            return None
        window = codes.current_window(venue.session, CodeKind.CHECK_IN, now)
        payload = codes.signed_code(venue, CodeKind.CHECK_IN, window)
        async with self._database.read() as db:
            recorded = await rolls.recorded(db, venue.session.id, now, venue.id)
            unit = await units.get_by_path(db, venue.commune_path)
            if venue.id not in self._summoned:
                roll = await rolls.of_venue(db, schedule, venue, now)
                self._summoned[venue.id] = (
                    len(roll.obliged) if venue.summoned is None else venue.summoned
                )
        return Screen(
            venue=venue.name,
            session=venue.session.title,
            unit=unit.name if unit else "",
            at=now,
            window=f"{venue.id}-{window}",
            qr_svg=self._qr(f"{self._public_url}/c/{payload}"),
            typed=codes.typed_code(venue.secret, CodeKind.CHECK_IN, window),
            present=recorded.get(venue.id, AtVenue()).present,
            summoned=self._summoned[venue.id],
            notice=_notice(venue.session, now),
        )

    def _qr(self, link: str) -> bytes:
        if link not in self._drawn:
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            self._drawn[link] = drawn(link)
        return self._drawn[link]


def screen_path(venue: Venue) -> str:
    return f"/man-hinh/{codes.screen_token(venue)}"


def _notice(session: Session, now: datetime) -> str | None:
    if now < session.opens_at:
        return str(check_in_texts.too_early(session.opens_at))
    if now >= session.closes_at:
        return str(check_in_texts.CLOSED)
    return None
