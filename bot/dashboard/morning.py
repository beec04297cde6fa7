"""How a session fills, and who has not yet held the study."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dashboard.scene import Found, Scene
from bot.dashboard.sheets import as_of, sheet
from domain.arrivals import curve
from domain.people import superior
from domain.text import rate
from domain.totals import Node
from handlers import counts, scopes
from reports.tables import Table
from storage import arrivals
from web.doors.dashboard import (
    Asked,
    Download,
    HallRow,
    MorningView,
    NotHeldRow,
    NotHeldView,
    Officer,
)


class Morning:
    """The curve of arrivals and the heat of the halls, for a unit that the officer may see."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def show(self, officer: Officer, asked: Asked) -> MorningView | None:
        found = await self._scene.find(officer, asked)
        return await self._view(found) if found else None

    async def _view(self, found: Found) -> MorningView | None:
        now, tally = self._scene.now(), found.picture.tally
        session = scopes.most_timely(tally.schedule.sessions.values(), now)
        if session is None:
            return None
        async with self._scene.house.database.read() as db:
            came = await arrivals.by_minute(db, session.id, found.unit.path, now)
        halls = await counts.halls_of(self._scene.house, found.picture, found.unit.id, now)
        summoned = tally.totals(found.unit.id).summoned
        return MorningView(
            at=now,
            campaign=found.campaign,
            node=found.unit,
            session=session,
            summoned=summoned,
            points=curve(session, summoned, came, now),
            halls=[HallRow(one.venue.name, one.present, one.summoned) for one in halls],
        )

    async def halls_sheet(self, officer: Officer, asked: Asked) -> Download | None:
        view = await self.show(officer, asked)
        if view is None:
            return None
        table = Table(
            title=f"{view.session.title} – {view.node.name}",
            as_of=as_of(view.at),
            heading=["STT", "Điểm cầu", "Có mặt", "Triệu tập", "Tỷ lệ"],
            rows=[
                [n, one.name, one.present, one.summoned, rate(one.present, one.summoned)]
                for n, one in enumerate(view.halls, 1)
            ],
        )
        return await sheet(f"{view.campaign.code}-diem-cau", table)

    async def not_held(self, officer: Officer, asked: Asked) -> NotHeldView | None:
        """Cells for which no session has begun although somebody there should study."""
        found = await self._scene.find(officer, asked)
        if found is None:
            return None
        tally = found.picture.tally
        by_path = {node.path: node for node in tally.nodes.values()}
        cells = tally.cells_of(found.unit.id)
        nodes = [by_path[cell.path] for cell in cells if cell.figures["not_held"]]
        return NotHeldView(
            at=tally.moment,
            campaign=found.campaign,
            node=found.unit,
            rows=[NotHeldRow(one, _name_above(one.path, by_path)) for one in nodes],
            cells=len(cells),
        )

    async def not_held_sheet(self, officer: Officer, asked: Asked) -> Download | None:
        view = await self.not_held(officer, asked)
        if view is None:
            return None
        table = Table(
            title=f"Chưa tổ chức học tập – {view.node.name}",
            as_of=as_of(view.at),
            heading=["STT", "Mã", "Đơn vị", "Cấp trên trực tiếp"],
            rows=[
                [n, one.node.code, one.node.name, one.superior]
                for n, one in enumerate(view.rows, 1)
            ],
        )
        return await sheet(f"{view.campaign.code}-chua-to-chuc", table)


def _name_above(path: str, by_path: Mapping[str, Node]) -> str:
    above = by_path.get(superior(path))
    return above.name if above else ""
