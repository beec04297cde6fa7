"""The clerk's page at the door: its one-time link, and taking the marks that were made on it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import door, personal_codes
from domain.attendance import Entry, Record
from domain.door import Fault, Mark, Named
from domain.messages import Outbound
from domain.people import Member
from domain.rights import Right, may
from domain.sessions import Schedule, Venue
from handlers import scopes
from handlers.scopes import Need
from handlers.texts import common
from handlers.texts import confirming as confirming_texts
from handlers.texts import door as texts
from handlers.texts.sentence import Text
from handlers.turn import Choice, House, Turn, told
from storage import attendance, audit, door_sessions, grants, invitations, outbox, people
from storage.attendance import Recorded
from storage.database import Db, Tx
from storage.door_sessions import DoorSession

# --- the way there ---------------------------------------------------------------------------


async def need(turn: Turn) -> Need | None:
    """ "door v5": the right to confirm at that hall."""
    code = scopes.first_word(turn.argument)
    return await scopes.named_place(turn, Right.CONFIRM, code) if code.startswith("v") else None


async def link(turn: Turn) -> list[Outbound]:
    """[Trang điểm danh tại cửa]: a link that signs one browser in, once."""
    place = await scopes.place(turn, scopes.first_word(turn.argument))
    if place is None or place.venue is None:
        return [turn.reply(common.NO_SESSION_NOW)]
    token = secrets.token_urlsafe(32)
    async with turn.write() as tx:
        await door_sessions.add_link(
            tx,
            turn.member.id,
            place.venue.id,
            personal_codes.code_hash(turn.house.key, token),
            turn.now,
            link_expires_at=turn.now + door.LINK_LIFE,
            expires_at=door.last_entry(place.session),
        )
    url = f"{turn.house.public_url}/cua/vao/{token}"
    minutes = door.LINK_LIFE // timedelta(minutes=1)
    return [turn.reply(texts.door_link(place.venue.name, minutes, url), new=True)]


# --- who stands there ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Somebody at a hall's door, as their browser's cookie says and their role still allows."""

    member: Member
    venue: Venue
    schedule: Schedule
    session: DoorSession


async def clerk(house: House, db: Db, session: DoorSession | None, now: datetime) -> Clerk | None:
    """Whether they may still confirm there; decided anew at every call."""
    if session is None:
        return None
    schedule = await house.schedules.current(now)
    venue = schedule.venues.get(session.venue_id)
    member = await people.get_member(db, session.member_id, now)
    if venue is None or member is None:
        return None
    held = await grants.of(db, member)
    if not may(Right.CONFIRM, held, scopes.of_venue(venue), now):
        return None
    return Clerk(member=member, venue=venue, schedule=schedule, session=session)


# --- marks -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one mark: the record that stands now, or why there is none."""

    mark: Mark
    outcome: Record | Fault
    member: Member | None = None
    is_new: bool = False
    is_ours: bool = False  # this very mark made the record, now or when it came before


async def take(
    house: House, tx: Tx, who: Clerk, marks: Sequence[Mark], now: datetime
) -> list[Taken]:
    """Record what counts, each by its own time. The first entry stands; a batch that comes twice
    changes nothing, also where an entry was taken back in between."""
    seen = await _members(house, tx, who, marks, now)
    known = await attendance.marked(tx, [door.name_of(who.member.id, one) for one in marks])
    judged = {
        one: door.judge(one, seen.get(one), who.member.id, who.venue, now)
        for one in marks
        if door.name_of(who.member.id, one) not in known
    }
    recorded = await _record(tx, judged, now)
    taken = [_taken(who, one, seen.get(one), known, judged, recorded) for one in marks]
    await _count_wrong(tx, who, taken, now)
    await _write_down(tx, who, taken, now)
    await outbox.enqueue(tx, await _letters(tx, who, taken), now)
    return taken


async def _members(
    house: House, db: Db, who: Clerk, marks: Sequence[Mark], now: datetime
) -> dict[Mark, Member]:
    """Whom each mark means. A row of the list is only good for people whom this hall expects."""
    ids = {one: await _member_id(house, db, one, now) for one in marks}
    found = await people.get_members(db, [i for i in ids.values() if i is not None], now)
    session = who.venue.session
    return {
        one: found[i]
        for one, i in ids.items()
        if i in found
        and (
            one.named is not Named.MEMBER
            or who.schedule.planned(session, found[i].cell.path) == who.venue
        )
    }


