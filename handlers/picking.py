"""Choosing people from a list: by button, by part of a name, or by numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain.messages import Outbound
from domain.people import Dialogue, Member, told_apart
from domain.rights import Right
from domain.text import clean, fold, numbers
from handlers import scopes
from handlers.paging import turning
from handlers.scopes import Need, Place
from handlers.texts import common
from handlers.texts import papers as papers_texts
from handlers.texts import picking as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import dialogues, obligations, people, rolls
from storage.rolls import Expected, Roll

NAME = "picking"
PAGE = 8
LIFE = timedelta(hours=2)  # a clerk works through a paper list between other things

RIGHTS = {
    "confirm": Right.CONFIRM,
    "excuse": Right.EXCUSE,
    "code": Right.LINK,
    "correct": Right.REVIEW,
}
SINGLE = frozenset({"code", "correct"})  # one person at a time
PAPER = "paper"  # essays in a secretary's hand; handlers.papers begins and ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Picking:
    """A list in somebody's hand; kept as it was shown, so that its numbers stay true."""

    purpose: str
    place: str  # "c12", "v5"
    session_id: int  # of papers: the obligation
    ids: tuple[int, ...]
    chosen: tuple[int, ...] = ()
    page: int = 0
    message: str | None = None  # the message that carries the list, to be edited

    def as_json(self) -> dict[str, Any]:
        return {
            "purpose": self.purpose,
            "place": self.place,
            "session": self.session_id,
            "ids": list(self.ids),
            "chosen": list(self.chosen),
            "page": self.page,
            "message": self.message,
        }

    @staticmethod
    def from_json(state: Mapping[str, Any]) -> Picking:
        return Picking(
            purpose=state["purpose"],
            place=state["place"],
            session_id=state["session"],
            ids=tuple(state["ids"]),
            chosen=tuple(state["chosen"]),
            page=state["page"],
            message=state["message"],
        )


def of(turn: Turn) -> Picking | None:
    """The list that the sender has open."""
    dialogue = turn.person.dialogue
    if dialogue is None or dialogue.name != NAME:
        return None
    return Picking.from_json(dialogue.state)


def is_answered_by(dialogue: Dialogue, said: str) -> bool:
    """Whether these digits are numbers of the open list: "1 4 11 13" also looks like a code."""
    return dialogue.name == NAME and numbers(said, len(dialogue.state["ids"])) is not None


# --- rights ----------------------------------------------------------------------------------


async def need_of_argument(turn: Turn) -> Need | None:
    """ "list confirm c12 3": what the purpose needs, at that place."""
    purpose, code, *_ = [*turn.argument.split(), "", ""]
    if purpose not in RIGHTS:
        return None
    return await scopes.named_place(turn, RIGHTS[purpose], code)


async def need_of_dialogue(turn: Turn) -> Need | None:
    picking = of(turn)
    if picking is None:
        return None
    if picking.purpose == PAPER:  # long after the last session there is no place in one
        return await scopes.cell(turn, Right.CONFIRM, picking.place)
    return await scopes.named_place(turn, RIGHTS[picking.purpose], picking.place)


# --- the list --------------------------------------------------------------------------------


async def begin(turn: Turn) -> list[Outbound]:
    """Show the list that a button asks for."""
    purpose, code, *session = turn.argument.split()
    session_id = scopes.row_id(session[0]) if session else None
    place = await scopes.place(turn, code, session_id)
    if place is None:
        return [turn.reply(common.NO_SESSION_NOW)]
    listed = wanted(purpose, await _roll(turn, place), turn.member.id)
    if not listed:
        empty = texts.NOBODY_LEFT if purpose in ("confirm", "excuse") else texts.NOBODY_HERE
        return [turn.reply(empty, [back(place)])]
    picking = Picking(
        purpose=purpose,
        place=place.code,
        session_id=place.session.id,
        ids=tuple(one.member.id for one in listed),
        message=turn.inbound.pressed_on,
    )
    return await show(turn, picking)


