"""Cards ("thẻ dự học tập"): eight to an A4 page, a cell at a time, used again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from fpdf import FPDF
from fpdf.enums import Align

from reports.paper import Grid, Letters, document, finished, lay_out, qr, write

GRID = Grid(columns=2, rows=4)
PADDING = 6.0
QR_SIZE = 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What shows the door who somebody is; it opens nothing by itself."""

    number: str  # the member's
    name: str
    cell_id: int  # two communes may each have a "Chi bộ ấp 3"
    cell: str
    url: str  # what the QR opens


def cards_pdf(cards: Iterable[Card], unit: str) -> bytes:
    """A PDF of all cards; each cell begins a page, so that its stack can be handed over."""
    pdf = document(f"Thẻ dự học tập – {unit}")
    for _, group in groupby(cards, key=lambda card: card.cell_id):
        stack = list(group)
        lay_out(pdf, GRID, stack[0].cell, stack, _draw)
    return finished(pdf)


def _draw(pdf: FPDF, card: Card, left: float, top: float) -> None:
    x, y, width = left + PADDING, top + PADDING, GRID.width - 2 * PADDING
    words = width - QR_SIZE - 2
    write(pdf, "THẺ DỰ HỌC TẬP", x, y, words, Letters(8, 5, align=Align.L, at_most=1))
    below = write(
        pdf, card.name, x, y + 8, words, Letters(13, 6, bold=True, align=Align.L, at_most=3)
    )
    write(pdf, card.cell, x, below + 1, words, Letters(9, 4.2, align=Align.L, at_most=3))
    pdf.image(qr(card.url), x + width - QR_SIZE, y - 2, QR_SIZE, QR_SIZE)
    size = 26 if len(card.number) <= 12 else 18
    write(pdf, card.number, x, y + 41, width, Letters(size, 10, bold=True, at_most=1))
    write(pdf, HOW, x, y + 52, width, Letters(6.5, 2.8, at_most=2))


HOW = "Xuất trình cho cán bộ phụ trách điểm danh. Thẻ dùng nhiều lần, đề nghị đồng chí giữ gìn."
