"""The clock: once a minute, see what falls due.

The scheduler only rings, in memory; what is due is worked out from the database each time, and
making it is a no-op where somebody made it before. So a tick may come late, twice, or from two
processes at once, and after a stop of any length the first one catches up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import holidays
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import settings
from bot.logs import frames
from domain.calendar import Calendar
from handlers import nudging, reminding, trials
from storage.database import Database

log = structlog.get_logger("clock")

TIMEZONE = "Asia/Ho_Chi_Minh"

Duty = Callable[[Database, Calendar, datetime], Awaitable[object]]

DUTIES: Mapping[str, Duty] = {
    "reminders": reminding.fall_due,
    "nudges": nudging.nudge_due,
    "trials": trials.fall_due,
}


def calendar_of(clock: settings.Clock) -> Calendar:
    """Vietnam's public holidays, Tết among them, and what the operator adds."""
    public = holidays.country_holidays("VN")
    own = frozenset(clock.holidays)
    begin, end = clock.quiet
    return Calendar(
        send_at=clock.send_at,
        quiet_from=begin,
        quiet_until=end,
        is_holiday=lambda day: day in own or day in public,
    )


class Clock:
    """Does each duty once a minute."""

    def __init__(
        self,
        database: Database,
        calendar: Calendar,
        now: Callable[[], datetime],
        duties: Mapping[str, Duty] = DUTIES,
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._now = now
        self._duties = duties

    async def run(self) -> None:
        """Tick at once, then every minute until cancelled."""
        rung = asyncio.Event()
        rung.set()

        async def ring() -> None:
            rung.set()

        # Without `misfire_grace_time=None` a loop that was busy for a second would lose a tick.
        scheduler = AsyncIOScheduler(
            timezone=TIMEZONE, job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        scheduler.add_job(ring, "cron", minute="*")
        scheduler.start()
        try:
            while True:
                await rung.wait()
                rung.clear()
                await self.tick(self._now())
        finally:
            scheduler.shutdown(wait=False)

    async def tick(self, now: datetime) -> None:
        """Do what is due. A duty that fails is tried again in a minute, and holds up no other."""
        for name, duty in self._duties.items():
            try:
                await duty(self._database, self._calendar, now)
            except Exception as error:  # noqa: BLE001 - a loop's boundary
                log.error("duty_failed", duty=name, error=type(error).__name__, at=frames(error))
