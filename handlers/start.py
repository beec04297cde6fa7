"""/start: a greeting, or what a link carries."""

from __future__ import annotations

from domain.messages import Outbound
from handlers import check_in, confirming, menus, registration, timetable
from handlers.texts import common
from handlers.texts import consent as consent_texts
from handlers.texts.sentence import Lines
from handlers.turn import Turn
from storage import grants, units


async def start(turn: Turn) -> list[Outbound]:
    """ "c-…" checks in, "r-…" registers, "v-…" is a role at a venue, anything else greets."""
    kind, payload = turn.argument[:2], turn.argument[2:]
    match kind:
        case "c-":
            return await check_in.by_signed(turn, payload)
        case "r-":
            return await registration.by_code(turn, payload)
        case "v-" if turn.person.member is None:
            return await registration.begin(turn, link=payload)
        case "v-":
            return await confirming.by_link(turn, payload)
    return await _greet(turn)


async def _greet(turn: Turn) -> list[Outbound]:
    if turn.person.member is None:
        return await registration.begin(turn)
    async with turn.read() as db:
        root = await units.root(db)
        held = await grants.of(db, turn.member)
    text = Lines(consent_texts.greeting(root.name if root else ""), common.CHOOSE_BELOW)
    may_plan = timetable.may_plan_any(held, turn.schedule, turn.now)
    return [turn.reply(text, *menus.buttons(held, may_plan=may_plan))]
