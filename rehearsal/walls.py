"""What the screens of the halls show, and what people make of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from domain.codes import CodeKind, TypedCodes, Unknown, signed_code, typed_code, window_at
from domain.sessions import Schedule, Venue

# Ways in which people type what they see.
_SPELLINGS = ("{0}{1}", "{0} {1}", "DD{0}{1}", "Đ{0}{1}", "dd {0} {1}", "Điểm danh: {0}{1}",
              "diem danh {0} {1}")  # fmt: skip
_LONG_GONE = timedelta(minutes=10)


class Walls:
    """All screens at once; the secrets come from the database, as for the real screens."""

    def __init__(self, schedule: Schedule, rng: Random) -> None:
        self._venues = {venue.code: venue for venue in schedule.venues.values()}
        self._shown = TypedCodes(schedule)
        self._rng = rng

    def link(self, venue: str, now: datetime) -> str:
        """What the QR opens in the messenger."""
        return f"/start c-{_signed(self._venues[venue], now)}"

    def typed(self, venue: str, now: datetime) -> str:
        """The six digits as somebody types them."""
        digits = typed_code(self._venues[venue].secret, CodeKind.CHECK_IN, window_at(now))
        return self._rng.choice(_SPELLINGS).format(digits[:3], digits[3:])

    def stale(self, venue: str, now: datetime) -> str:
        """Yesterday's photo, or one of ten minutes ago."""
        return self.link(venue, now - _LONG_GONE)

    def wrong(self, now: datetime) -> str:
        """Six digits that stand on no wall."""
        while True:
            digits = f"{self._rng.randrange(1_000_000):06}"
            if isinstance(self._shown.read(digits, None, now), Unknown):
                return digits


def _signed(venue: Venue, now: datetime) -> str:
    return signed_code(venue, CodeKind.CHECK_IN, window_at(now))
