"""Saying that somebody is present, or excused; counted apart from those who checked in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain import door, personal_codes
from domain.attendance import Entry, Status, Via
from domain.messages import Outbound
from domain.people import Member
from domain.rights import Right, Role, may
from domain.sessions import Venue
from handlers import handing_out, papers, picking, reviewing, scopes
from handlers.picking import Picking
from handlers.scopes import Need, Place
from handlers.texts import check_in as check_in_texts
from handlers.texts import common
from handlers.texts import confirming as texts
from handlers.texts import menus as menus_texts
from handlers.texts import picking as picking_texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import attendance, audit, excuses, grants, people
from storage.attendance import Recorded
from storage.database import Tx

# --- the list in hand ------------------------------------------------------------------------


async def pick(turn: Turn) -> list[Outbound]:
    """A name was pressed."""
    chosen = picking.pressed(turn)
    if chosen is None:
        return await picking.show(turn, _in_hand(turn))
    if chosen.purpose in picking.SINGLE:
        return await _act_on_one(turn, chosen, int(turn.argument))
    return await picking.show(turn, chosen)


async def heard(turn: Turn) -> list[Outbound] | None:
    """Numbers or part of a name, typed while a list is open."""
    held = _in_hand(turn)
    said = await picking.typed(turn, held)
    if said.note is not None:
        return await picking.show(turn, held, said.note)
    if said.maybe:
        return await _narrow(turn, held, said.maybe)
    if held.purpose in picking.SINGLE:
        return await _act_on_one(turn, held, said.ids[0])
    chosen = tuple(dict.fromkeys((*held.chosen, *said.ids)))
    return await _ask_all(turn, replace(held, chosen=chosen))


async def done(turn: Turn) -> list[Outbound]:
    """[Xong]: ask once for all that were chosen."""
    held = _in_hand(turn)
    if not held.chosen:
        return await picking.show(turn, held, texts.NOBODY_CHOSEN)
    return await _ask_all(turn, held)


def _in_hand(turn: Turn) -> Picking:
    held = picking.of(turn)
    if held is None:
        raise LookupError("no list is open; the route's need would have said so")
    return held


async def _narrow(turn: Turn, held: Picking, ids: Sequence[int]) -> list[Outbound]:
    """Several names fit: show only those, with their numbers in the whole list."""
    names = await picking.names_of(turn, held)
    numbers = {member_id: number for number, member_id in enumerate(held.ids, 1)}
    rows = [[Choice(f"{numbers[i]} {names[i]}", f"pick {i}")] for i in ids[: picking.PAGE]]
    last = [Choice(common.CHANGE, f"page {held.page}"), Choice(common.CANCEL, "huy")]
    return [picking.answer(turn, held, texts.WHICH_OF_THEM, *rows, last)]


async def _ask_all(turn: Turn, held: Picking) -> list[Outbound]:
    names = await _chosen_names(turn, held)
    await picking.keep(turn, held)
    change = Choice(common.CHANGE, f"page {held.page}")
    if held.purpose == picking.PAPER:
        return await papers.ask(turn, held, names)
    if held.purpose == "excuse":
        rows = [
            [Choice(label, f"go {category}")] for category, label in texts.EXCUSE_CATEGORIES.items()
        ]
        ask = Lines(picking_texts.chosen(names), texts.CHOOSE_CATEGORY)
        return [picking.answer(turn, held, ask, *rows, [change])]
    text = texts.confirm_present(names)
    return [picking.answer(turn, held, text, [Choice(common.CONFIRM, "go"), change])]


async def _chosen_names(turn: Turn, held: Picking) -> list[str]:
    names = await picking.names_of(turn, held)
    return [names[i] for i in held.chosen if i in names]


async def _act_on_one(turn: Turn, held: Picking, member_id: int) -> list[Outbound]:
    if held.purpose == "code":
        return await handing_out.to_member(turn, held, member_id)
    return await reviewing.ask_why(turn, held, member_id)


async def go(turn: Turn) -> list[Outbound]:
    """[Xác nhận], or the category of an excuse: write it for all that were chosen."""
    held = _in_hand(turn)
    if not held.chosen:
        return await picking.show(turn, held, texts.NOBODY_CHOSEN)
    if held.purpose == picking.PAPER:
        return await papers.take(turn, held)
    place = await scopes.place(turn, held.place, held.session_id)
    if place is None:
        return [turn.reply(common.NO_SESSION_NOW)]
    if held.purpose == "excuse":
        return await _excuse(turn, held, place)
    return await _confirm(turn, held, place)


async def _excuse(turn: Turn, held: Picking, place: Place) -> list[Outbound]:
    category = texts.EXCUSE_CATEGORIES.get(turn.argument)
    if category is None:
        return await _ask_all(turn, held)
    names = await _chosen_names(turn, held)
    async with turn.write() as tx:
        await excuses.accept(
            tx, place.session.id, held.chosen, turn.argument, turn.member.id, turn.now
        )
        await _audit(turn, tx, "excuse", place, held.chosen)
    await picking.put_away(turn)
    return [turn.reply(texts.excused(names, category), [picking.back(place)])]


async def _confirm(turn: Turn, held: Picking, place: Place) -> list[Outbound]:
    if place.venue is None or not is_time(place.venue, turn):
        await picking.put_away(turn)
        return [turn.reply(texts.CONFIRMING_ENDED, [picking.back(place)])]
    names = await picking.names_of(turn, held)
    async with turn.write() as tx:
        recorded = await _record(turn, tx, place, place.venue, held.chosen)
    await picking.put_away(turn)
    new = [member_id for member_id, one in recorded.items() if one.is_new]
    before = [member_id for member_id in recorded if member_id not in new]
    text = texts.confirmed(
        [names[i] for i in new if i in names], [names[i] for i in before if i in names]
    )
    return [turn.reply(text, [picking.back(place)]), *await _tell(turn, place, new)]


def is_time(venue: Venue, turn: Turn) -> bool:
    return door.first_entry(venue.session) <= turn.now < door.last_entry(venue.session)


async def _record(
    turn: Turn, tx: Tx, place: Place, venue: Venue, member_ids: Sequence[int]
) -> dict[int, Recorded]:
    entries = [
        Entry(
            session_id=venue.session.id,
            member_id=member_id,
            venue_id=venue.id,
            at=turn.now,
            status=Status.PRESENT,
            via=Via.CONFIRMED if place.cell else Via.CLERK,
            by_member_id=turn.member.id,
        )
        for member_id in member_ids
    ]
    recorded = await attendance.record(tx, entries, turn.now)
    await _audit(turn, tx, "confirm", place, member_ids)
    return dict(zip(member_ids, recorded, strict=True))


async def _audit(turn: Turn, tx: Tx, action: str, place: Place, member_ids: Sequence[int]) -> None:
    subject = f"session {place.session.id} {place.code}"
    await audit.note(tx, turn.member.id, action, subject, turn.now, {"members": list(member_ids)})


async def _tell(turn: Turn, place: Place, member_ids: Sequence[int]) -> list[Outbound]:
    """Each is told who vouched for them, and how to object."""
    text = texts.you_were_confirmed(turn.member.name, _office(turn, place), turn.now)
    review = Choice(texts.ASK_REVIEW, f"review {place.session.id}")
    others = [member_id for member_id in member_ids if member_id != turn.member.id]
    return await turn.tell(others, text, [review])


def _office(turn: Turn, place: Place) -> Text:
    """In which capacity: at the hall as its clerk, else by position on the roll."""
    if place.cell is None:
        return texts.AS_CLERK
    if turn.member.cell.id == place.cell.id:
        return texts.position(turn.member.position)
    return texts.AS_SUPERIOR


# --- one person at the door ------------------------------------------------------------------


async def of_slip(turn: Turn, other: Member) -> list[Outbound]:
    """A registered person opened somebody else's slip: at the door it means "present"."""
    place = await _place_for(turn, other)
    if place is None or place.venue is None:
        return [turn.reply(texts.CODE_OF_SOMEBODY_ELSE)]
    yes = Choice(common.CONFIRM, f"present {place.code} {place.session.id} {other.id}")
    async with turn.read() as db:
        name = await people.told_apart(db, other, turn.now)
    text = texts.confirm_one(name, place.venue.name)
    return [turn.reply(text, [yes, Choice(common.NO, "absent")])]


