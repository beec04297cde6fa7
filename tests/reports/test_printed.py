"""What hangs at the door and lies on the table there: posters, lists to sign, cards."""

from __future__ import annotations

import re

import pytest

from reports.cards import Card, cards_pdf
from reports.posters import Poster, Size, poster_pdf
from reports.sign_sheet import Heading, Line, sign_sheet_pdf
from tests.reports.reading import texts

POSTER = Poster(
    unit="Đảng ủy xã Thân Cửu Nghĩa",
    session="Hội nghị trực tuyến toàn tỉnh",
    venue="Hội trường UBND xã Thân Cửu Nghĩa",
    when="07:00–11:30, ngày 09/12/2016",
    url="https://dd.example.vn/c/AwAAAAE",
    typed="482 913",
)
HEADING = Heading(unit=POSTER.unit, session=POSTER.session, venue=POSTER.venue, day="09/12/2016")


def sheet_of(pdf: bytes) -> tuple[int, int]:
    """Width and height in mm."""
    width, height = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0]
    return round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)


@pytest.mark.parametrize(("size", "sheet"), [(Size.A3, (297, 420)), (Size.A4, (210, 297))])
def test_a_poster_says_where_when_and_how(size: Size, sheet: tuple[int, int]) -> None:
    """One sheet, of the size that the printer is asked for, with the digits for those who type."""
    pdf = poster_pdf(POSTER, size)
    [page] = texts(pdf)
    assert page[:5] == [
        POSTER.unit,
        "ĐIỂM DANH",
        POSTER.venue,
        POSTER.session,
        "Giờ điểm danh: 07:00–11:30, ngày 09/12/2016",
    ]
    assert "482 913" in page
    assert "Không dùng điện thoại: gặp cán bộ phụ trách điểm danh." in page
    assert sheet_of(pdf) == sheet


def test_a_long_name_leaves_room_for_the_code() -> None:
    """Two lines each; whatever a hall is called, the sheet stays one sheet."""
    long = "Hội trường trung tâm chính trị bồi dưỡng cán bộ " * 4
    poster = Poster(**{**{name: getattr(POSTER, name) for name in POSTER.__slots__}, "venue": long})
    [page] = texts(poster_pdf(poster, Size.A4))
    assert any(line.endswith("…") for line in page)
    assert "482 913" in page


def test_a_list_of_names_has_room_for_more() -> None:
    """Names first; whoever is not on it is written into the lines below."""
    names = [
        Line("Nguyễn Thị Lan", "1950", "Chi bộ ấp 3"),
        Line("Trần Văn Minh", "", "Chi bộ ấp 3"),
    ]
    [page] = texts(sign_sheet_pdf(HEADING, names, 3))
    assert page[:9] == [
        HEADING.unit,
        "DANH SÁCH KÝ TÊN",
        "Hội nghị trực tuyến toàn tỉnh, ngày 09/12/2016",
        HEADING.venue,
        *("STT", "Họ và tên", "Năm sinh", "Chi bộ", "Ký tên"),
    ]
    assert page[9:13] == ["1", "Nguyễn Thị Lan", "1950", "Chi bộ ấp 3"]
    assert page[13:16] == ["2", "Trần Văn Minh", "Chi bộ ấp 3"]
    assert page[16:18] == ["3", "4"]


@pytest.mark.parametrize(("blank", "pages"), [(0, 1), (25, 1), (26, 2), (140, 6)])
def test_there_are_lines_for_everybody_summoned(blank: int, pages: int) -> None:
    """When the line is down for the whole morning, the whole hall signs."""
    found = texts(sign_sheet_pdf(HEADING, (), blank))
    assert len(found) == pages
    numbers = [int(word) for page in found for word in page if word.isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= blank


def card(number: int, cell: str = "Chi bộ ấp 3", cell_id: int = 1) -> Card:
    return Card(
        number=f"DV{number:03}",
        name="Nguyễn Thị Lan",
        cell_id=cell_id,
        cell=cell,
        url="https://dd.example.vn/t/x",
    )


def test_a_card_has_a_large_number_and_a_name() -> None:
    [page] = texts(cards_pdf([card(7)], "Đảng ủy xã"))
    assert page[:5] == [
        "Chi bộ ấp 3 – trang 1/1",
        "THẺ DỰ HỌC TẬP",
        "Nguyễn Thị Lan",
        "Chi bộ ấp 3",
        "DV007",
    ]


def test_each_cell_gets_its_own_stack() -> None:
    """Eight to a page; two communes may each have a cell of the same name."""
    cards = [card(n) for n in range(9)] + [card(9, cell_id=2), card(10, "Chi bộ ấp 5", 3)]
    pages = texts(cards_pdf(cards, "Đảng ủy xã"))
    assert [page[0] for page in pages] == [
        "Chi bộ ấp 3 – trang 1/2",
        "Chi bộ ấp 3 – trang 2/2",
        "Chi bộ ấp 3 – trang 1/1",
        "Chi bộ ấp 5 – trang 1/1",
    ]
    assert [sum(word.startswith("DV") for word in page) for page in pages] == [8, 1, 1, 1]
