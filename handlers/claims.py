""" "I have no code": the stranger says who they are, the secretary of the cell settles it.

Whatever a stranger types, the answer is the same; nothing is compared in their sight.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.codes import Scan
from domain.messages import Outbound
from domain.people import Member
from domain.phones import e164, phone_hash
from domain.text import clean, fold
from handlers import consent, registration, scopes, settling
from handlers.paging import turning
from handlers.texts import claims as texts
from handlers.texts import common
from handlers.texts import registration as registration_texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import claims, dialogues, people, units
from storage.units import Unit

NAME = registration.WITHOUT_CODE
PAGE = 8
NAME_LENGTH = range(2, 101)
# An address or a number in a "name" would stand as a live link in the secretary's chat.
NO_NAME = re.compile(r"[\d<>/:@\\]|\w\.\w")


# --- the stranger ----------------------------------------------------------------------------


async def begin(turn: Turn) -> list[Outbound]:
    """[Tôi chưa có mã]"""
    if turn.person.member is not None:
        return [turn.reply(registration_texts.REGISTERED_ALREADY)]
    if consent.is_unasked(turn):
        return await registration.begin(turn)
    choose = [Choice(common.CHOOSE_UNIT, "unit 0")]
    if not turn.capabilities.has_contact_sharing:
        return await choose_unit(turn)
    ask = turn.message(turn.inbound.sender, texts.OR_SHARE_PHONE, asks_contact=texts.SHARE_PHONE)
    return [turn.reply(texts.HOW_WITHOUT_CODE, choose), ask]


async def choose_unit(turn: Turn) -> list[Outbound]:
    """One level of the tree, in pages; "unit 12 1" is page 2 below unit 12, 0 the root."""
    if turn.person.member is not None:
        return [turn.reply(registration_texts.REGISTERED_ALREADY)]
    if consent.is_unasked(turn):
        return await registration.begin(turn)
    unit_id, page = ([scopes.row_id(word) or 0 for word in turn.argument.split()] + [0, 0])[:2]
    async with turn.read() as db:
        unit = await (units.get(db, unit_id) if unit_id else units.root(db))
        below = await units.children(db, unit.id) if unit else []
        is_cell = unit is not None and not below
    if unit is None:
        return [turn.reply(texts.NO_SUCH_UNIT)]
    if is_cell:
        return await _ask_name(turn, unit)
    return await _show_units(turn, unit, below, page)


async def _show_units(
    turn: Turn, unit: Unit, below: Sequence[Unit], page: int, note: Text | None = None
) -> list[Outbound]:
    pages = -(-len(below) // PAGE)
    page = min(page, pages - 1)
    rows = [[Choice(one.name, f"unit {one.id}")] for one in below[page * PAGE : (page + 1) * PAGE]]
    await _keep(turn, {"step": "unit", "unit": unit.id})
    text = Lines(note, texts.choose_unit(unit.name, page, pages))
    return [turn.reply(text, *rows, turning(f"unit {unit.id}", page, pages))]


async def _ask_name(turn: Turn, unit: Unit) -> list[Outbound]:
    await _keep(turn, {"step": "name", "unit": unit.id})
    return [turn.reply(texts.ask_name(unit.name))]


async def _keep(turn: Turn, state: dict[str, Any]) -> None:
    """The open dialogue; a scan that waits is carried along."""
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await dialogues.open(tx, account_id, NAME, registration.brought(turn) | state, turn.now)


async def heard(turn: Turn) -> list[Outbound] | None:
    """Part of a unit's name, the own name, the birth year: whatever comes next."""
    dialogue = turn.person.dialogue
    if dialogue is None:
        return None
    said = clean(turn.inbound.text)
    match dialogue.state["step"]:
        case "unit":
            return await _search_units(turn, dialogue.state["unit"], said)
        case "name":
            if len(said) not in NAME_LENGTH:
                return [turn.reply(texts.BAD_NAME)]
            if NO_NAME.search(said):
                return [turn.reply(texts.NAME_HAS_ONLY_LETTERS)]
            await _keep(turn, {"step": "year", "unit": dialogue.state["unit"], "name": said})
            return [turn.reply(texts.ASK_BIRTH_YEAR, [Choice(texts.SKIP, "birthyear")])]
        case _:
            return await _file_with_year(turn, said)


