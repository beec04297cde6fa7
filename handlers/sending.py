"""A broadcast after its preview: sent, seen by a second person, paused, stopped, reported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from domain.broadcasts import Audience, Progress, State, Target, expiry
from domain.messages import Outbound
from domain.people import superior
from domain.rights import Right, Role, may
from handlers import broadcast_progress, broadcasting, scopes
from handlers.broadcast_progress import View, wording_for
from handlers.paging import turning
from handlers.scopes import Need
from handlers.texts import broadcasting as texts
from handlers.texts import common
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import audiences, broadcasts, calls, grants, outbox, people, units
from storage.audiences import MemberIds, Size
from storage.broadcasts import Broadcast, Told
from storage.calls import Calls
from storage.database import Db, Tx

PAGE = 30  # people of a call list in one message


async def need(turn: Turn) -> Need | None:
    """ "sending go 12": a right over the unit that broadcast 12 is for."""
    one = await _named(turn)
    return Need(Right.SEND, scopes.of_cell(one.target.unit_path)) if one else None


async def _named(turn: Turn) -> Broadcast | None:
    words = turn.argument.split()
    broadcast_id = scopes.row_id(words[1]) if len(words) > 1 else None
    if broadcast_id is None:
        return None
    async with turn.read() as db:
        return await broadcasts.get(db, broadcast_id)


async def act(turn: Turn) -> list[Outbound]:
    """What a button under a broadcast's message asks for."""
    one = await _named(turn)
    does = _ACTS.get(scopes.first_word(turn.argument))
    if one is None or does is None:
        return [turn.reply(common.NOT_YOURS)]
    return await does(turn, one)


# --- sending ---------------------------------------------------------------------------------


async def _go(turn: Turn, one: Broadcast) -> list[Outbound]:
    """[Gửi], once; above a size it is another's to say so."""
    if one.author_id != turn.member.id:
        return [turn.reply(common.NOT_YOURS)]
    async with turn.read() as db:
        size = await audiences.size(db, one.target, turn.now)
    if one.state is State.DRAFT and size.reachable > turn.house.second_person_above:
        return await _propose(turn, one, size)
    return await _send(turn, one, _told(turn))


def _told(turn: Turn) -> Told:
    """The pressed message becomes the one in which it is followed; "go 12 285" says what it
    promised."""
    pressed_on = turn.inbound.pressed_on if turn.capabilities.can_edit else None
    words = turn.argument.split()
    meant = scopes.row_id(words[2]) if len(words) > 2 else None
    return Told(turn.inbound.sender, pressed_on, turn.language, meant)


async def _send(turn: Turn, one: Broadcast, told: Told) -> list[Outbound]:
    async with turn.write() as tx:
        figures = await _confirm(turn, tx, one, told)
        now_it_is = await broadcasts.get(tx, one.id)
        if now_it_is is None or now_it_is.state in (State.DRAFT, State.PROPOSED):
            return [turn.reply(texts.NO_LONGER)]
        if figures is None:  # pressed twice, or ended since
            return await _standing(turn, tx, now_it_is)
        seen = await _view(turn, tx, now_it_is, figures)
        await broadcasts.show(tx, now_it_is, str(seen.text), turn.now)
        shown = turn.reply(seen.text, *seen.rows)
        if told.message is None and turn.capabilities.can_edit:
            # Typed: delivery sends it, so that its id is known and it can be edited.
            first = replace(shown, dedup_key=broadcasts.progress_key(one.id))
            await outbox.enqueue(tx, [first], turn.now)
            return []
    return [shown]


async def _standing(turn: Turn, db: Db, one: Broadcast) -> list[Outbound]:
    figures = await broadcasts.progress(db, one.id)
    if one.state is State.CANCELLED and not figures.chosen:
        return [turn.reply(texts.NO_LONGER)]
    seen = await _view(turn, db, one, figures)
    return [turn.reply(seen.text, *seen.rows)]


async def _confirm(turn: Turn, tx: Tx, one: Broadcast, told: Told | None = None) -> Progress | None:
    until = expiry(turn.now, turn.house.calendar)
    by = turn.member.id
    return await broadcasts.confirm(tx, one.id, turn.now, by=by, told=told, expires_at=until)


async def _view(turn: Turn, db: Db, one: Broadcast, figures: Progress) -> View:
    return await broadcast_progress.view(db, one, figures, turn.house.calendar, turn.now)


