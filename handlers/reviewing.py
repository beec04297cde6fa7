"""Objections and corrections: settled by somebody else, with a reason, nothing erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.attendance import Entry
from domain.messages import Outbound
from domain.people import Member
from domain.rights import VENUE_GRACE, Role
from domain.text import clean
from handlers import picking, scopes
from handlers.picking import Picking
from handlers.texts import common
from handlers.texts import door as door_texts
from handlers.texts import reviewing as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import attendance, audit, dialogues, grants, people, reviews
from storage.database import Db

NAME = "reason"
LONGEST_REASON = 500  # characters: it is passed on in a message


async def ask(turn: Turn) -> list[Outbound]:
    """[Đề nghị xem lại]: the member objects to an entry about them."""
    session = turn.schedule.sessions.get(scopes.row_id(turn.argument) or 0)
    if session is None or session.id not in turn.person.records:
        return [turn.reply(texts.NOTHING_TO_REVIEW, new=True)]
    async with turn.write() as tx:
        entry = await attendance.get(tx, session.id, turn.member.id)
        if entry is None or entry.by_member_id is None:  # nobody vouched: it is their own
            return [turn.reply(texts.NOTHING_TO_REVIEW, new=True)]
        review_id = await reviews.ask(tx, session.id, turn.member.id, turn.now)
        if review_id is None:
            return [turn.reply(texts.REVIEW_OPEN, new=True)]
        await attendance.log(tx, "disputed", [entry], turn.now)
        judges = await _judges(turn, tx, entry)
        by = await people.get_member(tx, entry.by_member_id, turn.now)
    venue = turn.schedule.venues[entry.venue_id]
    text = Lines(
        texts.review_to_settle(
            turn.member.name, turn.member.cell.name, by.name if by else "", venue.name, entry.at
        ),
        _how(entry),
    )
    rows = [
        Choice(texts.KEEP_ENTRY, f"settle {review_id} keep"),
        Choice(texts.VOID_ENTRY, f"settle {review_id} void"),
    ]
    return [turn.reply(texts.REVIEW_ASKED, new=True), *await turn.tell(judges, text, rows)]


async def _judges(turn: Turn, db: Db, entry: Entry) -> Sequence[int]:
    """The hall's inspectors while they hold it, else the nearest committee above the cell; never
    who is accused."""
    concerned = (entry.by_member_id, turn.member.id)
    session = turn.schedule.venues[entry.venue_id].session
    if turn.now < session.closes_at + VENUE_GRACE:
        found = await grants.holders(db, Role.INSPECTOR, venue_id=entry.venue_id)
        if judges := [one for one in found if one not in concerned]:
            return judges
    _, judges_above = await scopes.committee_above(db, turn.member.cell.path, but=concerned)
    return judges_above


async def settle(turn: Turn) -> list[Outbound]:
    """[Giữ nguyên] [Hủy ghi nhận]: then the reason is asked."""
    review_id, _, verdict = turn.argument.partition(" ")
    async with turn.read() as db:
        review = await reviews.get(db, scopes.row_id(review_id) or 0)
        entry = await reviews.entry(db, review) if review else None
    if review is None or entry is None or review.state != "open":
        return [turn.reply(texts.REVIEW_SETTLED)]
    if entry.by_member_id == turn.member.id:
        return [turn.reply(texts.NOT_YOUR_OWN)]
    state = {"review": review.id, "void": verdict == "void"}
    return await _ask_reason(turn, state | _subject(entry))


def _subject(entry: Entry) -> dict[str, int]:
    return {"session": entry.session_id, "member": entry.member_id}


async def _ask_reason(
    turn: Turn, state: Mapping[str, Any], entry: Entry | None = None
) -> list[Outbound]:
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await dialogues.open(tx, account_id, NAME, state, turn.now)
    text = Lines(_how(entry) if entry else None, texts.ASK_REASON)
    return [turn.reply(text, [Choice(common.CANCEL, "huy")])]


def _how(entry: Entry) -> Text | None:
    """How an entry came about, for whoever decides about it."""
    return door_texts.ENTERED_OFFLINE if entry.is_offline else None


async def ask_why(turn: Turn, held: Picking, member_id: int) -> list[Outbound]:
    """[Đính chính] and a name: an entry is taken back, with a reason."""
    place = await scopes.place(turn, held.place, held.session_id)
    await picking.put_away(turn)
    if place is None:
        return [turn.reply(common.NO_SESSION_NOW)]
    state = {"review": None, "void": True, "session": place.session.id, "member": member_id}
    async with turn.read() as db:
        entry = await attendance.get(db, place.session.id, member_id)
    return await _ask_reason(turn, state, entry)


async def heard(turn: Turn) -> list[Outbound] | None:
    """The reason, typed."""
    dialogue = turn.person.dialogue
    reason = clean(turn.inbound.text)[:LONGEST_REASON]
    if dialogue is None or not reason:
        return None
    state = dialogue.state
    async with turn.write() as tx:
        await dialogues.close(tx, await people.account(tx, turn.person, turn.now))
        entry = await attendance.get(tx, state["session"], state["member"])
        member = await people.get_member(tx, state["member"], turn.now)
        if entry is None or member is None:
            return [turn.reply(texts.NOTHING_TO_REVIEW)]
        outcome = "voided" if state["void"] else "kept"
        if state["review"] and not await reviews.settle(
            tx, state["review"], outcome, turn.member.id, reason, turn.now
        ):
            return [turn.reply(texts.REVIEW_SETTLED)]
        if state["void"]:
            await attendance.void(
                tx, entry, by_member_id=turn.member.id, reason=reason, now=turn.now
            )
        else:
            await attendance.log(tx, "upheld", [entry], turn.now, reason)
        subject = f"session {entry.session_id} member {entry.member_id}"
        await audit.note(tx, turn.member.id, outcome, subject, turn.now, {"reason": reason})
    return [turn.reply(_done(state, member)), *await _tell(turn, state, member, reason)]


def _done(state: Mapping[str, Any], member: Member) -> Text:
    return texts.corrected(member.name) if state["void"] else texts.kept(member.name)


async def _tell(
    turn: Turn, state: Mapping[str, Any], member: Member, reason: str
) -> list[Outbound]:
    if state["review"]:
        text = texts.entry_voided(reason) if state["void"] else texts.entry_kept(reason)
    else:
        session = turn.schedule.sessions[state["session"]]
        text = texts.your_entry_voided(session.title, reason)
    return await turn.tell([member.id], text)