async def _place_for(turn: Turn, other: Member) -> Place | None:
    """Where the sender may vouch for this person now: their hall first, else the own cell."""
    async with turn.read() as db:
        held = await grants.of(db, turn.member)
    for grant in held:
        venue = turn.schedule.venues.get(grant.venue_id) if grant.venue_id else None
        if (
            venue
            and is_time(venue, turn)
            and _may_enter(turn, venue, other)
            and may(Right.CONFIRM, held, scopes.of_venue(venue), turn.now)
        ):
            return Place(venue.session, venue)
    scope = scopes.of_cell(other.cell.path)
    if may(Right.CONFIRM, held, scope, turn.now):
        return await scopes.place(turn, f"c{other.cell.id}")
    return None


def _may_enter(turn: Turn, venue: Venue, other: Member) -> bool:
    """People of the campaign's organisation only; others have nothing to be counted in."""
    return other.cell.path.startswith(venue.session.campaign.unit_path)


async def need_to_confirm_one(turn: Turn) -> Need | None:
    """ "present v5 3 77": the right to confirm, over that place and that person."""
    code, _, _ = turn.argument.partition(" ")
    return await scopes.named_place(turn, Right.CONFIRM, code)


async def one(turn: Turn) -> list[Outbound]:
    """[Xác nhận] after a slip was opened."""
    code, session_id, member_id, *_ = [*turn.argument.split(), "", "", ""]
    place = await scopes.place(turn, code, scopes.row_id(session_id))
    async with turn.read() as db:
        other = await people.get_member(db, scopes.row_id(member_id) or 0, turn.now)
    if place is None or place.venue is None or other is None or not _is_of(turn, place, other):
        return [turn.reply(common.NOT_YOURS)]
    if not is_time(place.venue, turn):
        return [turn.reply(texts.CONFIRMING_ENDED)]
    async with turn.write() as tx:
        recorded = (await _record(turn, tx, place, place.venue, [other.id]))[other.id]
    if not recorded.is_new:
        return [turn.reply(texts.they_are_recorded(other.name, recorded.record.at))]
    text = check_in_texts.checked_in(other.name, place.venue.name, recorded.record.at)
    return [turn.reply(text), *await _tell(turn, place, [other.id])]


