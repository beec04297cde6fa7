"""Campaigns and sessions set up on a page: by the rules of a plan's file, and as `apply` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.dashboard.planned import PlanUnits
from bot.halls.screens import screen_path
from bot.holidays import on_holidays
from domain.fields import PlanFault
from domain.plan import Plan, PlanFaults, oddities
from domain.plan_form import CampaignForm, SessionForm, field_of, plan_of, with_session
from domain.rights import Right, may
from domain.session_times import Step, Times
from domain.sessions import Campaign, Schedule, Session, SessionKind
from domain.text import local
from handlers import scopes
from handlers.turn import House
from storage import counts, planning, schedules, units
from storage import plan as plans
from storage.database import Db, Tx
from web.doors.dashboard import Officer
from web.doors.planning import (
    CampaignView,
    Outcome,
    PlanUnit,
    Retimed,
    SessionView,
    VenueView,
)


class Planning:
    """What a coordinator plans, limited to the units that they coordinate."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now
        self._units = PlanUnits(house.database, now)

    async def units(self, officer: Officer) -> Sequence[PlanUnit]:
        return await self._units.own(officer)

    async def campaigns(self, officer: Officer) -> Sequence[Campaign]:
        async with self._house.database.read() as db:
            known = await counts.list_campaigns(db)
        return [one for one in known if self.may_plan(officer, one.unit_path)]

    def may_plan(self, officer: Officer, path: str) -> bool:
        return may(Right.PLAN, officer.grants, scopes.of_cell(path), self._now())

    # --- looking ---------------------------------------------------------------------------

    async def campaign(self, officer: Officer, campaign_id: int) -> CampaignView | None:
        found = next((c for c in await self.campaigns(officer) if c.id == campaign_id), None)
        if found is None:
            return None
        async with self._house.database.read() as db:
            plan = await planning.stored(db, found.code)
            schedule = await schedules.load_campaign(db, found.id)
            unit = await self._units.of(db, found.unit_path)
            names = await _unit_names(db, schedule)
        return CampaignView(
            at=self._now(),
            campaign=found,
            plan=plan,
            unit=unit,
            sessions=[self._view(schedule, s, unit, names) for s in schedule.sessions.values()],
        )

    async def session(self, officer: Officer, session_id: int) -> SessionView | None:
        for campaign in await self.campaigns(officer):
            async with self._house.database.read() as db:
                schedule = await schedules.load_campaign(db, campaign.id)
                session = schedule.sessions.get(session_id)
                if session is not None:
                    unit = await self._units.of(db, campaign.unit_path)
                    names = await _unit_names(db, schedule)
                    return self._view(schedule, session, unit, names)
        return None

    def _view(
        self, schedule: Schedule, session: Session, unit: PlanUnit, names: Mapping[str, str]
    ) -> SessionView:
        return SessionView(
            at=self._now(),
            session=session,
            unit=unit,
            venues=[
                VenueView(
                    name=venue.name,
                    code=venue.code,
                    units=[names[path] for path in venue.unit_paths if path in names],
                    summoned=venue.summoned,
                    screen=screen_path(venue),
                )
                for venue in schedule.venues_of(session)
            ],
        )

    # --- setting up ------------------------------------------------------------------------

    async def create(self, officer: Officer, form: CampaignForm, is_sure: bool) -> Outcome | None:
        """A campaign with its first session; None where its unit is not the officer's."""
        async with self._house.database.read() as db:
            unit = await units.get_by_code(db, form.unit)
        if unit is None or not self.may_plan(officer, unit.path):
            return None
        now = self._now()
        try:
            plan = plan_of(form, local(now).date())
            if not is_sure and (notes := _notes(plan)):
                return Outcome(notes=notes)
            async with self._house.database.write() as tx:
                campaign_id = await planning.create(tx, plan, now, actor_id=officer.member_id)
        except PlanFaults as refused:
            return Outcome(faults=_by_field(refused.faults, 0))
        self._house.schedules.forget()
        return Outcome(campaign_id=campaign_id)

    async def add_session(
        self, officer: Officer, campaign_id: int, form: SessionForm, is_sure: bool
    ) -> Outcome | None:
        """A make-up session of a campaign that stands. Sent twice, it is one."""
        found = next((c for c in await self.campaigns(officer) if c.id == campaign_id), None)
        if found is None:
            return None
        now, number = self._now(), 0
        try:
            async with self._house.database.write() as tx:
                plan = await planning.stored(tx, found.code)
                number = len(plan.sessions)
                longer = with_session(plan, form, SessionKind.MAKEUP)
                if not is_sure and (notes := _notes(longer, f"sessions[{number}]")):
                    return Outcome(notes=notes)
                if not _stands_already(plan, longer):
                    await plans.apply(tx, longer, now, actor_id=officer.member_id)
        except PlanFaults as refused:
            return Outcome(faults=_by_field(refused.faults, number))
        self._house.schedules.forget()
        return Outcome(campaign_id=campaign_id)

    # --- opening, closing, extending -------------------------------------------------------

    async def retime(
        self, officer: Officer, session_id: int, step: Step, seen: datetime
    ) -> Retimed | None:
        """Take a step; nothing is done where somebody else was faster than this page."""
        return await self._change(
            officer, session_id, seen, step.value, lambda times: times.after(step, self._now())
        )

    async def undo(
        self,
        officer: Officer,
        session_id: int,
        opens_at: datetime,
        closes_at: datetime,
        seen: datetime,
    ) -> Retimed | None:
        return await self._change(
            officer, session_id, seen, "undo", lambda times: times.back_to(opens_at, closes_at)
        )

    async def _change(
        self,
        officer: Officer,
        session_id: int,
        seen: datetime,
        why: str,
        change: Callable[[Times], Times | None],
    ) -> Retimed | None:
        view = await self.session(officer, session_id)
        if view is None:
            return None
        async with self._house.database.write() as tx:
            before = await _times(tx, session_id, view.session.ends_at)
            after = change(before) if before.closes_at == seen else None
            if after is not None:
                await planning.set_times(
                    tx, session_id, after.opens_at, after.closes_at, self._now(),
                    actor_id=officer.member_id, why=why,
                )  # fmt: skip
        self._house.schedules.forget()
        return Retimed(before, after)


