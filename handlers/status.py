"""/toi: what is recorded of oneself."""

from __future__ import annotations

from datetime import datetime

from domain.members import Status
from domain.messages import Outbound
from domain.plan import Handed
from domain.sessions import Session
from handlers import reminding
from handlers.texts import menus as menus_texts
from handlers.texts import status as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import obligations, posting, submissions
from storage.obligations import Obligation
from storage.submissions import Submission

# Muting is a thing to be looked for, not what a large key below one's own name should do.
_WAYS = [Choice(menus_texts.CHECK_IN, "diemdanh"), Choice(menus_texts.HELP, "trogiup")]


async def mine(turn: Turn) -> list[Outbound]:
    """Sessions attended, missed and to come; what is owed and until when."""
    member = turn.member
    heading = texts.my_identity(member.name, member.cell.name, Status(member.status))
    sessions = _mine(turn)
    mute, is_muted = await _muting(turn)
    rows = [_WAYS, mute]
    if not sessions:
        return [turn.reply(Lines(heading, texts.NO_SESSIONS_YET, is_muted), *rows)]
    begun = [one for one in sessions if one.opens_at <= turn.now or one.id in turn.person.records]
    attended = sum(one.id in turn.person.records for one in begun)
    owed = await _owed(turn, sessions)
    lines = [_line(turn, one) for one in sessions]
    said = Lines(heading, texts.my_sessions(attended, len(begun)), *lines, *owed, is_muted)
    return [turn.reply(said, *rows)]


async def _muting(turn: Turn) -> tuple[list[Choice], Text | None]:
    """[Tắt nhắc việc], or that it is off and how to turn it on."""
    async with turn.read() as db:
        is_muted = await posting.is_muted(db, turn.member.id)
    return [reminding.mute_choice(is_muted)], texts.IS_MUTED if is_muted else None


def _mine(turn: Turn) -> list[Session]:
    """Those where the plan expects the member, and those attended anyway."""
    path = turn.member.cell.path
    return [
        session
        for session in turn.schedule.sessions.values()
        if session.id in turn.person.records or turn.schedule.planned(session, path)
    ]


def _line(turn: Turn, session: Session) -> Text:
    record = turn.person.records.get(session.id)
    if record is not None:
        return texts.my_record(session.title, record, turn.schedule.venues[record.venue_id].name)
    if session.closes_at <= turn.now:
        return texts.my_missed(session)
    venue = turn.schedule.planned(session, turn.member.cell.path)
    return texts.my_next(session, venue.name if venue else None)


async def _owed(turn: Turn, sessions: list[Session]) -> list[Text]:
    member = turn.member
    async with turn.read() as db:
        found = await obligations.of_campaigns(db, [one.campaign.id for one in sessions])
        handed_in = await submissions.of_member(db, member.id)
    return [
        _state(one, one.due_for(member.cell.path), handed_in.get(one.id))
        for one in found
        if one.is_owed_by(member.cell.path, member.status)
    ]


def _state(owed: Obligation, due_at: datetime, handed_in: Submission | None) -> Text:
    if handed_in is None:
        return texts.my_essay(owed.title, due_at)
    match handed_in.state:
        case Handed.RECEIVED:
            return texts.my_essay_received(owed.title, handed_in.received_at)
        case Handed.ACCEPTED:
            return texts.my_essay_accepted(owed.title)
        case Handed.RETURNED:
            return texts.my_essay_returned(owed.title, due_at)
