"""Files with faults: all of them are listed with their place, and nothing is changed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.commands.roster import import_roster
from storage.database import Database
from tests.roster.files import (
    DAY,
    HOA,
    KEY,
    LAN,
    MEMBER_HEADINGS,
    MINH,
    UNIT_HEADINGS,
    UNITS,
    bring_in,
    faults_of,
    roster,
    workbook,
)


def member(**changes: Any) -> list[Any]:
    """Bà Lan's row with some cells changed, by heading in code."""
    keys = ["code", "name", "cell", "position", "status", "year", "phone"]
    return [changes.get(key, value) for key, value in zip(keys, LAN, strict=True)]


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"name": ""}, "Họ và tên", "để trống"),
        ({"name": '=HYPERLINK("http://x","Lan")'}, "Họ và tên", "công thức"),
        ({"name": "@SUM(A1)"}, "Họ và tên", "công thức"),
        ({"name": "a" * 201}, "Họ và tên", "dài hơn 200"),
        ({"name": "12345"}, "Họ và tên", "không có chữ"),
        ({"name": "Nguy?n Th? Lan"}, "Họ và tên", "bị mất"),
        ({"cell": ""}, "Mã chi bộ", "để trống"),
        ({"cell": "AP9"}, "Mã chi bộ", "không có chi bộ mang mã AP9"),
        ({"cell": "DU"}, "Mã chi bộ", "cấp trên"),
        ({"cell": "QS"}, "Mã chi bộ", "chỉ nhập tổng số"),
        ({"status": "về hưu"}, "Tình trạng", "chính thức, dự bị"),
        ({"position": "chủ tịch"}, "Chức vụ", "bí thư, phó bí thư"),
        ({"year": 1850}, "Năm sinh", "năm sinh"),
        ({"year": 2015}, "Năm sinh", "năm sinh"),
        ({"year": "khoảng 1950"}, "Năm sinh", "năm sinh"),
        ({"phone": "12345"}, "Số điện thoại", "số điện thoại"),
        ({"phone": "hỏi con trai"}, "Số điện thoại", "số điện thoại"),
        ({"code": "D1"}, "Mã đảng viên", "đã có ở dòng 2"),
        ({"code": "d1"}, "Mã đảng viên", "đã có ở dòng 2"),
        ({"code": "1.23457E+11"}, "Mã đảng viên", "rút gọn"),
    ],
)
async def test_a_faulty_member(
    database: Database, tmp_path: Path, changes: dict[str, Any], column: str, reason: str
) -> None:
    """One faulty row is told with its place, and changes nothing."""
    headings = [*UNIT_HEADINGS, "Chỉ nhập tổng số"]
    tree = [*UNITS, ["QS", "Ban Chỉ huy Quân sự", "chi bộ", "DU", "x"]]
    people = [MEMBER_HEADINGS, HOA, member(**changes)]
    path = workbook(tmp_path / "a.xlsx", {"Đơn vị": [headings, *tree], "Đảng viên": people})
    [fault] = await faults_of(database, path)
    assert (fault.row, fault.column) == (3, column)
    assert reason in fault.reason


async def test_a_name_of_forty_thousand_characters(database: Database, tmp_path: Path) -> None:
    """More than a spreadsheet's cell holds, but a .csv file holds anything."""
    tree, people = tmp_path / "don-vi.csv", tmp_path / "dang-vien.csv"
    for path, rows in (
        (tree, [UNIT_HEADINGS, *UNITS]),
        (people, [MEMBER_HEADINGS, HOA, member(name="a" * 40_000)]),
    ):
        path.write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")
    [fault] = await faults_of(database, tree, people)
    assert (fault.row, fault.column) == (3, "Họ và tên")


@pytest.mark.parametrize(
    ("units", "row", "column", "reason"),
    [
        ([*UNITS, ["AP3", "Chi bộ khác", "chi bộ", "DU"]], 5, "Mã", "đã có ở dòng 3"),
        ([*UNITS, ["", "Chi bộ khác", "chi bộ", "DU"]], 5, "Mã", "để trống"),
        ([*UNITS, ["AP5", "", "chi bộ", "DU"]], 5, "Tên", "để trống"),
        ([*UNITS, ["AP5", "Chi bộ khác", "", "DU"]], 5, "Loại", "để trống"),
        ([*UNITS, ["AP5", "Chi bộ khác", "chi bộ", "XX"]], 5, "Mã cấp trên", "mang mã XX"),
        ([*UNITS, ["DU2", "Đảng ủy khác", "đảng ủy xã", ""]], 5, "Mã cấp trên", "cao nhất"),
        ([*UNITS, ["AP5", "Vòng", "chi bộ", "AP5"]], 5, "Mã cấp trên", "vòng lặp"),
    ],
)
async def test_a_faulty_tree(
    database: Database, tmp_path: Path, units: Sequence[Any], row: int, column: str, reason: str
) -> None:
    """Units must form one tree."""
    [fault] = await faults_of(database, roster(tmp_path / "a.xlsx", [HOA], units))
    assert (fault.row, fault.column) == (row, column)
    assert reason in fault.reason


