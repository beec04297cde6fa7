"""The clock's morning look at every cell: who is nudged today, and whose superior is told.

Cells are looked at once a day, at the hour of the calendar; and while a hall fills, where the plan
asks for that, once per session. Whatever ticks come, and however many clocks run: a day's round is
taken by one of them, and a secretary has one nudge a day, for all campaigns and topics together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.calendar import Calendar
from domain.counting import end_of
from domain.lagging import Lag
from domain.nudging import Secretary, Standing, Topic, chosen, is_below
from domain.people import Cell, superior
from domain.text import from_local, local
from storage import escalations, halls, holds, nudges, progress
from storage.database import Database, Db, Tx
from storage.halls import HallSession, HallStanding
from storage.nudges import Pauses, Planned


async def nudge_due(database: Database, calendar: Calendar, now: datetime) -> int:
    """Post what is due now; returns how many messages are new. Any number of calls are harmless."""
    if calendar.is_quiet(now):
        return 0
    day = local(now).date()
    async with database.read() as db:
        is_morning = now >= calendar.sending_time(day)
        is_morning = is_morning and not await nudges.is_made(db, nudges.RULE, day)
        today = await halls.sessions_of_today(db, now)
        filling = [one for one in today if await _is_due(db, one, now)]
        if not is_morning and not filling:
            return 0
        look = await _look(db, now)
        rounds = {
            hall_round(one): _halls(look, await halls.of_session(db, one, now)) for one in filling
        }
        morning = await _morning(db, look, today) if is_morning else None
    async with database.write() as tx:
        posted = 0
        for one in filling:
            posted += await _post_hall(tx, calendar, now, one, rounds[hall_round(one)])
        if morning is not None:
            posted += await _post_morning(tx, calendar, now, morning)
    return posted


def hall_round(session: HallSession) -> str:
    return f"hall {session.id}"


async def _is_due(db: Db, session: HallSession, now: datetime) -> bool:
    """A hall is looked at once: a cell that is nudged or full then needs no second look."""
    if not session.has_begun(now):
        return False
    return not await nudges.is_made(db, hall_round(session), local(now).date())


# --- looking ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every decision of a round asks."""

    now: datetime
    secretaries: Mapping[int, int]  # by cell: who is told
    had: set[int]  # the cells that have had their nudge of the day
    off: set[int]  # campaigns
    held: Sequence[str]  # subtrees
    resting: Pauses

    def is_free(self, cell: Cell) -> bool:
        return not is_below(cell.path, self.held)

    def rests(self, cell_id: int, topic: Topic, done: int) -> bool:
        pauses = self.resting.get((cell_id, str(topic)), ())
        return any(one.holds(done, self.now) for one in pauses)

    def lag(self, one: Standing) -> Lag | None:
        """That a cell lags, and that nothing keeps us from saying so."""
        if one.campaign_id in self.off or not self.is_free(one.cell):
            return None
        if self.rests(one.cell.id, one.topic, one.done):
            return None
        return one.lag(self.now)


async def _look(db: Db, now: datetime, *, switched_on: int | None = None) -> Look:
    known: list[Secretary] = await nudges.secretaries(db, now)
    return Look(
        now=now,
        secretaries=chosen(known),
        had=await nudges.nudged_on(db, local(now).date()),
        off=await nudges.switched_off(db) - {switched_on},
        held=await holds.held_paths(db),
        resting=await nudges.paused(db, now),
    )


def _halls(look: Look, standings: Iterable[HallStanding]) -> list[Planned]:
    return [
        Planned(
            cell_id=one.cell.id,
            topic=one.topic,
            lag=lag,
            member_id=look.secretaries.get(one.cell.id),
        )
        for one in standings
        if one.cell.id not in look.had
        and one.session.campaign_id not in look.off
        and look.is_free(one.cell)
        and (lag := one.lag(look.now)) is not None
    ]


