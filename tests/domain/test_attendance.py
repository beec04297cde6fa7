"""The order in which a check-in is answered, for every person at every moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import (
    Accepted,
    AlreadyRecorded,
    Attendee,
    CheckedOut,
    Reason,
    Record,
    Refusal,
    Status,
    Via,
    judge,
)
from domain.codes import CodeKind, Scan, Several, Stale, Unknown
from tests.domain.walls import AP3, ELSEWHERE, OPENS, SESSION, TAN_LY, hall, schedule_of

HALLS = schedule_of(hall(1), hall(2))
MOMENTS = st.integers(-7200, 8 * 3600).map(lambda seconds: OPENS + timedelta(seconds=seconds))
RECORD = Record(
    session_id=1, venue_id=1, at=OPENS + timedelta(minutes=1), status=Status.PRESENT, via=Via.SELF
)
ATTENDEES = st.builds(
    lambda path, is_recorded: Attendee(7, path, {1: RECORD} if is_recorded else {}),
    st.sampled_from([AP3, TAN_LY, ELSEWHERE]),
    st.booleans(),
)
ENTERING = st.sampled_from([CodeKind.CHECK_IN, CodeKind.POSTER])


def reason_of(outcome: object) -> Reason | None:
    return outcome.reason if isinstance(outcome, Refusal) else None


@given(st.none() | ATTENDEES, MOMENTS, st.integers(1, 2), ENTERING, st.booleans())
def test_the_first_rule_that_fits_is_the_answer(
    attendee: Attendee | None, at: datetime, venue: int, kind: CodeKind, is_confirmed: bool
) -> None:
    """Idempotency before the clock, the clock before the person, the person before the place."""
    outcome = judge(Scan(venue, kind, at), attendee, HALLS, at, is_confirmed=is_confirmed)
    planned = {AP3: 1, TAN_LY: 2}.get(attendee.cell_path) if attendee else None
    if attendee and attendee.records:
        assert outcome == AlreadyRecorded(RECORD)
    elif at < SESSION.opens_at:
        assert reason_of(outcome) is Reason.TOO_EARLY
    elif at >= SESSION.closes_at:
        assert reason_of(outcome) is Reason.CLOSED
    elif attendee is None:
        assert reason_of(outcome) is Reason.NOT_REGISTERED
    elif planned is None:
        assert reason_of(outcome) is Reason.NOT_EXPECTED
    elif planned != venue and not is_confirmed:
        assert reason_of(outcome) is Reason.OTHER_VENUE
    else:
        assert isinstance(outcome, Accepted)
        entry = outcome.entry
        assert (entry.member_id, entry.venue_id, entry.at) == (7, venue, at)
        assert entry.status is (Status.LATE if at > SESSION.late_at else Status.PRESENT)
        assert entry.via is (Via.POSTER if kind is CodeKind.POSTER else Via.SELF)


@given(st.none() | ATTENDEES, MOMENTS, st.sampled_from([Unknown(), Stale(1), Stale(2)]))
def test_a_code_that_does_not_count(
    attendee: Attendee | None, at: datetime, reading: Unknown | Stale
) -> None:
    """Somebody recorded is told so, whatever they typed; only unknown codes are wrong tries."""
    outcome = judge(reading, attendee, HALLS, at)
    if attendee and attendee.records and isinstance(reading, Stale):
        assert outcome == AlreadyRecorded(RECORD)
        return
    if isinstance(outcome, Refusal):
        assert outcome.is_wrong_try is isinstance(reading, Unknown)
        assert not (attendee and attendee.records and SESSION.is_open(at))


@given(st.none() | ATTENDEES, MOMENTS)
def test_several_halls_are_asked_about(attendee: Attendee | None, at: datetime) -> None:
    """A stranger too must say which: the stamp belongs to one hall."""
    scans = (Scan(1, CodeKind.CHECK_IN, at), Scan(2, CodeKind.CHECK_IN, at))
    outcome = judge(Several(scans), attendee, HALLS, at)
    if attendee and attendee.records:
        assert outcome == AlreadyRecorded(RECORD)
    else:
        assert outcome == Refusal(reason=Reason.WHICH_VENUE, scans=scans)


@given(st.none() | ATTENDEES, MOMENTS)
def test_leaving_needs_having_come(attendee: Attendee | None, at: datetime) -> None:
    outcome = judge(Scan(1, CodeKind.CHECK_OUT, at), attendee, HALLS, at)
    if attendee is None:
        assert reason_of(outcome) is Reason.NOT_REGISTERED
    elif attendee.records:
        assert outcome == CheckedOut(RECORD, at)
    else:
        assert reason_of(outcome) is Reason.NOT_CHECKED_IN
