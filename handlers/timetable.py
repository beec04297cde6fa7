"""/lich: what each rule of a campaign sends next, to how many; and whether it is on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.messages import Outbound
from domain.reminders import Rule
from domain.rights import Grant, Right, may
from domain.sessions import Campaign, Schedule
from handlers import nudging, scopes
from handlers.scopes import Need
from handlers.texts import common
from handlers.texts import timetable as texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import audit, counts, nudges, occurrences, rules
from storage.occurrences import Call

MOST = 8  # campaigns to choose from
SWITCHES = (*Rule, nudges.RULE)


async def begin(turn: Turn) -> list[Outbound]:
    """/lich: the coordinator's own campaign; asks where there are several."""
    found = [one for one in await _campaigns(turn) if may_plan(turn, one)]
    if not found:
        return [turn.reply(common.NOT_YOURS)]
    if len(found) > 1:
        rows = [[Choice(one.code, f"rules {one.id}")] for one in found[:MOST]]
        return [turn.reply(texts.CHOOSE_CAMPAIGN, *rows)]
    return await _show(turn, found[0])


async def _campaigns(turn: Turn) -> list[Campaign]:
    async with turn.read() as db:
        return await counts.list_campaigns(db)


def may_plan(turn: Turn, campaign: Campaign) -> bool:
    return _may_plan(turn.grants, campaign, turn.now)


def may_plan_any(grants: Iterable[Grant], schedule: Schedule, now: datetime) -> bool:
    """Whether /lich has anything to show."""
    held = list(grants)
    campaigns = {one.campaign for one in schedule.sessions.values()}
    return any(_may_plan(held, one, now) for one in campaigns)


def _may_plan(grants: Iterable[Grant], campaign: Campaign, now: datetime) -> bool:
    """Secretaries may write to their cell, but a campaign's rules are its coordinators'."""
    return may(Right.PLAN, grants, scopes.of_cell(campaign.unit_path), now)


async def need(turn: Turn) -> Need | None:
    """ "rules 3", "rule 3 deadline off": the right over that campaign's unit."""
    campaign = await _named(turn)
    return Need(Right.PLAN, scopes.of_cell(campaign.unit_path)) if campaign else None


async def _named(turn: Turn) -> Campaign | None:
    campaign_id = scopes.row_id(scopes.first_word(turn.argument))
    return next((one for one in await _campaigns(turn) if one.id == campaign_id), None)


async def show(turn: Turn) -> list[Outbound]:
    campaign = await _named(turn)
    return await _show(turn, campaign) if campaign else [turn.reply(common.NO_CAMPAIGN)]


async def switch(turn: Turn) -> list[Outbound]:
    """[Tắt] [Bật] of one rule."""
    campaign = await _named(turn)
    _, name, state, *_ = [*turn.argument.split(), "", "", ""]
    if campaign is None or name not in SWITCHES or state not in ("on", "off"):
        return [turn.reply(common.NO_CAMPAIGN)]
    async with turn.write() as tx:
        await rules.switch(tx, campaign.id, name, turn.now, is_on=state == "on", by=turn.member.id)
        detail = {"rule": name, "is_on": state == "on"}
        subject = f"campaign {campaign.id}"
        await audit.note(tx, turn.member.id, "rule_switched", subject, turn.now, detail)
    return await _show(turn, campaign)


# --- the preview -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a rule sends next."""

    title: str
    at: datetime
    people: int
    cells: int


async def _show(turn: Turn, campaign: Campaign) -> list[Outbound]:
    async with turn.read() as db:
        off = await rules.switched_off(db)
        coming = [
            one
            for one in await occurrences.coming(db, turn.house.calendar, turn.now)
            if one.campaign_id == campaign.id
        ]
    lines, rows = [], []
    for rule in Rule:
        is_off = (campaign.id, rule.value) in off
        ahead = await _ahead(turn, [one for one in coming if one.rule is rule])
        line = _line(rule, ahead)
        lines.append(texts.rule_off(line) if is_off else line)
        label = texts.turn_on(rule) if is_off else texts.turn_off(rule)
        rows.append([Choice(label, f"rule {campaign.id} {rule} {'on' if is_off else 'off'}")])
    line, choice = await _nudges(turn, campaign, is_off=(campaign.id, nudges.RULE) in off)
    heading = texts.rule_heading(campaign.code)
    return [turn.reply(Lines(heading, *lines, line), *rows, [choice])]


async def _nudges(turn: Turn, campaign: Campaign, *, is_off: bool) -> tuple[Text, Choice]:
    """What the next morning would say to the secretaries of lagging cells."""
    async with turn.read() as db:
        ahead = await nudging.preview(db, campaign.id, turn.house.calendar, turn.now)
    line = texts.nudges_ahead(ahead.at, ahead.people, len(ahead.cells))
    if is_off:
        choice = Choice(texts.TURN_ON, f"rule {campaign.id} {nudges.RULE} on")
        return texts.rule_off(line), choice
    return line, Choice(texts.TURN_OFF, f"rule {campaign.id} {nudges.RULE} off")


def _line(rule: Rule, ahead: Ahead | None) -> Text:
    if ahead is None:
        return texts.rule_done(rule)
    return texts.rule_ahead(rule, ahead.title, ahead.at, ahead.people, ahead.cells)


async def _ahead(turn: Turn, coming: list[Call]) -> Ahead | None:
    """All that goes out together next, counted as of now."""
    if not coming:
        return None
    times = {id(one): _leaves_at(turn, one) for one in coming}
    first = min(coming, key=lambda one: times[id(one)])
    people = cells = 0
    async with turn.read() as db:
        for one in coming:
            if (one.subject.id, times[id(one)]) == (first.subject.id, times[id(first)]):
                more_people, more_cells = await occurrences.count(db, one, turn.now)
                people, cells = people + more_people, cells + more_cells
    return Ahead(first.title, times[id(first)], people, cells)


def _leaves_at(turn: Turn, call: Call) -> datetime:
    at = max(call.rung.sends_at, turn.now)
    return at if call.rule.may_be_early else turn.house.calendar.next_open(at)
