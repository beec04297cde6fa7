"""What the pages call that hand out registration codes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from web.doors.dashboard import Download, Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipsOf:
    """A unit, and whom a slip would be printed for."""

    unit_id: int
    name: str
    members: int
    without: int  # have no account yet, and their code is this officer's to hand out
    left_out: int  # have none either, but may do more than this officer, or are not theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipsView:
    at: datetime
    unit: SlipsOf
    below: Sequence[SlipsOf]  # the units directly below, where they have members


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Slips on their way to a file."""

    unit: str
    slips: int
    left_out: int
    page: int = 0
    pages: int = 0
    is_ready: bool = False
    is_broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipDoors:
    """Codes of members whom the officer may hand them out to. Else None."""

    show: Callable[[Officer, int | None], Awaitable[SlipsView | None]]  # None: one's own unit
    print: Callable[[Officer, int], Awaitable[str | None]]  # what the printing is called
    printing: Callable[[Officer, str], Awaitable[Printing | None]]
    pdf: Callable[[Officer, str], Awaitable[Download | None]]
