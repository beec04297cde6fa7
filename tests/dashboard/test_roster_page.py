"""The roll from a page: seen before it is taken, taken as it was seen, one's own only."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from domain.rights import Role
from storage import grants
from storage.schema import audit, members, memberships, units
from tests.dashboard.desk import Desk, desk_of
from tests.dashboard.test_venue_sheets import upload
from tests.roster.files import MEMBER_HEADINGS, UNIT_HEADINGS, workbook
from tests.stories.cast import CAST
from tests.stories.town import Town

PLAIN = ["STT", "Họ và tên", "Năm sinh", "Chi bộ"]
Rows = list[list[Any]]


def cell_of_town() -> Rows:
    """ấp 5 as it stands."""
    found = [part for part in CAST.values() if part.cell == "AP5"]
    return [[n, part.name, part.year, "ấp 5"] for n, part in enumerate(found, 1)]


def book(path: Path, rows: Rows) -> bytes:
    return workbook(path / "danh-sach.xlsx", {"Sheet1": [PLAIN, *rows]}).read_bytes()


async def shown(desk: Desk, content: bytes, unit: str = "TCN") -> httpx.Response:
    """The page of an upload, once it has been compared."""
    page = await upload(desk, "/danh-sach", ("danh-sach.xlsx", content), unit=unit)
    return await settled(desk, page)


async def settled(desk: Desk, page: httpx.Response) -> httpx.Response:
    began = time.monotonic()
    while page.status_code == 200 and "hx-trigger" in page.text and time.monotonic() - began < 60:
        await asyncio.sleep(0.05)
        page = await desk.client.get(str(page.url))
    return page


async def take(desk: Desk, page: httpx.Response) -> httpx.Response:
    """[Nhập danh sách], followed to its end."""
    response = await desk.send(page.url.path.removeprefix("/bang"))
    assert response.status_code == 303, response.text
    return await settled(desk, await desk.client.get(response.headers["location"]))


async def roll(town: Town) -> set[tuple[str, str]]:
    """Names and cells of today."""
    async with town.app.database.read() as db:
        rows = await db.execute(
            select(members.c.name, units.c.code)
            .join(memberships, memberships.c.member_id == members.c.id)
            .join(units, units.c.id == memberships.c.unit_id)
            .where(memberships.c.to_on.is_(None))
        )
        return {(row.name, row.code) for row in rows}


async def test_a_list_is_seen_before_it_is_taken(town: Town, tmp_path: Path) -> None:
    """New, moved and missing ones are shown; nothing is written until it is meant."""
    rows = [*cell_of_town()[1:], [9, "Đinh Văn <b>Mới</b>", 1990, "ấp 5"]]
    rows += [[10, "Tô Thị Lạ", 1980, "Chi bộ Trường học"]]
    async with desk_of(town, "dung", "TCN") as desk:
        before = await roll(town)
        page = await shown(desk, book(tmp_path, rows))
        assert "Đinh Văn &lt;b&gt;Mới&lt;/b&gt;, Chi bộ ấp 5" in page.text
        assert "Tô Thị Lạ, Chi bộ Trường học" in page.text
        assert "Cao Văn Thọ, Chi bộ ấp 5" in page.text  # no longer listed, stays
        assert await roll(town) == before
        done = await take(desk, page)
        assert "Đã nhập danh sách" in done.text
        added = await roll(town) - before
        assert {name for name, _ in added} == {"Đinh Văn <b>Mới</b>", "Tô Thị Lạ"}
        assert before <= await roll(town)
        again = await take(desk, page)  # the form, sent once more
        assert "Đã nhập danh sách" in again.text
    async with town.app.database.read() as db:
        query = select(audit.c.actor_id, audit.c.subject, audit.c.detail).where(
            audit.c.action == "roster.imported"
        )
        [noted] = (await db.execute(query)).all()
    assert (noted.actor_id, noted.subject) == (town.number_of("dung"), "unit 2")
    assert noted.detail["members_new"] == 2


async def test_every_fault_is_listed_with_its_place(town: Town, tmp_path: Path) -> None:
    rows = [[1, "=HYPERLINK(1)", 1950, "ấp 5"], [2, "Lý Văn Hai", "năm nào", ""]]
    async with desk_of(town, "dung", "TCN") as desk:
        before = await roll(town)
        page = await shown(desk, book(tmp_path, rows))
        assert "Không nhập được: 3 lỗi" in page.text
        assert "<td>2</td><td>Họ và tên</td>" in page.text
        assert "Nhập danh sách</button>" not in page.text
        assert (await desk.send(page.url.path.removeprefix("/bang"))).status_code == 303
        assert await roll(town) == before


async def test_a_roll_that_changed_meanwhile_is_shown_anew(town: Town, tmp_path: Path) -> None:
    """What is written is what was looked at, or nothing."""
    async with desk_of(town, "dung", "TCN") as desk, desk_of(town, "tam", "TG") as other:
        one = await shown(desk, book(tmp_path, [[1, "Đinh Văn Một", 1990, "ấp 5"]]))
        two = await shown(other, book(tmp_path, [[1, "Đinh Văn Một", 1990, "ấp 5"]]))
        assert "Không nhập được" not in two.text
        await take(other, two)
        before = await roll(town)
        page = await take(desk, one)
        assert "Danh sách đã thay đổi từ lúc đồng chí xem" in page.text
        assert await roll(town) == before


async def test_another_communes_people_are_not_touched(town: Town, tmp_path: Path) -> None:
    """By code one could pull anybody over; that is for the level above both."""
    sheets = {
        "Đơn vị": [UNIT_HEADINGS, ["TCN", "Đảng ủy xã Thân Cửu Nghĩa", "đảng ủy xã", "TG"]],
        "Đảng viên": [
            MEMBER_HEADINGS,
            ["DV014", "Lý Thị Xuân", "AP5", "đảng viên", "chính thức", 1960, ""],
        ],
    }
    pulled = workbook(tmp_path / "a.xlsx", sheets).read_bytes()
    renamed = workbook(
        tmp_path / "b.xlsx",
        sheets | {"Đơn vị": [UNIT_HEADINGS, ["TL3", "Chi bộ của tôi", "chi bộ", "TCN"]]},
    ).read_bytes()
    async with desk_of(town, "dung", "TCN") as desk:
        before = await roll(town)
        first = await shown(desk, pulled)
        assert "mã đảng viên DV014 đang thuộc đơn vị khác" in first.text
        second = await shown(desk, renamed)
        assert "đơn vị TL3 không thuộc Đảng ủy xã Thân Cửu Nghĩa" in second.text
        foreign = await upload(desk, "/danh-sach", ("x.xlsx", pulled), unit="TL")
        assert foreign.status_code == 404
        assert await roll(town) == before
    async with desk_of(town, "hoa") as desk:
        assert await desk.status("/danh-sach") == 404
        own = await upload(desk, "/danh-sach", ("x.xlsx", pulled), unit="AP3")
        assert own.status_code == 404
    async with desk_of(town, "tam", "TG") as desk:  # the province may
        assert "Nhập danh sách</button>" in (await shown(desk, pulled, unit="TG")).text


async def test_nobody_becomes_their_superior_by_a_telephone_number(
    town: Town, tmp_path: Path
) -> None:
    """Who holds the number on the roll can register as that member, and then do what they may."""
    heading = [*PLAIN, "Số điện thoại"]
    rows = [[*row, "0987654321" if row[1] == "Hồ Thị Tâm" else ""] for row in cell_of_town()]
    content = workbook(tmp_path / "p.xlsx", {"S": [heading, *rows]}).read_bytes()
    async with desk_of(town, "dung", "TCN") as desk:
        assert "Nhập danh sách</button>" in (await shown(desk, content)).text
        await town.grants("tam", Role.COORDINATOR, unit="TG")
        page = await shown(desk, content)
        assert "số điện thoại của DV012 do cấp trên nhập" in page.text


async def test_names_of_ours_are_for_those_who_may_see_them(town: Town, tmp_path: Path) -> None:
    """The province brings in lists, and still reads no name that was not in them."""
    async with desk_of(town, "tam", "TCN") as near, desk_of(town, "xuan", "TG") as far:
        content = book(tmp_path, cell_of_town()[1:])
        assert "Cao Văn Thọ" in (await shown(near, content)).text
        page = await shown(far, content, unit="TCN")
        assert "Không còn trong tệp" in page.text
        assert "Cao Văn Thọ" not in page.text


async def test_an_upload_is_its_senders_and_lasts_half_an_hour(town: Town, tmp_path: Path) -> None:
    content = book(tmp_path, [[1, "Đinh Văn Một", 1990, "ấp 5"]])
    async with desk_of(town, "dung", "TCN") as desk, desk_of(town, "tam", "TG") as other:
        page = await shown(desk, content)
        path = page.url.path.removeprefix("/bang")
        assert await other.status(path) == 404
        assert (await other.send(path)).status_code == 404
        town.now += timedelta(minutes=30)
        assert await desk.status(path) == 404
        assert (await desk.send(path)).status_code == 404


async def test_a_role_taken_back_meanwhile_writes_nothing(town: Town, tmp_path: Path) -> None:
    async with desk_of(town, "dung", "TCN") as desk:
        await town.grants("dung", Role.COORDINATOR, unit="AP5")
        page = await shown(desk, book(tmp_path, [[1, "Đinh Văn Một", 1990, "ấp 3"]]))
        before = await roll(town)
        async with town.app.database.write() as tx:
            await grants.revoke(tx, town.number_of("dung"), town.now, unit_id=2, venue_id=None)
        response = await desk.send(page.url.path.removeprefix("/bang"))
        assert response.status_code == 404
        assert await roll(town) == before