def _weekly(look: Look, standings: Iterable[Standing], but: set[int]) -> list[Planned]:
    return [
        Planned(
            cell_id=one.cell.id,
            topic=one.topic,
            lag=lag,
            member_id=look.secretaries.get(one.cell.id),
        )
        for one in standings
        if one.cell.id not in look.had | but and (lag := look.lag(one)) is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What a morning brings: nudges, and what superiors are told, by the unit that is told."""

    planned: list[Planned]
    fruitless: dict[int, list[tuple[int, Topic]]] = field(default_factory=dict)


async def _morning(db: Db, look: Look, today: Sequence[HallSession]) -> Morning:
    standings = await progress.standing(db, look.now)
    # Their place of the day is kept for the hall.
    expected: set[int] = set()
    for session in today:
        expected |= {one.cell.id for one in await halls.of_session(db, session, look.now)}
    return Morning(
        planned=_weekly(look, standings, expected),
        fruitless=await _fruitless(db, look, standings),
    )


async def _fruitless(
    db: Db, look: Look, standings: Iterable[Standing]
) -> dict[int, list[tuple[int, Topic]]]:
    """What two nudges did not move, by the nearest unit above that has a coordinator."""
    counted = await escalations.counted(db, local(look.now).date())
    superiors = await escalations.superiors(db) if counted else {}
    found: dict[int, list[tuple[int, Topic]]] = {}
    for one in standings:
        count = counted.get((one.cell.id, str(one.topic), one.done))
        if count is None or not count.is_fruitless or look.lag(one) is None:
            continue
        above = nearest(one.cell.path, superiors)
        if above is not None and not is_below(above, look.held):
            found.setdefault(superiors[above], []).append((one.cell.id, one.topic))
    return found


def nearest(path: str, superiors: Mapping[str, int]) -> str | None:
    """The nearest unit above that has a coordinator."""
    while (path := superior(path)) not in ("", "/"):
        if path in superiors:
            return path
    return None


# --- posting ---------------------------------------------------------------------------------


def evening(calendar: Calendar, day: date) -> datetime:
    """When a nudge of the day is stale."""
    if calendar.quiet_from > calendar.send_at:
        return from_local(datetime.combine(day, calendar.quiet_from))
    return end_of(day)


async def _post_hall(
    tx: Tx, calendar: Calendar, now: datetime, session: HallSession, planned: list[Planned]
) -> int:
    day = local(now).date()
    if not await nudges.make_round(tx, hall_round(session), day):
        return 0
    expires_at = min(session.ends_at, evening(calendar, day))
    due_at = calendar.sending_time(day)
    return await nudges.record(tx, planned, now, due_at=due_at, expires_at=expires_at)


async def _post_morning(tx: Tx, calendar: Calendar, now: datetime, morning: Morning) -> int:
    day = local(now).date()
    if not await nudges.make_round(tx, nudges.RULE, day):
        return 0
    expires_at = evening(calendar, day)
    unit_of = {
        cell_id: unit_id for unit_id, cells in morning.fruitless.items() for cell_id, _ in cells
    }
    stuck = [one for cells in morning.fruitless.values() for one in cells]
    await escalations.mark_reported(tx, stuck, unit_of, now)
    posted = await escalations.post_digests(tx, morning.fruitless, now, expires_at=expires_at)
    due_at = calendar.sending_time(day)
    return posted + await nudges.record(
        tx, morning.planned, now, due_at=due_at, expires_at=expires_at
    )


# --- before a rule is switched on ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedCell:
    """A cell that would be nudged, and who would be told; None: nobody can be reached."""

    cell: Cell
    lags: tuple[tuple[Topic, Lag], ...]
    member_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the next round would send, if nothing changed until then."""

    at: datetime
    cells: tuple[PreviewedCell, ...]

    @property
    def people(self) -> int:
        return len({one.member_id for one in self.cells if one.member_id is not None})


async def preview(db: Db, campaign_id: int, calendar: Calendar, now: datetime) -> Preview:
    """The next morning's nudges of a campaign, also where its rule is switched off."""
    at = next_morning(calendar, now)
    look = await _look(db, at, switched_on=campaign_id)
    found: dict[Cell, list[tuple[Topic, Lag]]] = {}
    for one in await progress.standing(db, at, campaign_id=campaign_id):
        if one.cell.id not in look.had and (lag := look.lag(one)) is not None:
            found.setdefault(one.cell, []).append((one.topic, lag))
    cells = tuple(
        PreviewedCell(cell=cell, lags=tuple(lags), member_id=look.secretaries.get(cell.id))
        for cell, lags in found.items()
    )
    return Preview(at=at, cells=cells)


def next_morning(calendar: Calendar, now: datetime) -> datetime:
    """When cells are looked at next; holidays are passed over."""
    day = local(now).date()
    if calendar.sending_time(day) < now:
        day += timedelta(days=1)
    at = calendar.sending_time(day)
    while calendar.is_holiday(day) and at < now + timedelta(days=60):
        day += timedelta(days=1)
        at = calendar.sending_time(day)
    return at
