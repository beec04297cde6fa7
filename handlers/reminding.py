"""Reminders: what falls due is noted and posted; what is said is decided when it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.attendance import Record
from domain.calendar import Calendar
from domain.members import Status as Standing
from domain.messages import Lane, Outbound
from domain.people import Member
from domain.plan import ObligationKind
from domain.reminders import Rule
from domain.sessions import Schedule, Session, SessionKind, Venue
from handlers.recipes import Writing
from handlers.texts import reminding as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import excuses, obligations, occurrences, people, posting, rules, schedules
from storage import submissions as handed_in
from storage.database import Database
from storage.obligations import Obligation
from storage.occurrences import Due

# --- the clock -------------------------------------------------------------------------------


async def fall_due(database: Database, calendar: Calendar, now: datetime) -> None:
    """Note and post what is due; asking again, or twice at once, changes nothing."""
    async with database.read() as db:
        calls = await occurrences.due(db, calendar, now)
    for call in calls:
        async with database.write() as tx:
            await occurrences.make(tx, call, now)
    if calendar.is_quiet(now):
        # First: what may be told at night must not join a message that may not leave before day.
        await _let_sleep(database, calendar, now)
    while await _waits(database, calendar, now):
        async with database.write() as tx:
            await occurrences.post_due(tx, calendar, now)


async def _waits(database: Database, calendar: Calendar, now: datetime) -> bool:
    async with database.read() as db:
        return await occurrences.waits(db, calendar, now)


async def _let_sleep(database: Database, calendar: Calendar, now: datetime) -> None:
    async with database.read() as db:
        is_needed = await occurrences.are_awake(db, now)
    if is_needed:
        async with database.write() as tx:
            await occurrences.let_sleep(tx, calendar, now)


# --- the message -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """One of the things that a message says."""

    text: Text
    owed: Obligation | None = None


async def write(writing: Writing) -> Outbound | None:
    """Recipe "due": whatever still holds of what fell due for this member, in one message."""
    if writing.member.status == Standing.PAUSED:
        return None
    if await posting.is_muted(writing.db, writing.member.id):
        return None
    off = await rules.switched_off(writing.db)
    found = await occurrences.told_by(writing.db, writing.outbox_id, writing.now)
    notices = [
        *await _sessions(writing, found, off),
        *await _owed(writing, found, off),
    ]
    if not notices:
        return None
    return Outbound(
        to=writing.to,
        text=Lines(*(one.text for one in notices)).into(writing.language),
        buttons=tuple((choice.in_language(writing.language),) for choice in _on_paper(notices)),
        lane=Lane.REMINDER,
    )


def _on_paper(notices: Sequence[Notice]) -> list[Choice]:
    """[Đã nộp bản giấy], with its title where there are several."""
    papers = [one.owed for one in notices if one.owed and one.owed.kind is ObligationKind.ESSAY]
    if len(papers) == 1:
        return [Choice(texts.ON_PAPER, f"onpaper {papers[0].id}")]
    return [Choice(texts.on_paper(one.title), f"onpaper {one.id}") for one in papers]


async def _owed(writing: Writing, found: Sequence[Due], off: set[tuple[int, str]]) -> list[Notice]:
    """What is still owed, by the member's own date as it is now."""
    ids = dict.fromkeys(one.subject_id for one in found if one.rule is Rule.DEADLINE)
    known = await handed_in.of_member(writing.db, writing.member.id) if ids else {}
    cell, status = writing.member.cell, writing.member.status
    return [
        Notice(texts.owed(one.title, one.campaign_code, one.due_for(cell.path), writing.now), one)
        for one in await obligations.get_all(writing.db, list(ids))
        if one.is_owed_by(cell.path, status)
        and not (one.id in known and known[one.id].is_in)
        and (one.campaign_id, Rule.DEADLINE.value) not in off
    ]


async def _sessions(
    writing: Writing, found: Sequence[Due], off: set[tuple[int, str]]
) -> list[Notice]:
    """Sessions ahead where the member is expected; on the morning the invitation is left out."""
    rules_of: dict[int, set[Rule]] = {}
    for one in found:
        session = writing.schedule.sessions.get(one.subject_id)
        if (
            one.rule is not Rule.DEADLINE
            and session is not None
            and one.due_at == session.starts_at  # else it was moved, and is told anew
            and (session.campaign.id, one.rule.value) not in off
        ):
            rules_of.setdefault(session.id, set()).add(one.rule)
    ahead = [writing.schedule.sessions[session_id] for session_id in rules_of]
    needed = await _still_needed(writing, ahead) if ahead else []
    return [_notice(writing, session, venue, rules_of[session.id]) for session, venue in needed]


def _notice(writing: Writing, session: Session, venue: Venue, due: set[Rule]) -> Notice:
    if Rule.MORNING in due:
        return Notice(texts.today(session, venue.name))
    if is_makeup(writing.schedule, session, writing.member):
        return Notice(texts.invited_to_makeup(session, venue.name))
    return Notice(texts.invited(session, venue.name))


async def _still_needed(writing: Writing, ahead: Sequence[Session]) -> list[tuple[Session, Venue]]:
    """Neither begun, nor attended, nor excused; and the plan still expects them."""
    member, schedule = writing.member, writing.schedule
    if member.status == Standing.EXEMPT:
        return []
    records = (await people.records_of(writing.db, [member.id])).get(member.id, {})
    excused = await excuses.of_member(writing.db, member.id)
    needed = []
    for session in sorted(ahead, key=lambda one: one.starts_at):
        venue = schedule.planned(session, member.cell.path)
        if venue is None or writing.now >= session.starts_at or session.id in records:
            continue
        if is_makeup(schedule, session, member):
            if await _has_attended(writing, session, records):
                continue
        elif session.id in excused:
            continue
        needed.append((session, venue))
    return needed


def is_makeup(schedule: Schedule, session: Session, member: Member) -> bool:
    """A class is a make-up for whoever has a main session."""
    if session.kind is SessionKind.CLASS:
        return bool(_mains(schedule, session, member))
    return session.kind is SessionKind.MAKEUP


def _mains(schedule: Schedule, session: Session, member: Member) -> list[Session]:
    return [
        one
        for one in schedule.sessions.values()
        if one.kind is SessionKind.MAIN
        and one.campaign.id == session.campaign.id
        and schedule.planned(one, member.cell.path)
    ]


async def _has_attended(writing: Writing, session: Session, records: Mapping[int, Record]) -> bool:
    of_campaign = [
        one
        for one in records
        if one in writing.schedule.sessions
        and writing.schedule.sessions[one].campaign.id == session.campaign.id
    ]
    if not await schedules.demands_all(writing.db, session.campaign.id):
        return bool(of_campaign)
    return len(of_campaign) >= max(1, len(_mains(writing.schedule, session, writing.member)))


# --- one's own choice ------------------------------------------------------------------------


async def mute(turn: Turn) -> list[Outbound]:
    """[Tắt nhắc việc] [Bật nhắc việc]: reminders only; decisions and broadcasts still arrive."""
    is_muted = turn.argument != "off"
    async with turn.write() as tx:
        await posting.mute(tx, turn.member.id, is_muted=is_muted)
    return [turn.reply(texts.NOW_MUTED if is_muted else texts.NOW_UNMUTED, [mute_choice(is_muted)])]


def mute_choice(is_muted: bool) -> Choice:
    if is_muted:
        return Choice(texts.UNMUTE, "mute off")
    return Choice(texts.MUTE, "mute on")
