"""What a hall's rehearsal calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from domain.readiness import Check, Readiness


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A hall's rehearsal at this instant: a code that counts nowhere, and what was tried."""

    venue: str
    session: str
    opens_at: datetime
    is_over: bool  # check-in has begun: the hall shows its real code now
    qr_svg: str
    typed: str  # six digits
    tried: Readiness


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDoors:
    """A hall's rehearsal, by its screen's token. None and False: nobody's token, or too late."""

    show: Callable[[str], Awaitable[Trial | None]]
    check: Callable[[str, Check], Awaitable[bool]]
