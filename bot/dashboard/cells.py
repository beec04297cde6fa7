"""The people of a cell in the session that matters now, for those who may see names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.dashboard.scene import Scene
from bot.dashboard.sheets import as_of, sheet
from domain.attendance import Status, Via
from domain.rights import Right, may
from domain.sessions import Campaign, Session, Venue
from domain.text import clock, day, same_day
from domain.totals import Node
from handlers import scopes
from handlers.texts.confirming import EXCUSE_CATEGORIES
from reports.tables import Table
from storage import rolls
from storage.rolls import Expected
from web.doors.dashboard import Asked, CellView, Download, Officer, PersonRow

_WAYS = {
    Via.SELF: "tự điểm danh",
    Via.POSTER: "mã dán tại cửa",
    Via.CONFIRMED: "cán bộ xác nhận",
    Via.CLERK: "cán bộ xác nhận",
}


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell in a session."""

    node: Node
    campaign: Campaign
    session: Session
    venue: Venue | None


class Cells:
    """Names: seen by the cell's secretaries and the committee directly above."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def place(self, officer: Officer, campaign_id: int, cell_id: int) -> CellPlace | None:
        """A cell whose names the officer may see, in the session that matters now."""
        found = await self._scene.find(officer, Asked(campaign_id=campaign_id, unit_id=cell_id))
        if found is None or found.unit.is_headcount_only:
            return None
        node, now = found.unit, self._scene.now()
        # "Directly above" is said of cells: of a commune it would open all that is in it.
        if found.picture.tally.children(node.id):
            return None
        if not may(Right.SEE_NAMES, officer.grants, scopes.of_cell(node.path), now):
            return None
        schedule = found.picture.tally.schedule
        session = scopes.session_now(schedule, node.path, now)
        if session is None:
            return None
        return CellPlace(node, found.campaign, session, schedule.planned(session, node.path))

    async def show(self, officer: Officer, campaign_id: int, cell_id: int) -> CellView | None:
        """None where names are not the officer's to see, as where there is no such cell."""
        place, now = await self.place(officer, campaign_id, cell_id), self._scene.now()
        if place is None:
            return None
        async with self._scene.house.database.read() as db:
            roll = await rolls.of_cell(db, place.session.id, cell_id, now)
        return CellView(
            at=now,
            node=place.node,
            campaign=place.campaign,
            session=place.session.title,
            venue=place.venue.name if place.venue else None,
            people=[_person(one, now) for one in roll.people],
        )

    async def sheet(self, officer: Officer, campaign_id: int, cell_id: int) -> Download | None:
        view = await self.show(officer, campaign_id, cell_id)
        if view is None:
            return None
        table = Table(
            title=f"{view.node.name} – {view.session}",
            as_of=as_of(view.at),
            heading=["STT", "Họ và tên", "Tình trạng"],
            rows=[[n, one.name, one.standing] for n, one in enumerate(view.people, 1)],
        )
        return await sheet(f"{view.campaign.code}-{view.node.code}", table)


def _person(one: Expected, now: datetime) -> PersonRow:
    return PersonRow(
        name=one.member.name_and_year, standing=_standing(one, now), is_missing=one.is_missing
    )


def _standing(one: Expected, now: datetime) -> str:
    if one.record is not None:
        at = one.record.at
        when = clock(at) if same_day(at, now) else f"{clock(at)}, {day(at)}"
        late = ", đến sau giờ" if one.record.status is Status.LATE else ""
        return f"Có mặt lúc {when} ({_WAYS[one.record.via]}{late})"
    if one.is_exempt:
        return "Miễn sinh hoạt"
    if one.excuse is not None:
        return f"Vắng có lý do ({EXCUSE_CATEGORIES[one.excuse]})"
    return "Chưa ghi nhận"