async def _times(tx: Tx, session_id: int, ends_at: datetime) -> Times:
    opens_at, closes_at = await planning.times_of(tx, session_id)
    return Times(opens_at, closes_at, ends_at)


async def _unit_names(db: Db, schedule: Schedule) -> Mapping[str, str]:
    paths = {path for venue in schedule.venues.values() for path in venue.unit_paths}
    return {path: unit.name for path, unit in (await units.by_paths(db, sorted(paths))).items()}


def _stands_already(plan: Plan, longer: Plan) -> bool:
    """Whether the session that is new in the longer plan was added a moment ago."""
    new = longer.sessions[-1]
    halls = {(venue.name, venue.units) for venue in new.venues}
    return any(
        (one.title, one.starts_at, one.ends_at) == (new.title, new.starts_at, new.ends_at)
        and {(venue.name, venue.units) for venue in one.venues} == halls
        for one in plan.sessions
    )


def _notes(plan: Plan, below: str = "") -> list[str]:
    """What is odd, but possible: days nobody works, more people than seats."""
    odd = (*oddities(plan), *on_holidays(plan))
    return [
        f"{one.reason[0].upper()}{one.reason[1:]}." for one in odd if one.place.startswith(below)
    ]


def _by_field(faults: Iterable[PlanFault], number: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in faults:
        field = field_of(fault.place, number)
        said = fault.reason if field else f"Kế hoạch hiện có: {fault.reason}."
        if said not in found.setdefault(field, []):
            found[field].append(said)
    return found
