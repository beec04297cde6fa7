""" "I have no code": the stranger says who they are, the secretary of the cell settles it.

Whatever a stranger types, the answer is the same; nothing is compared in their sight.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process

from domain.codes import Scan
from domain.messages import Address, Outbound
from domain.people import Member
from domain.phones import e164, phone_hash
from domain.rights import Right, may
from domain.text import clean, fold
from handlers import registration, scopes
from handlers.texts import claims as texts
from handlers.texts import common
from handlers.texts import handing_out as handing_out_texts
from handlers.texts import menus as menus_texts
from handlers.texts import registration as registration_texts
from handlers.texts.sentence import Lines, Sentences, Text
from handlers.turn import Choice, Turn
from storage import audit, claims, dialogues, people, units
from storage.claims import Claim
from storage.database import Tx
from storage.units import Unit

NAME = registration.WITHOUT_CODE
SETTLING = "claim_number"
PAGE = 8
CANDIDATES = 5
MOST_WRONG_NUMBERS = 3


# --- the stranger ----------------------------------------------------------------------------


async def begin(turn: Turn) -> list[Outbound]:
    """[Tôi chưa có mã]"""
    if turn.person.member is not None:
        return [turn.reply(registration_texts.REGISTERED_ALREADY)]
    if registration.is_unasked(turn):
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
    if registration.is_unasked(turn):
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
    turning = []
    if page > 0:
        turning.append(Choice(common.PREVIOUS_PAGE, f"unit {unit.id} {page - 1}"))
    if page < pages - 1:
        turning.append(Choice(common.NEXT_PAGE, f"unit {unit.id} {page + 1}"))
    await _keep(turn, {"step": "unit", "unit": unit.id})
    text = Lines(note, texts.choose_unit(unit.name, page, pages))
    return [turn.reply(text, *rows, turning)]


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
            if not 2 <= len(said) <= 100:
                return [turn.reply(texts.BAD_NAME)]
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
        claim_id = await claims.file(
            tx,
            turn.now,
            account_id=account_id,
            unit_id=state["unit"],
            typed_name=state["name"],
            birth_year=birth_year,
            number=number,
            scan=state["scan"],
        )
        await dialogues.close(tx, account_id)
        asked = await _ask_secretaries(turn, tx, claim_id)
    return [turn.reply(texts.claim_filed(number)), *asked]


async def _ask_secretaries(turn: Turn, tx: Tx, claim_id: int | None) -> list[Outbound]:
    claim = await claims.get(tx, claim_id, turn.now) if claim_id else None
    if claim is None:
        return []
    text, rows = await _question(turn, tx, claim)
    ids = [member.id for member in await people.secretaries_of(tx, claim.unit_id, turn.now)]
    return await turn.tell(ids, text, *rows)


async def by_contact(turn: Turn) -> list[Outbound]:
    """A shared telephone number: only the sender's own says who they are."""
    contact = turn.inbound.contact
    if turn.person.member is not None:
        return [turn.reply(registration_texts.REGISTERED_ALREADY)]
    if registration.is_unasked(turn):
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


# --- the secretary ---------------------------------------------------------------------------


async def _question(turn: Turn, db: Tx, claim: Claim) -> tuple[Text, list[list[Choice]]]:
    """Who it might be, most alike first; the secretary decides."""
    roll = await people.members_of_cell(db, claim.unit_id, turn.now)
    names = {member.id: fold(member.name) for member in roll}
    alike = process.extract(
        fold(claim.typed_name), names, scorer=fuzz.token_sort_ratio, limit=CANDIDATES
    )
    by_id = {member.id: member for member in roll}
    rows = [
        [Choice(by_id[member_id].name_and_year, f"claim {claim.id} {member_id}")]
        for _, score, member_id in alike
        if score >= 60
    ]
    rows.append([Choice(texts.NONE_OF_THEM, f"claim {claim.id} no")])
    return texts.claim_to_settle(claim.typed_name, claim.birth_year), rows


async def open_again(turn: Turn) -> list[Outbound]:
    """The same question, from the cell's page."""
    async with turn.read() as db:
        claim = await claims.get(db, scopes.row_id(turn.argument) or 0, turn.now)
        if claim is None:
            return [turn.reply(texts.CLAIM_SETTLED)]
        text, rows = await _question(turn, db, claim)
    return [turn.reply(text, *rows)]


