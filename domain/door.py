"""Marks made at the door, perhaps without a network and sent later: which of them count."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.attendance import Entry, Status, Via
from domain.people import Member
from domain.rights import VENUE_GRACE
from domain.sessions import Session, Venue

# An entry by somebody else may come before the doors open and, from paper, until the next day.
BEFORE_OPENING = timedelta(hours=1)

LINK_LIFE = timedelta(minutes=15)
CLOCKS_DIFFER = timedelta(seconds=60)  # a phone measures the server's clock through a slow network
AT_ONCE = timedelta(seconds=30)  # what arrives later than that was entered without a network
CODES_AHEAD = timedelta(hours=2)  # so far do the codes reach that a clerk's phone keeps
MOST_MARKS = 50  # in one batch
MOST_WRONG = 30  # unknown cards and slips of one sign-in: beyond that somebody is guessing


class Named(StrEnum):
    """How a mark says whom it means."""

    MEMBER = "member"  # a row of the hall's own list
    CARD = "card"  # the token of a card
    CODE = "code"  # the member's number on the roll, typed
    SLIP = "slip"  # the code of a registration slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Somebody was seen at the door; the id is the phone's own and never used twice."""

    id: str
    named: Named
    key: str
    at: datetime  # by the phone, set right by the server's clock as last heard
    is_offline: bool


class Fault(StrEnum):
    """Why a mark does not count; the words are in handlers.texts.door."""

    UNKNOWN = "unknown"
    ONESELF = "oneself"
    NOT_EXPECTED = "not_expected"
    TOO_EARLY = "too_early"
    IN_FUTURE = "in_future"
    TOO_LATE = "too_late"
    MARK_USED = "mark_used"  # its id has recorded somebody else already


def card_mark(token: str) -> str:
    """By what a clerk's phone knows a card again without holding its token."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def first_entry(session: Session) -> datetime:
    """From when somebody else may enter people as present."""
    return session.opens_at - BEFORE_OPENING


def last_entry(session: Session) -> datetime:
    """Until when: the paper lists are entered by then."""
    return session.closes_at + VENUE_GRACE


def name_of(clerk_id: int, mark: Mark) -> str:
    """A mark's name among those of all clerks."""
    return f"{clerk_id}:{mark.id}"


def judge(
    mark: Mark, member: Member | None, clerk_id: int, venue: Venue, now: datetime
) -> Entry | Fault:
    """What a mark leads to. Nobody vouches for themselves; a phone's clock is not believed blindly.

    `now` is when the mark arrived.
    """
    session = venue.session
    if member is None:
        return Fault.UNKNOWN
    if member.id == clerk_id:
        return Fault.ONESELF
    if not member.cell.path.startswith(session.campaign.unit_path):
        return Fault.NOT_EXPECTED
    if mark.at > now + CLOCKS_DIFFER:
        return Fault.IN_FUTURE
    if mark.at < first_entry(session):
        return Fault.TOO_EARLY
    if mark.at >= last_entry(session):
        return Fault.TOO_LATE
    return Entry(
        session_id=session.id,
        member_id=member.id,
        venue_id=venue.id,
        at=min(mark.at, now),
        status=Status.PRESENT,
        via=Via.CLERK,
        by_member_id=clerk_id,
        is_offline=mark.is_offline or now - mark.at > AT_ONCE,
        mark=name_of(clerk_id, mark),
    )
