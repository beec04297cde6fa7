"""`apply` and `codes` as an operator and a script meet them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.commands.apply import apply
from bot.commands.codes import codes
from bot.refusal import Refused
from domain.codes import CodeKind, Scan, read_signed, typed_digits, venue_of_screen
from domain.plan import PlanFaults
from storage import revisions
from storage.database import Database
from storage.schedules import Schedules
from storage.schema import attendance, audit
from tests.small_plan import campaign, obligation, session, venue
from tests.small_tree import enrol, plant

MORNING = datetime(2016, 12, 9, 0, 30, 10, tzinfo=UTC)  # 07:30:10

PLAN = (
    campaign()
    + session("HN", "Hội nghị", check_out=True)
    + venue("V001", "Hội trường UBND tỉnh", ["X01"])
    + venue("V002", "Nhà văn hóa", ["X02"])
)


@pytest.fixture
async def province(database: Database) -> Database:
    async with database.write() as tx:
        await plant(tx, {"TG": None, "X01": "TG", "X02": "TG"})
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def write(file: Path, text: str, **how: str) -> None:
    file.write_text(text, **{"encoding": "utf-8", **how})


def change(file: Path, old: str, new: str) -> None:
    write(file, file.read_text("utf-8").replace(old, new))


async def test_an_operator_reads_what_changed(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Additions by number, changes one by one; stdout stays clean for scripts."""
    await apply(province, file, now=MORNING)
    await apply(province, file, now=MORNING)
    change(file, "T07:30", "T08:00")
    change(file, "Nhà văn hóa", "Trường học")
    change(file, '["X01"]', '["TG"]')
    await apply(province, file, now=MORNING)
    out, told = capsys.readouterr()
    assert out == ""
    assert told.splitlines() == [
        "Đã thêm: 1 đợt học tập, 1 buổi học, 2 điểm cầu.",
        "Không có gì thay đổi.",
        "Đã sửa buổi học HN: bắt đầu 07:30 09/12/2016 → 08:00 09/12/2016; "
        "mở điểm danh 07:00 09/12/2016 → 07:30 09/12/2016; "
        "đến muộn tính từ 07:45 09/12/2016 → 08:15 09/12/2016.",
        "Đã sửa điểm cầu HN/V001: đơn vị thêm TG, bớt X01.",
        "Đã sửa điểm cầu HN/V002: tên Nhà văn hóa → Trường học.",
    ]


