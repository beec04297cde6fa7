"""What all printed matter shares: the page, letters that carry every mark, codes, cut marks.

Importing this takes most of a second (fonts, PDF): do it where something is printed, not at start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import matplotlib
import segno
from fpdf import FPDF
from fpdf.enums import Align
from PIL import Image

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0  # mm, A4
SIDE, TOP = 6.0, 8.0  # mm that no office printer reaches, and the page's title
MARK = 1.5  # mm, half a cut mark
QR_MASK = 3  # any mask can be read; choosing one spares comparing eight

FONT = "DejaVu"  # it has every Vietnamese letter, and matplotlib brings it along

Item = TypeVar("Item")


def document(title: str, size: str = "A4") -> FPDF:
    """An empty document without margins of its own."""
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdf = FPDF(format=size)
    pdf.add_font(FONT, "", fonts / "DejaVuSans.ttf")
    pdf.add_font(FONT, "B", fonts / "DejaVuSans-Bold.ttf")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_title(title)
    pdf.set_lang("vi")
    return pdf


def finished(pdf: FPDF) -> bytes:
    _wrapped.cache_clear()  # it would keep the document alive
    return bytes(pdf.output())


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal pieces that fill an A4 page, to be cut apart."""

    columns: int
    rows: int

    @property
    def width(self) -> float:
        return (PAGE_WIDTH - 2 * SIDE) / self.columns

    @property
    def height(self) -> float:
        return (PAGE_HEIGHT - 2 * TOP) / self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        """The upper left corner of each piece, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield SIDE + column * self.width, TOP + row * self.height


def lay_out(
    pdf: FPDF,
    grid: Grid,
    title: str,
    items: Sequence[Item],
    draw: Callable[[FPDF, Item, float, float], None],
    advance: Callable[[int, int], None] = lambda page, pages: None,
) -> None:
    """Pages of pieces under one title, with marks where to cut; `advance` hears each page."""
    most = grid.columns * grid.rows
    pages = -(-len(items) // most)
    for page in range(pages):
        pdf.add_page()
        _heading(pdf, title, page + 1, pages)
        _cut_marks(pdf, grid)
        part = items[page * most : (page + 1) * most]
        for (left, top), item in zip(grid.places(), part, strict=False):
            draw(pdf, item, left, top)
        advance(page + 1, pages)


def _heading(pdf: FPDF, title: str, page: int, pages: int) -> None:
    pdf.set_font(FONT, size=6)
    pdf.set_xy(SIDE, 1.5)
    pdf.cell(PAGE_WIDTH - 2 * SIDE, 3, f"{title} – trang {page}/{pages}", align=Align.C)


def _cut_marks(pdf: FPDF, grid: Grid) -> None:
    """Small crosses where the corners of the pieces meet."""
    pdf.set_line_width(0.1)
    for row in range(grid.rows + 1):
        for column in range(grid.columns + 1):
            x, y = SIDE + column * grid.width, TOP + row * grid.height
            pdf.line(x - MARK, y, x + MARK, y)
            pdf.line(x, y - MARK, x, y + MARK)


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text is set: size in points, height of a line in mm."""

    size: float
    line: float
    bold: bool = False
    align: Align = Align.C
    at_most: int = 2  # lines


def write(pdf: FPDF, text: str, x: float, y: float, width: float, letters: Letters) -> float:
    """Text in lines that fit; what does not fit into those it may have ends in "…".

    Returns where the next line would begin.
    """
    pdf.set_font(FONT, "B" if letters.bold else "", letters.size)
    lines = _wrapped(pdf, text, letters, width)
    for index, part in enumerate(lines):
        pdf.set_xy(x, y + index * letters.line)
        pdf.cell(width, letters.line, part, align=letters.align)
    return y + len(lines) * letters.line


@lru_cache(maxsize=2000)  # cells and instructions are the same on many pieces
def _wrapped(pdf: FPDF, text: str, letters: Letters, room: float) -> list[str]:
    """The text in lines that fit, measured in the font that is set."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if pdf.get_string_width(longer) <= room:
            lines[-1] = longer
        else:
            lines += [_shortened(pdf, word, room)]
    lines = [part for part in lines if part]
    most = letters.at_most
    if len(lines) > most:
        lines[most - 1] = _shortened(pdf, f"{lines[most - 1]} {lines[most]}", room)
    return lines[:most]


def _shortened(pdf: FPDF, text: str, room: float) -> str:
    if pdf.get_string_width(text) <= room:
        return text
    while text and pdf.get_string_width(text + "…") > room:
        text = text[:-1].rstrip()
    return text + "…"


def qr(link: str) -> BytesIO:
    """A small picture of one pixel a module, with the quiet zone that scanners need."""
    drawn = BytesIO()
    code = segno.make_qr(link, error="m", mask=QR_MASK, boost_error=False)
    rows = [bytes(0 if dark else 255 for dark in row) for row in code.matrix_iter(border=4)]
    Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows)).convert("1").save(drawn, "PNG")
    return drawn
