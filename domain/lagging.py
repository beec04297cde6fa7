"""When a cell lags: its progress held against the straight line from opening to deadline.

    expected
    100 % ┤                    ╱ deadline
          │               ╱
          │          ╱         a cell lags below the line by more than the margin,
          │     ╱              or with nothing at all once half the time is over
      0 % ┼╱───────────────────
        opening      half time

The line is straight because a secretary can check it in her head: half the time, half the people.
After the deadline whoever is missing lags, for two weeks; then it is for people, not for a clock,
to settle. docs/lagging.md has the numbers for those who are asked why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HALF = 0.5
ROUNDING = 1e-9  # just on the margin is not below it
GIVE_UP_AFTER = timedelta(days=14)  # past the deadline


class Why(StrEnum):
    BEHIND = "behind"  # below the line by more than the margin
    NOTHING_YET = "nothing_yet"  # zero past half time
    OVERDUE = "overdue"  # the deadline is over and somebody is missing
    HALL_EMPTY = "hall_empty"  # on the day: fewer than agreed of those summoned


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """That a cell lags, with the numbers that say so."""

    why: Why
    done: int
    whole: int
    expected: float  # share that the line, or the plan of the day, asks for now
    margin: float


def expected_share(opens_at: datetime, due_at: datetime, now: datetime) -> float:
    """What share should be done by now: 0 at the opening, 1 at the deadline and after."""
    if now >= due_at:
        return 1.0
    if now <= opens_at:
        return 0.0
    return (now - opens_at) / (due_at - opens_at)


def lag(
    done: int, whole: int, *, opens_at: datetime, due_at: datetime, now: datetime, margin: float
) -> Lag | None:
    """Whether a cell lags over the weeks; None where it does not, or owes nothing."""
    if whole <= 0 or done >= whole or not opens_at < now < due_at + GIVE_UP_AFTER:
        return None
    expected = expected_share(opens_at, due_at, now)
    if now >= due_at:
        why = Why.OVERDUE
    elif done == 0 and expected > HALF:
        why = Why.NOTHING_YET
    elif expected - done / whole > margin + ROUNDING:
        why = Why.BEHIND
    else:
        return None
    return Lag(why=why, done=done, whole=whole, expected=expected, margin=margin)


def lag_on_day(
    present: int,
    summoned: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    after: timedelta,
    below: float,
    now: datetime,
) -> Lag | None:
    """Whether a cell's places in the hall are still empty `after` the start of its session."""
    if summoned <= 0 or not starts_at + after <= now < ends_at or present >= below * summoned:
        return None
    return Lag(why=Why.HALL_EMPTY, done=present, whole=summoned, expected=below, margin=0.0)
