"""Opening, closing and extending the check-in of a session that is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REOPENED = timedelta(minutes=30)  # a session that was over stays open so long
FURTHEST = timedelta(days=7)  # after its end; later it is another session


class Step(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    FIFTEEN = "extend-15"
    THIRTY = "extend-30"
    HOUR = "extend-60"


_LONGER: Mapping[Step, timedelta] = {
    Step.FIFTEEN: timedelta(minutes=15),
    Step.THIRTY: timedelta(minutes=30),
    Step.HOUR: timedelta(minutes=60),
}


@dataclass(frozen=True, slots=True)
class Times:
    """When check-in is open; `ends_at` is the end of the session itself."""

    opens_at: datetime
    closes_at: datetime
    ends_at: datetime

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    def after(self, step: Step, now: datetime) -> Times | None:
        """What the step makes of them; None where it changes nothing or goes too far."""
        match step:
            case Step.OPEN if now < self.opens_at:
                return self._at(now, self.closes_at)
            case Step.OPEN if now >= self.closes_at:
                return self._at(self.opens_at, now + REOPENED)
            case Step.CLOSE if self.is_open(now):
                return self._at(self.opens_at, now)
            case Step.FIFTEEN | Step.THIRTY | Step.HOUR:
                return self._at(self.opens_at, max(self.closes_at, now) + _LONGER[step])
        return None

    def back_to(self, opens_at: datetime, closes_at: datetime) -> Times | None:
        """As they were before a step; None for what no step can have left behind."""
        return self._at(opens_at, closes_at) if opens_at < closes_at else None

    def _at(self, opens_at: datetime, closes_at: datetime) -> Times | None:
        if closes_at > self.ends_at + FURTHEST or opens_at < self.ends_at - timedelta(days=62):
            return None
        return Times(opens_at, closes_at, self.ends_at)
