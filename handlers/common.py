"""What everybody can ask at any time."""

from __future__ import annotations

from domain.messages import Outbound
from domain.rights import Right, may
from handlers import menus, scopes, settling, timetable
from handlers.texts import menus as texts
from handlers.texts.sentence import LANGUAGES, Text
from handlers.turn import Choice, Turn
from storage import dialogues, people


async def show_help(turn: Turn) -> list[Outbound]:
    member = turn.person.member
    sees_own_cell = member is not None and may(
        Right.SEE_NAMES, turn.grants, scopes.of_cell(member.cell.path), turn.now
    )
    may_plan = timetable.may_plan_any(turn.grants, turn.schedule, turn.now)
    allowed = menus.commands(turn.grants, sees_own_cell=sees_own_cell, may_plan=may_plan)
    lines = [Text("/{command} – {what}", command=c, what=what) for c, what in allowed.items()]
    return [turn.reply(texts.help_text(lines), *_menu(turn))]


def _menu(turn: Turn) -> list[list[Choice]]:
    if turn.person.member is None:
        return [[Choice(texts.REGISTER, "start")]]
    may_plan = timetable.may_plan_any(turn.grants, turn.schedule, turn.now)
    return menus.buttons(turn.grants, may_plan=may_plan)


async def not_understood(turn: Turn) -> list[Outbound]:
    if (answer := await settling.number_too_early(turn)) is not None:
        return answer
    return [turn.reply(texts.NOT_UNDERSTOOD, *_menu(turn))]


async def no_files(turn: Turn) -> list[Outbound]:
    return [turn.reply(texts.FILES_NOT_YET, *_menu(turn))]


async def stop(turn: Turn) -> list[Outbound]:
    """/huy, [Hủy]"""
    if turn.person.dialogue is None or turn.person.account_id is None:
        return [turn.reply(texts.NOTHING_TO_STOP, *_menu(turn))]
    async with turn.write() as tx:
        await dialogues.close(tx, turn.person.account_id)
    return [turn.reply(texts.DIALOGUE_ENDED, *_menu(turn))]


async def language(turn: Turn) -> list[Outbound]:
    """/ngonngu"""
    if turn.argument not in LANGUAGES:
        rows = [[Choice(name, f"ngonngu {code}")] for code, name in LANGUAGES.items()]
        return [turn.reply(texts.CHOOSE_LANGUAGE, *rows)]
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await people.set_account(tx, account_id, language=turn.argument)
    return [
        turn.message(
            turn.inbound.sender,
            texts.LANGUAGE_SET,
            replaces=turn.inbound.pressed_on,
            language=turn.argument,
        )
    ]
