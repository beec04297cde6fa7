"""Venues of a session from a sheet: shown first, then taken as they were shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.dashboard.planning import Planning
from bot.dashboard.uploads import Upload, Uploads
from bot.plan_words import difference
from bot.sheets import read_sheets
from domain.fields import Faults
from domain.plan import Plan, PlanFaults, PlanSession, check
from domain.roster.rows import RosterFaults, Sheet
from domain.text import fold
from domain.venue_sheet import VenueUnits, with_venues
from handlers.turn import House
from storage import plan as plans
from storage import planning, units
from storage.database import Db
from storage.plan_changes import Change, ChangeKind
from web.doors.dashboard import Officer
from web.doors.planning import Outcome, SessionView, SheetView

MOST_UNITS = 20_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The plan with the sheet's venues, or why there is none."""

    plan: Plan
    session: PlanSession
    changes: Sequence[Change] = ()
    faults: Sequence[str] = ()


class VenueSheets:
    """Reads an uploaded sheet in a process of its own, as often as it is looked at."""

    def __init__(
        self, house: House, planning_desk: Planning, uploads: Uploads, now: Callable[[], datetime]
    ) -> None:
        self._house = house
        self._planning = planning_desk
        self._uploads = uploads
        self._now = now

    async def take(
        self, officer: Officer, session_id: int, name: str, content: bytes
    ) -> str | None:
        if await self._planning.session(officer, session_id) is None:
            return None
        return self._uploads.keep(officer, f"session {session_id}", [(name, content)]).token

    async def show(self, officer: Officer, token: str) -> SheetView | None:
        found = await self._found(officer, token)
        if found is None:
            return None
        upload, view = found
        async with self._house.database.read() as db:
            wanted = await self._wanted(db, upload, view, await _sheets(upload))
        listed = {change.code for change in wanted.changes}
        halls = {f"{view.session.code}/{venue.code}" for venue in view.venues}
        return SheetView(
            at=self._now(),
            session=view.session,
            name=upload.paths[0].name,
            changes=[_line(change, wanted.session) for change in wanted.changes],
            left_alone=len(halls - listed),
            faults=wanted.faults,
        )

    async def apply(self, officer: Officer, token: str) -> Outcome | None:
        """Read once more and applied: the plan may have changed since it was shown."""
        found = await self._found(officer, token)
        if found is None:
            return None
        upload, view = found
        sheets = await _sheets(upload)
        async with self._house.database.write() as tx:
            wanted = await self._wanted(tx, upload, view, sheets)
            if wanted.faults:
                return Outcome(faults={"": wanted.faults})
            await plans.apply(tx, wanted.plan, self._now(), actor_id=officer.member_id)
        self._uploads.drop(upload)
        self._house.schedules.forget()
        return Outcome(campaign_id=view.session.campaign.id)

    async def _found(self, officer: Officer, token: str) -> tuple[Upload, SessionView] | None:
        upload = self._uploads.get(officer, token)
        kind, _, number = upload.about.partition(" ") if upload else ("", "", "")
        if upload is None or kind != "session":
            return None
        view = await self._planning.session(officer, int(number))
        return (upload, view) if view else None

    async def _wanted(
        self, db: Db, upload: Upload, view: SessionView, sheets: Sequence[Sheet] | RosterFaults
    ) -> _Wanted:
        plan = await planning.stored(db, view.session.campaign.code)
        session = next(one for one in plan.sessions if one.code == view.session.code)
        if isinstance(sheets, RosterFaults):
            return _Wanted(plan, session, faults=[fault.reason for fault in sheets.faults])
        longer, wrong = with_venues(
            session, sheets, await _units(db, view.session.campaign.unit_path)
        )
        wanted = replace(
            plan, sessions=tuple(longer if one is session else one for one in plan.sessions)
        )
        faults = Faults()
        if not wrong:
            check(wanted, faults)
        wrong += [str(fault) for fault in faults.found]
        if wrong:
            return _Wanted(plan, session, faults=wrong)
        try:
            changes = await planning.would_change(db, wanted)
        except PlanFaults as refused:
            return _Wanted(plan, session, faults=[str(one) for one in refused.faults])
        return _Wanted(wanted, longer, changes)


async def _sheets(upload: Upload) -> Sequence[Sheet] | RosterFaults:
    try:
        return await read_sheets(upload.paths)
    except RosterFaults as faulty:
        return faulty


async def _units(db: Db, path: str) -> VenueUnits:
    top = await units.get_by_path(db, path)
    known = [*([top] if top else []), *await units.below(db, path, MOST_UNITS)]
    names: dict[str, list[str]] = {}
    for unit in known:
        names.setdefault(fold(unit.name), []).append(unit.code)
    return VenueUnits({unit.code.lower(): unit.code for unit in known}, names)


def _line(change: Change, session: PlanSession) -> str:
    code = change.code.rpartition("/")[2]
    venue = next((one for one in session.venues if one.code == code), None)
    name = f"{code} {venue.name}" if venue else change.code
    if change.kind is ChangeKind.ADDED and venue:
        summoned = f", triệu tập {venue.summoned}" if venue.summoned is not None else ""
        return f"Thêm {name} ({', '.join(venue.units)}{summoned})"
    return f"Sửa {name}: {'; '.join(difference(one) for one in change.differences)}"
