"""Importing again: moves and changes are dated, nobody is doubled, nobody is guessed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.sheets import read_sheets
from domain.roster.changes import Changes
from domain.roster.diff import diff
from domain.roster.reading import read_roster
from domain.roster.rows import Known
from storage import revisions
from storage import roster as rolls
from storage.database import Database
from storage.schema import members, memberships, units
from tests.roster.files import (
    DAY,
    HOA,
    LAN,
    MEMBER_HEADINGS,
    MINH,
    UNITS,
    bring_in,
    everything,
    faults_of,
    roll,
    roster,
    workbook,
)

LATER = date(2016, 12, 1)
EVEN_LATER = date(2017, 1, 1)


def person(name: str = "Nguyễn Văn An", **changes: Any) -> list[Any]:
    row = {
        "code": "",
        "name": name,
        "cell": "AP3",
        "position": "đảng viên",
        "status": "chính thức",
        "year": 1950,
        "phone": "",
    }
    return list((row | changes).values())


async def test_a_move_is_dated(database: Database, tmp_path: Path) -> None:
    """On the day before, the member still belongs to the old cell."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    moved = [HOA[0], HOA[1], "AP4", "đảng viên", "miễn sinh hoạt", *HOA[5:]]
    path = roster(tmp_path / "b.xlsx", [moved])
    summary = await bring_in(database, path, as_of=LATER)
    assert summary.counts["members_moved"] == 1
    assert [row[2:] for row in await roll(database, date(2016, 11, 30))] == [
        ("AP3", "chính thức", "bí thư")
    ]
    assert [row[2:] for row in await roll(database, LATER)] == [
        ("AP4", "miễn sinh hoạt", "đảng viên")
    ]
    assert (await bring_in(database, path, as_of=EVEN_LATER)).is_unchanged


async def test_a_mistake_mended_on_the_same_day_leaves_no_trace(
    database: Database, tmp_path: Path
) -> None:
    """What never held for a day is no history."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    await bring_in(database, roster(tmp_path / "b.xlsx", [[HOA[0], HOA[1], "AP4", *HOA[3:]]]))
    async with database.read() as db:
        rows = (await db.execute(select(memberships.c.unit_id, memberships.c.to_on))).all()
    assert [tuple(row) for row in rows] == [(3, None)]


async def test_who_is_not_listed_stays(database: Database, tmp_path: Path) -> None:
    """A shorter list removes nobody; told to, it ends what is missing at that date."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA, LAN, MINH]))
    shorter = roster(tmp_path / "b.xlsx", [HOA], UNITS[:2])
    summary = await bring_in(database, shorter, as_of=LATER)
    assert summary.is_unchanged
    assert summary.counts["members_missing"] == 2
    summary = await bring_in(database, shorter, as_of=LATER, remove_missing=True)
    assert (summary.counts["members_removed"], summary.counts["units_closed"]) == (2, 1)
    assert [row[0] for row in await roll(database, LATER)] == ["D1"]
    assert len(await roll(database, date(2016, 11, 30))) == 3
    async with database.read() as db:
        closed = (await db.execute(select(units.c.code).where(units.c.closed_on == LATER))).all()
    assert [row.code for row in closed] == ["AP4"]
    again = await bring_in(database, shorter, as_of=LATER, remove_missing=True)
    assert again.is_unchanged


async def test_who_was_removed_by_mistake_comes_back_as_themselves(
    database: Database, tmp_path: Path
) -> None:
    """The wrong file was used; the right one restores everybody, also those without a code."""
    path = roster(tmp_path / "a.xlsx", [HOA, LAN, MINH])
    await bring_in(database, path)
    before = await roll(database)
    wrong = roster(tmp_path / "b.xlsx", [HOA])
    await bring_in(database, wrong, as_of=LATER, remove_missing=True)
    await bring_in(database, path, as_of=LATER)
    assert await roll(database, LATER) == before
    await bring_in(database, wrong, as_of=EVEN_LATER, remove_missing=True)
    await bring_in(database, path, as_of=date(2017, 2, 1))
    assert await roll(database, date(2017, 2, 1)) == before
    assert len(await roll(database, date(2017, 1, 15))) == 1


