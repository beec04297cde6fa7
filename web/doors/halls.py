"""What the pages of a hall call: where its code leads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What a scanned hall code opens: the scan is stamped, the ticket waits for its account."""

    venue: str
    session: str
    ticket: str  # what follows "c-"; of a ticket that is opened again: the same ticket
    scanned_at: datetime
    typed: str | None = None  # six digits, for a messenger that has no links
    telegram_url: str | None = None
    used_by: str | None = None  # the chat that has used this scan: it is nobody else's any more
    notice: str | None = None  # too early, closed: said above the key, which still works


@dataclass(frozen=True, slots=True, kw_only=True)
class HallDoors:
    """A hall's codes."""

    # What a scanned payload (without "c-") opens; None: unknown or stale.
    stamp: Callable[[str], Awaitable[Landing | None]]
