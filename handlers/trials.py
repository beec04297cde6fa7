"""The day before: halls try everything, and whoever answers for the campaign sees who has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.calendar import Calendar
from domain.messages import Lane, Outbound
from domain.readiness import PHONE, Readiness
from domain.rights import Right
from domain.sessions import Schedule, Session, Venue
from domain.text import from_local, local
from handlers import scopes
from handlers.recipes import Writing
from handlers.scopes import Need
from handlers.texts import common
from handlers.texts import trials as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import grants, schedules, trials
from storage.database import Database, Db

PAGE = 10  # halls in one message
EVE = time(16, 0)  # of the day before: there is still time to call
RECIPE = "untried"


# --- a phone in the hall ---------------------------------------------------------------------


async def tried(turn: Turn, venue: Venue) -> list[Outbound]:
    """A trial code was scanned or typed: the phone works, and nobody is counted."""
    if turn.now >= venue.session.opens_at:
        return [turn.reply(texts.NOT_THE_DAYS_CODE)]
    messenger = turn.inbound.sender.channel.partition(":")[0]
    async with turn.write() as tx:
        await trials.note(tx, venue.id, f"{PHONE}{messenger}", turn.now)
    return [turn.reply(texts.tried(venue.name))]


# --- the board -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Board:
    """The halls of a session, and what each has tried."""

    session: Session
    halls: tuple[tuple[Venue, Readiness], ...]

    @property
    def unready(self) -> list[Venue]:
        return [venue for venue, found in self.halls if not found.is_ready]


NOTHING = Readiness(frozenset(), frozenset())


async def board(db: Db, schedule: Schedule, session: Session) -> Board:
    found = await trials.of_session(db, session.id)
    halls = ((venue, found.get(venue.id, NOTHING)) for venue in schedule.venues_of(session))
    return Board(session, tuple(halls))


async def need(turn: Turn) -> Need | None:
    """ "untried 3 0": the right to see counts of the campaign's unit."""
    session = turn.schedule.sessions.get(scopes.row_id(scopes.first_word(turn.argument)) or 0)
    if session is None:
        return None
    return Need(Right.SEE_COUNTS, scopes.of_cell(session.campaign.unit_path))


async def untried(turn: Turn) -> list[Outbound]:
    """[Điểm cầu chưa chạy thử], in pages, each with whom to call."""
    words = turn.argument.split()
    session = turn.schedule.sessions[int(words[0])]
    page = (scopes.row_id(words[1]) if len(words) > 1 else None) or 0
    async with turn.read() as db:
        unready = (await board(db, turn.schedule, session)).unready
        pages = -(-len(unready) // PAGE)
        page = min(page, max(0, pages - 1))
        shown = unready[page * PAGE : (page + 1) * PAGE]
        known = await trials.contacts(db, session.id)
        lines = [texts.hall(venue.name, known.get(venue.id, ())) for venue in shown]
    if not lines:
        return [turn.reply(texts.ALL_READY)]
    turning = []
    if page > 0:
        turning.append(Choice(common.PREVIOUS_PAGE, f"untried {session.id} {page - 1}"))
    if page < pages - 1:
        turning.append(Choice(common.NEXT_PAGE, f"untried {session.id} {page + 1}"))
    heading = _heading(session, turn.schedule, len(unready))
    return [turn.reply(Lines(heading, *lines, common.paging(page, pages)), turning)]


def _heading(session: Session, schedule: Schedule, unready: int) -> Text:
    return texts.untried(
        session.title, session.starts_at, unready, len(schedule.venues_of(session))
    )


# --- the clock -------------------------------------------------------------------------------


async def fall_due(database: Database, calendar: Calendar, now: datetime) -> int:
    """Tell the campaign's coordinators at four the day before, and when check-in opens."""
    async with database.read() as db:
        schedule = await schedules.load_schedule(db, now)
        due = [
            (session, when)
            for session in schedule.sessions.values()
            for when in told_at(session)
            if when <= now < session.starts_at and now - when < timedelta(hours=2)
        ]
        due = [(one, when) for one, when in due if (await board(db, schedule, one)).unready]
    posted = 0
    for session, when in due:
        async with database.write() as tx:
            posted += await trials.post_untried(
                tx, session, now, recipe=RECIPE, key=f"{RECIPE} {session.id} {when:%m%d%H}"
            )
    return posted


def told_at(session: Session) -> tuple[datetime, datetime]:
    day = local(session.starts_at).date() - timedelta(days=1)
    return from_local(datetime.combine(day, EVE)), session.opens_at


async def write(writing: Writing) -> Outbound | None:
    """The message as it leaves; None once every hall is ready."""
    lines: list[Text] = []
    rows: list[tuple[Choice, ...]] = []
    for session in await _coming(writing):
        unready = len((await board(writing.db, writing.schedule, session)).unready)
        if unready:
            lines.append(_heading(session, writing.schedule, unready))
            rows.append((Choice(texts.SEE_LIST, f"untried {session.id} 0"),))
    if not lines:
        return None
    return Outbound(
        to=writing.to,
        text=Lines(*lines).into(writing.language),
        buttons=tuple(tuple(c.in_language(writing.language) for c in row) for row in rows),
        lane=Lane.REMINDER,
    )


async def _coming(writing: Writing) -> list[Session]:
    """The sessions of the coordinator's own campaigns that begin within a day."""
    held = await grants.of(writing.db, writing.member)
    paths = {grant.unit_path for grant in held}
    soon = writing.now + timedelta(days=1)
    return [
        one
        for one in writing.schedule.sessions.values()
        if one.campaign.unit_path in paths and writing.now < one.starts_at <= soon
    ]