async def test_only_below_what_the_file_speaks_of(database: Database, tmp_path: Path) -> None:
    """A commune's own file, even with --remove-missing, ends nothing in the next commune."""
    tree = [
        ["TG", "Tỉnh ủy", "tỉnh ủy", ""],
        ["X1", "Đảng ủy xã 1", "đảng ủy xã", "TG"],
        ["C1", "Chi bộ 1", "chi bộ", "X1"],
        ["X2", "Đảng ủy xã 2", "đảng ủy xã", "TG"],
        ["C2", "Chi bộ 2", "chi bộ", "X2"],
    ]
    both = [person("Lê Văn Ba", cell="C1"), person("Phạm Thị Bốn", cell="C2")]
    await bring_in(database, roster(tmp_path / "a.xlsx", both, tree))
    own = roster(tmp_path / "b.xlsx", [person("Võ Văn Sáu", cell="C1")], tree[1:3])
    await bring_in(database, own, as_of=LATER, remove_missing=True)
    assert [(row[1], row[2]) for row in await roll(database, LATER)] == [
        ("Phạm Thị Bốn", "C2"),
        ("Võ Văn Sáu", "C1"),
    ]


async def test_a_unit_under_another_superior_takes_all_below_along(
    database: Database, tmp_path: Path
) -> None:
    """Rights and counts follow the path, so every path below must change."""
    tree = [
        ["TG", "Tỉnh ủy", "tỉnh ủy", ""],
        ["H1", "Huyện ủy", "huyện ủy", "TG"],
        ["X1", "Đảng ủy xã 1", "đảng ủy xã", "H1"],
        ["C1", "Chi bộ 1", "chi bộ", "X1"],
    ]
    await bring_in(database, roster(tmp_path / "a.xlsx", [], tree))
    merged = [
        ["X1", "Đảng ủy xã Một", "đảng ủy xã", "V"],
        ["V", "Đảng bộ vùng", "đảng bộ", "TG"],
    ]
    await bring_in(database, roster(tmp_path / "b.xlsx", [], merged), as_of=LATER)
    async with database.read() as db:
        rows = (await db.execute(select(units.c.code, units.c.path, units.c.name))).all()
        numbers = await revisions.read(db)
    assert {row.code: row.path for row in rows} == {
        "TG": "/1/",
        "H1": "/1/2/",
        "V": "/1/5/",
        "X1": "/1/5/3/",
        "C1": "/1/5/3/4/",
    }
    assert numbers[revisions.TREE] > 0


# --- who is who ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "size"),
    [
        # the same two namesakes, in any order
        ([person(), person(year=1962)], [person(year=1962), person()], 2),
        # equal in everything: by count
        ([person(), person()], [person(), person(), person()], 3),
        ([person(), person()], [person()], 2),
        # one of two who stand differently changed
        ([person(), person(status="dự bị")], [person(), person()], 2),
        # both changed alike
        ([person(), person()], [person(status="dự bị"), person(status="dự bị")], 2),
        # a phone or birth year was added, or left out
        ([person(phone="")], [person(phone="0912345678")], 1),
        ([person(year="")], [person(year=1950)], 1),
        ([person(phone="0912345678")], [person(phone="")], 1),
        # an old spelling of the same number
        ([person(phone="0168 234 5678")], [person(phone="+84 382 345 678")], 1),
        # the name in other marks and case
        ([person("Nguyễn Văn An")], [person("NGUYỄN VĂN ÂN")], 1),
        # a namesake beside one who stayed
        ([person()], [person(), person(year=1962)], 2),
        # the same name in another cell is another person
        ([person()], [person(cell="AP4"), person()], 2),
    ],
)
async def test_namesakes_pair_where_it_is_clear(
    database: Database,
    tmp_path: Path,
    before: Sequence[Any],
    after: Sequence[Any],
    size: int,
) -> None:
    """Nobody is doubled, and a second import of the same file finds nothing to do."""
    await bring_in(database, roster(tmp_path / "a.xlsx", before))
    path = roster(tmp_path / "b.xlsx", after)
    await bring_in(database, path, as_of=LATER)
    assert len(await roll(database, LATER)) == size
    assert (await bring_in(database, path, as_of=EVEN_LATER)).is_unchanged


async def test_who_differ_in_the_marks_of_their_names_keep_them(
    database: Database, tmp_path: Path
) -> None:
    """Their names fold to the same: each import exchanged them, and with them their records."""
    names = ["Nguyễn Văn An", "Nguyễn Văn Ân"]
    path = roster(tmp_path / "a.xlsx", [person(name) for name in names])
    await bring_in(database, path)
    assert (await bring_in(database, path, as_of=LATER)).is_unchanged


