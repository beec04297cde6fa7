"""Registration slips to hand out: twelve to an A4 page, with cut marks, for elderly eyes.

Importing this takes most of a second (fonts, PDF): do it where slips are printed, not at start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path

import matplotlib
import segno
from fpdf import FPDF
from fpdf.enums import Align
from PIL import Image

from domain.text import day

COLUMNS, ROWS = 3, 4
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0  # mm
SIDE, TOP = 6.0, 8.0  # mm that no office printer reaches, and the page's title
WIDTH = (PAGE_WIDTH - 2 * SIDE) / COLUMNS
HEIGHT = (PAGE_HEIGHT - 2 * TOP) / ROWS
PADDING = 3.0
QR_SIZE = 27.0
MARK = 1.5  # mm, half a cut mark
QR_MASK = 3  # any mask can be read; choosing one spares comparing eight

FONT = "DejaVu"  # it has every Vietnamese letter, and matplotlib brings it along


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one member is handed."""

    name: str
    cell: str
    code: str  # eight letters and digits
    url: str  # the personal link that the QR opens
    expires_at: datetime


def slips_pdf(slips: Sequence[Slip], title: str) -> bytes:
    """A PDF of all slips; 40,000 of them take about two minutes, so not on the bot's loop."""
    pdf = _document(title)
    pages = -(-len(slips) // (COLUMNS * ROWS))
    remaining = iter(slips)
    for page in range(1, pages + 1):
        pdf.add_page()
        _heading(pdf, title, page, pages)
        _cut_marks(pdf)
        for (left, top), slip in zip(_places(), islice(remaining, COLUMNS * ROWS), strict=False):
            _draw(pdf, slip, left, top)
    _wrapped.cache_clear()  # it would keep the document alive
    return bytes(pdf.output())


def _document(title: str) -> FPDF:
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdf = FPDF(format="A4")
    pdf.add_font(FONT, "", fonts / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", fonts / "DejaVuSans-Bold.ttf")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(title)
    pdf.set_lang("vi")
    return pdf


def _places() -> Iterator[tuple[float, float]]:
    for row in range(ROWS):
        for column in range(COLUMNS):
            yield SIDE + column * WIDTH, TOP + row * HEIGHT


def _heading(pdf: FPDF, title: str, page: int, pages: int) -> None:
    pdf.set_font(FONT, size=6)
    pdf.set_xy(SIDE, 1.5)
    pdf.cell(PAGE_WIDTH - 2 * SIDE, 3, f"{title} – trang {page}/{pages}", align=Align.C)


def _cut_marks(pdf: FPDF) -> None:
    """Small crosses where the corners of the slips meet."""
    pdf.set_line_width(0.1)
    for row in range(ROWS + 1):
        for column in range(COLUMNS + 1):
            x, y = SIDE + column * WIDTH, TOP + row * HEIGHT
            pdf.line(x - MARK, y, x + MARK, y)
            pdf.line(x, y - MARK, x, y + MARK)


def _draw(pdf: FPDF, slip: Slip, left: float, top: float) -> None:
    x, y = left + PADDING, top + PADDING
    _lines(pdf, slip.name, x, y, bold=True, size=10, line=4.4)
    _lines(pdf, slip.cell, x, y + 9, size=8, line=3.6)
    pdf.image(_qr(slip.url), left + (WIDTH - QR_SIZE) / 2, y + 16.2, QR_SIZE, QR_SIZE)
    _lines(pdf, f"{slip.code[:4]} {slip.code[4:]}", x, y + 43.4, bold=True, size=19, line=8)
    _lines(pdf, _how(slip), x, y + 52, size=7, line=3.1, at_most=4)


def _how(slip: Slip) -> str:
    return (
        "Quét mã QR bằng điện thoại, hoặc nhập mã trên khi công cụ điểm danh hỏi mã đăng ký."
        f" Mã dùng một lần, đến hết ngày {day(slip.expires_at)}. Đề nghị đồng chí giữ riêng."
    )


def _lines(
    pdf: FPDF,
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    line: float,
    bold: bool = False,
    at_most: int = 2,
) -> None:
    """Centred text; what does not fit into the lines it has ends in "…"."""
    pdf.set_font(FONT, "B" if bold else "", size)
    for index, part in enumerate(_wrapped(pdf, text, bold, size, at_most)):
        pdf.set_xy(x, y + index * line)
        pdf.cell(WIDTH - 2 * PADDING, line, part, align=Align.C)


@lru_cache(maxsize=2000)  # cells and the instruction are the same on many slips
def _wrapped(pdf: FPDF, text: str, bold: bool, size: float, at_most: int) -> list[str]:
    """The text in lines that fit, measured in the font that is set: `bold`, `size`."""
    room = WIDTH - 2 * PADDING
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if pdf.get_string_width(longer) <= room:
            lines[-1] = longer
        else:
            lines += [_shortened(pdf, word, room)]
    lines = [part for part in lines if part]
    if len(lines) > at_most:
        lines[at_most - 1] = _shortened(pdf, f"{lines[at_most - 1]} {lines[at_most]}", room)
    return lines[:at_most]


def _shortened(pdf: FPDF, text: str, room: float) -> str:
    if pdf.get_string_width(text) <= room:
        return text
    while text and pdf.get_string_width(text + "…") > room:
        text = text[:-1].rstrip()
    return text + "…"


def _qr(url: str) -> BytesIO:
    """A small picture of one pixel a module, with the quiet zone that scanners need."""
    drawn = BytesIO()
    code = segno.make_qr(url, error="m", mask=QR_MASK, boost_error=False)
    rows = [bytes(0 if dark else 255 for dark in row) for row in code.matrix_iter(border=4)]
    Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows)).convert("1").save(drawn, "PNG")
    return drawn
