"""What was handed in on paper: a member says so, the cell's secretary enters it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from domain.messages import Outbound
from domain.people import Cell, Member
from domain.plan import ObligationKind
from domain.rights import Right, may
from domain.text import day
from handlers import picking, scopes
from handlers.picking import Picking
from handlers.scopes import Need, Place
from handlers.texts import common
from handlers.texts import papers as texts
from handlers.texts import picking as picking_texts
from handlers.turn import Choice, Turn
from storage import audit, obligations, people, submissions, units
from storage.obligations import Obligation

STILL_TAKEN = timedelta(days=180)  # after the deadline: late ones, and those entered late

# --- a member --------------------------------------------------------------------------------


async def say(turn: Turn) -> list[Outbound]:
    """[Đã nộp bản giấy]: nothing is marked; the secretary is asked, once a day."""
    owed = await _named(turn, turn.argument)
    member = turn.member
    if owed is None or not owed.is_owed_by(member.cell.path, member.status):
        return [turn.reply(texts.NOTHING_OWED)]
    async with turn.read() as db:
        handed_in = (await submissions.of_member(db, member.id)).get(owed.id)
    if handed_in is not None and handed_in.is_in:
        return [turn.reply(texts.yours_received(owed.title, handed_in.received_at), new=True)]
    yes = Choice(texts.RECEIVE, f"handin {owed.id} {member.id}")
    text = texts.says_handed_in(member.name, owed.title, owed.campaign_code)
    asked = await turn.tell(
        await _who_enters(turn, member), text, [yes, Choice(texts.NOT_RECEIVED, "notyet")]
    )
    key = f"onpaper {owed.id} {member.id} {day(turn.now)}"
    told = [replace(one, dedup_key=f"{key} {one.to.channel} {one.to.chat_id}") for one in asked]
    return [turn.reply(texts.PASSED_ON, new=True), *told]


async def _who_enters(turn: Turn, member: Member) -> Sequence[int]:
    """The cell's secretaries besides the member, else the committee above."""
    async with turn.read() as db:
        secretaries = await people.secretaries_of(db, member.cell.id, turn.now)
        others = [one.id for one in secretaries if one.id != member.id]
        if others:
            return others
        _, above = await scopes.committee_above(db, member.cell.path, but=(member.id,))
    return above


# --- a secretary, one member -----------------------------------------------------------------


async def need_of_member(turn: Turn) -> Need | None:
    """ "handin 3 77": the right over that member's cell."""
    member = await _member(turn)
    return Need(Right.CONFIRM, scopes.of_cell(member.cell.path)) if member else None


async def hand_in(turn: Turn) -> list[Outbound]:
    """[Đã nhận] below what a member said."""
    owed, member = await _named(turn, scopes.first_word(turn.argument)), await _member(turn)
    if owed is None or member is None or not member.cell.path.startswith(owed.unit_path):
        return [turn.reply(texts.NOBODY_OWES)]
    return await _receive(turn, owed, [member.id], member.cell.id)


async def not_yet(turn: Turn) -> list[Outbound]:
    """[Chưa nhận được]"""
    return [turn.reply(texts.LEFT_OPEN)]


async def _member(turn: Turn) -> Member | None:
    member_id = scopes.row_id(turn.argument.partition(" ")[2])
    async with turn.read() as db:
        return await people.get_member(db, member_id, turn.now) if member_id else None


# --- a secretary, a stack --------------------------------------------------------------------


async def need_of_cell(turn: Turn) -> Need | None:
    """ "papers c12 3": the right over that cell."""
    return await scopes.cell(turn, Right.CONFIRM, scopes.first_word(turn.argument))


async def begin(turn: Turn) -> list[Outbound]:
    """[Nhận bản giấy]: the list of those whose essay is missing."""
    code, _, wanted = turn.argument.partition(" ")
    cell = await _cell(turn, code)
    if cell is None:
        return [turn.reply(common.NOT_YOURS)]
    found = await _of_cell(turn, cell)
    if wanted:
        found = [one for one in found if one.id == scopes.row_id(wanted)]
    back = [Choice(common.BACK, f"chibo {code}")]
    if not found:
        return [turn.reply(texts.NO_OBLIGATION, back)]
    if len(found) > 1:
        rows = [
            [Choice(f"{one.title} {one.campaign_code}", f"papers {code} {one.id}")] for one in found
        ]
        return [turn.reply(texts.CHOOSE_OBLIGATION, *rows, back)]
    missing = await _missing(turn, found[0], cell)
    if not missing:
        return [turn.reply(texts.NOBODY_OWES, back)]
    held = Picking(
        purpose=picking.PAPER,
        place=code,
        session_id=found[0].id,
        ids=tuple(one.id for one in missing),
        message=turn.inbound.pressed_on,
    )
    return await picking.show(turn, held)


