"""A hall's static code for its door: on A3 to be seen across a yard, on A4 for a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fpdf import FPDF

from reports.paper import Letters, document, finished, qr, write


class Size(Enum):
    """The paper, and its width and height in mm."""

    A3 = (297.0, 420.0)
    A4 = (210.0, 297.0)


TYPED_AT = 237.0  # mm from the top of an A4 page


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What hangs at the door; all of it stays the same until the session is over."""

    unit: str
    session: str
    venue: str
    when: str  # "07:00–11:30, ngày 09/12/2016"
    url: str
    typed: str  # "482 913"


def poster_pdf(poster: Poster, size: Size) -> bytes:
    """One page; drawn once for A4 and enlarged."""
    pdf = document(f"Điểm danh – {poster.venue}", size.name)
    pdf.add_page()
    _draw(pdf, poster, size.value[0], size.value[0] / Size.A4.value[0])
    return finished(pdf)


def _draw(pdf: FPDF, poster: Poster, page: float, scale: float) -> None:
    side, width = 14 * scale, page - 28 * scale

    def line(text: str, y: float, letters: Letters) -> float:
        size, height = letters.size * scale, letters.line * scale
        larger = Letters(size, height, letters.bold, letters.align, letters.at_most)
        return write(pdf, text, side, y * scale, width, larger) / scale

    y = line(poster.unit, 13, Letters(13, 6))
    y = line("ĐIỂM DANH", y + 4, Letters(40, 17, bold=True))
    y = line(poster.venue, y + 1, Letters(20, 9, bold=True))
    y = line(poster.session, y + 2, Letters(13, 6))
    y = line(f"Giờ điểm danh: {poster.when}", y + 1, Letters(13, 6))
    room = TYPED_AT - 2 - y
    qr_size = min(room, width / scale)
    left, top = (page - qr_size * scale) / 2, (y + (room - qr_size) / 2) * scale
    pdf.image(qr(poster.url), left, top, qr_size * scale, qr_size * scale)
    y = line("Quét mã bằng máy ảnh điện thoại, hoặc nhập mã", TYPED_AT, Letters(15, 7))
    y = line(poster.typed, y, Letters(64, 26, bold=True))
    y = line("Không dùng điện thoại: gặp cán bộ phụ trách điểm danh.", y + 1, Letters(12, 5.5))
    line("Kết quả có giá trị như nhau.", y, Letters(12, 5.5))
