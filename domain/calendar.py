"""When messages may go out: not at night, not on a public holiday, not at Tết."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.text import from_local, local

LONGEST_HOLIDAY = 31  # days in a row; more is a mistake in the list, not a holiday


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Vietnam's wall clock with the hours and days on which nobody is disturbed."""

    send_at: time = time(8, 0)  # when reminders of a day go out
    quiet_from: time = time(20, 0)
    quiet_until: time = time(7, 0)
    is_holiday: Callable[[date], bool] = lambda day: False

    def is_quiet(self, at: datetime) -> bool:
        """Whether nothing may go out just now."""
        now = local(at)
        if self.is_holiday(now.date()):
            return True
        clock = now.time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until

    def next_open(self, at: datetime) -> datetime:
        """The first instant from `at` on at which something may go out."""
        for _ in range(2 * LONGEST_HOLIDAY):
            if not self.is_quiet(at):
                return at
            today = local(at).date()
            opening = _at(today, self.quiet_until)
            is_before = at < opening and not self.is_holiday(today)
            at = opening if is_before else _at(today + timedelta(days=1), time(0, 0))
        return at

    def sending_time(self, day: date) -> datetime:
        """When the reminders of a day go out."""
        return _at(day, self.send_at)


def _at(day: date, clock: time) -> datetime:
    return from_local(datetime.combine(day, clock))
