"""When members are reminded: a ladder of days around a deadline, and the days before a session.

A rung falls due at the hour at which messages go out. On a holiday it waits for the next open
morning, unless the next rung is due by then or its deadline has passed. Each rung lives until the
day of the next one; so after a stop of any length only the newest is made up for.

The reminder on the morning of a session is the one exception from the quiet hours: whoever must
be in a hall at seven is not helped by a message at seven.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.calendar import LONGEST_HOLIDAY, Calendar
from domain.sessions import Session, SessionKind
from domain.text import from_local, local

INVITED_BEFORE = 3  # days before a session
MORNING_BEFORE = timedelta(minutes=90)  # before the doors open …
MORNING_EARLIEST = time(6, 0)  # … but nobody is woken for it
OVERDUE_LIFE = timedelta(days=7)  # of the last rung after a deadline
DAY = timedelta(days=1)


class Rule(StrEnum):
    DEADLINE = "deadline"  # the ladder of what is owed
    INVITATION = "invitation"  # to a session that expects the member
    MAKEUP = "makeup"  # to a make-up session, for who is not recorded anywhere
    MORNING = "morning"  # on the day of either

    @property
    def may_be_early(self) -> bool:
        """Whether it may go out in quiet hours and on holidays: the session itself is then."""
        return self is Rule.MORNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder."""

    due_at: datetime  # what it is about: the same step is made once, whenever it goes out
    sends_at: datetime
    expires_at: datetime  # later it would be stale

    def is_living(self, now: datetime) -> bool:
        return self.sends_at <= now < self.expires_at


# --- a deadline ------------------------------------------------------------------------------


def due_day(due_at: datetime) -> date:
    """The last day on which it can be done: midnight belongs to the day before."""
    return local(due_at - timedelta(microseconds=1)).date()


def days_left(due_at: datetime, now: datetime) -> int:
    """0 on the day itself, negative once it is over."""
    if now >= due_at:
        return min(-1, (due_day(due_at) - local(now).date()).days)
    return (due_day(due_at) - local(now).date()).days


def ladder(due_at: datetime, remind_days: Iterable[int], calendar: Calendar) -> list[Rung]:
    """The rungs of a deadline that can be sent at all, in their order."""
    days = [due_day(due_at) - n * DAY for n in sorted(set(remind_days), reverse=True)]
    planned = [(day, open_morning(calendar, day)) for day in days]
    rungs = []
    for place, (day, sends_at) in enumerate(planned):
        is_before = day <= due_day(due_at)
        later = [following for _, following in planned[place + 1 :]]
        expires_at = due_at if is_before else sends_at + OVERDUE_LIFE
        if later:
            expires_at = min(expires_at, _midnight(local(later[0]).date()))
        if sends_at < expires_at and (is_before or sends_at >= due_at):
            rungs.append(Rung(due_at=_midnight(day), sends_at=sends_at, expires_at=expires_at))
    return rungs


def newest(rungs: Sequence[Rung], now: datetime) -> Rung | None:
    """The last rung whose time has come, while it lives; what was missed before it is let go."""
    due = [rung for rung in rungs if rung.sends_at <= now]
    return due[-1] if due and due[-1].is_living(now) else None


# --- a session -------------------------------------------------------------------------------


def invitation(session: Session, calendar: Calendar, others: Iterable[Session] = ()) -> Rung | None:
    """Days before a session; one that is planned later than that is told at once.

    To a make-up session nobody is invited before the `others`, which they may still attend, are
    over.
    """
    held = [
        other.closes_at
        for other in others
        if other.kind is not SessionKind.MAKEUP
        and other.id != session.id
        and other.campaign.id == session.campaign.id
        and other.closes_at <= session.starts_at
    ]
    first_day = local(session.starts_at).date()
    sends_at = _morning_before(calendar, first_day)
    if held and sends_at < max(held):
        sends_at = open_morning(calendar, local(max(held)).date() + DAY)
        if local(sends_at).date() >= first_day:
            sends_at = calendar.next_open(max(held))
    morning = on_morning(session)
    expires_at = morning.sends_at if morning else session.starts_at
    if sends_at >= expires_at:
        return None
    return Rung(due_at=session.starts_at, sends_at=sends_at, expires_at=expires_at)


def on_morning(session: Session) -> Rung | None:
    """On the day of a session, before its doors open; it may come in quiet hours."""
    earliest = _at(local(session.starts_at).date(), MORNING_EARLIEST)
    sends_at = max(session.opens_at - MORNING_BEFORE, earliest)
    if sends_at >= session.starts_at:
        return None
    return Rung(due_at=session.starts_at, sends_at=sends_at, expires_at=session.starts_at)


# --- days ------------------------------------------------------------------------------------


def open_morning(calendar: Calendar, day: date) -> datetime:
    """The hour at which messages go out, on that day or the first one after it that is open."""
    at = calendar.sending_time(day)
    if not calendar.is_quiet(at):
        return at
    opening = calendar.next_open(at)
    at = calendar.sending_time(local(opening).date())
    return at if at > opening and not calendar.is_quiet(at) else opening


def _morning_before(calendar: Calendar, first_day: date) -> datetime:
    """Some days before; where holidays leave no morning in between, the last one before them."""
    day = first_day - INVITED_BEFORE * DAY
    sends_at = open_morning(calendar, day)
    for _ in range(LONGEST_HOLIDAY):
        if local(sends_at).date() < first_day:
            break
        day -= DAY
        sends_at = open_morning(calendar, day)
    return sends_at


def _midnight(day: date) -> datetime:
    return _at(day, time(0, 0))


def _at(day: date, clock: time) -> datetime:
    return from_local(datetime.combine(day, clock))
