"""The list as a commune has it: no codes at all."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.refusal import Refused
from storage.database import Database
from storage.schema import units
from tests.roster.files import (
    HOA,
    MEMBER_HEADINGS,
    UNIT_HEADINGS,
    UNITS,
    bring_in,
    everything,
    faults_of,
    roll,
    roster,
    workbook,
)

HEADINGS = ["STT", "Họ và tên", "Năm sinh", "Chi bộ"]
PEOPLE = [
    [1, "Lê Thị Hoa", 1980, "Chi bộ ấp 3"],
    [2, "Nguyễn Thị Lan", 1950, "CB Ấp 3"],
    [3, "Trần Văn Minh", 1962, "ap 4"],
]


def plain(folder: Path, people: list[list[Any]], headings: list[str] = HEADINGS) -> Path:
    return workbook(folder / "danh sach.xlsx", {"Sheet1": [headings, *people]})


async def names(database: Database) -> dict[str, tuple[str, str]]:
    async with database.read() as db:
        rows = (await db.execute(units.select())).all()
    return {row.code: (row.name, row.path) for row in rows}


async def test_into_an_empty_system_as_its_root(database: Database, tmp_path: Path) -> None:
    """Cells are created by name, however it is spelled, below a root with the name given."""
    await bring_in(database, plain(tmp_path, PEOPLE), unit_name="Đảng ủy xã Thân Cửu Nghĩa")
    assert await names(database) == {
        "DU": ("Đảng ủy xã Thân Cửu Nghĩa", "/1/"),
        "DU-CB01": ("Chi bộ ấp 3", "/1/2/"),
        "DU-CB02": ("Chi bộ ap 4", "/1/3/"),
    }
    assert [(row[1], row[2]) for row in await roll(database)] == [
        ("Lê Thị Hoa", "DU-CB01"),
        ("Nguyễn Thị Lan", "DU-CB01"),
        ("Trần Văn Minh", "DU-CB02"),
    ]


async def test_the_same_list_twice_does_not_double_the_roll(
    database: Database, tmp_path: Path
) -> None:
    """The second import finds everybody by cell, name and birth year."""
    path = plain(tmp_path, [*PEOPLE, PEOPLE[0], PEOPLE[0]])
    await bring_in(database, path)
    before = await everything(database)
    summary = await bring_in(database, path)
    assert summary.is_unchanged
    assert await everything(database) == before
    assert len(await roll(database)) == 5


async def test_two_rows_that_nothing_tells_apart_are_pointed_out(
    database: Database, tmp_path: Path
) -> None:
    """They stay two: namesakes of one age do live in one hamlet. But a row copied twice would
    otherwise be found when nobody of that name is ever complete."""
    people = [*PEOPLE, [4, "nguyen thi lan", 1950, "ấp 3"], [5, "Nguyễn Thị Lan", 1951, "ấp 3"]]
    coded = [[*person, f"0870{number}"] for number, person in enumerate(people)]
    path = plain(tmp_path, coded, [*HEADINGS, "Mã đảng viên"])
    assert len((await bring_in(database, path, dry_run=True)).warnings) == 1
    summary = await bring_in(database, plain(tmp_path, people))
    assert len(await roll(database)) == 5
    _, warning = summary.warnings  # the first is about the new root's name
    assert warning.startswith("Sheet1, dòng 3, 5: trùng hoàn toàn")
    assert "được giữ là 2 người" in warning


async def test_a_plain_list_beside_a_coded_roster_is_named(
    database: Database, tmp_path: Path
) -> None:
    """Communes keep their old list in the same workbook; nobody should believe it was read."""
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "Danh sách cũ": [HEADINGS, *PEOPLE],
            "Đơn vị": [UNIT_HEADINGS, *UNITS],
            "Đảng viên": [MEMBER_HEADINGS, HOA],
        },
    )
    summary = await bring_in(database, path)
    assert [row[0] for row in await roll(database)] == ["D1"]
    assert list(summary.warnings) == ["Bỏ qua trang “Danh sách cũ”."]


async def test_a_plain_list_beside_sheets_with_names_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    """The same where the sheets of the roster are not called as the contract says."""
    sheets = {"S1": [UNIT_HEADINGS, *UNITS], "S2": [MEMBER_HEADINGS, HOA]}
    path = workbook(tmp_path / "a.xlsx", {**sheets, "S3": [HEADINGS, *PEOPLE]})
    assert list((await bring_in(database, path)).warnings) == ["Bỏ qua trang “S3”."]


async def test_below_a_unit_that_exists(database: Database, tmp_path: Path) -> None:
    """A cell that is there already is found; only what is new gets a code."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    people = [[1, "Lê Thị Hoa", 1980, "ấp 3"], [2, "Võ Văn Sáu", 1975, "Trường Tiểu học"]]
    path = plain(tmp_path, people)
    summary = await bring_in(database, path, under="du")
    assert (summary.counts["units_new"], summary.counts["members_new"]) == (1, 1)
    assert (await names(database))["DU-CB01"][0] == "Chi bộ Trường Tiểu học"
    assert [(row[0], row[2]) for row in await roll(database)] == [
        ("D1", "AP3"),
        ("DVT000001", "DU-CB01"),
    ]
    assert (await bring_in(database, path, under="DU")).is_unchanged


