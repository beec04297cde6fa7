"""The rule of lagging, as tables and as properties: docs/lagging.md shows the same numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lagging import Why, expected_share, lag, lag_on_day
from domain.nudging import Counted, Kind, Pause, Rest, Secretary, Topic, chosen, topic_of
from tests.post.reminded import at

OPENS, DUE = at("2017-01-01 08:00"), at("2017-01-21 08:00")  # twenty days


def judged(done: int, whole: int, day: float, margin: float = 0.15) -> Why | None:
    now = OPENS + timedelta(days=day)
    found = lag(done, whole, opens_at=OPENS, due_at=DUE, now=now, margin=margin)
    return found.why if found else None


@pytest.mark.parametrize(
    ("day", "done", "whole", "why"),
    [
        (0, 0, 20, None),  # nothing is asked on the first day
        (2, 0, 20, None),  # 10 % are expected: within the margin of 15
        (4, 0, 20, Why.BEHIND),  # 20 % are expected
        (4, 1, 20, None),  # 5 % of 20: just on the margin is not below it
        (10, 7, 20, None),  # 35 % of 50
        (10, 6, 20, Why.BEHIND),
        (10.1, 0, 3, Why.NOTHING_YET),  # past half time
        (10, 0, 3, Why.BEHIND),  # at half time it is only behind
        (18, 15, 20, None),  # 75 % of 90, on the margin
        (18, 14, 20, Why.BEHIND),
        (20, 19, 20, Why.OVERDUE),  # after the deadline there is no margin
        (20, 20, 20, None),
        (33.9, 0, 20, Why.OVERDUE),
        (34, 0, 20, None),  # two weeks later it is for people to settle
        (10, 0, 0, None),  # owes nothing
    ],
)
def test_when_a_cell_lags(day: float, done: int, whole: int, why: Why | None) -> None:
    assert judged(done, whole, day) is why


def test_the_numbers_are_those_of_the_sentence() -> None:
    """ "6/24 (25,0%), cần 83,8%": what is kept is what is read later."""
    now, opens, due = at("2017-02-06 08:00"), at("2016-12-09 07:30"), at("2017-02-17 17:00")
    found = lag(6, 24, opens_at=opens, due_at=due, now=now, margin=0.15)
    assert found is not None
    assert (found.done, found.whole, round(found.expected, 3)) == (6, 24, 0.838)


@given(
    done=st.integers(0, 60),
    more=st.integers(0, 60),
    whole=st.integers(0, 60),
    day=st.floats(-5, 50),
    margin=st.floats(0, 1),
)
def test_doing_more_never_makes_a_cell_lag(
    done: int, more: int, whole: int, day: float, margin: float
) -> None:
    """Nor does a wider margin; and who is done is never called late."""
    if judged(done, whole, day, margin) is None:
        assert judged(done + more, whole, day, margin) is None
    assert judged(whole, whole, day, margin) is None


@given(st.floats(-10, 60), st.floats(0, 10))
def test_more_is_expected_as_time_goes_by(day: float, later: float) -> None:
    now = OPENS + timedelta(days=day)
    before = expected_share(OPENS, DUE, now)
    after = expected_share(OPENS, DUE, now + timedelta(days=later))
    assert 0 <= before <= after <= 1


def test_a_deadline_at_the_opening_divides_nothing() -> None:
    found = lag(0, 3, opens_at=DUE, due_at=DUE, now=DUE + timedelta(hours=1), margin=0.15)
    assert found is not None
    assert found.why is Why.OVERDUE


@pytest.mark.parametrize(
    ("minutes", "present", "lags"),
    [(14, 0, False), (15, 6, True), (15, 7, False), (239, 0, True), (240, 0, False)],
)
def test_while_the_hall_fills(minutes: int, present: int, lags: bool) -> None:
    """Ten are summoned and seven asked for, from a quarter of an hour after the start."""
    found = lag_on_day(
        present,
        10,
        starts_at=OPENS,
        ends_at=OPENS + timedelta(hours=4),
        after=timedelta(minutes=15),
        below=0.7,
        now=OPENS + timedelta(minutes=minutes),
    )
    assert (found is not None) is lags


# --- whom, and what rests --------------------------------------------------------------------


def secretary(member_id: int, *, deputy: bool = False, reachable: bool = True) -> Secretary:
    return Secretary(cell_id=1, member_id=member_id, is_deputy=deputy, is_reachable=reachable)


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([secretary(5), secretary(3, deputy=True)], {1: 5}),
        ([secretary(5, reachable=False), secretary(3, deputy=True)], {1: 3}),
        ([secretary(5, reachable=False), secretary(3, deputy=True, reachable=False)], {}),
        ([], {}),
    ],
)
def test_who_is_told(people: list[Secretary], told: dict[int, int]) -> None:
    """The secretary alone; the deputy where no secretary can be reached."""
    assert chosen(people) == told


def test_paper_rests_until_it_is_entered() -> None:
    now, later = OPENS, OPENS + timedelta(days=3)
    paper = Pause(why=Rest.PAPER, until_at=later, collected=18, done=6)
    assert paper.holds(6, now)
    assert paper.holds(23, now)
    assert not paper.holds(24, now)
    assert not paper.holds(6, later)


def test_two_without_fruit_are_reported_once() -> None:
    assert Counted(told=2, missed=0, unreported=2).is_fruitless
    assert not Counted(told=3, missed=0, unreported=1).is_fruitless


@pytest.mark.parametrize("words", ["", "obligation", "obligation x", "planet 3", "session 9" * 9])
def test_what_is_no_topic(words: str) -> None:
    assert topic_of(words) is None


def test_a_topic_is_written_and_read() -> None:
    assert topic_of(str(Topic(Kind.SESSION, 12))) == Topic(Kind.SESSION, 12)