async def _edit(turn: Turn, one: Broadcast) -> list[Outbound]:
    """[Sửa]: the draft is dropped, its text asked for again."""
    if one.author_id != turn.member.id or one.state not in (State.DRAFT, State.PROPOSED):
        return [turn.reply(texts.NO_LONGER)]
    async with turn.write() as tx:
        await broadcasts.cancel(tx, one.id, turn.now, by=turn.member.id)
    return await broadcasting.ask_again(turn, one.unit_id, one.target)


# --- a second person -------------------------------------------------------------------------


async def _propose(turn: Turn, one: Broadcast, size: Size) -> list[Outbound]:
    keys = [
        Choice(texts.AGREE_TO_SEND, f"sending agree {one.id}"),
        Choice(common.NO, f"sending decline {one.id}"),
    ]
    text = texts.proposal(
        turn.member.name,
        wording_for(one, turn.member),
        size.reachable,
        one.unit_name,
        size.unreached,
    )
    async with turn.read() as db:
        others = await _others(db, one, turn.member.id)
        known = await people.get_members(db, others, turn.now)
    asked = await turn.tell(others, text, keys)
    if not asked:
        return [turn.reply(texts.needs_second(turn.house.second_person_above))]
    async with turn.write() as tx:
        if not await broadcasts.propose(tx, one.id, turn.now, _told(turn)):
            return [turn.reply(texts.NO_LONGER)]
    cancel = Choice(common.CANCEL, f"sending cancel {one.id}")
    return [
        turn.reply(texts.proposed([one.name for one in known.values()]), [cancel]),
        *asked,
    ]


async def _others(db: Db, one: Broadcast, author_id: int) -> Sequence[int]:
    """Coordinators of the unit that speaks, else of the nearest one above that has any other."""
    path = one.speaker_path
    while path not in ("", "/"):
        unit = await units.get_by_path(db, path)
        held = await grants.holders(db, Role.COORDINATOR, unit_id=unit.id) if unit else []
        reached = await people.reach(db, [other for other in held if other != author_id])
        if reached:
            return list(reached)
        path = superior(path)
    return ()


def _may_decide(turn: Turn, one: Broadcast) -> bool:
    """Another coordinator of the unit that speaks, or of one above it."""
    is_coordinator = any(
        grant.role is Role.COORDINATOR
        and grant.unit_path
        and one.speaker_path.startswith(grant.unit_path)
        for grant in turn.grants
    )
    return is_coordinator and one.author_id != turn.member.id


async def _agree(turn: Turn, one: Broadcast) -> list[Outbound]:
    """[Đồng ý gửi]"""
    if not _may_decide(turn, one):
        return [turn.reply(common.NOT_YOURS)]
    async with turn.write() as tx:
        is_first = one.state is State.PROPOSED and await _confirm(turn, tx, one)
    return [turn.reply(texts.AGREED if is_first else texts.NO_LONGER)]


async def _decline(turn: Turn, one: Broadcast) -> list[Outbound]:
    """[Không]: its author is told who said so."""
    if not _may_decide(turn, one):
        return [turn.reply(common.NOT_YOURS)]
    if one.state is not State.PROPOSED or one.author_id is None:
        return [turn.reply(texts.NO_LONGER)]
    async with turn.write() as tx:
        await broadcasts.cancel(tx, one.id, turn.now, by=turn.member.id)
    said = await turn.tell([one.author_id], texts.was_declined(turn.member.name))
    return [turn.reply(texts.DECLINED), *said]


# --- while it goes ---------------------------------------------------------------------------


async def _pause(turn: Turn, one: Broadcast) -> list[Outbound]:
    return await _change(turn, one, broadcasts.pause)


async def _resume(turn: Turn, one: Broadcast) -> list[Outbound]:
    return await _change(turn, one, broadcasts.resume)


async def _cancel(turn: Turn, one: Broadcast) -> list[Outbound]:
    """[Hủy], before or while it goes."""
    if one.state not in (State.DRAFT, State.PROPOSED):
        return await _change(turn, one, broadcasts.cancel)
    if one.author_id != turn.member.id:
        return [turn.reply(common.NOT_YOURS)]
    async with turn.write() as tx:
        await broadcasts.cancel(tx, one.id, turn.now, by=turn.member.id)
    return [turn.reply(texts.NOTHING_SENT)]


