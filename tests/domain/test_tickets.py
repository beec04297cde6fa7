"""The stamp of a scan, and clocks that do not quite agree."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import codes
from domain.codes import TICKET_LIFE, CodeKind, Scan, Stale
from domain.sessions import Campaign, Schedule, Session, SessionKind, Venue

NOW = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)


def _venue() -> Venue:
    campaign = Campaign(id=1, code="NQTW4", title="Nghị quyết", unit_id=1, unit_path="/1/")
    session = Session(
        id=1,
        campaign=campaign,
        code="HN",
        title="Hội nghị",
        kind=SessionKind.MAIN,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=4),
        opens_at=NOW - timedelta(minutes=30),
        late_at=NOW + timedelta(minutes=15),
        closes_at=NOW + timedelta(hours=4),
        rotates=True,
        has_check_out=False,
    )
    return Venue(id=1, session=session, code="V1", name="Hội trường", secret=b"s" * 32)


@pytest.mark.parametrize(
    ("age", "is_good"),
    [
        (timedelta(minutes=-1), False),
        (timedelta(seconds=-5), True),  # another server's clock, or ours was set back
        (timedelta(0), True),
        (TICKET_LIFE, True),
        (TICKET_LIFE + timedelta(seconds=1), False),
    ],
)
def test_a_ticket_lives_for_a_quarter_of_an_hour(age: timedelta, is_good: bool) -> None:
    venue = _venue()
    schedule = Schedule(sessions={1: venue.session}, venues={1: venue}, assigned={})
    ticket = codes.ticket(venue, CodeKind.CHECK_IN, NOW - age)
    reading = codes.read_signed(ticket, schedule, NOW)
    assert isinstance(reading, Scan if is_good else Stale)
