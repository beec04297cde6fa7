"""The rules of reminders by themselves: ladders, holidays, mornings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.reminders import (
    Rung,
    days_left,
    due_day,
    invitation,
    ladder,
    newest,
    on_morning,
)
from domain.sessions import Campaign, Session, SessionKind
from domain.text import from_local, local

DAYS = [7, 3, 1, 0, -1, -3]
TET = {date(2017, 1, 26) + timedelta(days=n) for n in range(7)}
CALENDAR = Calendar(is_holiday=lambda day: day in TET)


def at(clock: str) -> datetime:
    return from_local(datetime.fromisoformat(clock))


def sent(rungs: list[Rung]) -> list[str]:
    return [f"{local(rung.sends_at):%m-%d %H:%M}" for rung in rungs]


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [
        (
            "2017-02-17 17:00",
            ["02-10 08:00", "02-14 08:00", "02-16 08:00", "02-17 08:00", "02-18 08:00",
             "02-20 08:00"],
        ),
        # Midnight is the end of the day before, and "today" is then said on that day.
        (
            "2017-02-18 00:00",
            ["02-10 08:00", "02-14 08:00", "02-16 08:00", "02-17 08:00", "02-18 08:00",
             "02-20 08:00"],
        ),
        # Due at seven: at eight of that day there is nothing left to be reminded of.
        (
            "2017-02-17 07:00",
            ["02-10 08:00", "02-14 08:00", "02-16 08:00", "02-18 08:00", "02-20 08:00"],
        ),
        # T-3 at Tết waits; T-1 and T+0, at Tết too, would come after it: only one of them goes out.
        (
            "2017-02-02 17:00",
            ["02-02 08:00", "02-03 08:00", "02-05 08:00"],
        ),
        # A deadline at Tết itself: its last days are over before anybody may be reminded.
        ("2017-01-29 17:00", ["01-22 08:00", "02-02 08:00"]),
    ],
)  # fmt: skip
def test_ladders(due_at: str, expected: list[str]) -> None:
    assert sent(ladder(at(due_at), DAYS, CALENDAR)) == expected


def test_a_rung_lives_until_the_day_of_the_next() -> None:
    """At seven on the last day but one, nobody gets what another message says at eight."""
    rungs = ladder(at("2017-02-17 17:00"), DAYS, CALENDAR)
    assert newest(rungs, at("2017-02-09 08:00")) is None
    assert newest(rungs, at("2017-02-13 23:59")) is rungs[0]
    assert newest(rungs, at("2017-02-14 07:00")) is None
    assert newest(rungs, at("2017-02-14 08:00")) is rungs[1]
    assert newest(rungs, at("2017-02-17 16:59")) is rungs[3]
    assert newest(rungs, at("2017-02-17 17:00")) is None, "the deadline is over"
    assert newest(rungs, at("2017-02-26 08:00")) is rungs[5]
    assert newest(rungs, at("2017-02-27 08:00")) is None, "stale"


def test_when_reminders_go_out_is_not_what_they_are_about() -> None:
    """Whoever sets another hour does not remind everybody once more that day."""
    early, late = Calendar(send_at=time(8, 0)), Calendar(send_at=time(15, 0))
    due_at = at("2017-02-17 17:00")
    assert [one.due_at for one in ladder(due_at, DAYS, early)] == [
        one.due_at for one in ladder(due_at, DAYS, late)
    ]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2017-02-14 23:59", 3),
        ("2017-02-16 00:00", 1),
        ("2017-02-17 16:59", 0),
        ("2017-02-17 17:00", -1),
        ("2017-02-19 08:00", -2),
    ],
)
def test_days_left(now: str, left: int) -> None:
    assert days_left(at("2017-02-17 17:00"), at(now)) == left


holidays = st.sets(st.integers(0, 59), max_size=25)


@given(
    holidays,
    st.integers(0, 59 * 24 * 60),
    st.sets(st.integers(-5, 20), max_size=6),
    st.integers(0, 23),
    st.integers(0, 70 * 24 * 60),
)
def test_any_ladder(
    days_off: set[int], minute: int, remind_days: set[int], send_at: int, looked_at: int
) -> None:
    """In their order, never quiet, each alive when it goes out, and at most one alive at a time."""
    begin = at("2017-01-01 00:00")
    off = {date(2017, 1, 1) + timedelta(days=n) for n in days_off}
    calendar = Calendar(send_at=time(send_at, 0), is_holiday=lambda day: day in off)
    due_at = begin + timedelta(minutes=minute)
    rungs = ladder(due_at, remind_days, calendar)
    for rung in rungs:
        assert not calendar.is_quiet(rung.sends_at)
        assert rung.sends_at < rung.expires_at
        assert local(rung.sends_at).date() >= local(rung.due_at).date()
        if local(rung.due_at).date() <= due_day(due_at):
            assert rung.expires_at <= due_at, "no 'three days left' after the deadline"
    for one, following in pairwise(rungs):
        assert one.expires_at <= following.sends_at
    now = begin + timedelta(minutes=looked_at)
    living = [rung for rung in rungs if rung.is_living(now)]
    assert newest(rungs, now) == (living[0] if living else None)


# --- sessions --------------------------------------------------------------------------------


def session(starts_at: str, kind: SessionKind = SessionKind.MAIN, number: int = 1) -> Session:
    begins = at(starts_at)
    return Session(
        id=number,
        campaign=Campaign(id=1, code="NQ", title="NQ", unit_id=1, unit_path="/1/"),
        code=f"S{number}",
        title="Hội nghị",
        kind=kind,
        starts_at=begins,
        ends_at=begins + timedelta(hours=4),
        opens_at=begins - timedelta(minutes=30),
        late_at=begins + timedelta(minutes=15),
        closes_at=begins + timedelta(hours=4),
        rotates=True,
        has_check_out=False,
    )


@pytest.mark.parametrize(
    ("starts_at", "invited", "reminded"),
    [
        ("2016-12-09 07:30", "12-06 08:00", "12-09 06:00"),
        ("2016-12-09 13:30", "12-06 08:00", "12-09 11:30"),
        ("2016-12-09 19:00", "12-06 08:00", "12-09 17:00"),
        # The first day after Tết: the last morning before it, rather than none.
        ("2017-02-02 07:30", "01-25 08:00", "02-02 06:00"),
        ("2017-02-04 07:30", "02-02 08:00", "02-04 06:00"),
    ],
)
def test_before_a_session(starts_at: str, invited: str, reminded: str) -> None:
    held = session(starts_at)
    call, morning = invitation(held, CALENDAR), on_morning(held)
    assert call is not None
    assert morning is not None
    assert sent([call, morning]) == [invited, reminded]
    assert call.expires_at == morning.sends_at, "on the morning its own reminder says it all"
    assert morning.expires_at == held.starts_at


def test_a_session_at_dawn_has_no_morning_reminder() -> None:
    """Nobody is woken at four."""
    assert on_morning(session("2016-12-09 05:00")) is None


@pytest.mark.parametrize(
    ("starts_at", "invited"),
    [
        ("2016-12-20 07:30", "12-17 08:00"),
        ("2016-12-11 07:30", "12-10 08:00"),  # not before the conference is over
        ("2016-12-10 07:30", "12-09 11:30"),  # the day after: as soon as it is over
        ("2016-12-09 13:30", None),  # the same day: only the reminder of that day
    ],
)
def test_a_makeup_session_waits_for_the_main_one(starts_at: str, invited: str | None) -> None:
    main = session("2016-12-09 07:30", number=1)
    makeup = session(starts_at, SessionKind.MAKEUP, number=2)
    call = invitation(makeup, CALENDAR, [main, makeup])
    assert (sent([call]) if call else [None]) == [invited]
