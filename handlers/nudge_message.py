"""A nudge as it leaves: today's numbers, the own cell's names, and what can be done at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.members import Position
from domain.messages import Lane, Outbound
from domain.nudging import Kind, Standing, Topic
from domain.people import Cell, superior, told_apart
from domain.text import local
from handlers.recipes import Writing
from handlers.texts import cell as cell_texts
from handlers.texts import menus as menus_texts
from handlers.texts import nudging as texts
from handlers.texts.sentence import Text
from handlers.turn import Choice
from storage import halls, nudges, progress, rolls, units
from storage.database import Db
from storage.nudges import Nudge
from storage.progress import Missing
from storage.units import Unit

COMMUNES = ("xã", "phường", "đặc khu")  # with which a cell is compared


async def write(writing: Writing) -> Outbound | None:
    """The nudge to a secretary; None once nothing in the cell lags, or all of it rests."""
    member = writing.member
    if member.position not in (Position.SECRETARY, Position.DEPUTY):
        return None
    since = local(writing.now).date()
    today = await nudges.of_cell(writing.db, member.cell.id, since=since)
    for_hall = [one for one in today if one.topic.kind is Kind.SESSION]
    topics = await _hall(writing, for_hall) if for_hall else await _weekly(writing)
    if not topics:
        return None
    text = texts.nudge(member.position, member.cell.name, [(one.said, one.names) for one in topics])
    rows = actions(member.cell, topics)
    return Outbound(
        to=writing.to,
        text=text.into(writing.language),
        buttons=tuple(
            tuple(choice.in_language(writing.language) for choice in row) for row in rows
        ),
        lane=Lane.REMINDER,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One topic as the secretary reads it."""

    topic: Topic
    what: Text
    said: Text
    names: Text
    to_remind: int  # she herself is not reminded


def actions(cell: Cell, topics: Sequence[Told]) -> list[list[Choice]]:
    """One tap each; what is not about one topic stands once, at the end."""
    where, is_one = f"c{cell.id}", len(topics) == 1
    rows = []
    for one in topics:
        label = texts.remind(one.to_remind)
        if not is_one:
            label = texts.remind_about(one.to_remind, one.what)
        if one.to_remind:
            rows.append([Choice(label, f"remindall {where} {one.topic}")])
        if one.topic.kind is Kind.OBLIGATION:
            paper = texts.PAPER if is_one else texts.paper_about(one.what)
            rows.append([Choice(paper, f"inhand {where} {one.topic}")])
        else:
            session = f" {one.topic.id}" if one.topic.kind is Kind.SESSION else ""
            command = f"list confirm {where}{session}" if session else f"chibo {where}"
            label = cell_texts.CONFIRM_PRESENT if session else menus_texts.MY_CELL
            rows.append([Choice(label, command)])
    if any(one.topic.kind is not Kind.SESSION for one in topics):
        rows.append([Choice(texts.COPY, f"copytext {where}")])
        rows.append([Choice(texts.TOMORROW, f"tomorrow {where}")])
    return rows


# --- while the hall fills --------------------------------------------------------------------


async def _hall(writing: Writing, decided: Iterable[Nudge]) -> list[Told]:
    """A hall that is still not full enough; its nudge has taken the day's place."""
    db, now, cell = writing.db, writing.now, writing.member.cell
    told = []
    for one in decided:
        session = writing.schedule.sessions.get(one.topic.id)
        present = await halls.present(db, one.topic.id, cell.id, now)
        if session is None or now >= session.ends_at:
            continue
        if present >= one.lag.expected * one.lag.whole:
            continue
        roll = await rolls.of_cell(db, session.id, cell.id, now)
        names = told_apart([each.member for each in roll.people])
        others = [names[each.member.id] for each in roll.missing_besides(writing.member.id)]
        is_own = len(others) < len(roll.missing)
        told.append(
            Told(
                topic=one.topic,
                what=texts.topic(Kind.SESSION, session.title, session.campaign.code),
                said=texts.hall(session.title, present, one.lag.whole, now),
                names=texts.not_recorded(others, names[writing.member.id] if is_own else None),
                to_remind=len(roll.to_remind(writing.member.id)),
            )
        )
    return told


# --- over the weeks --------------------------------------------------------------------------


async def _weekly(writing: Writing) -> list[Told]:
    db, now, cell = writing.db, writing.now, writing.member.cell
    commune = await commune_of(db, cell.path)
    within = commune.path if commune else cell.path
    standings = await progress.standing(db, now, within=within)
    told = []
    for one in await lagging_of(db, standings, now, cell_id=cell.id):
        told.append(
            told_of(
                one,
                await progress.missing(db, one, now),
                [each for each in standings if each.topic == one.topic],
                commune,
                writing.member.id,
            )
        )
    return told


async def lagging_of(
    db: Db, standings: Iterable[Standing], now: datetime, *, cell_id: int | None = None
) -> list[Standing]:
    """What lags now and neither rests nor is switched off."""
    off = await nudges.switched_off(db)
    resting = await nudges.paused(db, now, cell_id=cell_id)
    return [
        one
        for one in standings
        if cell_id in (None, one.cell.id)
        and one.campaign_id not in off
        and one.lag(now) is not None
        and not any(
            pause.holds(one.done, now) for pause in resting.get((one.cell.id, str(one.topic)), ())
        )
    ]


def told_of(
    one: Standing,
    names: Sequence[Missing],
    alike: Sequence[Standing],
    commune: Unit | None,
    reader_id: int,
) -> Told:
    what = texts.topic(one.topic.kind, one.title, one.campaign_code)
    said = numbers(one)
    if commune is not None:
        done, whole = sum(each.done for each in alike), sum(each.whole for each in alike)
        said = texts.compared(said, texts.whole_of(commune.kind), done, whole)
    called = [each.name for each in names]
    is_essay = one.topic.kind is Kind.OBLIGATION
    return Told(
        topic=one.topic,
        what=what,
        said=said,
        names=texts.not_handed_in(called) if is_essay else texts.not_recorded(called),
        to_remind=len(progress.to_remind(names, reader_id)),
    )


def numbers(one: Standing) -> Text:
    """ "đến nay có 6/24 bài thu hoạch NQTW4 đã nộp; hạn 17/02/2017"."""
    if one.topic.kind is Kind.OBLIGATION:
        what = texts.topic(one.topic.kind, one.title, one.campaign_code)
        return texts.handed_in(one.done, one.whole, what, one.due_at)
    return texts.attended(one.done, one.whole, one.campaign_code, one.due_at, one.excused)


async def commune_of(db: Db, path: str) -> Unit | None:
    """The unit with whose total a cell is compared: its commune, else the one directly above."""
    above = []
    while (path := superior(path)) not in ("", "/"):
        above.append(path)
    known = await units.by_paths(db, above)
    found = [known[one] for one in above if one in known]
    for unit in found:
        if any(word in unit.kind.casefold() for word in COMMUNES):
            return unit
    return found[0] if found else None
