"""/tamngung: a coordinator stops all messages but replies below a unit, and lets them go again."""

from __future__ import annotations

from domain.messages import Outbound
from domain.rights import Right, Role
from handlers import scopes
from handlers.scopes import Need
from handlers.texts import common
from handlers.texts import holding as texts
from handlers.texts.sentence import Lines, Sentences, Text
from handlers.turn import Choice, Turn
from storage import audit, holds, units
from storage.holds import Hold
from storage.units import Unit

MOST = 8  # units in one message


async def begin(turn: Turn) -> list[Outbound]:
    """Each of one's units: sending or on hold, since when, and the switch."""
    paths = [g.unit_path for g in turn.grants if g.role is Role.COORDINATOR and g.unit_path]
    async with turn.read() as db:
        known = await units.by_paths(db, paths)
        held = await holds.standing(db)
        own = [known[path] for path in dict.fromkeys(paths) if path in known][:MOST]
        waiting = {one.id: await holds.waiting(db, one.path, turn.now) for one in own}
    if not own:
        return [turn.reply(common.NOT_YOURS)]
    lines, rows = [], []
    for unit in own:
        above = next((one for one in held if unit.path.startswith(one.unit_path)), None)
        lines.append(_state(unit, above, waiting[unit.id]))
        rows += _switch(unit, [one.unit_id for one in held], above)
    below = [
        texts.is_held(one.unit_name, one.at)
        for one in held
        if any(one.unit_path.startswith(u.path) and one.unit_id != u.id for u in own)
    ]
    return [turn.reply(Lines(*lines, *below, texts.HOLDS_WHAT), *rows)]


def _state(unit: Unit, above: Hold | None, waiting: int) -> Text:
    if above is None:
        return texts.sends(unit.name)
    held_back = texts.held_back(waiting) if waiting else None
    return Sentences(texts.is_held(above.unit_name, above.at), held_back)


def _switch(unit: Unit, held: list[int], above: Hold | None) -> list[list[Choice]]:
    """What is held from above is not ours to lift."""
    if unit.id in held:
        return [[Choice(texts.lift_unit(unit.name), f"lift {unit.id}")]]
    if above is None:
        return [[Choice(texts.hold_unit(unit.name), f"hold {unit.id}")]]
    return []


async def need(turn: Turn) -> Need | None:
    """ "12": the right to hold what goes below that unit."""
    unit_id = scopes.row_id(turn.argument)
    async with turn.read() as db:
        unit = await units.get(db, unit_id) if unit_id is not None else None
    return Need(Right.HOLD, scopes.of_cell(unit.path)) if unit else None


async def hold(turn: Turn) -> list[Outbound]:
    """[Tạm ngừng gửi]"""
    async with turn.write() as tx:
        if await holds.place(tx, int(turn.argument), turn.member.id, turn.now):
            await audit.note(tx, turn.member.id, "hold", f"unit {turn.argument}", turn.now)
    return await begin(turn)


async def lift(turn: Turn) -> list[Outbound]:
    """[Gửi trở lại]"""
    async with turn.write() as tx:
        if await holds.lift(tx, int(turn.argument), turn.now):
            await audit.note(tx, turn.member.id, "lift_hold", f"unit {turn.argument}", turn.now)
    return await begin(turn)
