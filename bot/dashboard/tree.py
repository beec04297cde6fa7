"""A campaign's figures, unit by unit, for whoever may see them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.dashboard.lagging import Lagging
from domain.people import superior
from domain.rights import Right, may
from domain.sessions import Campaign
from domain.text import clock, day, fold, rate
from domain.totals import Node, Tally
from handlers import scopes
from handlers.turn import House
from reports.tables import XLSX, Cell, Table, workbook
from storage import counts
from web.doors.dashboard import Asked, Download, Officer, TreeView, UnitRow

PAGE = 50  # rows


class Tree:
    """The table of units; nothing of a member is loaded for it."""

    def __init__(self, house: House, lagging: Lagging, now: Callable[[], datetime]) -> None:
        self._house = house
        self._lagging = lagging
        self._now = now

    async def show(self, officer: Officer, asked: Asked) -> TreeView | None:
        """The unit asked for, else the officer's own; None outside of their subtree."""
        return await self._view(officer, asked, PAGE)

    async def sheet(self, officer: Officer, asked: Asked) -> Download | None:
        """The same table, whole, as a workbook."""
        view = await self._view(officer, replace(asked, page=0), most=None)
        if view is None:
            return None
        name = f"{view.campaign.code}-{view.unit.node.code}.xlsx"
        return Download(name, await asyncio.to_thread(workbook, _table(view)), XLSX)

    async def _view(self, officer: Officer, asked: Asked, most: int | None) -> TreeView | None:
        now = self._now()
        campaigns = await self.campaigns(officer)
        campaign = await self._chosen(officer, campaigns, asked.campaign_id, now)
        picture = await self._house.tallies.current(campaign.id, now) if campaign else None
        if campaign is None or picture is None:
            return None
        tally = picture.tally
        tops = own_units(officer, tally)
        unit = tally.nodes.get(asked.unit_id) if asked.unit_id else next(iter(tops), None)
        if unit is None or not may(
            Right.SEE_COUNTS, officer.grants, scopes.of_cell(unit.path), now
        ):
            return None
        reasons = await self._lagging.reasons(campaign.id)
        nodes = _matching(tally, unit, asked.query)
        rows = _sorted((_row(tally, node, reasons) for node in nodes), asked.sort)
        size = most or max(1, len(rows))
        pages = max(1, -(-len(rows) // size))
        page = min(asked.page, pages - 1)
        return TreeView(
            at=tally.moment,
            campaigns=campaigns,
            campaign=campaign,
            tops=tops,
            way=_way(tally, unit, officer),
            unit=_row(tally, unit, reasons),
            rows=rows[page * size : (page + 1) * size],
            asked=asked,
            page=page,
            pages=pages,
            found=len(rows),
        )

    async def campaigns(self, officer: Officer) -> Sequence[Campaign]:
        """Those that reach one of the officer's units, newest first."""
        async with self._house.database.read() as db:
            known = await counts.list_campaigns(db)
        return [one for one in known if _reaches(one, officer)]

    async def _chosen(
        self, officer: Officer, campaigns: Sequence[Campaign], wanted: int | None, now: datetime
    ) -> Campaign | None:
        if wanted is not None:
            return next((one for one in campaigns if one.id == wanted), None)
        schedule = await self._house.schedules.current(now)
        for path in _paths(officer):
            if found := scopes.campaign_now(schedule, campaigns, path, now):
                return found
        return None


def _paths(officer: Officer) -> list[str]:
    """Where the officer has a role, the widest first."""
    return sorted({grant.unit_path for grant in officer.grants if grant.unit_path}, key=len)


def _reaches(campaign: Campaign, officer: Officer) -> bool:
    return any(
        path.startswith(campaign.unit_path) or campaign.unit_path.startswith(path)
        for path in _paths(officer)
    )


def own_units(officer: Officer, tally: Tally) -> list[Node]:
    """The officer's units within a campaign; the whole campaign for who stands above it."""
    paths = {node.path: node for node in tally.nodes.values()}
    top = tally.campaign.unit_path
    own = (path if path in paths else top for path in _paths(officer) if _meets(path, top))
    return [paths[path] for path in dict.fromkeys(own)]


def _meets(path: str, top: str) -> bool:
    return path.startswith(top) or top.startswith(path)


def _way(tally: Tally, unit: Node, officer: Officer) -> list[Node]:
    """The units above this one that the officer may look at, from the top."""
    paths = {node.path: node for node in tally.nodes.values()}
    way: list[Node] = []
    path = superior(unit.path)
    while path in paths and any(path.startswith(one) for one in _paths(officer)):
        way.insert(0, paths[path])
        path = superior(path)
    return way


def _matching(tally: Tally, unit: Node, query: str) -> list[Node]:
    """The units directly below, or all below whose names hold these words."""
    words = fold(query)
    if not words:
        return tally.children(unit.id)
    return [
        node
        for node in tally.nodes.values()
        if node.path.startswith(unit.path) and node != unit and words in fold(node.name)
    ]


def _row(tally: Tally, node: Node, reasons: Mapping[int, str]) -> UnitRow:
    cells = {cell_of(cell.path) for cell in tally.cells_of(node.id)}
    return UnitRow(
        node=node,
        totals=tally.totals(node.id),
        is_cell=not tally.children(node.id),
        lagging=len(cells & reasons.keys()),
        why=reasons.get(node.id),
    )


def cell_of(path: str) -> int:
    """The id of the unit at the end of a path."""
    return int(path.rstrip("/").rpartition("/")[2])


def _sorted(rows: Iterable[UnitRow], by: str) -> list[UnitRow]:
    match by:
        case "rate":
            return sorted(rows, key=lambda row: _share(row.totals.attended, row.totals.obliged))
        case "missing":
            return sorted(rows, key=lambda row: -row.totals.not_recorded)
        case "lagging":
            return sorted(rows, key=lambda row: -row.lagging)
        case "name":
            return sorted(rows, key=lambda row: fold(row.node.name))
        case _:
            return list(rows)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _table(view: TreeView) -> Table:
    owed = list(view.unit.totals.obligations)
    heading = [
        "Mã", "Đơn vị", "Tổng số đảng viên", "Miễn sinh hoạt", "Phải học", "Triệu tập",
        "Đã học tập", "Trong đó học bổ sung", "Vắng có lý do", "Chưa ghi nhận", "Tỷ lệ",
        "Chi bộ chậm",
    ]  # fmt: skip
    for code in owed:
        heading += [f"{code} phải nộp", f"{code} đã nộp", f"{code} tỷ lệ"]
    return Table(
        title=f"{view.campaign.title} – {view.unit.node.name}",
        as_of=f"Số liệu lúc {clock(view.at)}, {day(view.at)}",
        heading=heading,
        rows=[_cells(row, owed) for row in [*view.rows, view.unit]],
    )


def _cells(row: UnitRow, owed: Sequence[str]) -> list[Cell]:
    totals = row.totals
    cells: list[Cell] = [
        row.node.code, row.node.name, totals.roll, totals.exempt, totals.obliged, totals.summoned,
        totals.attended, totals.makeup, totals.excused, totals.not_recorded,
        rate(totals.attended, totals.obliged), row.lagging,
    ]  # fmt: skip
    for code in owed:
        one = totals.obligations[code]
        cells += [one.due, one.received, rate(one.received, one.due)]
    return cells