async def _member_id(house: House, db: Db, mark: Mark, now: datetime) -> int | None:
    match mark.named:
        case Named.MEMBER:
            return scopes.row_id(mark.key)
        case Named.CARD:
            return personal_codes.member_of_card(house.key, mark.key)
        case Named.CODE:
            member = await people.get_member_by_code(db, mark.key, now)
            return member.id if member else None
        case Named.SLIP:
            code = personal_codes.registration_code_in(mark.key)
            slip = await invitations.find(db, house.key, code, now) if code else None
            return slip.member_id if slip and slip.is_valid else None


async def _record(
    tx: Tx, judged: Mapping[Mark, Entry | Fault], now: datetime
) -> dict[Mark, Recorded]:
    entries = {one: entry for one, entry in judged.items() if isinstance(entry, Entry)}
    if not entries:
        return {}
    written = await attendance.record(tx, list(entries.values()), now)
    return dict(zip(entries, written, strict=True))


def _taken(
    who: Clerk,
    mark: Mark,
    member: Member | None,
    known: Mapping[str, Entry],
    judged: Mapping[Mark, Entry | Fault],
    recorded: Mapping[Mark, Recorded],
) -> Taken:
    if mark in recorded:
        one = recorded[mark]
        return Taken(
            mark=mark, outcome=one.record, member=member, is_new=one.is_new, is_ours=one.is_new
        )
    outcome = judged.get(mark)
    if isinstance(outcome, Fault):
        return Taken(mark=mark, outcome=outcome)
    entry = known[door.name_of(who.member.id, mark)]
    if member is None or (entry.session_id, entry.member_id) != (who.venue.session.id, member.id):
        return Taken(mark=mark, outcome=Fault.MARK_USED)
    return Taken(mark=mark, outcome=entry.record, member=member, is_ours=True)


async def _count_wrong(tx: Tx, who: Clerk, taken: Sequence[Taken], now: datetime) -> None:
    """Registration codes can be guessed at, however slowly: a slip opens an account elsewhere."""
    wrong = sum(
        one.outcome is Fault.UNKNOWN and one.mark.named is not Named.MEMBER for one in taken
    )
    if wrong:
        await door_sessions.count_wrong(tx, who.session.id, wrong, door.MOST_WRONG, now)


async def _write_down(tx: Tx, who: Clerk, taken: Sequence[Taken], now: datetime) -> None:
    named = [one.member.id for one in taken if one.member]
    if not named:
        return
    offline = [one.member.id for one in taken if one.member and one.is_new and one.mark.is_offline]
    subject = f"session {who.venue.session.id} v{who.venue.id}"
    detail = {"members": named, "offline": offline}
    await audit.note(tx, who.member.id, "confirm", subject, now, detail)


async def _letters(tx: Tx, who: Clerk, taken: Sequence[Taken]) -> list[Outbound]:
    """Each is told who vouched for them, and how to object."""
    name, clerk_of_hall = who.member.name, confirming_texts.AS_CLERK
    said = {
        one.member.id: confirming_texts.you_were_confirmed(name, clerk_of_hall, one.outcome.at)
        for one in taken
        if one.is_new and one.member and isinstance(one.outcome, Record)
    }
    review = Choice(confirming_texts.ASK_REVIEW, f"review {who.venue.session.id}")
    return await told(tx, said, [review])


def answer(who: Clerk, taken: Taken) -> Text:
    """What the page says of a mark."""
    record, name = taken.outcome, taken.member.name if taken.member else ""
    if isinstance(record, Fault):
        return texts.not_taken(record, who.venue.session)
    if taken.is_ours:
        return texts.present(name, record.at)
    if record.venue_id != who.venue.id and record.venue_id in who.schedule.venues:
        venue = who.schedule.venues[record.venue_id]
        return texts.present_elsewhere(name, record.at, venue.name)
    return texts.present_before(name, record.at)