@pytest.mark.parametrize(
    ("before", "after", "remove_missing"),
    [
        # another birth year: a correction, or somebody else
        ([person()], [person(year=1962)], False),
        # another phone
        ([person(phone="0912345678")], [person(phone="0987654321")], False),
        # one of two equal namesakes changed
        ([person(), person()], [person(), person(status="dự bị")], False),
        # one of two equal namesakes is gone
        ([person(), person()], [person()], True),
        # two namesakes of different age, and one row without an age
        ([person(), person(year=1962)], [person(year="")], False),
    ],
)
async def test_what_stays_ambiguous_is_a_fault(
    database: Database,
    tmp_path: Path,
    before: Sequence[Any],
    after: Sequence[Any],
    remove_missing: bool,
) -> None:
    """The row is named, and the codes that it could mean, so that one can be written beside it."""
    await bring_in(database, roster(tmp_path / "a.xlsx", before))
    path = roster(tmp_path / "b.xlsx", after)
    faults = await faults_of(database, path, as_of=LATER, remove_missing=remove_missing)
    assert all("DVT00000" in fault.reason and fault.column == "Họ và tên" for fault in faults)


async def test_a_code_settles_who_is_meant(database: Database, tmp_path: Path) -> None:
    """The given code in the list turns the doubt into a correction."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [person()]))
    await bring_in(database, roster(tmp_path / "b.xlsx", [person(code="DVT000001", year=1962)]))
    async with database.read() as db:
        rows = (await db.execute(select(members.c.code, members.c.birth_year))).all()
    assert [tuple(row) for row in rows] == [("DVT000001", 1962)]


async def test_a_possible_move_is_pointed_out(database: Database, tmp_path: Path) -> None:
    """Without a code a move looks like a newcomer; the operator is told whom it may be."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [person()]))
    summary = await bring_in(database, roster(tmp_path / "b.xlsx", [person(cell="AP4")]))
    assert any("DVT000001" in warning for warning in summary.warnings)


async def test_a_column_that_is_absent_changes_nothing(database: Database, tmp_path: Path) -> None:
    """A list without phones does not forget them; an empty cell in the column does."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [HOA]))
    sheets = {
        "Đơn vị": [["Mã", "Tên", "Loại", "Mã cấp trên"], *UNITS],
        "Đảng viên": [MEMBER_HEADINGS[:5], HOA[:5]],
    }
    assert (await bring_in(database, workbook(tmp_path / "b.xlsx", sheets))).is_unchanged
    await bring_in(database, roster(tmp_path / "c.xlsx", [[*HOA[:6], ""]]))
    async with database.read() as db:
        assert await db.scalar(select(members.c.phone_hash)) is None


# --- slices ----------------------------------------------------------------------------------


async def test_an_import_that_was_cut_off_is_completed_by_the_next(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a crash leaves is right as far as it goes; nobody is doubled afterwards."""
    monkeypatch.setattr(rolls, "SLICE", 2)
    people = [person(f"Người {number:02d}" + chr(97 + number)) for number in range(9)]
    path = roster(tmp_path / "a.xlsx", people)
    heard = 0

    class Crash(Exception):
        pass

    def crash(count: int) -> None:
        nonlocal heard
        heard += count
        if heard >= 4:
            raise Crash

    async with database.read() as db:
        known = await rolls.load(db)
    changes = await _compare(path, known)
    with pytest.raises(Crash):
        await rolls.apply(database, changes, crash)
    assert len(await roll(database)) == 4
    await bring_in(database, path)
    assert len(await roll(database)) == 9
    assert (await bring_in(database, path)).is_unchanged


async def test_two_imports_cannot_mix(database: Database, tmp_path: Path) -> None:
    """Whoever compared with an older roll must compare again."""
    path = roster(tmp_path / "a.xlsx", [HOA, LAN])
    async with database.read() as db:
        known = await rolls.load(db)
    changes = await _compare(path, known)
    await bring_in(database, path)
    before = await everything(database)
    with pytest.raises(rolls.RollChanged):
        await rolls.apply(database, changes)
    assert await everything(database) == before


async def test_given_codes_are_never_given_twice(database: Database, tmp_path: Path) -> None:
    """Not even after the member who had the last one was deleted."""
    await bring_in(database, roster(tmp_path / "a.xlsx", [person("Lê Văn Ba")]))
    async with database.write() as tx:
        await tx.execute(memberships.delete())
        await tx.execute(members.delete())
    people = [person("Phạm Thị Bốn"), person("Võ Văn Sáu", code="DVT000002")]
    await bring_in(database, roster(tmp_path / "b.xlsx", people))
    assert [row[0] for row in await roll(database)] == ["DVT000003", "DVT000002"]
    async with database.read() as db:
        assert await db.scalar(select(func.count()).select_from(members)) == 2


async def _compare(path: Path, known: Known) -> Changes:
    found = read_roster(await read_sheets([path]), known.units, date(2026, 1, 1))
    return diff(known, found, DAY, str.encode)
