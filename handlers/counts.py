"""/dem: the live picture, from the whole down to a hall and a cell, in one message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.messages import Outbound
from domain.rights import Right, Role, may
from domain.sessions import Venue
from domain.text import local
from domain.totals import Node, Tally
from handlers import scopes
from handlers.paging import turning
from handlers.scopes import Need
from handlers.texts import charts as charts_texts
from handlers.texts import common
from handlers.texts import counts as texts
from handlers.texts import digests as digests_texts
from handlers.texts import holding as holding_texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, House, Turn
from storage import counts, holds, nudges, units
from storage.tallies import Picture

PAGE = 8
SLOW = 0.5  # of those summoned


# --- where to begin --------------------------------------------------------------------------


async def begin(turn: Turn) -> list[Outbound]:
    """One's own unit in the campaign that matters now; asks where there are several units."""
    paths = list(dict.fromkeys(_paths(turn)))
    async with turn.read() as db:
        campaigns = await counts.list_campaigns(db)
        own = [unit for path in paths if (unit := await units.get_by_path(db, path))]
    if not own:
        return [turn.reply(common.NOT_YOURS)]
    found = [
        (one, unit)
        for unit in own
        if (one := scopes.campaign_now(turn.schedule, campaigns, unit.path, turn.now))
    ]
    if not found:
        return [turn.reply(common.NO_CAMPAIGN)]
    if len(found) > 1:
        rows = [[Choice(unit.name, f"tally {one.id} {unit.id}")] for one, unit in found[:PAGE]]
        return [turn.reply(texts.CHOOSE_SCOPE, *rows)]
    [(campaign, unit)] = found
    return await _show(turn, campaign.id, unit.id, 0)


def _paths(turn: Turn) -> list[str]:
    """Where the sender sees counts, coordinators' units before the own cell."""
    ranked = sorted(turn.grants, key=lambda grant: grant.role is not Role.COORDINATOR)
    return [grant.unit_path for grant in ranked if grant.unit_path is not None]


# --- rights ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    campaign_id: int
    unit_id: int
    page: int
    only_slow: bool


def asked_of(turn: Turn) -> Asked | None:
    """ "3 12", "3 12 1" or "3 12 slow 1": campaign, unit, page."""
    words = turn.argument.split()
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 18]
    if len(numbers) < 2:
        return None
    return Asked(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 0, "slow" in words)


async def need(turn: Turn) -> Need | None:
    """Counts of a unit: a right over that unit."""
    asked = asked_of(turn)
    if asked is None:
        return None
    async with turn.read() as db:
        unit = await units.get(db, asked.unit_id)
    return Need(Right.SEE_COUNTS, scopes.of_cell(unit.path)) if unit else None


# --- a unit ----------------------------------------------------------------------------------


async def show(turn: Turn) -> list[Outbound]:
    """[Theo đơn vị]: the numbers of a unit and, as buttons, of those below."""
    asked = asked_of(turn)
    if asked is None:
        return [turn.reply(common.NOT_YOURS)]
    return await _show(turn, asked.campaign_id, asked.unit_id, asked.page)


