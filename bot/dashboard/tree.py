"""A campaign's figures, unit by unit, for whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.dashboard.lagging import Lagging
from bot.dashboard.scene import Scene, paths_of
from bot.dashboard.sheets import as_of, sheet
from domain.people import superior
from domain.text import fold, rate
from domain.totals import Node, Tally
from reports.tables import Cell, Table
from web.doors.dashboard import Asked, Download, Officer, TreeView, UnitRow

PAGE = 50  # rows


class Tree:
    """The table of units; nothing of a member is loaded for it."""

    def __init__(self, scene: Scene, lagging: Lagging) -> None:
        self._scene = scene
        self._lagging = lagging

    async def show(self, officer: Officer, asked: Asked) -> TreeView | None:
        """The unit asked for, else the officer's own; None outside of their subtree."""
        return await self._view(officer, asked, PAGE)

    async def sheet(self, officer: Officer, asked: Asked) -> Download | None:
        """The same table, whole, as a workbook."""
        view = await self._view(officer, replace(asked, page=0), most=None)
        if view is None:
            return None
        return await sheet(f"{view.campaign.code}-{view.unit.node.code}", _table(view))

    async def _view(self, officer: Officer, asked: Asked, most: int | None) -> TreeView | None:
        found = await self._scene.find(officer, asked)
        if found is None:
            return None
        tally, unit, campaign = found.picture.tally, found.unit, found.campaign
        reasons = await self._lagging.reasons(campaign.id)
        nodes = _matching(tally, unit, asked.query)
        rows = _sorted((_row(tally, node, reasons) for node in nodes), asked.sort)
        size = most or max(1, len(rows))
        pages = max(1, -(-len(rows) // size))
        page = min(asked.page, pages - 1)
        return TreeView(
            at=tally.moment,
            campaigns=found.campaigns,
            campaign=campaign,
            tops=found.tops,
            way=_way(tally, unit, officer),
            unit=_row(tally, unit, reasons),
            rows=rows[page * size : (page + 1) * size],
            asked=asked,
            page=page,
            pages=pages,
            found=len(rows),
        )


def _way(tally: Tally, unit: Node, officer: Officer) -> list[Node]:
    """The units above this one that the officer may look at, from the top."""
    paths = {node.path: node for node in tally.nodes.values()}
    way: list[Node] = []
    path = superior(unit.path)
    while path in paths and any(path.startswith(one) for one in paths_of(officer)):
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
        as_of=as_of(view.at),
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