async def test_every_fault_stands_on_a_line_of_its_own(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Place first, as a compiler does; what only the roll can tell is told in the same round."""
    change(file, "check_out = true", 'check_out = "yes"')
    change(file, "T11:30", "T07:00")
    change(file, '["X02"]', '["X99", "X02", 7]')
    with pytest.raises(PlanFaults):
        await apply(province, file, now=MORNING)
    assert capsys.readouterr().err.splitlines() == [
        "Kế hoạch có 4 lỗi, chưa có gì thay đổi.",
        "sessions[0].check_out: phải là true hoặc false",
        "sessions[0].venues[1].units[2]: phải là chữ, đặt trong ngoặc kép",
        "sessions[0].ends_at: kết thúc không sau lúc bắt đầu",
        "sessions[0].venues[1].units[0]: không có đơn vị “X99”, hoặc không thuộc “TG”",
    ]
    assert (await Schedules(province).current(MORNING)).sessions == {}


async def test_a_faulty_file_takes_nothing_away(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt heading leaves no session: that alone is the fault, not all that would be lost."""
    await apply(province, file, now=MORNING)
    await _recorded_somewhere(province)
    change(file, "[[sessions]]", "[[sesions]]")
    change(file, "[[sessions.venues]]", "[[sesions.venues]]")
    change(file, 'unit = "TG"', "unit = 1")
    capsys.readouterr()
    with pytest.raises(PlanFaults):
        await apply(province, file, now=MORNING)
    assert capsys.readouterr().err.splitlines()[1:] == [
        "campaign.unit: phải là chữ, đặt trong ngoặc kép",
        "sesions: không có mục này; có phải là “sessions” không?",
    ]


async def _recorded_somewhere(database: Database) -> None:
    async with database.write() as tx:
        await enrol(tx, "X01", ["lan"])
        await tx.execute(
            insert(attendance).values(
                session_id=1, member_id=1, venue_id=1, at=MORNING, status="present", via="self"
            )
        )


async def test_tet_and_public_holidays_are_warned_about(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The essay of the Tiền Giang campaign was due on the fourth day of Tết."""
    write(file, PLAN + obligation("BTH", "essay", "Bài thu hoạch", "2017-01-31 17:00"))
    await apply(province, file, now=MORNING)
    (warning, *_) = capsys.readouterr().err.splitlines()
    assert warning.startswith("Lưu ý: obligations[0].due_at: ngày 31/01/2017 là ngày nghỉ lễ")
    assert "Tết" in warning


async def test_a_file_that_is_no_toml_is_refused(province: Database, file: Path) -> None:
    """In one Vietnamese sentence, with the line; a date that no calendar has is the usual one."""
    change(file, "opens_on = 2016-11-22", "opens_on = 2016-11-31")
    with pytest.raises(Refused) as refused:
        await apply(province, file, now=MORNING)
    assert str(refused.value) == (
        f"{file}: dòng 5, cột 12: ngày hoặc giờ không có thật, hoặc viết chưa đúng dạng "
        "2016-12-09T07:30:00. Cách sửa: sửa đúng dòng đã nêu."
    )


async def test_what_notepad_writes_is_read(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A byte order mark and Windows line ends are fine; UTF-16 is named; so is a missing file."""
    write(file, PLAN, encoding="utf-8-sig", newline="\r\n")
    await apply(province, file, now=MORNING)
    assert "2 điểm cầu" in capsys.readouterr().err
    write(file, PLAN, encoding="utf-16")
    with pytest.raises(Refused, match="tệp không phải UTF-8"):
        await apply(province, file, now=MORNING)
    with pytest.raises(Refused, match="không đọc được tệp"):
        await apply(province, file.with_name("other.toml"), now=MORNING)


async def test_codes_for_scripts_are_those_of_the_screen(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `codes --json` says checks in, until the time it says."""
    await apply(province, file, now=MORNING)
    capsys.readouterr()
    await codes(province, "nqtw4/hn", now=MORNING, public_url="http://dd.vn", as_json=True)
    out, told = capsys.readouterr()
    assert told == ""
    first, second = json.loads(out)
    assert list(first) == ["venue", "name", "typed", "start", "valid_until", "check_out", "screen"]
    assert (first["venue"], first["name"]) == ("V001", "Hội trường UBND tỉnh")
    assert first["valid_until"] == "2016-12-09T07:30:30+07:00"
    assert first["typed"] != second["typed"]
    assert typed_digits(first["typed"]) == first["typed"]
    schedules = Schedules(province)
    schedule = await schedules.current(MORNING)
    soon = MORNING + timedelta(seconds=19)
    scan = read_signed(first["start"].removeprefix("c-"), schedule, soon)
    assert isinstance(scan, Scan)
    assert schedule.venues[scan.venue_id].code == "V001"
    assert schedules.typed.read(first["typed"], None, soon) == replace(scan, is_typed=True)
    leaving = read_signed(first["check_out"]["start"].removeprefix("c-"), schedule, soon)
    assert isinstance(leaving, Scan)
    assert leaving.kind is CodeKind.CHECK_OUT
    address, token = first["screen"].split("/man-hinh/")
    shown = venue_of_screen(token, schedule)
    assert address == "http://dd.vn"
    assert shown is not None
    assert shown.code == "V001", "a hall's projector shows that hall"


async def test_a_screen_that_leaked_is_given_another_address(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever photographed the address could check in from home; posters and codes stay good."""
    await apply(province, file, now=MORNING)
    schedules = Schedules(province)

    async def asked(*, renew_screens: bool = False) -> list[dict[str, str]]:
        capsys.readouterr()
        await codes(
            province,
            "NQTW4/HN",
            now=MORNING,
            public_url="http://dd.vn",
            as_json=True,
            renew_screens=renew_screens,
        )
        return list(json.loads(capsys.readouterr().out))

    async def opened(wall: dict[str, str]) -> str | None:
        token = wall["screen"].rpartition("/")[2]
        schedules.forget()
        venue = venue_of_screen(token, await schedules.current(MORNING))
        return venue.code if venue else None

    before, revision = await asked(), await plan_revision(province)
    once, twice = await asked(renew_screens=True), await asked(renew_screens=True)
    assert [(w["typed"], w["start"]) for w in twice] == [(w["typed"], w["start"]) for w in before]
    assert [await opened(wall) for wall in (*before, *once)] == [None] * 4
    assert [await opened(wall) for wall in twice] == ["V001", "V002"]
    assert await asked() == twice
    assert await plan_revision(province) > revision, "a running bot must hear of it"
    async with province.read() as db:
        noted = (await db.execute(select(audit).where(audit.c.action == "screens_renewed"))).all()
    assert [row.detail for row in noted] == [{"count": 2}] * 2


async def plan_revision(database: Database) -> int:
    async with database.read() as db:
        return (await revisions.read(db))[revisions.PLAN]


async def test_codes_for_people(
    province: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table with the address that the QR opens; a session of another day is pointed out."""
    change(file, "check_out = true", 'codes = "static"')
    await apply(province, file, now=MORNING)
    capsys.readouterr()
    yesterday = MORNING - timedelta(days=1)
    await codes(province, "NQTW4/HN", now=yesterday, public_url="http://dd.vn")
    out, told = capsys.readouterr()
    assert "http://dd.vn/c/" in out
    assert "V002 Nhà văn hóa: http://dd.vn/man-hinh/" in out
    assert "mở bằng trình duyệt" in out
    assert "11:30:00" in out  # a static code lasts to the end of the session
    assert "từ 07:00, ngày 09/12/2016" in told


@pytest.mark.parametrize("name", ["NQTW4", "NQTW4/", "NQTW4/X", "NQTW5/HN", ""])
async def test_a_session_that_is_not_there_is_refused(
    province: Database, file: Path, name: str
) -> None:
    """With what there is instead."""
    await apply(province, file, now=MORNING)
    with pytest.raises(Refused):
        await codes(province, name, now=MORNING, public_url="", as_json=True)
