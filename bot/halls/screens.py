"""Halls' screens: one look a second for all that are open, handed to each as it changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.halls.landing import notice
from bot.logs import frames
from domain import codes
from domain.codes import CodeKind
from domain.sessions import EMPTY, Schedule, Session, Venue
from domain.text import clock
from storage import counts, screens, units
from storage.batch import Batch
from storage.database import Database
from storage.schedules import Schedules
from storage.screens import Filling
from web.doors.screens import Screen
from web.halls.screen import drawn

TICK = 1.0  # seconds
BEAT = 3  # ticks: a screen that hears nothing for much longer says that it is cut off
SURROUNDINGS_LAST = 300.0  # seconds that the number summoned is kept: a roster may be imported
AHEAD = 20  # ticks within which the codes of the next window are drawn, a few at each
MOST_DRAWN = 5000

log = structlog.get_logger("screens")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What of a session's halls does not change while they fill."""

    schedule: Schedule
    read_at: float
    summoned: dict[int, int]  # by venue
    units: dict[str, str]  # names, by path

    def is_good(self, schedule: Schedule) -> bool:
        is_fresh = time.monotonic() - self.read_at < SURROUNDINGS_LAST
        return self.schedule is schedule and is_fresh


class Screens:
    """Every open screen of this process. Ten or five hundred, they cost one statement a tick."""

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
        self._schedule = EMPTY
        self._revision = -1
        self._followers: dict[int, set[asyncio.Event]] = {}  # by venue
        self._fillings: dict[int, Filling] = {}  # of the last tick
        self._shown: dict[int, Screen] = {}  # what the followers were handed last
        self._looks = Batch(self._look)
        self._around: dict[int, _Surroundings] = {}  # by session
        self._turn = asyncio.Lock()
        self._drawn: dict[str, str] = {}
        self._ticks = 0
        self._is_hanging_up = False

    # --- what a page asks ------------------------------------------------------------------

    async def show(self, token: str) -> Screen | None:
        """What a hall's screen shows now. Those who ask at the same time share one look."""
        now = self._now()
        venue = codes.venue_of_screen(token, await self._schedules.current(now))
        if venue is None:
            return None
        filling = self._fillings.get(venue.id)
        if filling is None:
            filling = await self._looks.ask(venue.id)
        return self._screen(venue, filling, await self._surroundings(venue.session), now)

    async def follow(self, token: str) -> AsyncGenerator[Screen, None]:
        """The screen at once, on every change, and as a sign of life after a successful look."""
        venue = codes.venue_of_screen(token, await self._schedules.current(self._now()))
        if venue is None:
            return
        news = asyncio.Event()
        self._followers.setdefault(venue.id, set()).add(news)
        try:
            screen = await self.show(token)
            news.clear()
            while screen is not None and not self._is_hanging_up:
                yield screen
                await news.wait()
                news.clear()
                screen = self._latest(token)
        finally:
            self._leave(venue.id, news)

    def _latest(self, token: str) -> Screen | None:
        """Of the last tick; None once the token opens nothing any more."""
        venue = codes.venue_of_screen(token, self._schedule)
        return self._shown.get(venue.id) if venue else None

    def _leave(self, venue_id: int, news: asyncio.Event) -> None:
        self._followers[venue_id].discard(news)
        if not self._followers[venue_id]:
            del self._followers[venue_id]
            self._fillings.pop(venue_id, None)
            self._shown.pop(venue_id, None)

    def hang_up(self) -> None:
        """Let all screens go; they come back by themselves."""
        self._is_hanging_up = True
        self._wake(self._followers)

    def _wake(self, venue_ids: Iterable[int]) -> None:
        for venue_id in venue_ids:
            for news in self._followers.get(venue_id, ()):
                news.set()

    # --- the tick --------------------------------------------------------------------------

    async def run(self) -> None:
        """Look after the open screens until cancelled."""
        while True:
            # On the second: a new code is there when its window begins.
            await asyncio.sleep(TICK - self._now().timestamp() % TICK)
            try:
                if self._followers:
                    await self._tick()
            except Exception as error:  # noqa: BLE001 - a loop's boundary
                # Nobody is told anything: whoever hears nothing says so to the hall.
                self._fillings.clear()
                log.warning("look_failed", error=type(error).__name__, at=frames(error))

    async def _tick(self) -> None:
        now, self._ticks = self._now(), self._ticks + 1
        async with self._database.read() as db:
            revision, found = await screens.fillings(db, list(self._followers), now)
        await self._notice_plan(revision, now)
        self._fillings = {id: filling for id, filling in found.items() if id in self._followers}
        changed = [one for one in list(self._followers) if await self._renew(one, now)]
        self._wake(self._followers if self._ticks % BEAT == 0 else changed)
        await self._draw_ahead(now)

    async def _notice_plan(self, revision: int, now: datetime) -> None:
        if revision != self._revision:
            self._schedules.forget()
            self._revision = revision
            self._schedule = await self._schedules.current(now)

    async def _renew(self, venue_id: int, now: datetime) -> bool:
        """Whether this hall's screens have something else to show now, or nothing any more."""
        venue, filling = self._schedule.venues.get(venue_id), self._fillings.get(venue_id)
        if venue is None or filling is None:
            return True
        screen = self._screen(venue, filling, await self._surroundings(venue.session), now)
        before = self._shown.get(venue_id)
        self._shown[venue_id] = screen
        return before is None or replace(screen, at=before.at) != before

    async def _look(self, venue_ids: Sequence[int]) -> Sequence[Filling]:
        async with self._database.read() as db:
            _, found = await screens.fillings(db, set(venue_ids), self._now())
        return [found.get(venue_id, Filling()) for venue_id in venue_ids]

    async def _surroundings(self, session: Session) -> _Surroundings:
        async with self._turn:
            schedule = self._schedules.typed.schedule
            known = self._around.get(session.id)
            if known is None or not known.is_good(schedule):
                known = await self._look_around(schedule, session)
                self._around[session.id] = known
            return known

    async def _look_around(self, schedule: Schedule, session: Session) -> _Surroundings:
        read_at = time.monotonic()
        paths = {venue.commune_path for venue in schedule.venues_of(session)}
        async with self._database.read() as db:
            summoned = await counts.summoned_by_venue(db, schedule, session, self._now())
            found = await units.by_paths(db, list(paths))
        names = {path: unit.name for path, unit in found.items()}
        return _Surroundings(schedule, read_at, summoned, names)

    # --- what is shown ---------------------------------------------------------------------

    def _screen(
        self, venue: Venue, filling: Filling, around: _Surroundings, now: datetime
    ) -> Screen:
        """QR and digits of one and the same window, always."""
        window = codes.current_window(venue.session, CodeKind.CHECK_IN, now)
        return Screen(
            venue=venue.name,
            session=venue.session.title,
            unit=around.units.get(venue.commune_path, ""),
            at=now,
            window=f"{venue.id}-{window}",
            ends_at=codes.window_ends(window) if venue.session.rotates else None,
            qr_svg=self._qr(venue, window),
            typed=codes.typed_code(venue.secret, CodeKind.CHECK_IN, window),
            present=filling.present,
            summoned=around.summoned.get(venue.id, 0),
            arrivals=tuple(f"{clock(one.at)} {one.initials}".strip() for one in filling.arrivals),
            notice=notice(venue.session, now),
        )

    def _qr(self, venue: Venue, window: int) -> str:
        """Drawn once per venue and window: it takes some 3 ms."""
        link = f"{self._public_url}/c/{codes.signed_code(venue, CodeKind.CHECK_IN, window)}"
        if link not in self._drawn:
            if len(self._drawn) >= MOST_DRAWN:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[link] = drawn(link)
        return self._drawn[link]

    async def _draw_ahead(self, now: datetime) -> None:
        """A few codes of the next window: all at its beginning would hold everybody up."""
        ahead = self._ticks % AHEAD
        for venue_id in [id for id in self._followers if id % AHEAD == ahead]:
            venue = self._schedule.venues.get(venue_id)
            if venue is not None and venue.session.rotates:
                self._qr(venue, codes.window_at(now) + 1)
                await asyncio.sleep(0)  # check-ins go first


def screen_path(venue: Venue) -> str:
    """Where a hall's screen is opened."""
    return f"/man-hinh/{codes.screen_token(venue)}"
