"""Claims as the secretary of the cell sees them: who waits, who it is, and the number read out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from domain.codes import Scan
from domain.messages import Address, Lane, Outbound
from domain.people import Member
from domain.rights import Right, may
from domain.text import clean, clock, fold
from handlers import registration, scopes, welcome
from handlers.paging import turning
from handlers.recipes import Writing
from handlers.scopes import Need
from handlers.texts import claims as texts
from handlers.texts import common
from handlers.texts import handing_out as handing_out_texts
from handlers.texts import menus as menus_texts
from handlers.texts import registration as registration_texts
from handlers.texts.sentence import Lines, Sentences, Text
from handlers.turn import Choice, Turn
from storage import audit, claims, dialogues, outbox, people, posting
from storage.claims import Claim
from storage.database import Db, Tx

NAME = "claim_number"
PAGE = 8
CANDIDATES = 5
MOST_WRONG_NUMBERS = 3
PAUSE = timedelta(minutes=5)  # between two messages to one cell: strangers may file at any rate


@dataclass(frozen=True, slots=True)
class View:
    text: Text
    rows: Sequence[Sequence[Choice]]


# --- telling her -----------------------------------------------------------------------------


async def ask_secretaries(turn: Turn, tx: Tx, unit_id: int) -> list[Outbound]:
    """At once where the cell has heard of nobody lately; else all who wait, in one message."""
    key = f"claims {unit_id} "
    told_at = await outbox.last_due(tx, key)
    if told_at is not None and told_at > turn.now:
        return []  # a message that will name this one too
    ids = [member.id for member in await people.secretaries_of(tx, unit_id, turn.now)]
    stamp = f"{key}{turn.now.timestamp():.0f}"
    if told_at is not None and told_at > turn.now - PAUSE:
        await posting.post(
            tx,
            people.select_ids(ids),
            turn.now,
            recipe=claims.RECIPE,
            lane=Lane.REMINDER,  # what waits for its time would hold up replies in theirs
            key=stamp,
            not_before=told_at + PAUSE,
            is_mutable=False,
        )
        return []
    seen = await _all_who_wait(tx, unit_id, turn.now)
    asked = await turn.tell(ids, seen.text, *seen.rows) if seen else []
    return [replace(one, dedup_key=f"{stamp} {one.to.channel} {one.to.chat_id}") for one in asked]


async def write(writing: Writing) -> Outbound | None:
    """Recipe "claims": who waits for the secretary's word by now; nothing where nobody does."""
    seen = await _all_who_wait(writing.db, writing.member.cell.id, writing.now)
    if seen is None:
        return None
    rows = tuple(tuple(one.in_language(writing.language) for one in row) for row in seen.rows)
    return Outbound(to=writing.to, text=seen.text.into(writing.language), buttons=rows)


async def _all_who_wait(db: Db, unit_id: int, now: datetime) -> View | None:
    """One claim is asked about, of several there is a list."""
    waiting = await claims.open_of_cell(db, unit_id, now)
    if not waiting:
        return None
    if len(waiting) == 1:
        return await _question(db, waiting[0], now)
    show = Choice(texts.SHOW_LIST, f"waiting c{unit_id}")
    return View(texts.several_wait(len(waiting)), [[show]])


async def way(db: Db, unit_id: int, now: datetime) -> list[list[Choice]]:
    """On the cell's page: to the one who waits, or to the list of them."""
    waiting = await claims.open_of_cell(db, unit_id, now)
    if not waiting:
        return []
    if len(waiting) == 1:
        [claim] = waiting
        return [[Choice(texts.claim_button(claim.typed_name), f"claimed {claim.id}")]]
    return [[Choice(texts.claims_button(len(waiting)), f"waiting c{unit_id}")]]


# --- those who wait --------------------------------------------------------------------------


async def need_of_cell(turn: Turn) -> Need | None:
    """ "waiting c12 1", "dropall c12 57": the right over that cell."""
    return await scopes.cell(turn, Right.LINK, scopes.first_word(turn.argument))


