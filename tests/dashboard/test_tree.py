"""The table of units: one's own subtree, with figures that add up, and nothing else."""

from __future__ import annotations

from tests.dashboard.desk import desk_of
from tests.stories.town import UNITS, Town


def unit_id(code: str) -> int:
    return list(UNITS).index(code) + 1


async def test_the_commune_sees_its_cells_and_their_figures(town: Town) -> None:
    town.at("07:20")
    minh = await town.registered("minh", "web")
    await minh.types(town.hall.digits)
    async with desk_of(town, "dung", "TCN") as desk:
        page = await desk.page()
        assert "Chi bộ ấp 3" in page
        assert "Chi bộ ấp 5" in page
        assert "1/" in page
        cell = await desk.page(f"/don-vi/{unit_id('AP3')}")
        assert "Đảng ủy xã Thân Cửu Nghĩa" in cell  # the way back


async def test_another_subtree_does_not_exist(town: Town) -> None:
    """Nor what does not exist at all: nobody learns which."""
    async with desk_of(town, "dung", "TCN") as desk:
        for unit in (unit_id("TL3"), unit_id("TG"), 9999):
            assert await desk.status(f"/don-vi/{unit}") == 404
        assert await desk.status(f"/don-vi/{unit_id('AP3')}?dot=77") == 404


async def test_a_secretary_sees_her_cell(town: Town) -> None:
    async with desk_of(town, "hoa") as desk:
        assert "Chi bộ ấp 3" in await desk.page()
        assert await desk.status(f"/don-vi/{unit_id('TCN')}") == 404


async def test_search_without_marks(town: Town) -> None:
    async with desk_of(town, "tam", "TG") as desk:
        page = await desk.page(f"/don-vi/{unit_id('TG')}?tim=ap+3")
        assert page.count("Chi bộ ấp 3") >= 2
        assert "Chi bộ ấp 5" not in page
        nothing = await desk.page(f"/don-vi/{unit_id('TG')}?tim=%3Cb%3Ezzz")
        assert "Không có đơn vị nào có tên như vậy" in nothing
        assert "<b>zzz" not in nothing


async def test_the_part_that_moves_comes_alone(town: Town) -> None:
    """An open page asks for its figures every few seconds."""
    async with desk_of(town, "dung", "TCN") as desk:
        response = await desk.client.get("/bang", headers={"HX-Request": "true"})
        assert response.text.lstrip().startswith("<section")