def _is_of(turn: Turn, place: Place, other: Member) -> bool:
    if other.id == turn.member.id:  # no list offers oneself, and no made-up button does
        return False
    if place.cell is not None:
        return other.cell.id == place.cell.id
    return place.venue is not None and _may_enter(turn, place.venue, other)


async def declined(turn: Turn) -> list[Outbound]:
    """[Không] after a slip was opened."""
    return [turn.reply(texts.NOBODY_CONFIRMED)]


# --- roles at a venue ------------------------------------------------------------------------


async def by_link(turn: Turn, token: str) -> list[Outbound]:
    """ "/start v-…" of somebody registered: clerk or inspector of a venue from now on."""
    async with turn.write() as tx:
        given = await use_link(turn, tx, token, turn.member)
    return [turn.reply(given, [Choice(menus_texts.MY_HALL, "diemcau")])]


async def use_link(turn: Turn, tx: Tx, token: str, member: Member) -> Text:
    found = await grants.use_link(tx, personal_codes.code_hash(turn.house.key, token), turn.now)
    if found is None:
        return texts.LINK_USED
    role, venue_id = found
    await grants.grant(tx, member.id, Role(role), turn.now, venue_id=venue_id)
    await audit.note(tx, member.id, "role_by_link", f"venue {venue_id}", turn.now, {"role": role})
    venue = turn.schedule.venues.get(venue_id)
    return texts.role_given(role, venue.name if venue else "")