async def test_a_cycle_without_a_root(database: Database, tmp_path: Path) -> None:
    """Two units above each other: both are named, and the missing root."""
    units = [["A", "Đơn vị A", "đảng ủy", "B"], ["B", "Đơn vị B", "đảng ủy", "A"]]
    faults = await faults_of(database, roster(tmp_path / "a.xlsx", [], units))
    assert sorted(fault.row or 0 for fault in faults if "vòng lặp" in fault.reason) == [2, 3]
    assert any("không có đơn vị cao nhất" in fault.reason for fault in faults)


async def test_a_sheet_without_a_single_member(database: Database, tmp_path: Path) -> None:
    """Units alone may be meant; or it is the wrong file, saved before it was filled in."""
    heard: list[str] = []
    file = roster(tmp_path / "a.xlsx", [])
    await import_roster(database, KEY, [file], as_of=DAY, say=heard.append)
    assert any("không có dòng đảng viên nào" in line for line in heard)


async def test_a_second_root_beside_the_one_that_exists(database: Database, tmp_path: Path) -> None:
    """A file of another organisation must not grow a second tree."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    other = [["X", "Đảng ủy khác", "đảng ủy xã", ""], ["X1", "Chi bộ 1", "chi bộ", "X"]]
    [fault] = await faults_of(database, roster(tmp_path / "b.xlsx", [], other))
    assert "cao nhất" in fault.reason


async def test_every_fault_is_listed_at_once(database: Database, tmp_path: Path) -> None:
    """The operator mends the file in one go."""
    units = [*UNITS, ["AP3", "", "chi bộ", "XX"]]
    members = [HOA, member(name="", status="?"), member(cell="AP9", phone="1"), MINH]
    faults = await faults_of(database, roster(tmp_path / "a.xlsx", members, units))
    assert {(fault.sheet, fault.row, fault.column) for fault in faults} == {
        ("Đơn vị", 5, "Mã"),
        ("Đơn vị", 5, "Tên"),
        ("Đơn vị", 5, "Mã cấp trên"),
        ("Đảng viên", 3, "Họ và tên"),
        ("Đảng viên", 3, "Tình trạng"),
        ("Đảng viên", 4, "Mã chi bộ"),
        ("Đảng viên", 4, "Số điện thoại"),
    }


@pytest.mark.parametrize("missing", ["Đơn vị", "Đảng viên"])
async def test_a_sheet_is_missing(database: Database, tmp_path: Path, missing: str) -> None:
    """Half a roster is none."""
    sheets = {
        "Đơn vị": [UNIT_HEADINGS, *UNITS],
        "Đảng viên": [MEMBER_HEADINGS, HOA],
    }
    del sheets[missing]
    [fault] = await faults_of(database, workbook(tmp_path / "a.xlsx", sheets))
    assert (fault.sheet, fault.row) == (missing, None)


@pytest.mark.parametrize(
    ("sheet", "column"),
    [
        *[("Đơn vị", column) for column in UNIT_HEADINGS],
        *[("Đảng viên", column) for column in MEMBER_HEADINGS[1:5]],
    ],
)
async def test_a_column_is_missing(
    database: Database, tmp_path: Path, sheet: str, column: str
) -> None:
    """The missing heading is named, at the row where the headings stand; so are other faults."""
    sheets: dict[str, list[list[Any]]] = {
        "Đơn vị": [list(UNIT_HEADINGS), *UNITS],
        "Đảng viên": [list(MEMBER_HEADINGS), HOA, member(phone="1")],
    }
    sheets[sheet][0][sheets[sheet][0].index(column)] = "Cột khác"
    faults = await faults_of(database, workbook(tmp_path / "a.xlsx", sheets))
    assert [(fault.sheet, fault.row, fault.column) for fault in faults if fault.row == 1] == [
        (sheet, 1, column)
    ]
    assert len(faults) == (2 if sheet == "Đơn vị" else 1)
    (missing,) = [fault for fault in faults if fault.row == 1]
    assert missing.reason == f"thiếu cột này; thấy: {', '.join(sheets[sheet][0])}"


async def test_a_heading_stands_twice(database: Database, tmp_path: Path) -> None:
    """Which of the two is meant cannot be guessed."""
    sheets = {
        "Đơn vị": [UNIT_HEADINGS, *UNITS],
        "Đảng viên": [[*MEMBER_HEADINGS, "HỌ TÊN"], [*HOA, "Lê Hoa"]],
    }
    [fault] = await faults_of(database, workbook(tmp_path / "a.xlsx", sheets))
    assert (fault.column, fault.reason) == ("Họ và tên", "cột này có hai lần")


async def test_a_change_before_the_last_one(database: Database, tmp_path: Path) -> None:
    """A membership cannot end before it began."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    moved = [HOA[0], HOA[1], "AP4", *HOA[3:]]
    [fault] = await faults_of(
        database, roster(tmp_path / "b.xlsx", [moved]), as_of=date(2016, 10, 1)
    )
    assert fault.row == 2
    assert "01/11/2016" in fault.reason
