"""What registration leads to: a role, a check-in by the scan that waited, or the way to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain import codes
from domain.attendance import Accepted, AlreadyRecorded, Reason, Refusal, judge
from domain.codes import Scan
from domain.messages import Outbound
from domain.people import Member
from domain.sessions import Venue
from handlers import confirming
from handlers.texts import check_in as check_in_texts
from handlers.texts import common
from handlers.texts import menus as menus_texts
from handlers.texts import registration as texts
from handlers.texts.sentence import Lines, Sentences, Text
from handlers.turn import Choice, Turn
from storage import attendance, people
from storage.database import Tx


async def welcome(turn: Turn, tx: Tx, member: Member, state: Mapping[str, Any]) -> Outbound:
    """The first answer to a member who is known now."""
    if state.get("link"):
        given = await confirming.use_link(turn, tx, state["link"], member)
        return turn.reply(Lines(texts.REGISTERED, given))
    if not state.get("scan"):
        return turn.reply(
            await registered(turn, tx, member), [Choice(menus_texts.MY_STATUS, "toi")]
        )
    scan = Scan.from_json(state["scan"])
    if turn.now - scan.at > codes.TICKET_LIFE:
        return turn.reply(Lines(texts.REGISTERED, texts.SCAN_WAITED_TOO_LONG))
    text, row = await count_scan(turn, tx, member, scan)
    return turn.reply(text, row)


async def registered(turn: Turn, tx: Tx, member: Member) -> Text:
    """Whoever sits in the hall without having scanned must not take it for a check-in."""
    records = (await people.records_of(tx, [member.id])).get(member.id, {})
    is_missing = any(
        session.id not in records and turn.schedule.planned(session, member.cell.path)
        for session in turn.schedule.open_at(turn.now)
    )
    if not is_missing:
        return texts.REGISTERED
    how = Sentences(check_in_texts.NOT_CHECKED_IN_YET, check_in_texts.ASK_VENUE_CODE)
    return Lines(texts.REGISTERED, how)


async def count_scan(
    turn: Turn, tx: Tx, member: Member, scan: Scan, *, is_confirmed: bool = False
) -> tuple[Text, list[Choice]]:
    """What the scan that waited leads to, now that we know whose it is."""
    records = (await people.records_of(tx, [member.id])).get(member.id, {})
    attendee = replace(turn.person, member=member, records=records).attendee
    match judge(scan, attendee, turn.schedule, turn.now, is_confirmed=is_confirmed):
        case Accepted(entry):
            [recorded] = await attendance.record(tx, [entry], turn.now)
            venue = turn.schedule.venues[recorded.record.venue_id]
            return check_in_texts.checked_in(member.name, venue.name, recorded.record.at), []
        case AlreadyRecorded(record):
            return Lines(texts.REGISTERED, check_in_texts.already_recorded(record.at, turn.now)), []
        case Refusal(reason=Reason.OTHER_VENUE, planned=Venue() as planned, venue=Venue() as venue):
            kept = codes.ticket(venue, scan.kind, scan.at, scan.nonce)
            text = Lines(texts.REGISTERED, check_in_texts.other_venue(planned.name, venue.name))
            return text, [Choice(common.CONFIRM, f"at {kept}"), Choice(common.NO, "at no")]
        case Refusal() as refusal:
            return Lines(texts.REGISTERED, check_in_texts.refused(refusal)), []
        case _:
            return texts.REGISTERED, []
