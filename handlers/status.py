"""/toi: what is recorded of oneself."""

from __future__ import annotations

from domain.messages import Outbound
from domain.sessions import Session
from handlers import texts
from handlers.texts import Lines, Text
from handlers.turn import Turn
from storage import obligations


async def mine(turn: Turn) -> list[Outbound]:
    """Sessions attended, missed and to come; what is owed and until when."""
    member = turn.member
    heading = texts.my_identity(member.name, member.cell.name, member.status)
    sessions = _mine(turn)
    if not sessions:
        return [turn.reply(Lines(heading, texts.NO_SESSIONS_YET))]
    begun = [one for one in sessions if one.opens_at <= turn.now or one.id in turn.person.records]
    attended = sum(one.id in turn.person.records for one in begun)
    owed = await _owed(turn, sessions)
    lines = [_line(turn, one) for one in sessions]
    return [turn.reply(Lines(heading, texts.my_sessions(attended, len(begun)), *lines, *owed))]


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
    async with turn.read() as db:
        found = await obligations.of_campaigns(db, [one.campaign.id for one in sessions])
    return [
        texts.my_obligation(one.title, one.due_at)
        for one in found
        if turn.member.status not in one.exempt
    ]
