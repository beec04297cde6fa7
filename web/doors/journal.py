"""What the page calls that tells who did what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from web.doors.dashboard import Download, Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalAsked:
    """Which entries: of one kind, of one day, those before an entry."""

    kind: str = ""
    on: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    at: datetime
    who: str  # a name for those who may see it, else an office
    what: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalView:
    at: datetime
    kinds: Sequence[tuple[str, str]]  # key and label
    asked: JournalAsked
    rows: Sequence[JournalRow]
    more: int | None  # the entry before which the next page goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalDoors:
    """Entries about the officer's own subtree, the newest first."""

    show: Callable[[Officer, JournalAsked], Awaitable[JournalView]]
    sheet: Callable[[Officer, JournalAsked], Awaitable[Download]]
