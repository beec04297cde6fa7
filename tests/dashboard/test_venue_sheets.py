"""Venues of a session from a sheet: looked at, then applied; nothing harmful gets in."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
from sqlalchemy import update

from storage import planning
from storage.schema import units
from tests.dashboard.desk import FORM, Desk, desk_of
from tests.roster.files import workbook
from tests.stories.town import Town

HEADING = ["Mã", "Tên điểm cầu", "Đơn vị", "Triệu tập", "Sức chứa"]


async def upload(desk: Desk, path: str, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
    """A form with a file, followed to the page that it leads to."""
    token = FORM.search(await desk.page())
    assert token
    return await desk.client.post(
        f"/bang{path}",
        data={"form": token[1], **fields},
        files=[("file", (name, content)) for name, content in files],
        follow_redirects=True,
    )


async def halls(town: Town, session: str = "HN") -> list[tuple[str, str, tuple[str, ...]]]:
    async with town.app.database.read() as db:
        plan = await planning.stored(db, "NQTW4")
    [found] = [one for one in plan.sessions if one.code == session]
    return [(v.code, v.name, v.units) for v in found.venues]


async def test_a_sheet_of_venues(town: Town, tmp_path: Path) -> None:
    """Units by code or by name; a known hall is changed, a new one gets a code, others stay."""
    async with town.app.database.write() as tx:
        await tx.execute(
            update(units).where(units.c.code == "AP5").values(name="Chi bộ Thuế, Kho bạc",
                                                              folded="chi bo thue, kho bac")
        )  # fmt: skip
    sheet = workbook(
        tmp_path / "diem-cau.xlsx",
        {"Sheet1": [
            ["DANH SÁCH ĐIỂM CẦU"], HEADING,
            ["V001", "Hội trường lớn", "TCN", 120, 150],
            ["", "Nhà văn hóa ấp 5", "chi bộ thuế, kho bạc", "", ""],
            ["", "Trường tiểu học", "AP3; TL3", 40, ""],
        ]},
    ).read_bytes()  # fmt: skip
    async with desk_of(town, "tam", "TG") as desk:
        page = await upload(desk, "/ke-hoach/buoi/1/diem-cau", ("diem-cau.xlsx", sheet))
        assert "Sẽ có 3 thay đổi; 1 điểm cầu khác" in page.text
        assert "tên Hội trường UBND xã → Hội trường lớn" in page.text
        assert len(await halls(town)) == 2
        path = page.url.path.removeprefix("/bang")
        assert (await desk.send(path)).status_code == 303
        assert await halls(town) == [
            ("V001", "Hội trường lớn", ("TCN",)),
            ("V002", "Nhà văn hóa huyện", ("TL",)),
            ("V003", "Nhà văn hóa ấp 5", ("AP5",)),
            ("V004", "Trường tiểu học", ("AP3", "TL3")),
        ]
        assert (await desk.send(path)).status_code == 404  # it is applied once
        again = await upload(desk, "/ke-hoach/buoi/1/diem-cau", ("diem-cau.xlsx", sheet))
        assert "Không có gì thay đổi" in again.text


async def test_every_fault_has_its_row(town: Town, tmp_path: Path) -> None:
    sheet = workbook(
        tmp_path / "v.xlsx",
        {"Điểm cầu": [
            HEADING,
            ["", "Hội trường A", "Chi bộ ấp 3", "", ""],
            ["", "Hội trường B", "Chi bộ ấp 99", "", ""],
            ["", "", "AP5", "", ""],
            ["V 9", "<b>C</b>", "AP5", "nhiều", ""],
            ["", "Hội trường A", "AP3", "", ""],
        ]},
    ).read_bytes()  # fmt: skip
    async with desk_of(town, "tam", "TG") as desk:
        page = (await upload(desk, "/ke-hoach/buoi/1/diem-cau", ("v.xlsx", sheet))).text
        assert "dòng 2, cột Đơn vị: có nhiều đơn vị tên “Chi bộ ấp 3”" in page
        assert "dòng 3, cột Đơn vị: không có đơn vị “Chi bộ ấp 99”" in page
        assert "dòng 4, cột Tên điểm cầu: còn thiếu" in page
        assert "dòng 5, cột Mã: mã “V 9” chỉ được gồm" in page
        assert "dòng 5, cột Triệu tập: phải là số nguyên" in page
        assert "dòng 6: điểm cầu đã có ở dòng 2" in page
        assert "Áp dụng</button>" not in page
        assert len(await halls(town)) == 2


async def test_files_that_are_no_sheets(town: Town) -> None:
    """A renamed photograph, a zip bomb, something far too large, nothing at all."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    path = "/ke-hoach/buoi/1/diem-cau"
    async with desk_of(town, "tam", "TG") as desk:
        photo = await upload(desk, path, ("anh.xlsx", b"\xff\xd8\xff\xe0" + b"x" * 5000))
        assert "không phải tệp .xlsx" in photo.text
        assert "chỉ nhận tệp .xlsx" in (await upload(desk, path, ("a.jpg", b"\xff\xd8"))).text
        assert "quá lớn" in (await upload(desk, path, ("b.xlsx", bomb.getvalue()))).text
        large = await upload(desk, path, ("c.xlsx", b"x" * (13 * 1024 * 1024)))
        assert large.status_code == 413
        assert (await upload(desk, path)).status_code == 422
        sly = await upload(desk, path, ("../../../etc/<b>passwd.csv", b"x;y\n1;2\n"))
        assert "&lt;b&gt;" not in sly.text
        assert "<h1>_b_passwd.csv</h1>" in sly.text
        assert len(await halls(town)) == 2


async def test_an_upload_is_for_whoever_sent_it_and_not_for_long(
    town: Town, tmp_path: Path
) -> None:
    sheet = workbook(tmp_path / "v.xlsx", {"A": [HEADING, ["", "Hội trường A", "AP5", "", ""]]})
    async with desk_of(town, "tam", "TG") as desk, desk_of(town, "dung", "TG") as other:
        page = await upload(desk, "/ke-hoach/buoi/1/diem-cau", ("v.xlsx", sheet.read_bytes()))
        path = page.url.path.removeprefix("/bang")
        assert await other.status(path) == 404
        assert (await other.send(path)).status_code == 404
        assert await desk.status(path) == 200
        town.at("07:45")
        assert await desk.status(path) == 404
        assert len(await halls(town)) == 2
