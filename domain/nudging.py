"""Whom to nudge about what: topics, how a cell stands in them, and what lets a nudge rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.lagging import Lag, lag
from domain.people import Cell
from domain.text import local

FRUITLESS = 2  # nudges without progress before the superior is told
# Typing in a stack of paper takes evenings; until then, or until it is entered, she is left alone.
PAPER_REST = timedelta(days=3)


class Kind(StrEnum):
    ATTENDANCE = "attendance"  # of a campaign
    OBLIGATION = "obligation"
    SESSION = "session"  # the hall of one morning, against the number summoned


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """What a nudge is about; written "obligation 3" in tables and buttons."""

    kind: Kind
    id: int

    def __str__(self) -> str:
        return f"{self.kind.value} {self.id}"


def topic_of(words: str) -> Topic | None:
    """ "obligation 3" as a topic; None for whatever else somebody may type."""
    kind, _, number = words.partition(" ")
    if kind not in list(Kind) or not number.isdecimal() or len(number) > 18:
        return None
    return Topic(Kind(kind), int(number))


class Rest(StrEnum):
    """Why a topic rests."""

    TOMORROW = "tomorrow"  # "nhắc lại ngày mai"
    REMINDED = "reminded"  # the secretary reminded her people; they get a day to answer
    PAPER = "paper"  # "18 bản giấy đã thu, đang nhập"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a cell stands in one topic."""

    cell: Cell
    topic: Topic
    campaign_id: int
    campaign_code: str
    title: str  # of the obligation; of the campaign
    done: int
    whole: int  # without those who are excused
    excused: int
    needed: int  # how often a person must be recorded to have attended
    opens_at: datetime
    due_at: datetime
    margin: float

    def lag(self, now: datetime) -> Lag | None:
        return lag(
            self.done,
            self.whole,
            opens_at=self.opens_at,
            due_at=self.due_at,
            now=now,
            margin=self.margin,
        )

    @property
    def missing(self) -> int:
        return self.whole - self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A topic that a cell's secretary has put to rest."""

    why: Rest
    until_at: datetime
    collected: int | None = None  # paper essays in hand …
    done: int | None = None  # … when so many were done

    def holds(self, done: int, now: datetime) -> bool:
        """Until its time is over or, for paper, until as many are entered as were in hand."""
        is_entered = (
            self.collected is not None and self.done is not None
        ) and done >= self.done + self.collected
        return now < self.until_at and not is_entered


@dataclass(frozen=True, slots=True, kw_only=True)
class Secretary:
    """Who answers for a cell, and whether a message reaches them."""

    cell_id: int
    member_id: int
    is_deputy: bool
    is_reachable: bool


def chosen(secretaries: Iterable[Secretary]) -> Mapping[int, int]:
    """Whom to tell, by cell: the secretary; the deputy where no secretary can be reached."""
    found: dict[int, int] = {}
    for one in sorted(secretaries, key=lambda one: (one.is_deputy, one.member_id)):
        if one.is_reachable:
            found.setdefault(one.cell_id, one.member_id)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often a cell was nudged while so many were done."""

    told: int  # nudges that left
    missed: int  # days on which no secretary could be reached
    unreported: int  # of both, since the superior was told last

    @property
    def is_fruitless(self) -> bool:
        return self.unreported >= FRUITLESS


def is_below(path: str, roots: Iterable[str]) -> bool:
    """Whether a unit is one of these or below one."""
    return any(path.startswith(root) for root in roots)


def days_later(at: datetime, days: int) -> date:
    return local(at).date() + timedelta(days=days)
