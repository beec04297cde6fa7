"""Files that would hurt whoever opens them: the child suffers, the bot goes on."""

import asyncio
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from bot import sheet_child, sheets
from storage.database import Database
from tests.roster.files import HOA, LAN, bring_in, faults_of, roll, roster

CONTENT_TYPES = "[Content_Types].xml"


def far_cell(path: Path) -> None:
    """A stray cell in the last corner of the sheet: the parser asks for 512 GB and aborts."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Đảng viên")
    sheet.write(0, 0, "Họ và tên")
    sheet.write(1_048_575, 16_383, "x")
    book.close()


def far_enough_to_fill_the_memory(path: Path) -> None:
    """Not absurd to the parser, but more than a child may have."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Đảng viên")
    sheet.write(0, 0, "Họ và tên")
    sheet.write(99_999, 999, "x")
    book.close()


def bomb(path: Path) -> None:
    """A part that unpacks to a thousand times its size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 200_000_000)


def lying_bomb(path: Path) -> None:
    """The same, but its directory says that it is small."""
    bomb(path)
    data = path.read_bytes().replace(struct.pack("<I", 200_000_000), struct.pack("<I", 2_000))
    path.write_bytes(data)


def many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(CONTENT_TYPES, "<Types/>")
        for number in range(3000):
            archive.writestr(f"xl/{number}.xml", "<a/>")


def entities(path: Path) -> None:
    """ "A billion laughs" in the shared strings."""
    good = roster(path.with_name("good.xlsx"), [HOA])
    lines = ["<!DOCTYPE lolz [", '<!ENTITY a "ha">']
    lines += [
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sharedStrings.xml"):
                data = data.replace(b"<sst", "\n".join([*lines, "]>", "<sst"]).encode(), 1)
                data = data.replace("Lê Thị Hoa".encode(), b"&i;")
            target.writestr(name, data)


def truncated(path: Path) -> None:
    data = roster(path, [HOA, LAN]).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def garbled(path: Path) -> None:
    data = bytearray(roster(path, [HOA, LAN]).read_bytes())
    data[200:400] = b"\xaa" * 200
    path.write_bytes(bytes(data))


def locked(path: Path) -> None:
    """A password puts the workbook into a container of another kind, with this signature."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))


def picture(path: Path) -> None:
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20)


def document(path: Path) -> None:
    """A zip archive, but no workbook."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (far_cell, "rất xa bảng"),
        (far_enough_to_fill_the_memory, "rất xa bảng"),
        (bomb, sheet_child.TOO_LARGE),
        (lying_bomb, sheet_child.BROKEN),
        (many_parts, sheet_child.TOO_LARGE),
        (entities, sheet_child.DOCTYPE),
        (truncated, sheet_child.BROKEN),
        (garbled, sheet_child.BROKEN),
        (locked, sheet_child.LOCKED),
        (picture, sheet_child.NOT_XLSX),
        (document, sheet_child.NOT_XLSX),
        (empty, "tệp rỗng"),
        (huge, "lớn hơn 40 MB"),
    ],
)
async def test_a_hostile_workbook_is_a_fault(
    database: Database, tmp_path: Path, make: Callable[[Path], None], reason: str
) -> None:
    """The reason is told, the database is as it was, and the next file is read as ever."""
    path = tmp_path / "xau.xlsx"
    make(path)
    [fault] = await faults_of(database, path)
    assert fault.sheet == "xau.xlsx"
    assert reason in fault.reason
    await bring_in(database, roster(tmp_path / "tot.xlsx", [HOA]))
    assert len(await roll(database)) == 1


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("anh.csv", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), sheet_child.NOT_CSV),
        ("so.csv", b"PK\x03\x04" + bytes(200), sheet_child.NOT_CSV),
        ("cu.csv", "Hä vµ tªn;Chi bé\nNguyÔn".encode("cp1252"), sheet_child.ENCODING),
        ("ds.pdf", b"%PDF-1.7", "chỉ nhận tệp .xlsx hoặc .csv"),
        ("ds.xls", b"\xd0\xcf\x11\xe0", "chỉ nhận tệp .xlsx hoặc .csv"),
    ],
)
async def test_what_is_no_csv_either(
    database: Database, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    """A renamed picture, a font encoding of the nineties, another kind of file."""
    path = tmp_path / name
    path.write_bytes(data)
    [fault] = await faults_of(database, path)
    assert reason in fault.reason


async def test_all_unreadable_files_are_told(database: Database, tmp_path: Path) -> None:
    """Several files, several faults."""
    picture(tmp_path / "a.xlsx")
    faults = await faults_of(database, tmp_path / "a.xlsx", tmp_path / "b.csv")
    assert [fault.sheet for fault in faults] == ["a.xlsx", "b.csv"]


async def test_a_child_that_never_ends(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parent's clock ends it, and no process is left behind."""
    monkeypatch.setattr(sheets, "TIMEOUT", 0.01)
    [fault] = await faults_of(database, roster(tmp_path / "a.xlsx", [HOA]))
    assert "không đọc được" in fault.reason


async def test_the_loop_runs_on_meanwhile(database: Database, tmp_path: Path) -> None:
    """While the child struggles, other work of the process goes on."""
    far_cell(tmp_path / "xau.xlsx")
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    await faults_of(database, tmp_path / "xau.xlsx")
    heart.cancel()
    assert beats >= 3
