"""What superiors read of lagging cells: numbers and names of units, never those of members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.messages import Lane, Outbound
from domain.nudging import Standing, Topic
from domain.rights import Right
from domain.roster.tree import CELL_KIND
from domain.text import fold, local
from handlers import scopes
from handlers.nudge_message import lagging_of
from handlers.paging import turning
from handlers.recipes import Writing
from handlers.scopes import Need
from handlers.texts import charts as charts_texts
from handlers.texts import common
from handlers.texts import digests as texts
from handlers.texts import nudging as nudging_texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import escalations, nudges, progress, units
from storage.database import Db
from storage.units import Unit

PAGE = 15  # cells in one message
SHOWN = 10  # nudges that are explained at once
ARGUMENTS = 3  # unit, day, page


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A cell that two nudges did not move."""

    standing: Standing
    told: int  # how often its secretary was nudged meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one unit's coordinators are told."""

    unit: Unit
    cells: int
    are_cells: bool  # else some are of another kind: party groups, or whole grassroots committees
    stuck: list[Stuck]  # by topic, then by the tree


# --- what is still stuck ---------------------------------------------------------------------


async def digest(db: Db, unit_id: int, on: date, now: datetime) -> Digest | None:
    """What was reported to a unit on a day and has not moved since; None once all of it has."""
    reported = (await escalations.reported(db, [unit_id], on)).get(unit_id, set())
    unit = await units.get(db, unit_id)
    if unit is None or not reported:
        return None
    standings = await progress.standing(db, now, within=unit.path)
    counted = await escalations.counted(db, on, cell_ids={cell_id for cell_id, _ in reported})
    stuck = []
    for one in await lagging_of(db, standings, now):
        key = one.cell.id, str(one.topic)
        count = counted.get((*key, one.done))
        if key in reported and count is not None:
            stuck.append(Stuck(standing=one, told=count.told))
    if not stuck:
        return None
    counted_in = {one.cell.id for one in standings if one.whole}
    kinds = await units.kinds(db, counted_in)
    are_cells = all(fold(kind).startswith(CELL_KIND) for kind in kinds)
    stuck.sort(key=lambda one: (one.standing.topic, one.standing.cell.path))
    return Digest(unit=unit, cells=len(counted_in), are_cells=are_cells, stuck=stuck)


async def write(writing: Writing) -> Outbound | None:
    """The morning's digest for a coordinator; None once nothing in it is stuck any more."""
    on = local(writing.posted_at).date()
    found = []
    for unit_id in await escalations.coordinated(writing.db, writing.member.id):
        one = await digest(writing.db, unit_id, on, writing.now)
        if one is not None:
            found.append(one)
    if not found:
        return None
    text = Lines(*(_page(one, 0, writing.now) for one in found))
    rows = [row for one in found for row in _ways(one, on, 0)]
    return Outbound(
        to=writing.to,
        text=text.into(writing.language),
        buttons=tuple(tuple(c.in_language(writing.language) for c in row) for row in rows),
        lane=Lane.REMINDER,
    )


def _page(digest: Digest, page: int, now: datetime) -> Text:
    shown = digest.stuck[page * PAGE : (page + 1) * PAGE]
    cells = len({one.standing.cell.id for one in digest.stuck})
    lines: list[Text] = []
    before: Topic | None = None
    for one in shown:
        if one.standing.topic != before:
            before = one.standing.topic
            lines.append(_topic(one.standing))
        lines.append(
            texts.digest_line(
                one.standing.cell.name, one.standing.done, one.standing.whole, one.told
            )
        )
    heading = texts.digest_heading(
        digest.unit.name, cells, digest.cells, now, are_cells=digest.are_cells
    )
    return Lines(heading, *lines, common.paging(page, _pages(digest)))


def _topic(one: Standing) -> Text:
    what = nudging_texts.topic(one.topic.kind, one.title, one.campaign_code)
    return texts.digest_topic(what, one.due_at)


def _pages(digest: Digest) -> int:
    return -(-len(digest.stuck) // PAGE)


def _ways(digest: Digest, on: date, page: int) -> list[list[Choice]]:
    command = f"stuck {digest.unit.id} {on:%Y%m%d}"
    campaigns = {one.standing.campaign_id: one.standing.campaign_code for one in digest.stuck}
    drawn = [
        Choice(charts_texts.chart_of(code), f"bars {campaign_id} {digest.unit.id}")
        for campaign_id, code in campaigns.items()
    ]
    return [row for row in (turning(command, page, _pages(digest)), drawn) if row]


# --- turning pages ---------------------------------------------------------------------------


async def need(turn: Turn) -> Need | None:
    """ "12 …": counts of that unit."""
    unit_id = scopes.row_id(scopes.first_word(turn.argument))
    async with turn.read() as db:
        unit = await units.get(db, unit_id) if unit_id is not None else None
    return Need(Right.SEE_COUNTS, scopes.of_cell(unit.path)) if unit else None


async def turn_page(turn: Turn) -> list[Outbound]:
    """[Trang sau]: "12 20170209 1"; what has moved meanwhile is left out."""
    words = turn.argument.split()
    unit_id, on = scopes.row_id(words[0]), _day(words[1]) if len(words) == ARGUMENTS else None
    page = scopes.row_id(words[-1]) or 0
    if unit_id is None or on is None:
        return [turn.reply(common.NOT_YOURS)]
    async with turn.read() as db:
        found = await digest(db, unit_id, on, turn.now)
        unit = await units.get(db, unit_id)
    if found is None:
        return [turn.reply(texts.nobody_stuck(unit.name if unit else ""))]
    page = min(page, _pages(found) - 1)
    return [turn.reply(_page(found, page, turn.now), *_ways(found, on, page))]


def _day(word: str) -> date | None:
    try:
        return datetime.strptime(word, "%Y%m%d").date()  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        return None


# --- why -------------------------------------------------------------------------------------


async def why(turn: Turn) -> list[Outbound]:
    """Why a cell was nudged, each time in one sentence with its numbers."""
    unit_id = scopes.row_id(scopes.first_word(turn.argument))
    async with turn.read() as db:
        unit = await units.get(db, unit_id) if unit_id is not None else None
        said = await reasons(db, unit, turn.now) if unit else []
    return [turn.reply(Lines(*said) if said else texts.NEVER_NUDGED, new=True)]


async def reasons(db: Db, unit: Unit, now: datetime) -> list[Text]:
    """The latest nudges of a cell, explained; for whoever may see its counts."""
    since = local(now - nudges.REMEMBERED).date()
    found = (await nudges.of_cell(db, unit.id, since=since))[:SHOWN]
    titles = await nudges.titles(db, {one.topic for one in found})
    return [
        texts.why(
            unit.name,
            one.day,
            nudging_texts.topic(one.topic.kind, *titles.get(one.topic, ("", ""))),
            one.lag,
            was_sent=one.was_sent,
            was_missed=one.was_missed,
        )
        for one in found
    ]
