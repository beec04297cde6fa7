"""One message from a committee to many: to whom, in which words, how far it has got.

draft ──> proposed ──> sending ⇄ paused
  └───────────────────────^ │
                            └──> done         from any state before: cancelled
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendar import Calendar
from domain.secrets_stamp import has_secret_stamp
from domain.text import clean, fold, number


class Audience(StrEnum):
    """Who below the unit is meant. Who is paused never is; who is exempt owes nothing."""

    NOT_REGISTERED = "not_registered"  # no chat reaches them: they are a list of people to call
    NOT_RECORDED = "not_recorded"  # of the campaign
    ESSAY = "essay"  # still owed: of one obligation, or of any of the campaign
    SECRETARIES = "secretaries"  # of the cells, without deputies
    ALL = "all"

    @property
    def needs_campaign(self) -> bool:
        return self in (Audience.NOT_RECORDED, Audience.ESSAY)


class State(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"  # waits for a second person
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


DRAFT_LIFE = timedelta(hours=24)  # an older preview no longer says what would happen
LIFE = timedelta(days=3)  # what has not left by then is stale
FIRST_OPEN_DAY = timedelta(days=1)  # but a holiday, or Tết, does not outlast it


def expiry(confirmed_at: datetime, calendar: Calendar) -> datetime:
    """Until when it may leave; where nothing leaves just then, a day from when something may."""
    end = confirmed_at + LIFE
    opens = calendar.next_open(end)
    return end if opens == end else opens + FIRST_OPEN_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a broadcast is for."""

    audience: Audience
    unit_path: str
    campaign_id: int | None = None
    obligation_id: int | None = None


# --- the words -------------------------------------------------------------------------------

PLACEHOLDERS = ("tên", "chi_bộ")
_HOLE = re.compile(r"\{([^{}\n]*)\}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\u2060\ufeff\u00ad]")
_KNOWN = {fold(name): name for name in PLACEHOLDERS}


class Fault(StrEnum):
    EMPTY = "empty"
    SECRET = "secret"  # noqa: S105 - no password
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a text is not sent."""

    fault: Fault
    placeholder: str = ""
    over: int = 0  # characters too many


def tidy(text: str) -> str:
    """What was typed, composed, without what nobody sees; lines stay lines."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def examine(text: str, longest: Mapping[str, int], room: int) -> Unfit | None:
    """Whether a text can be sent to everybody.

    `longest`: how long each placeholder may become; `room`: characters (UTF-16 units) that every
    channel takes.
    """
    if not text:
        return Unfit(Fault.EMPTY)
    if has_secret_stamp(text):
        return Unfit(Fault.SECRET)
    for hole in _HOLE.finditer(text):
        if _placeholder(hole[1]) is None:
            return Unfit(Fault.UNKNOWN_PLACEHOLDER, placeholder=hole[0][:40])
    over = _units(fill(text, {name: "x" * longest[name] for name in PLACEHOLDERS})) - room
    return Unfit(Fault.TOO_LONG, over=over) if over > 0 else None


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text for one person. What is filled in is never read as a placeholder itself."""

    def written(hole: re.Match[str]) -> str:
        name = _placeholder(hole[1])
        return hole[0] if name is None else values[name]

    return _HOLE.sub(written, text)


def _placeholder(typed: str) -> str | None:
    """ "{TÊN}", "{chi bo}": typed on a telephone, with or without marks."""
    return _KNOWN.get(fold(clean(typed)).replace(" ", "_"))


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


# --- how far it has got ----------------------------------------------------------------------

BAR = 8  # blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of those who were chosen, each counted once."""

    waiting: int = 0  # in the post, or on its way
    sent: int = 0
    ambiguous: int = 0  # it may have arrived
    skipped: int = 0  # cancelled, stale, or no longer meant
    missed: int = 0  # the messenger would not take it, or nobody is there any more
    unreached: int = 0  # had no chat from the beginning

    @property
    def posted(self) -> int:
        return self.waiting + self.settled

    @property
    def settled(self) -> int:
        return self.sent + self.ambiguous + self.skipped + self.missed

    @property
    def left(self) -> int:
        """Went out, whatever became of it."""
        return self.sent + self.ambiguous + self.missed

    @property
    def chosen(self) -> int:
        return self.posted + self.unreached

    @property
    def to_be_called(self) -> int:
        """Whom no channel reached; why is never said."""
        return self.unreached + self.missed


def bar(done: int, whole: int) -> str:
    """ "▓▓░░░░░░": full only when all is done."""
    nearest = (2 * done * BAR + whole) // (2 * whole) if whole else BAR
    blocks = BAR if done >= whole else min(nearest, BAR - 1)
    return "▓" * blocks + "░" * (BAR - blocks)


def tally(states: Mapping[str, int], unreached: int) -> Progress:
    """The figures from how many rows of the post stand in each state."""

    def count(names: Sequence[str]) -> int:
        return sum(states.get(name, 0) for name in names)

    settled = ("sent", "ambiguous", "skipped", "failed", "unreachable")
    return Progress(
        waiting=sum(states.values()) - count(settled),
        sent=count(["sent"]),
        ambiguous=count(["ambiguous"]),
        skipped=count(["skipped"]),
        missed=count(["failed", "unreachable"]),
        unreached=unreached,
    )


def counted(done: int, whole: int) -> str:
    """ "120/498 ▓▓░░░░░░" """
    return f"{number(done)}/{number(whole)} {bar(done, whole)}"
