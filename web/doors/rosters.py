"""What the pages call that bring in the roll."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.roster.rows import Fault
from web.doors.dashboard import Officer


class Stage(StrEnum):
    READING = "reading"
    FAULTY = "faulty"
    SHOWN = "shown"  # waits for the officer's word
    WRITING = "writing"
    DONE = "done"
    BROKEN = "broken"  # it could not be finished; what was written is right


@dataclass(frozen=True, slots=True)
class Group:
    """Members to whom the same thing happens: how many, and the first of them."""

    label: str
    count: int
    first: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterView:
    """An upload, from the moment that it came."""

    at: datetime
    unit: str
    files: Sequence[str]
    stage: Stage
    groups: Sequence[Group] = ()
    warnings: Sequence[str] = ()
    faults: Sequence[Fault] = ()
    is_anew: bool = False  # the roll changed meanwhile: it is shown once more
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterDoors:
    """The roll of an officer's own units. What is not theirs is None."""

    # Codes and names of the units that the officer may bring in.
    units: Callable[[Officer], Awaitable[Sequence[tuple[str, str]]]]
    # (officer, unit, files by name) -> what the upload is called
    take: Callable[[Officer, str, Sequence[tuple[str, bytes]]], Awaitable[str | None]]
    show: Callable[[Officer, str], Awaitable[RosterView | None]]
    # Begins to write what was shown; a second call changes nothing.
    apply: Callable[[Officer, str], Awaitable[RosterView | None]]
