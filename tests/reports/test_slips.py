"""Registration slips: printed once, handed out on paper, read by people of eighty."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

from reports.slips import Slip, slips_pdf
from tests.reports.reading import texts

EXPIRES = datetime(2027, 2, 15, 3, tzinfo=UTC)


def slip(name: str = "Nguyễn Thị Lan", cell: str = "Chi bộ ấp 3", code: str = "K7P49QXM") -> Slip:
    url = f"https://diemdanh.example.vn/r/{code}"
    return Slip(name=name, cell=cell, code=code, url=url, expires_at=EXPIRES)


def test_a_slip_says_who_where_and_how() -> None:
    """Name, cell, the code in two groups, how to use it and until when."""
    [page] = texts(slips_pdf([slip()], "Phiếu đăng ký"))
    assert page[:4] == ["Phiếu đăng ký – trang 1/1", "Nguyễn Thị Lan", "Chi bộ ấp 3", "K7P4 9QXM"]
    how = " ".join(page[4:])
    assert "Quét mã QR" in how
    assert "15/02/2027" in how


def test_every_vietnamese_letter_has_its_shape() -> None:
    """The font holds all letters with all marks, so that nobody's name shows empty boxes."""
    bases = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    marks = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = {
        unicodedata.normalize("NFC", letter + mark)
        for base in bases
        for letter in (base, base.upper())
        for mark in (marks if base in "aăâeêioôơuưy" else [""])
    }
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        shapes = FT2Font(str(fonts / name)).get_charmap()
        assert {ord(letter) for letter in letters} <= {int(code) for code in shapes}
    names = ["".join(sorted(letters))[start : start + 20] for start in range(0, len(letters), 20)]
    [page] = texts(slips_pdf([slip(name=name) for name in names], "Thử"))
    assert set(names) <= set(page)


def test_twelve_to_a_page() -> None:
    """A cell of thirteen takes a second sheet."""
    pages = texts(slips_pdf([slip(code=f"K7P49Q{number:02d}") for number in range(13)], "Thử"))
    assert [sum(word.startswith("K7P4 ") for word in page) for page in pages] == [12, 1]


def test_long_names_stay_inside_their_slip() -> None:
    """Two lines at most; the end shows that something was left out."""
    [page] = texts(slips_pdf([slip(name="Nguyễn " * 28, cell="x" * 200)], "Thử"))
    assert page[1].startswith("Nguyễn Nguyễn")
    assert page[2].endswith("…")
    assert page[3].endswith("…")
    assert page[4] == "K7P4 9QXM"


def test_nobody_to_print_for() -> None:
    """An empty list is an empty document, not a crash."""
    assert slips_pdf([], "Thử").startswith(b"%PDF")
