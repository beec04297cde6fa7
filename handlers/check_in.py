"""Checking in: by QR, by a tapped link, or by six typed digits."""

from __future__ import annotations

from domain import codes
from domain.attendance import (
    Accepted,
    AlreadyRecorded,
    CheckedOut,
    Outcome,
    Reason,
    Refusal,
    Tried,
    judge,
)
from domain.codes import Scan
from domain.messages import Outbound
from handlers import registration, trials, tries
from handlers.texts import check_in as texts
from handlers.texts import common
from handlers.texts import menus as menus_texts
from handlers.texts import registration as registration_texts
from handlers.turn import Choice, Turn
from storage import attendance
from storage.attendance import Recorded
from storage.desk import Result, TicketTaken


async def by_digits(turn: Turn) -> list[Outbound]:
    """What was typed after /diemdanh, or alone."""
    digits = codes.typed_digits(turn.argument)
    if digits is None:
        if turn.argument:
            return [turn.reply(texts.CODE_HAS_SIX, *_way_on(turn))]
        return [turn.reply(texts.ASK_VENUE_CODE)]
    member = turn.person.member
    reading = turn.house.schedules.typed.read(
        digits, member.cell.path if member else None, turn.now
    )
    outcome = judge(reading, turn.person.attendee, turn.schedule, turn.now)
    if not isinstance(outcome, AlreadyRecorded) and (answer := tries.locked(turn)):
        return answer
    if isinstance(outcome, Refusal) and outcome.reason is Reason.UNKNOWN_CODE:
        return await tries.wrong(turn, texts.refused(outcome), *_way_on(turn))
    return await settle(turn, outcome)


def _way_on(turn: Turn) -> list[list[Choice]]:
    """For strangers; one without a code must not be left with a code to type."""
    if turn.person.member is not None:
        return []
    return [
        [
            Choice(menus_texts.REGISTER, "start"),
            Choice(registration_texts.NO_CODE, "nocode"),
        ]
    ]


async def how(turn: Turn) -> list[Outbound]:
    """ "Tôi có mặt": said instead of shown."""
    return [turn.reply(texts.HOW_TO_CHECK_IN)]


async def by_signed(turn: Turn, payload: str, *, is_confirmed: bool = False) -> list[Outbound]:
    """What a QR or a ticket carries."""
    reading = codes.read_signed(payload, turn.schedule, turn.now)
    outcome = judge(
        reading, turn.person.attendee, turn.schedule, turn.now, is_confirmed=is_confirmed
    )
    return await settle(turn, outcome)


async def at_venue(turn: Turn) -> list[Outbound]:
    """[Xác nhận] another venue than planned, or the hall that was asked about."""
    if turn.argument == "no":
        return [turn.reply(texts.OTHER_VENUE_DECLINED)]
    return await by_signed(turn, turn.argument, is_confirmed=True)


async def settle(turn: Turn, outcome: Outcome) -> list[Outbound]:
    """Record and answer what the rules decided."""
    match outcome:
        case AlreadyRecorded(record):
            return [turn.reply(texts.already_recorded(record.at, turn.now))]
        case Accepted(entry, scan):
            return await turn.record(entry, lambda result: _recorded(turn, result), scan.nonce)
        case CheckedOut(record, at):
            async with turn.write() as tx:
                await attendance.check_out(tx, record.session_id, turn.member.id, at, turn.now)
            return [turn.reply(texts.CHECKED_OUT)]
        case Tried(venue):
            return await trials.tried(turn, venue)
        case Refusal():
            return await _refuse(turn, outcome)


def _recorded(turn: Turn, result: Result) -> list[Outbound]:
    match result:
        case Recorded(record, is_new=True):
            venue = turn.schedule.venues[record.venue_id]
            return [turn.reply(texts.checked_in(turn.member.name, venue.name, record.at))]
        case Recorded(record):
            return [turn.reply(texts.already_recorded(record.at, turn.now))]
        case TicketTaken() | None:
            return [turn.reply(texts.SCAN_TAKEN)]


async def _refuse(turn: Turn, refusal: Refusal) -> list[Outbound]:
    match refusal.reason:
        case Reason.NOT_REGISTERED:
            return await registration.begin(turn, scan=refusal.scan)
        case Reason.OTHER_VENUE if refusal.planned and refusal.venue and refusal.scan:
            text = texts.other_venue(refusal.planned.name, refusal.venue.name)
            return [turn.reply(text, _yes_or_no(turn, refusal.scan))]
        case Reason.WHICH_VENUE:
            return [turn.reply(texts.WHICH_VENUE, *_halls(turn, refusal.scans))]
    return [turn.reply(texts.refused(refusal))]


def _yes_or_no(turn: Turn, scan: Scan) -> list[Choice]:
    return [
        Choice(common.CONFIRM, f"at {_kept(turn, scan)}"),
        Choice(common.NO, "at no"),
    ]


def _halls(turn: Turn, scans: tuple[Scan, ...]) -> list[list[Choice]]:
    venues = turn.schedule.venues
    return [[Choice(venues[scan.venue_id].name, f"at {_kept(turn, scan)}")] for scan in scans[:8]]


def _kept(turn: Turn, scan: Scan) -> str:
    """The scan as a ticket: a button must not die with the code on the wall, nor be forged."""
    return codes.ticket(turn.schedule.venues[scan.venue_id], scan.kind, scan.at, scan.nonce)
