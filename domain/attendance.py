"""The rules of attendance: what a check-in leads to, in the order in which it is answered.

already recorded → code unknown or stale → several halls → too early or closed → not registered →
not expected → other venue than planned → present or late. A rehearsal's code counts nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.codes import CodeKind, Reading, Scan, Several, Stale, Unknown
from domain.sessions import Schedule, Session, Venue
from domain.text import same_day


class Via(StrEnum):
    SELF = "self"
    CONFIRMED = "confirmed"  # by the cell's secretary
    CLERK = "clerk"  # by the venue's clerk or inspector
    POSTER = "poster"  # by the static code at the door


class Status(StrEnum):
    PRESENT = "present"
    LATE = "late"  # still present
    VOID = "void"  # taken back, with a reason in the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One attendance to be written."""

    session_id: int
    member_id: int
    venue_id: int
    at: datetime
    status: Status
    via: Via
    by_member_id: int | None = None
    is_offline: bool = False  # entered without a network and sent later
    mark: str | None = None  # what the clerk's phone calls it; sent twice it is the same

    @property
    def record(self) -> Record:
        return Record(
            session_id=self.session_id,
            venue_id=self.venue_id,
            at=self.at,
            status=self.status,
            via=self.via,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One attendance as it is written."""

    session_id: int
    venue_id: int
    at: datetime
    status: Status
    via: Via
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who checks in, as far as the rules ask."""

    member_id: int
    cell_path: str
    records: Mapping[int, Record]  # by session; void ones are left out


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    record: Record


@dataclass(frozen=True, slots=True)
class Accepted:
    entry: Entry
    scan: Scan


@dataclass(frozen=True, slots=True)
class CheckedOut:
    record: Record
    at: datetime


class Reason(StrEnum):
    """Stable codes of refusals; the words are in handlers.texts."""

    UNKNOWN_CODE = "unknown_code"
    STALE_CODE = "stale_code"
    TOO_EARLY = "too_early"
    CLOSED = "closed"
    NOT_REGISTERED = "not_registered"
    NOT_EXPECTED = "not_expected"
    WHICH_VENUE = "which_venue"
    OTHER_VENUE = "other_venue"
    NOT_CHECKED_IN = "not_checked_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Nothing is recorded, for this reason; the rest is what the answer needs."""

    reason: Reason
    session: Session | None = None
    venue: Venue | None = None
    planned: Venue | None = None
    scan: Scan | None = None
    scans: tuple[Scan, ...] = ()

    @property
    def is_wrong_try(self) -> bool:
        return self.reason is Reason.UNKNOWN_CODE


@dataclass(frozen=True, slots=True)
class Tried:
    """A hall's rehearsal: nothing is recorded of anybody."""

    venue: Venue


Outcome = AlreadyRecorded | Accepted | CheckedOut | Tried | Refusal


def judge(
    reading: Reading,
    attendee: Attendee | None,
    schedule: Schedule,
    now: datetime,
    *,
    is_confirmed: bool = False,
) -> Outcome:
    """What this code leads to for this person; `is_confirmed`: they said yes to another venue."""
    if isinstance(reading, Scan) and reading.kind is CodeKind.TRIAL:
        return Tried(schedule.venues[reading.venue_id])
    if record := _recorded(reading, attendee, schedule, now):
        return AlreadyRecorded(record)
    match reading:
        case Unknown():
            return Refusal(reason=Reason.UNKNOWN_CODE)
        case Stale():
            return Refusal(reason=Reason.STALE_CODE, venue=schedule.venues[reading.venue_id])
        case Several():
            return Refusal(reason=Reason.WHICH_VENUE, scans=reading.scans)
        case Scan():
            return _judge_scan(reading, attendee, schedule, is_confirmed)


def _recorded(
    reading: Reading, attendee: Attendee | None, schedule: Schedule, now: datetime
) -> Record | None:
    """The record in the session that the code names, else in one open now, else of today."""
    if attendee is None:
        return None
    match reading:
        case Scan(kind=CodeKind.CHECK_OUT):
            return None
        case Scan() | Stale():
            named = schedule.venues[reading.venue_id].session
            return attendee.records.get(named.id)
        case Several():
            named_ids = [schedule.venues[scan.venue_id].session.id for scan in reading.scans]
        case Unknown():
            named_ids = [session.id for session in schedule.open_at(now)]
    for session_id in named_ids:
        if session_id in attendee.records:
            return attendee.records[session_id]
    if any(_expects(schedule, schedule.sessions[known], attendee) for known in named_ids):
        return None
    today = [record for record in attendee.records.values() if same_day(record.at, now)]
    return max(today, key=lambda record: record.at, default=None)


def _expects(schedule: Schedule, session: Session, attendee: Attendee) -> bool:
    return schedule.planned(session, attendee.cell_path) is not None


def _judge_scan(
    scan: Scan, attendee: Attendee | None, schedule: Schedule, is_confirmed: bool
) -> Outcome:
    venue = schedule.venues[scan.venue_id]
    session = venue.session
    if scan.kind is CodeKind.CHECK_OUT:
        return _judge_check_out(scan, attendee, session)
    if scan.at < session.opens_at:
        return Refusal(reason=Reason.TOO_EARLY, session=session, venue=venue)
    if scan.at >= session.closes_at:
        return Refusal(reason=Reason.CLOSED, session=session, venue=venue)
    if attendee is None:
        return Refusal(reason=Reason.NOT_REGISTERED, session=session, venue=venue, scan=scan)
    if not attendee.cell_path.startswith(session.campaign.unit_path):
        return Refusal(reason=Reason.NOT_EXPECTED, session=session, venue=venue)
    planned = schedule.planned(session, attendee.cell_path)
    if planned is not None and planned.id != venue.id and not is_confirmed:
        return Refusal(
            reason=Reason.OTHER_VENUE, session=session, venue=venue, planned=planned, scan=scan
        )
    return Accepted(
        Entry(
            session_id=session.id,
            member_id=attendee.member_id,
            venue_id=venue.id,
            at=scan.at,
            status=Status.LATE if scan.at > session.late_at else Status.PRESENT,
            via=Via.POSTER if scan.kind is CodeKind.POSTER else Via.SELF,
        ),
        scan,
    )


def _judge_check_out(scan: Scan, attendee: Attendee | None, session: Session) -> Outcome:
    if attendee is None:
        return Refusal(reason=Reason.NOT_REGISTERED, session=session)
    record = attendee.records.get(session.id)
    if record is None:
        return Refusal(reason=Reason.NOT_CHECKED_IN, session=session)
    return CheckedOut(record, record.left_at or scan.at)
