"""The paper route: a list to sign on at the door, with names or with empty lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import Align

from reports.paper import PAGE_HEIGHT, PAGE_WIDTH, Letters, document, finished, write

MARGIN = 14.0
ROW = 9.4  # mm: room for a signature
FOOT = 14.0
COLUMNS = (
    ("STT", 12.0),
    ("Họ và tên", 62.0),
    ("Năm sinh", 20.0),
    ("Chi bộ", 48.0),
    ("Ký tên", 40.0),
)
CENTRED = (0, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    unit: str
    session: str
    venue: str
    day: str  # "09/12/2016"


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who is expected; empty: whoever comes writes it in."""

    name: str = ""
    birth_year: str = ""
    cell: str = ""


def sign_sheet_pdf(heading: Heading, names: Sequence[Line], blank: int) -> bytes:
    """The names, then so many empty lines, and more to the end of the last page."""
    pdf = document(f"Danh sách ký tên – {heading.venue}")
    lines = [*names, *[Line()] * blank]
    done, page = 0, 0
    while done < len(lines) or page == 0:
        pdf.add_page()
        page += 1
        y = _heads(pdf, _title(pdf, heading))
        while y + ROW <= PAGE_HEIGHT - FOOT:
            line = lines[done] if done < len(lines) else Line()
            done += 1
            _row(pdf, y, (str(done), line.name, line.birth_year, line.cell, ""), Letters(10, 4.2))
            y += ROW
        _foot(pdf, page)
    return finished(pdf)


def _title(pdf: FPDF, heading: Heading) -> float:
    width = PAGE_WIDTH - 2 * MARGIN
    y = write(pdf, heading.unit, MARGIN, 10, width, Letters(10, 5))
    y = write(pdf, "DANH SÁCH KÝ TÊN", MARGIN, y + 1, width, Letters(15, 8, bold=True))
    y = write(pdf, f"{heading.session}, ngày {heading.day}", MARGIN, y, width, Letters(11, 5.4))
    return write(pdf, heading.venue, MARGIN, y, width, Letters(11, 5.4, bold=True)) + 3


def _heads(pdf: FPDF, y: float) -> float:
    _row(pdf, y, [name for name, _ in COLUMNS], Letters(9, 4.2, bold=True), is_head=True)
    return y + ROW


def _row(
    pdf: FPDF, y: float, words: Sequence[str], letters: Letters, *, is_head: bool = False
) -> None:
    pdf.set_line_width(0.2)
    x = MARGIN
    for index, ((_, width), text) in enumerate(zip(COLUMNS, words, strict=True)):
        pdf.rect(x, y, width, ROW)
        align = Align.C if is_head or index in CENTRED else Align.L
        shape = Letters(letters.size, letters.line, letters.bold, align, at_most=1)
        write(pdf, text, x + 1, y + (ROW - letters.line) / 2, width - 2, shape)
        x += width


def _foot(pdf: FPDF, page: int) -> None:
    words = f"Trang {page}. Cán bộ phụ trách điểm danh nhập kết quả vào hệ thống sau buổi học."
    write(pdf, words, MARGIN, PAGE_HEIGHT - 10, PAGE_WIDTH - 2 * MARGIN, Letters(8, 4))