async def settle(turn: Turn) -> list[Outbound]:
    """A candidate, or [Không đúng]."""
    claim_id, _, choice = turn.argument.partition(" ")
    async with turn.write() as tx:
        claim = await claims.get(tx, scopes.row_id(claim_id) or 0, turn.now)
        if claim is None:
            return [turn.reply(texts.CLAIM_SETTLED)]
        if choice == "no":
            return await _refuse(turn, tx, claim)
        member = await _candidate(turn, tx, claim, choice)
        if member is None:
            return [turn.reply(common.NOT_YOURS)]
        if not await _may_link(turn, tx, member):
            return [turn.reply(handing_out_texts.codes_from_above(member.name_and_year))]
        account_id = await people.account(tx, turn.person, turn.now)
        state = {"claim": claim.id, "member": member.id}
        await dialogues.open(tx, account_id, SETTLING, state, turn.now)
    return [turn.reply(texts.ask_claim_number(member.name), [Choice(common.CANCEL, "huy")])]


async def _candidate(turn: Turn, tx: Tx, claim: Claim, choice: str) -> Member | None:
    member = await people.get_member(tx, scopes.row_id(choice) or 0, turn.now)
    return member if member and member.cell.id == claim.unit_id else None


async def _may_link(turn: Turn, tx: Tx, member: Member) -> bool:
    return may(Right.LINK, turn.grants, await scopes.of_codes(tx, member), turn.now)


async def _refuse(turn: Turn, tx: Tx, claim: Claim) -> list[Outbound]:
    await claims.settle(tx, claim.id, "refused", turn.member.id)
    await audit.note(tx, turn.member.id, "claim_refused", f"claim {claim.id}", turn.now)
    return [turn.reply(texts.CLAIM_DISMISSED), _to_claimant(turn, claim, texts.CLAIM_REFUSED)]


def _to_claimant(turn: Turn, claim: Claim, text: Text, *rows: Sequence[Choice]) -> Outbound:
    to = Address(claim.channel, claim.chat_id)
    return turn.message(to, text, *rows, language=claim.language or "vi")


async def number_heard(turn: Turn) -> list[Outbound] | None:
    """The number that the member reads out, typed by the secretary."""
    dialogue = turn.person.dialogue
    said = clean(turn.inbound.text)
    if dialogue is None or not said.isdecimal() or len(said) > 4:
        return None
    async with turn.write() as tx:
        claim = await claims.get(tx, dialogue.state["claim"], turn.now)
        account_id = await people.account(tx, turn.person, turn.now)
        if claim is None:
            await dialogues.close(tx, account_id)
            return [turn.reply(texts.CLAIM_SETTLED)]
        if not secrets.compare_digest(said.encode(), claim.number.encode()):
            return await _wrong_number(turn, tx, claim, account_id)
        await dialogues.close(tx, account_id)
        return await _accept(turn, tx, claim, dialogue.state["member"])


async def _wrong_number(turn: Turn, tx: Tx, claim: Claim, account_id: int) -> list[Outbound]:
    await claims.wrong_number(tx, claim.id)
    if claim.wrong_numbers + 1 < MOST_WRONG_NUMBERS:
        return [turn.reply(texts.CLAIM_NUMBER_WRONG, [Choice(common.CANCEL, "huy")])]
    await dialogues.close(tx, account_id)
    await claims.settle(tx, claim.id, "refused", turn.member.id)
    return [turn.reply(texts.CLAIM_STOPPED), _to_claimant(turn, claim, texts.CLAIM_REFUSED)]


async def _accept(turn: Turn, tx: Tx, claim: Claim, member_id: int) -> list[Outbound]:
    member = await people.get_member(tx, member_id, turn.now)
    if member is None:
        return [turn.reply(texts.CLAIM_SETTLED)]
    if not await _may_link(turn, tx, member):  # a role may have come meanwhile
        return [turn.reply(handing_out_texts.codes_from_above(member.name_and_year))]
    told = await registration.bind(turn, tx, claim.account_id, claim.channel, member)
    if told is None:
        return [turn.reply(texts.has_account_already(member.name))]
    await claims.settle(tx, claim.id, "accepted", turn.member.id)
    await audit.note(tx, turn.member.id, "claim_accepted", f"member {member_id}", turn.now)
    text, row = await _welcome(turn, tx, claim, member)
    return [
        turn.reply(texts.claim_accepted(member.name)),
        _to_claimant(turn, claim, text, row),
        *told,
    ]


async def _welcome(turn: Turn, tx: Tx, claim: Claim, member: Member) -> tuple[Text, list[Choice]]:
    """A filed claim keeps its scan's stamp until the session closes."""
    if claim.scan is None:
        return registration_texts.REGISTERED, [Choice(menus_texts.MY_STATUS, "toi")]
    scan = Scan.from_json(claim.scan)
    venue = turn.schedule.venues.get(scan.venue_id)
    if venue is None or turn.now >= venue.session.closes_at:
        return Sentences(registration_texts.REGISTERED, texts.SESSION_CLOSED_MEANWHILE), []
    # Whether another hall than planned was meant could not be answered in time any more.
    return await registration.count_scan(turn, tx, member, scan, is_confirmed=True)
