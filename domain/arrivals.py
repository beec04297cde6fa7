"""The morning as a curve: how many had come by each minute, against how many should have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.sessions import Session

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Point:
    at: datetime
    present: int
    expected: int


def curve(
    session: Session, summoned: int, arrived: Iterable[tuple[datetime, int]], now: datetime
) -> list[Point]:
    """One point a minute from opening until now, or until the session closes.

    Expected is a straight line from nobody at the opening to everybody summoned at the start:
    whoever stands in the hall can check it in their head.
    """
    came = dict(arrived)
    at = session.opens_at.replace(second=0, microsecond=0)
    present = sum(count for minute, count in came.items() if minute < at)
    points = []
    while at <= min(now, session.closes_at):
        present += came.get(at, 0)
        points.append(Point(at, present, expected(session, summoned, at)))
        at += MINUTE
    return points


def expected(session: Session, summoned: int, at: datetime) -> int:
    """How many should be there by then."""
    lasts = session.starts_at - session.opens_at
    if at >= session.starts_at or lasts <= timedelta():
        return summoned
    return round(summoned * max(timedelta(), at - session.opens_at) / lasts)
