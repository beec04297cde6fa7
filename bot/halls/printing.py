"""What a hall's screen has printed: its static code for the door, and lines to sign on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.halls.screens import Screens
from domain import codes
from domain.codes import STATIC, CodeKind
from domain.sessions import Venue
from domain.text import clock, day
from storage.schedules import Schedules
from web.doors.screens import Screen, Sheet
from web.halls.screen import spaced

MOST_LINES = 500  # to sign on


class Printing:
    """Draws what a screen's token may have. Names are not among it: a token is no login."""

    def __init__(
        self,
        screens: Screens,
        schedules: Schedules,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._screens = screens
        self._schedules = schedules
        self._public_url = public_url
        self._now = now
        self._turn = asyncio.Lock()  # a sheet takes some 0.3 s of the processor

    async def sheet(self, token: str, sheet: Sheet) -> bytes | None:
        """A PDF; None: nobody's token."""
        screen = await self._screens.show(token)
        venue = codes.venue_of_screen(token, await self._schedules.current(self._now()))
        if screen is None or venue is None:
            return None
        async with self._turn:
            draw = _sign_sheet if sheet is Sheet.SIGNATURES else self._poster
            return await asyncio.to_thread(draw, venue, screen, sheet)

    def _poster(self, venue: Venue, screen: Screen, sheet: Sheet) -> bytes:
        from reports.posters import Poster, Size, poster_pdf  # fonts: only printing pays for them

        poster = Poster(
            unit=screen.unit,
            session=screen.session,
            venue=screen.venue,
            when=_when(venue),
            url=f"{self._public_url}/c/{codes.signed_code(venue, CodeKind.POSTER, STATIC)}",
            typed=spaced(codes.typed_code(venue.secret, CodeKind.POSTER, STATIC)),
        )
        return poster_pdf(poster, Size.A3 if sheet is Sheet.POSTER else Size.A4)


def _sign_sheet(venue: Venue, screen: Screen, sheet: Sheet) -> bytes:
    from reports.sign_sheet import Heading, sign_sheet_pdf  # fonts: only printing pays for them

    heading = Heading(
        unit=screen.unit,
        session=screen.session,
        venue=screen.venue,
        day=day(venue.session.starts_at),
    )
    return sign_sheet_pdf(heading, (), min(screen.summoned, MOST_LINES))


def _when(venue: Venue) -> str:
    """ "07:00–11:30, ngày 09/12/2016", and both days where there are two."""
    opens_at, closes_at = venue.session.opens_at, venue.session.closes_at
    if day(opens_at) == day(closes_at):
        return f"{clock(opens_at)}–{clock(closes_at)}, ngày {day(opens_at)}"
    return f"{clock(opens_at)}, ngày {day(opens_at)} – {clock(closes_at)}, ngày {day(closes_at)}"