async def _change(
    turn: Turn, one: Broadcast, change: Callable[..., Awaitable[bool]]
) -> list[Outbound]:
    """The message is edited by delivery, after the edits that wait there: never before them."""
    async with turn.write() as tx:
        await change(tx, one.id, turn.now, by=turn.member.id)
        now_it_is = await broadcasts.get(tx, one.id)
        if now_it_is is None:
            return [turn.reply(texts.NO_LONGER)]
        if not await _shown_in_its_message(turn, tx, now_it_is):
            return await _standing(turn, tx, now_it_is)
    return []


async def _shown_in_its_message(turn: Turn, tx: Tx, one: Broadcast) -> bool:
    """Whether the message that was pressed is the one in which it is followed."""
    message = await broadcasts.message_of(tx, one)
    if message is None or one.told is None or not turn.capabilities.can_edit:
        return False
    if (one.told.chat, message) != (turn.inbound.sender, turn.inbound.pressed_on):
        return False
    figures = await broadcasts.progress(tx, one.id)
    seen = await _view(turn, tx, one, figures)
    await broadcast_progress.show(tx, one, seen, message, turn.now)
    return True


# --- whom to call ----------------------------------------------------------------------------


async def _list(turn: Turn, one: Broadcast) -> list[Outbound]:
    """[Danh sách] of whom no channel reached."""
    words = turn.argument.split()
    page = (scopes.row_id(words[2]) if len(words) > 2 else None) or 0
    # The first page leaves the report standing; the others take its place.
    return await _call_list(
        turn,
        calls.not_reached(one.id),
        page,
        f"sending list {one.id}",
        is_new=len(words) == 2,
    )


async def to_call(turn: Turn) -> list[Outbound]:
    """ "tocall 12 1": page 2 of those below unit 12 who have no chat."""
    unit_id, page = [*(scopes.row_id(word) or 0 for word in turn.argument.split()), 0, 0][:2]
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
        if unit is None:
            return [turn.reply(common.NOT_YOURS)]
        target = Target(audience=Audience.NOT_REGISTERED, unit_path=unit.path)
        whom = await audiences.select_members(db, target, turn.now)
    return await _call_list(turn, whom, page, f"tocall {unit_id}")


async def _call_list(
    turn: Turn, whom: MemberIds, page: int, command: str, *, is_new: bool = False
) -> list[Outbound]:
    """Names where the reader may see them, else how many of each cell; never why."""
    async with turn.read() as db:
        cells = await calls.by_cell(db, whom)
        entries = [entry for cell in cells for entry in _entries(turn, cell)]
        pages = -(-len(entries) // PAGE)
        page = min(page, max(0, pages - 1))
        shown = entries[page * PAGE : (page + 1) * PAGE]
        named = list(dict.fromkeys(one.cell.cell_id for one in shown if one.number is not None))
        names = await calls.names(db, whom, named) if named else {}
    if not entries:
        return [turn.reply(texts.NOBODY_TO_CALL)]
    text = Lines(
        texts.call_list(sum(cell.count for cell in cells)),
        *_lines(shown, names),
        common.paging(page, pages),
    )
    return [turn.reply(text, turning(command, page, pages), new=is_new)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line's worth: one person by number, or a whole cell without names."""

    cell: Calls
    number: int | None


def _entries(turn: Turn, cell: Calls) -> list[Entry]:
    if may(Right.SEE_NAMES, turn.grants, scopes.of_cell(cell.path), turn.now):
        return [Entry(cell, number) for number in range(cell.count)]
    return [Entry(cell, None)]


def _lines(shown: Sequence[Entry], names: dict[int, list[str]]) -> list[Text | str]:
    lines: list[Text | str] = []
    for cell in dict.fromkeys(one.cell for one in shown):
        numbers = [one.number for one in shown if one.cell is cell and one.number is not None]
        listed = names.get(cell.cell_id, [])
        if numbers:
            lines.append(
                texts.called_people(
                    cell.cell, [listed[number] for number in numbers if number < len(listed)]
                )
            )
        else:
            lines.append(texts.called_count(cell.cell, cell.count))
    return lines


_ACTS: dict[str, Callable[[Turn, Broadcast], Awaitable[list[Outbound]]]] = {
    "go": _go,
    "edit": _edit,
    "agree": _agree,
    "decline": _decline,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "list": _list,
}
