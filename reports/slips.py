"""Registration slips to hand out: twelve to an A4 page, with cut marks, for elderly eyes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF

from domain.text import day
from reports.paper import Grid, Letters, document, finished, lay_out, qr, write

GRID = Grid(columns=3, rows=4)
PADDING = 3.0
QR_SIZE = 27.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one member is handed."""

    name: str
    cell: str
    code: str  # eight letters and digits
    url: str  # the personal link that the QR opens
    expires_at: datetime


def slips_pdf(
    slips: Sequence[Slip],
    title: str,
    advance: Callable[[int, int], None] = lambda page, pages: None,
) -> bytes:
    """A PDF of all slips; 40,000 of them take about two minutes, so not on the bot's loop."""
    pdf = document(title)
    lay_out(pdf, GRID, title, slips, _draw, advance)
    return finished(pdf)


def _draw(pdf: FPDF, slip: Slip, left: float, top: float) -> None:
    x, y, width = left + PADDING, top + PADDING, GRID.width - 2 * PADDING
    write(pdf, slip.name, x, y, width, Letters(10, 4.4, bold=True))
    write(pdf, slip.cell, x, y + 9, width, Letters(8, 3.6))
    pdf.image(qr(slip.url), left + (GRID.width - QR_SIZE) / 2, y + 16.2, QR_SIZE, QR_SIZE)
    code = f"{slip.code[:4]} {slip.code[4:]}"
    write(pdf, code, x, y + 43.4, width, Letters(19, 8, bold=True))
    write(pdf, _how(slip), x, y + 52, width, Letters(7, 3.1, at_most=4))


def _how(slip: Slip) -> str:
    return (
        "Quét mã QR bằng điện thoại, hoặc nhập mã trên khi công cụ điểm danh hỏi mã đăng ký."
        f" Mã dùng một lần, đến hết ngày {day(slip.expires_at)}. Đề nghị đồng chí giữ riêng."
    )