async def test_a_new_commune_below_the_root(database: Database, tmp_path: Path) -> None:
    """A code nobody has yet, and a name: the commune is created with its cells."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    path = plain(tmp_path, PEOPLE)
    await bring_in(database, path, under="X2", unit_name="Đảng ủy bộ phận 2")
    assert (await names(database))["X2-CB01"] == ("Chi bộ ấp 3", "/1/4/5/")
    [fault] = await faults_of(database, path, under="X3")
    assert "không có đơn vị mang mã X3" in fault.reason


async def test_which_unit_must_be_clear(database: Database, tmp_path: Path) -> None:
    """Where the tree has several levels, nobody guesses."""
    tree = [
        ["TG", "Tỉnh ủy", "tỉnh ủy", ""],
        ["X1", "Đảng ủy xã 1", "đảng ủy xã", "TG"],
        ["C1", "Chi bộ 1", "chi bộ", "X1"],
        ["C2", "Chi bộ 1", "chi bộ", "X1"],
    ]
    await bring_in(database, roster(tmp_path / "a.xlsx", [], tree))
    path = plain(tmp_path, [[1, "Lê Thị Hoa", 1980, "Chi bộ 1"]])
    [fault] = await faults_of(database, path)
    assert "--under" in fault.reason
    [fault] = await faults_of(database, path, under="X1")
    assert (fault.row, fault.column) == (2, "Chi bộ")
    assert "C1, C2" in fault.reason


async def test_a_row_without_a_cell(database: Database, tmp_path: Path) -> None:
    """Nobody is put anywhere by guessing; a row with nothing but its number is blank."""
    people = [*PEOPLE, [4, "Phạm Thị Bốn", 1950, ""], [5, "", "", ""]]
    [fault] = await faults_of(database, plain(tmp_path, people))
    assert (fault.row, fault.column) == (5, "Chi bộ")


async def test_official_codes_come_later(database: Database, tmp_path: Path) -> None:
    """Whoever was given a code keeps their record when their own code arrives."""
    await bring_in(database, plain(tmp_path, PEOPLE))
    coded = [[*PEOPLE[0], "087001"], [*PEOPLE[1], "087002"], [*PEOPLE[2], ""]]
    path = plain(tmp_path, coded, [*HEADINGS, "Mã đảng viên"])
    summary = await bring_in(database, path)
    assert summary.counts["members_new"] == 0
    assert [row[0] for row in await roll(database)] == ["087001", "087002", "DVT000003"]
    assert (await bring_in(database, path)).is_unchanged


async def test_headings_that_nobody_knows_are_shown(database: Database, tmp_path: Path) -> None:
    """Whoever wrote "Tổ" for "Chi bộ" reads what was looked for, and what was found."""
    headings = ["TT", "Đồng chí", "Năm sinh", "Tổ"]
    path = plain(tmp_path, PEOPLE, headings)
    for placed in ({}, {"under": "XA01", "unit_name": "Đảng bộ xã"}):
        (fault,) = await faults_of(database, path, **placed)
        assert fault.sheet == "Sheet1"
        assert fault.reason == (
            "không thấy cột Họ và tên, Chi bộ; thấy: TT, Đồng chí, Năm sinh, Tổ"
        )
    one_wrong = plain(tmp_path, PEOPLE, ["TT", "Họ tên", "Năm sinh", "Tổ"])
    (fault,) = await faults_of(database, one_wrong)
    assert fault.reason == "không thấy cột Chi bộ; thấy: TT, Họ tên, Năm sinh, Tổ"


async def test_a_day_far_ahead_is_a_slip_of_the_hand(database: Database, tmp_path: Path) -> None:
    """It is named itself, not every birth year that it makes impossible."""
    with pytest.raises(Refused, match="01/01/2099"):
        await bring_in(database, plain(tmp_path, PEOPLE), as_of=date(2099, 1, 1))
    assert await roll(database) == []