def back(place: Place) -> Choice:
    command = f"chibo {place.code}" if place.cell else f"hall {place.code}"
    return Choice(common.BACK, command)


async def _roll(turn: Turn, place: Place) -> Roll:
    async with turn.read() as db:
        if place.cell:
            return await rolls.of_cell(db, place.session.id, place.cell.id, turn.now)
        if place.venue:
            return await rolls.of_venue(db, turn.schedule, place.venue, turn.now)
    return Roll(())


def wanted(purpose: str, roll: Roll, asking: int) -> list[Expected]:
    """Whom the purpose is about. Those missing come first, numbered as they are where they were
    read; who is excused or exempt may be confirmed too, after them."""
    if purpose == "code":
        return list(roll.people)
    if purpose == "correct":
        return [one for one in roll.people if one.record]
    missing = roll.missing_besides(asking)
    if purpose != "confirm":
        return missing
    others = [one for one in roll.people if one.member.id != asking and one.record is None]
    excused = [one for one in others if one.excuse and not one.is_exempt]
    return [*missing, *excused, *(one for one in others if one.is_exempt)]


async def show(turn: Turn, picking: Picking, note: Text | None = None) -> list[Outbound]:
    """The page of the list, kept as the open dialogue."""
    names = await names_of(turn, picking)
    pages = -(-len(picking.ids) // PAGE)
    first = picking.page * PAGE
    shown = list(enumerate(picking.ids, 1))[first : first + PAGE]
    text = Lines(
        note,
        await _heading(turn, picking),
        common.paging(picking.page, pages),
        _chosen(picking, names),
    )
    rows = [[_choice(number, i, picking, names)] for number, i in shown if i in names]
    await keep(turn, picking)
    return [
        answer(turn, picking, text, *rows, turning("page", picking.page, pages), _end_row(picking))
    ]


def _choice(number: int, member_id: int, picking: Picking, names: Mapping[int, str]) -> Choice:
    """ "3 Nguyễn Thị Lan (1950) ✓" """
    tick = " ✓" if member_id in picking.chosen else ""
    return Choice(f"{number} {names[member_id]}{tick}", f"pick {member_id}")


def _chosen(picking: Picking, names: Mapping[int, str]) -> Text | None:
    if not picking.chosen:
        return None
    return texts.chosen([names[i] for i in picking.chosen if i in names])


def _end_row(picking: Picking) -> list[Choice]:
    done = [] if picking.purpose in SINGLE else [Choice(texts.DONE, "done")]
    return [*done, Choice(common.CANCEL, "huy")]


async def _heading(turn: Turn, picking: Picking) -> Text:
    if picking.purpose == "confirm":
        place = await scopes.place(turn, picking.place, picking.session_id)
        venue = place.venue if place else None
        return texts.who_is_present(venue.name if venue else "")
    if picking.purpose == PAPER:
        async with turn.read() as db:
            owed = await obligations.get(db, picking.session_id)
        return (
            papers_texts.who_handed_in(owed.title, owed.campaign_code)
            if owed
            else texts.NOBODY_HERE
        )
    return {
        "excuse": texts.WHO_IS_EXCUSED,
        "code": texts.WHO_GETS_CODE,
        "correct": texts.WHOSE_ENTRY,
    }[picking.purpose]


async def names_of(turn: Turn, picking: Picking) -> dict[int, str]:
    """What those of the list are called, also beside namesakes who are not in it."""
    listed = await _listed(turn, picking)
    everybody = listed | {one.member.id: one.member for one in await _whole_roll(turn, picking)}
    names = told_apart(everybody.values())
    return {member_id: names[member_id] for member_id in listed}


async def _listed(turn: Turn, picking: Picking) -> dict[int, Member]:
    async with turn.read() as db:
        return await people.get_members(db, picking.ids, turn.now)


async def _whole_roll(turn: Turn, picking: Picking) -> Sequence[Expected]:
    """Everybody of the cell or hall; of papers there is no session to look at."""
    if picking.purpose == PAPER:
        async with turn.read() as db:
            cell_id = scopes.row_id(picking.place[1:]) or 0
            roll = await people.members_of_cell(db, cell_id, turn.now)
        return [Expected(one, None, None) for one in roll]
    place = await scopes.place(turn, picking.place, picking.session_id)
    return (await _roll(turn, place)).people if place else ()


async def keep(turn: Turn, picking: Picking) -> None:
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await dialogues.open(tx, account_id, NAME, picking.as_json(), turn.now, life=LIFE)


async def put_away(turn: Turn) -> None:
    async with turn.write() as tx:
        await dialogues.close(tx, await people.account(tx, turn.person, turn.now))


def answer(turn: Turn, picking: Picking, text: Text, *rows: Sequence[Choice]) -> Outbound:
    """Edit the list's own message, also where the answer was typed."""
    replaces = turn.inbound.pressed_on or picking.message
    if not turn.capabilities.can_edit:
        replaces = None
    return turn.message(turn.inbound.sender, text, *rows, replaces=replaces)


# --- choosing --------------------------------------------------------------------------------


async def page(turn: Turn) -> list[Outbound]:
    """[Trang sau], [Trang trước], [Sửa]"""
    picking = _in_hand(turn)
    number = scopes.row_id(turn.argument) or 0
    last = (len(picking.ids) - 1) // PAGE
    return await show(turn, replace(picking, page=min(number, last)))


def pressed(turn: Turn) -> Picking | None:
    """The list after a name was pressed; None where it is no name of the list."""
    picking = _in_hand(turn)
    member_id = scopes.row_id(turn.argument)
    if member_id not in picking.ids:
        return None
    kept = tuple(i for i in picking.chosen if i != member_id)
    return replace(picking, chosen=kept if member_id in picking.chosen else (*kept, member_id))


def _in_hand(turn: Turn) -> Picking:
    picking = of(turn)
    if picking is None:
        raise LookupError("no list is open; the route's need would have said so")
    return picking


@dataclass(frozen=True, slots=True)
class Typed:
    """What typed words mean for a list."""

    ids: tuple[int, ...] = ()  # those named for sure
    maybe: tuple[int, ...] = ()  # several fit
    note: Text | None = None


async def typed(turn: Turn, picking: Picking) -> Typed:
    """ "1-3 5" or "lan": numbers of the list, or part of a name with or without marks."""
    said = clean(turn.inbound.text)
    if said and said[0].isdigit():
        chosen = numbers(said, len(picking.ids))
        if chosen is None:
            return Typed(note=texts.bad_numbers(len(picking.ids)))
        return Typed(ids=tuple(picking.ids[number - 1] for number in chosen))
    words = fold(said)
    listed = await _listed(turn, picking)
    fits = tuple(i for i in picking.ids if i in listed and words in fold(listed[i].name))
    exact = tuple(i for i in fits if fold(listed[i].name) == words)
    if len(exact) == 1 or len(fits) == 1:
        return Typed(ids=exact if len(exact) == 1 else fits)
    if not fits:
        return Typed(note=await _why_not(turn, picking, said))
    return Typed(maybe=fits)


async def _why_not(turn: Turn, picking: Picking, said: str) -> Text:
    """Nobody of the list fits; whoever does is perhaps recorded already."""
    everybody = await _whole_roll(turn, picking)
    names = told_apart(one.member for one in everybody)
    recorded = [
        texts.is_recorded(names[one.member.id], one.record.at, turn.now)
        for one in everybody
        if one.record and fold(said) in fold(one.member.name)
    ]
    return Lines(*recorded[:PAGE]) if recorded else texts.not_in_list(said[:50])