async def _missing(turn: Turn, owed: Obligation, cell: Cell) -> list[Member]:
    async with turn.read() as db:
        roll = await people.members_of_cell(db, cell.id, turn.now)
        known = await submissions.of_members(db, owed.id, [one.id for one in roll])
    return [
        one
        for one in roll
        if owed.is_owed_by(cell.path, one.status) and known.get(one.id) not in submissions.IN
    ]


async def ask(turn: Turn, held: Picking, names: Sequence[str]) -> list[Outbound]:
    """Ask once for all that were chosen."""
    owed = await _obligation(turn, held.session_id)
    if owed is None:
        return [turn.reply(texts.NO_OBLIGATION)]
    text = texts.confirm_received(owed.title, names, picking_texts.chosen(names))
    change = Choice(common.CHANGE, f"page {held.page}")
    return [picking.answer(turn, held, text, [Choice(common.CONFIRM, "go"), change])]


async def take(turn: Turn, held: Picking) -> list[Outbound]:
    """[Xác nhận]: all of them have handed it in."""
    owed, cell = await _obligation(turn, held.session_id), await _cell(turn, held.place)
    if owed is None or cell is None:
        return [turn.reply(texts.NO_OBLIGATION)]
    answer = await _receive(turn, owed, held.chosen, cell.id)
    await picking.put_away(turn)
    return answer


async def _receive(
    turn: Turn, owed: Obligation, member_ids: Sequence[int], cell_id: int
) -> list[Outbound]:
    """Enter it, and tell each for whom that is new."""
    async with turn.write() as tx:
        new = await submissions.receive(tx, owed.id, member_ids, turn.member.id, turn.now)
        detail = {"members": list(member_ids)}
        subject = f"obligation {owed.id} c{cell_id}"
        await audit.note(tx, turn.member.id, "receive", subject, turn.now, detail)
    text = texts.received(owed.title, len(new), len(member_ids) - len(new))
    others = [one for one in new if one != turn.member.id]
    told = await turn.tell(others, texts.yours_received(owed.title, turn.now))
    return [turn.reply(text, [Choice(common.BACK, f"chibo c{cell_id}")]), *told]


# --- the way there ---------------------------------------------------------------------------


async def ways(turn: Turn, place: Place) -> list[list[Choice]]:
    """[Nhận bản giấy], below a cell of whom something is due."""
    if place.cell is None or not may(Right.CONFIRM, turn.grants, place.scope, turn.now):
        return []
    if not await _of_cell(turn, place.cell):
        return []
    return [[Choice(texts.PAPERS, f"papers {place.code}")]]


async def _of_cell(turn: Turn, cell: Cell) -> list[Obligation]:
    """What its members hand in, in campaigns that still run or were over not long ago."""
    async with turn.read() as db:
        found = await obligations.of_members(db)
    return [
        one
        for one in found
        if one.kind is ObligationKind.ESSAY
        and cell.path.startswith(one.unit_path)
        and one.due_for(cell.path) > turn.now - STILL_TAKEN
    ]


async def _cell(turn: Turn, code: str) -> Cell | None:
    unit_id = scopes.row_id(code[1:]) if code.startswith("c") else None
    async with turn.read() as db:
        unit = await units.get(db, unit_id) if unit_id is not None else None
    return Cell(unit.id, unit.name, unit.path) if unit else None


async def _named(turn: Turn, word: str) -> Obligation | None:
    obligation_id = scopes.row_id(word)
    return await _obligation(turn, obligation_id) if obligation_id is not None else None


async def _obligation(turn: Turn, obligation_id: int) -> Obligation | None:
    async with turn.read() as db:
        return await obligations.get(db, obligation_id)
