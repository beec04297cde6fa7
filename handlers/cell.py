"""/chibo and /diemcau: who is recorded in a cell or a hall, and who is not."""

from __future__ import annotations

from domain import codes
from domain.messages import Outbound
from domain.nudging import Kind, Topic
from domain.people import told_apart
from domain.rights import Right, Role, may
from domain.sessions import Venue
from domain.text import fold, local
from handlers import papers, scopes, settling
from handlers.scopes import Place
from handlers.texts import cell as texts
from handlers.texts import common
from handlers.texts import digests as digests_texts
from handlers.texts import door as door_texts
from handlers.texts import nudging as nudging_texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import nudges, rolls
from storage.rolls import AtVenue, Roll


async def show(turn: Turn) -> list[Outbound]:
    """The cell's numbers, the names not recorded, and what can be done about it."""
    code = scopes.first_word(turn.argument) or f"c{turn.member.cell.id}"
    place = await scopes.place(turn, code)
    if place is None or place.cell is None:
        return [turn.reply(common.NO_SESSION_NOW)]
    async with turn.read() as db:
        roll = await rolls.of_cell(db, place.session.id, place.cell.id, turn.now)
        asked = await settling.way(db, place.cell.id, turn.now)
    text = Lines(
        texts.cell_heading(place.cell.name, place.session.title, place.session.starts_at, turn.now),
        texts.cell_numbers(
            len(roll.obliged), len(roll.present), roll.confirmed, roll.excused, len(roll.missing)
        ),
        texts.exempt_present(roll.exempt_present) if roll.exempt_present else None,
        missing_names(roll, turn.member.id),
    )
    return [turn.reply(text, *await _ways(turn, place, roll), *asked)]


async def _ways(turn: Turn, place: Place, roll: Roll) -> list[list[Choice]]:
    """What matters in the hall comes first: paper can wait while a session is open."""
    session, essays = _actions(turn, place, roll), await papers.ways(turn, place)
    session[-1:-1] = await _why(turn, place)
    if turn.now < place.session.closes_at:
        return [*session[:-1], *essays, session[-1]]
    return [*essays, *session]


async def _why(turn: Turn, place: Place) -> list[list[Choice]]:
    """[Vì sao được đôn đốc], of a cell that has been."""
    if place.cell is None or not may(Right.REVIEW, turn.grants, place.scope, turn.now):
        return []
    since = local(turn.now - nudges.REMEMBERED).date()
    async with turn.read() as db:
        is_any = await nudges.of_cell(db, place.cell.id, since=since)
    return [[Choice(digests_texts.WHY, f"why {place.cell.id}")]] if is_any else []


def missing_names(roll: Roll, reader_id: int) -> Text | None:
    """Who is not recorded, with the numbers that choose them from the lists opened below."""
    if not roll.missing:
        return None
    names = told_apart([one.member for one in roll.people])
    others = [names[one.member.id] for one in roll.missing_besides(reader_id)]
    is_own = len(others) < len(roll.missing)
    return texts.not_recorded_names(others, names[reader_id] if is_own else None)


def _actions(turn: Turn, place: Place, roll: Roll) -> list[list[Choice]]:
    def allowed(right: Right) -> bool:
        return may(right, turn.grants, place.scope, turn.now)

    where = f"{place.code} {place.session.id}"
    rows = []
    others = [one for one in roll.people if one.member.id != turn.member.id]
    if allowed(Right.CONFIRM) and any(one.record is None for one in others):
        rows.append([Choice(texts.CONFIRM_PRESENT, f"list confirm {where}")])
    if allowed(Right.CONFIRM) and place.cell is None:
        rows.append([Choice(door_texts.OPEN_DOOR_PAGE, f"door {place.code}")])
    to_remind = roll.to_remind(turn.member.id)
    if allowed(Right.LINK) and place.cell and to_remind:
        rows.append([_remind(turn, place, len(to_remind))])
    if allowed(Right.EXCUSE) and any(one.is_missing for one in others):
        rows.append([Choice(texts.EXCUSE, f"list excuse {where}")])
    if allowed(Right.LINK) and place.cell:
        rows.append([Choice(texts.HAND_OUT, f"list code {where}")])
    if allowed(Right.REVIEW) and any(one.record for one in roll.people):
        rows.append([Choice(texts.CORRECT, f"list correct {where}")])
    command = f"chibo {place.code}" if place.cell else f"hall {place.code}"
    return [*rows, [Choice(common.REFRESH, command)]]


def _remind(turn: Turn, place: Place, missing: int) -> Choice:
    """To the session while it lasts; after it, to what else the campaign offers."""
    session = place.session
    topic = Topic(Kind.SESSION, session.id)
    if session.closes_at <= turn.now:
        topic = Topic(Kind.ATTENDANCE, session.campaign.id)
    return Choice(nudging_texts.remind(missing), f"remindall {place.code} {topic}")


async def hall(turn: Turn) -> list[Outbound]:
    """The hall's numbers, for its clerk and inspector."""
    place = await scopes.place(turn, scopes.first_word(turn.argument))
    if place is None or place.venue is None:
        return [turn.reply(common.NO_SESSION_NOW)]
    return await _hall(turn, place, place.venue)


async def _hall(turn: Turn, place: Place, venue: Venue) -> list[Outbound]:
    async with turn.read() as db:
        roll = await rolls.of_venue(db, turn.schedule, venue, turn.now)
        recorded = await rolls.recorded(db, venue.session.id, turn.now, venue.id)
    here = recorded.get(venue.id, AtVenue())
    text = Lines(
        texts.hall_numbers(
            venue.name,
            here.present,
            len(roll.obliged) if venue.summoned is None else venue.summoned,
            len(roll.obliged),
            here.confirmed,
            roll.excused,
            len(roll.missing),
            turn.now,
        ),
        texts.exempt_present(here.exempt) if here.exempt else None,
        _screen(turn, venue),
    )
    return [turn.reply(text, *_actions(turn, place, roll))]


def _screen(turn: Turn, venue: Venue) -> Text | None:
    """The projector's page, for those at the door: whoever opens it reads the hall's codes."""
    if turn.now >= venue.session.closes_at:
        return None
    if all(grant.venue_id != venue.id for grant in turn.grants):
        return None
    return texts.hall_screen(f"{turn.house.public_url}/man-hinh/{codes.screen_token(venue)}")


async def halls(turn: Turn) -> list[Outbound]:
    """/diemcau alone: one's own halls; the only one opens at once."""
    held = [
        grant.venue_id
        for grant in turn.grants
        if grant.role in (Role.CLERK, Role.INSPECTOR) and grant.venue_id in turn.schedule.venues
    ]
    venues = [turn.schedule.venues[one] for one in dict.fromkeys(held) if one is not None]
    if not venues:
        return [turn.reply(common.NOT_YOURS)]
    if len(venues) == 1 and may(Right.SEE_NAMES, turn.grants, scopes.of_venue(venues[0]), turn.now):
        return await _hall(turn, Place(venues[0].session, venues[0]), venues[0])
    venues.sort(key=lambda venue: (venue.session.starts_at, fold(venue.name)), reverse=True)
    rows = [[Choice(venue.name, f"hall v{venue.id}")] for venue in venues[:8]]
    return [turn.reply(texts.CHOOSE_HALL, *rows)]
