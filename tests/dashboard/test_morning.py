"""How a session fills, seen from a desk."""

from __future__ import annotations

import re

from tests.dashboard.desk import desk_of
from tests.stories.town import Town


async def test_the_curve_and_the_halls_move_with_the_hall(town: Town) -> None:
    """Everybody of the commune who came, by minute, against those summoned."""
    town.at("07:10")
    async with desk_of(town, "dung", "TCN") as desk:
        assert "Có mặt <strong>0/" in await desk.page("/dien-bien")
        await town.came(["minh", "ba"])
        town.at("07:12")
        page = await desk.page("/dien-bien")
        assert "Có mặt <strong>2/" in page
        assert re.search(r'class="present"/>', page)
        assert re.search(
            r'class="cold"><span class="name">Hội trường UBND xã</span> <strong>2/', page
        )
        assert "Nhà văn hóa huyện" not in page


async def test_before_opening_it_says_when(town: Town) -> None:
    town.at("06:00")
    async with desk_of(town, "dung", "TCN") as desk:
        assert "Điểm danh bắt đầu từ 07:00" in await desk.page("/dien-bien")


async def test_who_has_not_held_the_study_yet(town: Town) -> None:
    """Cells for which no session has begun, with their superior, and out of how many."""
    town.at("07:20")
    async with desk_of(town, "tam", "TG") as desk, desk_of(town, "hoa") as cell:
        page = await desk.page("/chua-to-chuc")
        assert "Còn <strong>3/3</strong> chi bộ" in page
        assert "Đảng ủy xã Tân Lý" in page
        assert (await desk.client.get("/bang/chua-to-chuc.xlsx")).status_code == 200
        assert "Còn <strong>1/1</strong> chi bộ" in await cell.page("/chua-to-chuc")
        town.at("07:30")
        assert "Còn <strong>0/3</strong> chi bộ" in await desk.page("/chua-to-chuc")
