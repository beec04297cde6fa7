"""Odd but good files: what people's sheets look like is no fault of theirs."""

import unicodedata
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from domain.phones import phone_hash
from storage.database import Database
from storage.schema import members, units
from tests.roster.files import (
    HOA,
    KEY,
    LAN,
    MEMBER_HEADINGS,
    MINH,
    UNIT_HEADINGS,
    UNITS,
    bring_in,
    everything,
    roll,
    roster,
    workbook,
)

ROLL = [
    ("D1", "Lê Thị Hoa", "AP3", "chính thức", "bí thư"),
    ("DVT000001", "Nguyễn Thị Lan", "AP3", "chính thức", "đảng viên"),
    ("DVT000002", "Trần Văn Minh", "AP4", "dự bị", "đảng viên"),
]


async def test_the_two_sheets_of_the_contract(database: Database, tmp_path: Path) -> None:
    """The plain case: a tree, its cells, its members, codes for those who had none."""
    summary = await bring_in(database, roster(tmp_path / "a.xlsx", [HOA, LAN, MINH]))
    assert await roll(database) == ROLL
    assert (summary.counts["units_new"], summary.counts["members_new"]) == (3, 3)
    async with database.read() as db:
        paths = {row.code: row.path for row in (await db.execute(units.select())).all()}
        hashes = {row.name: row.phone_hash for row in (await db.execute(members.select())).all()}
    assert paths == {"DU": "/1/", "AP3": "/1/2/", "AP4": "/1/3/"}
    assert hashes["Trần Văn Minh"] == phone_hash(KEY, "+84382345678")


async def test_a_dry_run_counts_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    """The operator sees what would happen first."""
    before = await everything(database)
    path = roster(tmp_path / "a.xlsx", [HOA, LAN, MINH])
    summary = await bring_in(database, path, dry_run=True)
    assert summary.counts["members_new"] == 3
    assert await everything(database) == before


