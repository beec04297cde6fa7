"""A campaign's figures, unit by unit, for whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.dashboard.scene import Scene, paths_of
from bot.dashboard.sheets import sheet
from domain.people import superior
from domain.text import fold
from domain.totals import Node, Tally
from handlers.lagging import lagging_in
from reports import units
from web.doors.dashboard import Asked, Download, Officer, TreeView, UnitRow

PAGE = 50  # rows


class Tree:
    """The table of units; nothing of a member is loaded for it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def show(self, officer: Officer, asked: Asked) -> TreeView | None:
        """The unit asked for, else the officer's own; None outside of their subtree."""
        return await self._view(officer, asked, PAGE)

    async def sheet(self, officer: Officer, asked: Asked) -> Download | None:
        """The same table, whole, as a workbook."""
        view = await self._view(officer, replace(asked, page=0), most=None)
        if view is None:
            return None
        lines = [_line(row) for row in view.rows]
        table = units.table(view.campaign, view.at, lines, _line(view.unit))
        return await sheet(f"{view.campaign.code}-{view.unit.node.code}", table)

    async def _view(self, officer: Officer, asked: Asked, most: int | None) -> TreeView | None:
        found = await self._scene.find(officer, asked)
        if found is None:
            return None
        tally, unit, campaign = found.picture.tally, found.unit, found.campaign
        reasons = await self._scene.house.lagging.reasons(campaign.id, self._scene.now())
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
            owed=tally.obligations,
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
    return UnitRow(
        node=node,
        totals=tally.totals(node.id),
        is_cell=not tally.children(node.id),
        lagging=lagging_in(tally, node.id, reasons),
        why=reasons.get(node.id),
    )


def _line(row: UnitRow) -> units.Line:
    return units.Line(row.node, row.totals, row.lagging)


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
