"""The figures of units beside one another: the same table in the chat and on the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.sessions import Campaign
from domain.text import rate
from domain.totals import Node, Totals
from reports.tables import Cell, Table, as_of

HEADING = [
    "Mã", "Đơn vị", "Tổng số đảng viên", "Miễn sinh hoạt", "Phải học", "Triệu tập",
    "Đã học tập", "Trong đó học bổ sung", "Vắng có lý do", "Chưa ghi nhận", "Tỷ lệ",
    "Chi bộ chậm",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the table."""

    node: Node
    totals: Totals
    lagging: int  # how many of its cells


def table(campaign: Campaign, at: datetime, lines: Sequence[Line], whole: Line) -> Table:
    """These units, and below them the one that they belong to."""
    owed = list(whole.totals.obligations)
    columns = [f"{code} {what}" for code in owed for what in ("phải nộp", "đã nộp", "tỷ lệ")]
    return Table(
        title=f"{campaign.title} – {whole.node.name}",
        as_of=as_of(at),
        heading=[*HEADING, *columns],
        rows=[_cells(line, owed) for line in [*lines, whole]],
    )


def _cells(line: Line, owed: Sequence[str]) -> list[Cell]:
    totals = line.totals
    cells: list[Cell] = [
        line.node.code, line.node.name, totals.roll, totals.exempt, totals.obliged,
        totals.summoned, totals.attended, totals.makeup, totals.excused, totals.not_recorded,
        rate(totals.attended, totals.obliged), line.lagging,
    ]  # fmt: skip
    for code in owed:
        one = totals.obligations[code]
        cells += [one.due, one.received, rate(one.received, one.due)]
    return cells