async def show_waiting(turn: Turn) -> list[Outbound]:
    """The list, in pages."""
    code, _, page = turn.argument.partition(" ")
    async with turn.read() as db:
        waiting = await claims.open_of_cell(db, scopes.row_id(code[1:]) or 0, turn.now)
    back = Choice(common.BACK, f"chibo {code}")
    if not waiting:
        return [turn.reply(texts.NOBODY_WAITS, [back])]
    pages = -(-len(waiting) // PAGE)
    number = min(scopes.row_id(page) or 0, pages - 1)
    rows = [
        [Choice(f"{clock(one.created_at)} {one.typed_name[:40]}", f"claimed {one.id}")]
        for one in waiting[number * PAGE : (number + 1) * PAGE]
    ]
    text = Lines(texts.several_wait(len(waiting)), common.paging(number, pages))
    drop = Choice(texts.DROP_ALL, f"dropall {code} {waiting[0].id}")
    return [turn.reply(text, *rows, turning(f"waiting {code}", number, pages), [drop, back])]


async def drop_all(turn: Turn) -> list[Outbound]:
    """[Bỏ tất cả]: those that were on the list, after one more question."""
    code, newest, is_sure, *_ = [*turn.argument.split(), "", "", ""]
    unit_id, last_id = scopes.row_id(code[1:]) or 0, scopes.row_id(newest) or 0
    async with turn.read() as db:
        waiting = await claims.open_of_cell(db, unit_id, turn.now)
    seen = [one for one in waiting if one.id <= last_id]
    back = Choice(common.BACK, f"chibo {code}")
    if not seen:
        return [turn.reply(texts.NOBODY_WAITS, [back])]
    if is_sure != "yes":
        yes = Choice(texts.DROP_ALL, f"dropall {code} {last_id} yes")
        return [turn.reply(texts.drop_how_many(len(seen)), [yes, back])]
    async with turn.write() as tx:
        dropped = [
            one for one in seen if await claims.settle(tx, one.id, "refused", turn.member.id)
        ]
        detail = {"claims": [one.id for one in dropped]}
        subject = f"cell {unit_id}"
        await audit.note(tx, turn.member.id, "claims_refused", subject, turn.now, detail)
    told = [_to_claimant(turn, one, texts.CLAIM_REFUSED) for one in dropped]
    return [turn.reply(texts.dropped(len(dropped)), [back]), *told]


# --- one of them -----------------------------------------------------------------------------


async def _question(db: Db, claim: Claim, now: datetime) -> View:
    """Who it might be, most alike first; the secretary decides."""
    roll = await people.members_of_cell(db, claim.unit_id, now)
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
    return View(texts.claim_to_settle(claim.typed_name, claim.birth_year), rows)


async def open_again(turn: Turn) -> list[Outbound]:
    """The same question, from the cell's page or the list of those who wait."""
    async with turn.read() as db:
        claim = await claims.get(db, scopes.row_id(turn.argument) or 0, turn.now)
        if claim is None:
            return [turn.reply(texts.CLAIM_SETTLED)]
        seen = await _question(db, claim, turn.now)
    back = [Choice(common.BACK, f"chibo c{claim.unit_id}")]
    return [turn.reply(seen.text, *seen.rows, back)]


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
        await dialogues.open(tx, account_id, NAME, state, turn.now)
    return [turn.reply(texts.ask_claim_number(member.name), [Choice(common.CANCEL, "huy")])]


async def number_too_early(turn: Turn) -> list[Outbound] | None:
    """Two digits of somebody in whose cell a claim waits: whose number it is was not chosen."""
    said, member = clean(turn.inbound.text), turn.person.member
    if member is None or not re.fullmatch(r"\d\d", said):
        return None
    if not may(Right.LINK, turn.grants, scopes.of_cell(member.cell.path), turn.now):
        return None
    async with turn.read() as db:
        rows = await way(db, member.cell.id, turn.now)
    return [turn.reply(texts.CHOOSE_MEMBER_FIRST, *rows)] if rows else None


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
        said = await welcome.registered(turn, tx, member)
        return said, [Choice(menus_texts.MY_STATUS, "toi")]
    scan = Scan.from_json(claim.scan)
    venue = turn.schedule.venues.get(scan.venue_id)
    if venue is None or turn.now >= venue.session.closes_at:
        return Sentences(registration_texts.REGISTERED, texts.SESSION_CLOSED_MEANWHILE), []
    # Whether another hall than planned was meant could not be answered in time any more.
    return await welcome.count_scan(turn, tx, member, scan, is_confirmed=True)
