"""Becoming known: consent, then a code of one's own, then "is this you?".

A scan that waits is stamped and carried along; it counts if the person is known within 15 minutes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain import personal_codes
from domain.codes import Scan
from domain.messages import Outbound
from domain.people import Member
from handlers import confirming, consent, tries, welcome
from handlers.texts import check_in as check_in_texts
from handlers.texts import claims as claims_texts
from handlers.texts import consent as consent_texts
from handlers.texts import registration as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import claims, dialogues, grants, invitations, people, units
from storage.database import Tx
from storage.desk import use_ticket
from storage.invitations import Invitation

NAME = "registration"
WITHOUT_CODE = "claim"
State = dict[str, Any]
_WITHOUT_CODE = [Choice(texts.NO_CODE, "nocode")]


async def begin(
    turn: Turn, *, scan: Scan | None = None, code: str | None = None, link: str | None = None
) -> list[Outbound]:
    """Start with a stranger; what brought them (a scan, a code, a venue's link) is kept."""
    person = turn.person
    async with turn.write() as tx:
        account_id = await people.account(tx, person, turn.now)
        if scan and scan.nonce and not await use_ticket(tx, scan.nonce, account_id, turn.now):
            return [turn.reply(check_in_texts.SCAN_TAKEN)]
        state: State = {
            "scan": scan.as_json() if scan else _kept(turn, "scan"),
            "code": code or _kept(turn, "code"),
            "link": link or _kept(turn, "link"),
            "records": person.records_consent,
            "foreign": person.foreign_consent,
        }
        return await _ask_next(turn, tx, account_id, state)


def _kept(turn: Turn, name: str) -> Any:
    """What brought them; also where they have meanwhile said that they have no code."""
    dialogue = turn.person.dialogue
    return dialogue.state.get(name) if dialogue and dialogue.name in (NAME, WITHOUT_CODE) else None


def brought(turn: Turn) -> State:
    """What brought a stranger here, to be carried along."""
    return {"scan": _kept(turn, "scan"), "link": _kept(turn, "link")}


async def _ask_next(turn: Turn, tx: Tx, account_id: int, state: State) -> list[Outbound]:
    """Ask for what is still missing, one thing per message."""
    question = await consent.question(turn, state)
    if question is None and state["code"]:
        return await _try_code(turn, tx, account_id, state)
    if question is None:
        question = turn.reply(await _ask_code(tx, account_id, turn.now), _WITHOUT_CODE)
    await dialogues.open(tx, account_id, NAME, state, turn.now)
    return [question]


async def _ask_code(tx: Tx, account_id: int, now: datetime) -> Text:
    """For the code; whoever has filed a claim reads that it waits, and its number."""
    claim = await claims.of_account(tx, account_id, now)
    cell = await units.get(tx, claim.unit_id) if claim else None
    if claim is None or cell is None:
        return texts.ASK_REGISTRATION_CODE
    return Lines(claims_texts.claim_waits(cell.name, claim.number), texts.OR_TYPE_CODE)


# --- answers to the questions ----------------------------------------------------------------


async def records(turn: Turn) -> list[Outbound]:
    """[Đồng ý] [Không đồng ý] [Xem chi tiết]: kept with the text's version, as proof."""
    if turn.person.member is not None:
        return [turn.reply(texts.REGISTERED_ALREADY)]
    state = _state(turn)
    if turn.argument == "details":
        return [await consent.details(turn, state)]
    is_given = turn.argument == "yes"
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await people.consent(
            tx, account_id, "records", consent_texts.RECORDS_VERSION, turn.now, is_given=is_given
        )
        if not is_given:
            return await _respect_refusal(turn, tx, account_id)
        return await _ask_next(
            turn, tx, account_id, state | {"records": consent_texts.RECORDS_VERSION}
        )


async def foreign(turn: Turn) -> list[Outbound]:
    """Whether messages may cross the border: its own consent, its own refusal."""
    if turn.person.member is not None:
        return [turn.reply(texts.REGISTERED_ALREADY)]
    state = _state(turn)
    is_given = turn.argument == "yes"
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await people.consent(
            tx, account_id, "foreign", consent_texts.FOREIGN_VERSION, turn.now, is_given=is_given
        )
        if turn.argument == "web":
            await dialogues.close(tx, account_id)
            return [turn.reply(consent_texts.use_browser(consent.browser_url(turn, state)))]
        if not is_given:
            return await _respect_refusal(turn, tx, account_id)
        return await _ask_next(
            turn, tx, account_id, state | {"foreign": consent_texts.FOREIGN_VERSION}
        )


async def _respect_refusal(turn: Turn, tx: Tx, account_id: int) -> list[Outbound]:
    await dialogues.close(tx, account_id)
    return [turn.reply(consent_texts.REFUSAL_RESPECTED)]


def _state(turn: Turn) -> State:
    dialogue = turn.person.dialogue
    if dialogue and dialogue.name == NAME:
        return dict(dialogue.state)
    return {
        "scan": _kept(turn, "scan"),
        "code": None,
        "link": _kept(turn, "link"),
        "records": turn.person.records_consent,
        "foreign": turn.person.foreign_consent,
    }


# --- the code --------------------------------------------------------------------------------


async def heard(turn: Turn) -> list[Outbound] | None:
    """Words typed while registering: a code with a slip of the pen, else the question again."""
    if not consent.is_unasked(turn) and _is_odd_code(turn.inbound.text):
        return [turn.reply(texts.CODE_HAS_EIGHT, _WITHOUT_CODE)]
    if consent.is_unasked(turn) or not _looks_like_code(turn.inbound.text):
        return await _ask_again(turn)
    if (answer := tries.locked(turn)) is not None:
        return answer
    return await tries.wrong(turn, texts.WRONG_REGISTRATION_CODE, _WITHOUT_CODE)


def _looks_like_code(said: str) -> bool:
    """Six to ten letters and digits; greetings and questions are no wrong tries."""
    return re.fullmatch(r"(?=\D*\d)[A-Z0-9]{6,10}", personal_codes.bare(said)) is not None


def _is_odd_code(said: str) -> bool:
    """ "K7P4_9QX#": one word or two with digits in it, and what no code has; or "ABCDEFGH"."""
    code = personal_codes.bare(said)
    if re.fullmatch(r"[A-Za-z]{8}", said.strip()):  # no word of the language is so long
        return True
    is_like_one = 6 <= len(code) <= 12 and any(one.isdigit() for one in code)
    return is_like_one and len(said.split()) <= 2 and not _looks_like_code(said)


async def _ask_again(turn: Turn) -> list[Outbound]:
    state = _state(turn)
    async with turn.read() as db:
        member_id = state.get("member")
        member = await people.get_member(db, member_id, turn.now) if member_id else None
    return [await ask_is_this_you(turn, member)] if member else await begin(turn)


async def typed_code(turn: Turn) -> list[Outbound]:
    """A registration code that was typed."""
    return await by_code(turn, turn.argument)


async def by_code(turn: Turn, typed: str) -> list[Outbound]:
    """A registration code, typed or opened from a slip."""
    code = personal_codes.registration_code_in(typed)
    if turn.person.member is not None:
        return await _code_of_known(turn, code)
    if (answer := tries.locked(turn)) is not None:
        return answer
    if code is None:
        return await tries.wrong(turn, texts.WRONG_REGISTRATION_CODE, _WITHOUT_CODE)
    return await begin(turn, code=code)


async def _code_of_known(turn: Turn, code: str | None) -> list[Outbound]:
    """Somebody registered opens a slip: their own, or of a person at the door. Never re-binds."""
    async with turn.read() as db:
        found = (
            await invitations.find(db, turn.house.key, code, turn.now) if code is not None else None
        )
        other = (
            await people.get_member(db, found.member_id, turn.now)
            if found and found.is_valid
            else None
        )
    if other is None:
        return await tries.wrong(turn, texts.WRONG_REGISTRATION_CODE)
    if other.id == turn.member.id:
        return [turn.reply(texts.REGISTERED_ALREADY)]
    return await confirming.of_slip(turn, other)


async def _try_code(turn: Turn, tx: Tx, account_id: int, state: State) -> list[Outbound]:
    """Look the code up and ask whether it is them; a wrong one is counted."""
    invitation = await invitations.find(tx, turn.house.key, state["code"], turn.now)
    member = await _opened_by(turn, tx, invitation) if invitation else None
    if invitation is None or member is None:
        await dialogues.open(tx, account_id, NAME, state | {"code": None}, turn.now)
        if invitation and invitation.used_at:  # genuine: no guess to be counted
            return [turn.reply(texts.CODE_WAS_USED, _WITHOUT_CODE)]
        return await tries.wrong(turn, texts.WRONG_REGISTRATION_CODE, _WITHOUT_CODE)
    if await _is_taken(turn, tx, member.id):
        await dialogues.open(tx, account_id, NAME, state | {"code": None}, turn.now)
        return [turn.reply(texts.MEMBER_HAS_ACCOUNT)]
    state = state | {"invitation": invitation.id, "member": member.id}
    await dialogues.open(tx, account_id, NAME, state, turn.now)
    return [await ask_is_this_you(turn, member)]


async def _opened_by(turn: Turn, tx: Tx, invitation: Invitation) -> Member | None:
    """Whom a code makes of its holder here and now; None where it opens nothing (any more).

    A used one adds a browser for a while, but none with rights: whoever finds the slip of a
    secretary would have the whole cell.
    """
    if not invitation.is_valid:
        return None
    member = await people.get_member(tx, invitation.member_id, turn.now)
    if member is None or invitation.used_at is None:
        return member
    is_more = _is_browser(turn) and await invitations.opens_one_more(tx, invitation, turn.now)
    return member if is_more and not await grants.of(tx, member) else None


async def ask_is_this_you(turn: Turn, member: Member) -> Outbound:
    async with turn.read() as db:
        name = await people.told_apart(db, member, turn.now)
    return turn.reply(
        texts.is_this_you(name, member.cell.name),
        [Choice(texts.RIGHT, "isme yes"), Choice(texts.NOT_ME, "isme no")],
    )


def _is_browser(turn: Turn) -> bool:
    """A slip may open a second browser of the same member; they are told."""
    return turn.capabilities.many_accounts_per_member


async def _is_taken(turn: Turn, tx: Tx, member_id: int) -> bool:
    return not _is_browser(turn) and await people.has_account(
        tx, member_id, turn.inbound.sender.channel
    )


# --- the end ---------------------------------------------------------------------------------


async def is_me(turn: Turn) -> list[Outbound]:
    """[Đúng] [Không phải tôi]"""
    state = _state(turn)
    if turn.person.member is not None:
        return [turn.reply(texts.REGISTERED_ALREADY)]
    if state.get("member") is None:
        return await begin(turn)
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        if turn.argument != "yes":
            kept = {**state, "code": None, "member": None, "invitation": None}
            await dialogues.open(tx, account_id, NAME, kept, turn.now)
            return [turn.reply(texts.NOT_YOU, _WITHOUT_CODE)]
        if state.get("invitation"):
            # Asked a while ago: it may have been used or revoked since.
            invitation = await invitations.get(tx, state["invitation"], turn.now)
            if invitation is None or await _opened_by(turn, tx, invitation) is None:
                kept = {**state, "code": None, "member": None, "invitation": None}
                await dialogues.open(tx, account_id, NAME, kept, turn.now)
                return [turn.reply(texts.CODE_WAS_USED, _WITHOUT_CODE)]
            await invitations.use(tx, state["invitation"], turn.now)
        return await _link(turn, tx, account_id, state)


async def _link(turn: Turn, tx: Tx, account_id: int, state: State) -> list[Outbound]:
    await dialogues.close(tx, account_id)
    member = await people.get_member(tx, state["member"], turn.now)
    channel = turn.inbound.sender.channel
    told = await bind(turn, tx, account_id, channel, member) if member else None
    if member is None or told is None:
        return [turn.reply(texts.MEMBER_HAS_ACCOUNT)]
    turn.person = replace(turn.person, account_id=account_id, member=member)
    return [await welcome.welcome(turn, tx, member, state), *told]


async def bind(
    turn: Turn, tx: Tx, account_id: int, channel: str, member: Member
) -> list[Outbound] | None:
    """Make the account the member's, and tell them wherever they were before if it is one more
    browser; None where either is bound already."""
    many = turn.house.channels[channel].many_accounts_per_member
    before = await turn.tell([member.id], texts.ANOTHER_BROWSER) if many else []
    is_bound = await people.link(tx, account_id, member.id, turn.now, is_only_one=not many)
    return before if is_bound else None


async def offer(turn: Turn, member: Member) -> list[Outbound]:
    """Ask "is this you?" about somebody found by their own telephone number."""
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        state = _state(turn) | {"member": member.id, "invitation": None}
        await dialogues.open(tx, account_id, NAME, state, turn.now)
    return [await ask_is_this_you(turn, member)]