async def test_a_sheet_as_a_clerk_made_it(database: Database, tmp_path: Path) -> None:
    """Titles above, columns moved and added, hidden and blank rows, numbers for codes."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("  ĐẢNG  VIÊN ")
    sheet.merge_range("A1:H1", "ĐẢNG BỘ XÃ THÂN CỬU NGHĨA")
    sheet.merge_range("A2:H2", "Danh sách đảng viên, quý IV")
    sheet.write_row("B4", ["STT", "SO DIEN THOAI", "Họ  và  Tên (*)", "mã CHI BỘ", "Chức vụ"])
    sheet.write_row("G4", ["Tình trạng", "Năm sinh", "Ghi chú", "Mã đảng viên"])
    sheet.write_row("B5", ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"])
    decomposed = unicodedata.normalize("NFD", " Nguyễn\u00a0 Thị  Lan ")
    sheet.write_row("B6", [1, 912345678, decomposed, 103.0, "BÍ THƯ", "Chinh thuc"])
    sheet.write_datetime("H6", date(1950, 3, 2), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_row("I6", ["về hưu", 7001])
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.write_row("B900", [2, "+84 (0)912-345.679", "", "103", "", "", "１９６２"])
    sheet.write_formula("D900", '=CONCATENATE("Trần Văn ","Minh")', None, "Trần Văn Minh")
    for row in range(900, 1200):
        sheet.write_blank(row, 3, None, book.add_format({"border": 1}))
    tree = book.add_worksheet("Đơn vị")
    tree.write_row("A1", ["Tên", "Mã", "Mã cấp trên", "Loại", "Chỉ nhập tổng số"])
    tree.write_row("A2", ["Đảng ủy xã", 1, "", "Đảng ủy xã", ""])
    tree.write_row("A3", ["Chi bộ ấp 3", 103, 1, "Chi bộ", ""])
    tree.write_row("A4", ["Ban Chỉ huy Quân sự", 104, 1, "Chi bộ", "X"])
    book.add_worksheet("Biểu đồ").write("A1", "không dùng")
    book.close()
    summary = await bring_in(database, path)
    assert await roll(database) == [
        ("7001", "Nguyễn Thị Lan", "103", "chính thức", "bí thư"),
        ("DVT000001", "Trần Văn Minh", "103", "chính thức", "đảng viên"),
    ]
    assert any("Ghi chú" in warning for warning in summary.warnings)
    assert any("Biểu đồ" in warning for warning in summary.warnings)
    async with database.read() as db:
        years = [row.birth_year for row in (await db.execute(members.select())).all()]
        only = [
            row.code for row in (await db.execute(units.select())).all() if row.is_headcount_only
        ]
    assert years == [1950, 1962]
    assert only == ["104"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ";")],
)
async def test_two_csv_files_as_excel_saves_them(
    database: Database, tmp_path: Path, encoding: str, mark: str
) -> None:
    """A byte-order mark, semicolons, tabs and Windows line ends are fine, in any order of files."""

    def save(name: str, rows: list[list[object]]) -> Path:
        path = tmp_path / name
        lines = [mark.join(f'"{cell}"' for cell in row) for row in rows]
        path.write_bytes("\r\n".join([*lines, mark * 4, ""]).encode(encoding))
        return path

    people = save("xuat_1.csv", [list(MEMBER_HEADINGS), HOA, LAN, MINH])
    tree = save("xuat_2.csv", [list(UNIT_HEADINGS), *[list(unit) for unit in UNITS]])
    await bring_in(database, people, tree)
    assert await roll(database) == ROLL


async def test_a_csv_in_the_old_windows_encoding(database: Database, tmp_path: Path) -> None:
    """Programs of the nineties write cp1258, where marks stand apart from their letters."""
    old = "STT;Họ và tên;Năm sinh;Chi bộ\r\n1;Nguyễn Thị Lan;1950;Ấp 3\r\n"
    path = tmp_path / "cu.csv"
    path.write_bytes(_for_cp1258(old).encode("cp1258"))
    await bring_in(database, path)
    assert [(row[1], row[2]) for row in await roll(database)] == [("Nguyễn Thị Lan", "DU-CB01")]


def _for_cp1258(text: str) -> str:
    """The five tones apart, all other letters whole."""
    written = ""
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
        rest = [part for part in parts if part not in tones]
        written += unicodedata.normalize("NFC", "".join(rest)) + "".join(tones)
    return written


async def test_a_cell_merged_downwards_counts_for_each_row(
    database: Database, tmp_path: Path
) -> None:
    """In a commune's list the name of the cell often stands once, merged over its members."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["STT", "Họ và tên", "Năm sinh", "Chi bộ"])
    for row, name in enumerate(["Lê Thị Hoa", "Nguyễn Thị Lan", "Trần Văn Minh"], start=1):
        sheet.write_row(row, 0, [row, name, 1950])
    sheet.merge_range("D2:D3", "Chi bộ ấp 3")
    sheet.write("D4", "Ấp 4")
    book.close()
    await bring_in(database, path)
    assert [row[2] for row in await roll(database)] == ["DU-CB01", "DU-CB01", "DU-CB02"]


async def test_stored_without_compression(database: Database, tmp_path: Path) -> None:
    """Some programs write workbooks that are not packed at all."""
    packed = roster(tmp_path / "a.xlsx", [HOA, LAN, MINH])
    loose = tmp_path / "B.XLSX"
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(loose, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    await bring_in(database, loose)
    assert await roll(database) == ROLL


async def test_sheet_with_only_what_is_needed(database: Database, tmp_path: Path) -> None:
    """Birth years, phones and member codes may have no column."""
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "Đơn vị": [UNIT_HEADINGS, *UNITS],
            "Đảng viên": [
                ["Họ và tên", "Mã chi bộ", "Chức vụ", "Tình trạng"],
                ["Nguyễn Thị Lan", "ap3", "", ""],
            ],
        },
    )
    await bring_in(database, path)
    assert [(row[1], row[2]) for row in await roll(database)] == [("Nguyễn Thị Lan", "AP3")]


async def test_short_names_right_below_the_headings(database: Database, tmp_path: Path) -> None:
    """Columns numbered below their headings are no member; a short name is."""
    rows = [["", "An", "AP3", "", ""], ["", "Ba", "AP4", "", ""]]
    await bring_in(database, roster(tmp_path / "a.xlsx", rows))
    assert [row[1] for row in await roll(database)] == ["An", "Ba"]