async def _show(turn: Turn, campaign_id: int, unit_id: int, page: int) -> list[Outbound]:
    picture = await turn.house.tallies.current(campaign_id, turn.now)
    if picture is None or unit_id not in picture.tally.nodes:
        return [turn.reply(common.NO_CAMPAIGN)]
    tally = picture.tally
    halls = await halls_of(turn.house, picture, unit_id, turn.now)
    below = tally.children(unit_id)
    pages = max(1, -(-len(below) // PAGE))
    page = min(page, pages - 1)
    shown = below[page * PAGE : (page + 1) * PAGE]
    text = Lines(
        tally.campaign.title,
        _headline(turn, tally, unit_id, halls),
        _rest(tally, unit_id),
        texts.BY_OBLIGED if shown else None,
        *(_row(tally, node) for node in shown),
        common.paging(page, pages),
        await _on_hold(turn, tally.nodes[unit_id]),
    )
    rows = [[Choice(node.name, _into(turn, tally, node))] for node in shown]
    pager = turning(f"tally {campaign_id} {unit_id}", page, pages)
    why = await _why(turn, tally, unit_id)
    return [turn.reply(text, *rows, pager, *why, *_ways(turn, tally, unit_id, halls, page))]


async def _why(turn: Turn, tally: Tally, unit_id: int) -> list[list[Choice]]:
    """[Vì sao được đôn đốc], of a cell that has been."""
    if tally.children(unit_id):
        return []
    since = local(turn.now - nudges.REMEMBERED).date()
    async with turn.read() as db:
        is_any = await nudges.of_cell(db, unit_id, since=since)
    return [[Choice(digests_texts.WHY, f"why {unit_id}")]] if is_any else []


async def _on_hold(turn: Turn, node: Node) -> Text | None:
    """That sending is on hold there: whoever looks should not wonder why nobody is reminded."""
    async with turn.read() as db:
        held = await holds.standing(db)
    found = (one for one in held if node.path.startswith(one.unit_path))
    return next((holding_texts.is_held(one.unit_name, one.at) for one in found), None)


def headline(tally: Tally, unit_id: int, now: datetime) -> Text:
    """How many of those summoned came, at this moment."""
    totals = tally.totals(unit_id)
    return texts.counted_unit(
        tally.nodes[unit_id].name, now, totals.attended, totals.summoned, totals.roll
    )


def _headline(turn: Turn, tally: Tally, unit_id: int, halls: list[Hall]) -> Text:
    counted = headline(tally, unit_id, turn.now)
    if len(halls) < 2:
        return Text("{counted}.", counted=counted)
    slow = sum(hall.is_slow for hall in halls)
    return Text(
        "{counted}; {venues}", counted=counted, venues=texts.counted_venues(len(halls), slow)
    )


def _rest(tally: Tally, unit_id: int) -> Text:
    totals = tally.totals(unit_id)
    return texts.counted_rest(totals.obliged, totals.attended, totals.excused, totals.not_recorded)


def _row(tally: Tally, node: Node) -> str:
    totals = tally.totals(node.id)
    return texts.counted_row(node.name, totals.attended, totals.obliged)


def _into(turn: Turn, tally: Tally, node: Node) -> str:
    """Down to a cell's names for those who may see them, else to its numbers."""
    scope = scopes.of_cell(node.path)
    is_cell = not tally.children(node.id)
    if is_cell and may(Right.SEE_NAMES, turn.grants, scope, turn.now):
        return f"chibo c{node.id}"
    return f"tally {tally.campaign.id} {node.id}"


def _ways(
    turn: Turn, tally: Tally, unit_id: int, halls: list[Hall], page: int
) -> list[list[Choice]]:
    where = f"{tally.campaign.id} {unit_id}"
    rows = []
    if len(halls) > 1:
        rows.append(
            [
                Choice(texts.SLOW_VENUES, f"venues {where} slow"),
                Choice(texts.ALL_VENUES, f"venues {where}"),
            ]
        )
    rows.append(
        [Choice(charts_texts.CHART, f"bars {where}"), Choice(charts_texts.SHEET, f"sheet {where}")]
    )
    last = [Choice(common.REFRESH, f"tally {where} {page}")]
    above = tally.nodes[unit_id].path.rstrip("/").rpartition("/")[0] + "/"
    if above != "/" and may(Right.SEE_COUNTS, turn.grants, scopes.of_cell(above), turn.now):
        parent = above.strip("/").rpartition("/")[2]
        last.append(Choice(texts.ONE_UP, f"tally {tally.campaign.id} {parent}"))
    return [*rows, last]


# --- halls -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hall:
    venue: Venue
    present: int
    summoned: int

    @property
    def is_slow(self) -> bool:
        return self.present < SLOW * self.summoned


async def halls_of(house: House, picture: Picture, unit_id: int, now: datetime) -> list[Hall]:
    """The halls that expect people of the unit in the session that matters, the emptiest first."""
    tally = picture.tally
    session = scopes.most_timely(tally.schedule.sessions.values(), now)
    if session is None:
        return []
    found = await house.tallies.halls(picture, session, now)
    expecting: set[int] = set()
    for cell in tally.cells_of(unit_id):
        expecting |= cell.venues
    present = {venue_id: one.present for venue_id, one in found.present.items()}
    halls = [
        Hall(venue, present.get(venue.id, 0), found.summoned[venue.id])
        for venue in tally.schedule.venues_of(session)
        if venue.id in expecting
    ]
    return sorted(halls, key=lambda hall: hall.present / hall.summoned if hall.summoned else 1)


async def venues(turn: Turn) -> list[Outbound]:
    """[Điểm cầu chậm] [Các điểm cầu]"""
    asked = asked_of(turn)
    if asked is None:
        return [turn.reply(common.NOT_YOURS)]
    picture = await turn.house.tallies.current(asked.campaign_id, turn.now)
    if picture is None or asked.unit_id not in picture.tally.nodes:
        return [turn.reply(common.NO_CAMPAIGN)]
    halls = await halls_of(turn.house, picture, asked.unit_id, turn.now)
    if asked.only_slow:
        halls = [hall for hall in halls if hall.is_slow]
    where = f"{asked.campaign_id} {asked.unit_id}"
    up = Choice(texts.BY_UNIT, f"tally {where}")
    if not halls:
        return [turn.reply(texts.NO_SLOW_VENUES, [up])]
    pages = -(-len(halls) // PAGE)
    page = min(asked.page, pages - 1)
    shown = halls[page * PAGE : (page + 1) * PAGE]
    text = Lines(
        texts.SLOW_HEADING if asked.only_slow else texts.VENUES_HEADING,
        *(texts.counted_row(one.venue.name, one.present, one.summoned) for one in shown),
        common.paging(page, pages),
    )
    command = f"venues {where} slow" if asked.only_slow else f"venues {where}"
    rows = [
        [Choice(one.venue.name, f"hall v{one.venue.id}")]
        for one in shown
        if may(Right.SEE_NAMES, turn.grants, scopes.of_venue(one.venue), turn.now)
    ]
    return [turn.reply(text, *rows, turning(command, page, pages), [up])]