async def _search_units(turn: Turn, unit_id: int, said: str) -> list[Outbound]:
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
        found = await units.search(db, unit.path, fold(said), 40) if unit and said else []
    if unit is None or not found:
        return [turn.reply(texts.NO_SUCH_UNIT)]
    if len(found) == 1:
        turn_to = found[0]
        async with turn.read() as db:
            below = await units.children(db, turn_to.id)
        return await (_show_units(turn, turn_to, below, 0) if below else _ask_name(turn, turn_to))
    await _keep(turn, {"step": "unit", "unit": unit.id})
    shown = found[:PAGE]
    async with turn.read() as db:
        above = await units.by_paths(db, [one.superior_path for one in shown])
    rows = [[Choice(_told_apart(one, unit, above), f"unit {one.id}")] for one in shown]
    return [turn.reply(texts.which_unit(len(found), len(shown)), *rows)]


def _told_apart(found: Unit, asked: Unit, above: Mapping[str, Unit]) -> str:
    """Half of a province has a "Chi bộ ấp 3": with the unit above it where that was not chosen."""
    if found.superior_path == asked.path or found.superior_path not in above:
        return found.name
    return f"{found.name} – {above[found.superior_path].name}"


async def _file_with_year(turn: Turn, said: str) -> list[Outbound]:
    if not (said.isascii() and said.isdigit() and 1900 <= int(said) <= turn.now.year - 17):
        return [turn.reply(texts.BAD_BIRTH_YEAR, [Choice(texts.SKIP, "birthyear")])]
    return await _file(turn, int(said))


async def skip_year(turn: Turn) -> list[Outbound]:
    """[Bỏ qua]"""
    return await _file(turn, None)


async def _file(turn: Turn, birth_year: int | None) -> list[Outbound]:
    """Put it before the secretary. The stranger's answer never depends on the roll."""
    dialogue = turn.person.dialogue
    if dialogue is None or dialogue.name != NAME or "name" not in dialogue.state:
        return await begin(turn)
    state = dialogue.state
    number = f"{secrets.randbelow(90) + 10}"
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await claims.file(
            tx,
            turn.now,
            keep_until=_session_ends(turn, state["scan"]),
            account_id=account_id,
            unit_id=state["unit"],
            typed_name=state["name"],
            birth_year=birth_year,
            number=number,
            scan=state["scan"],
        )
        await dialogues.close(tx, account_id)
        asked = await settling.ask_secretaries(turn, tx, state["unit"])
    return [turn.reply(texts.claim_filed(number)), *asked]


def _session_ends(turn: Turn, scan: Mapping[str, object] | None) -> datetime | None:
    """A claim keeps its scan's stamp until the session closes."""
    venue = turn.schedule.venues.get(Scan.from_json(scan).venue_id) if scan else None
    return venue.session.closes_at if venue else None


async def by_contact(turn: Turn) -> list[Outbound]:
    """A shared telephone number: only the sender's own says who they are."""
    contact = turn.inbound.contact
    if turn.person.member is not None:
        return [turn.reply(registration_texts.REGISTERED_ALREADY)]
    if consent.is_unasked(turn):
        return await registration.begin(turn)
    if contact is None or not contact.is_own:
        return [turn.reply(texts.PHONE_NOT_OWN)]
    number = e164(contact.phone)
    hashed = phone_hash(turn.house.key, number) if number else b""
    async with turn.read() as db:
        found = await people.members_of_phone(db, hashed, turn.now)
    free = [member for member in found if not await _is_linked(turn, member)]
    if len(free) != 1:  # nobody, or a household's shared number: the secretary knows
        return [turn.reply(texts.PHONE_NOT_FOUND, [Choice(common.CHOOSE_UNIT, "unit 0")])]
    return await registration.offer(turn, free[0])


async def _is_linked(turn: Turn, member: Member) -> bool:
    async with turn.read() as db:
        return await people.has_account(db, member.id, turn.inbound.sender.channel)
