"""The table of units: one's own subtree, with figures that add up, and nothing else."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from storage.schema import members, units
from tests.dashboard.desk import Desk, desk_of
from tests.reports.reading import texts
from tests.stories.cast import UNITS
from tests.stories.town import Town


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


async def test_lagging_cells_are_marked_with_the_reason(town: Town) -> None:
    """In numbers, as the nudge of the next morning would give them; they can be put first."""
    town.at("08:00", day="2017-03-01")
    async with desk_of(town, "dung", "TCN") as desk:
        page = await desk.page(f"/don-vi/{unit_id('TCN')}?sap-xep=lagging")
        assert re.search(r"học tập NQTW4: 0/\d+, đã quá nửa thời gian", page)
        assert 'class="why"' in page


async def test_names_are_for_those_directly_above(town: Town) -> None:
    """The province sees numbers; who misses is for the commune and the cell."""
    path = f"/chi-bo/1/{unit_id('AP3')}"
    for who, unit in (("dung", "TCN"), ("hoa", None)):
        async with desk_of(town, who, unit) as desk:
            page = await desk.page(path)
            assert "Lê Văn Ba (1945)" in page
            assert "Chưa ghi nhận" in page
            assert await desk.status(f"/chi-bo/1/{unit_id('TL3')}") == 404
    async with desk_of(town, "tam", "TG") as desk:
        assert await desk.status(path) == 404
        assert await desk.status(f"{path}.xlsx") == 404


async def test_every_table_is_a_workbook_too(town: Town) -> None:
    """Read back by the reader of rosters; a name like a formula stays a name."""
    async with town.app.database.write() as tx:
        await tx.execute(
            update(units).where(units.c.code == "AP5").values(name='=HYPERLINK("http://x")')
        )
        await tx.execute(update(members).where(members.c.code == "DV005").values(name="@SUM(A1)"))
    async with desk_of(town, "dung", "TCN") as desk:
        rows = await _rows(desk, f"/don-vi/{unit_id('TCN')}.xlsx")
        names = [row[1] for row in rows]
        assert {"Chi bộ ấp 3", '=HYPERLINK("http://x")', "Đảng ủy xã Thân Cửu Nghĩa"} <= set(names)
        heading = rows[3]
        whole, cells = rows[-1], rows[4:-1]
        for column in range(2, 10):
            assert sum(row[column] for row in cells) == whole[column], heading[column]
        people = await _rows(desk, f"/chi-bo/1/{unit_id('AP3')}.xlsx")
        assert "@SUM(A1) (1945)" in {row[1] for row in people}


async def _rows(desk: Desk, path: str) -> list[list[Any]]:
    response = await desk.client.get(f"/bang{path}")
    assert response.status_code == 200
    assert "attachment" in response.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


async def test_acting_goes_through_the_same_conversations(town: Town) -> None:
    """A key of the table opens the conversation inside the dashboard, with the officer's rights."""
    async with desk_of(town, "dung", "TCN") as desk:
        response = await desk.client.post(
            "/bang/chat/messages",
            data={"id": "a" * 16, "command": f"sendfrom {unit_id('TCN')} 1"},
        )
        assert (response.status_code, response.headers["location"]) == (303, "/bang/chat")
        chat = await desk.page("/chat")
        assert "Gửi cho" in chat, re.findall(r"<p>.*?</p>", chat)
        await desk.client.post(
            "/bang/chat/messages", data={"id": "b" * 16, "command": f"sendfrom {unit_id('TG')} 1"}
        )
        assert "không thuộc phạm vi" in await desk.page("/chat")


async def test_a_cell_prints_its_list_and_its_cards(town: Town) -> None:
    """For the paper route and for the door; nobody prints names that they may not see."""
    path = f"/chi-bo/1/{unit_id('AP3')}"
    async with desk_of(town, "hoa") as desk:
        for file in ("ky-ten.pdf", "the.pdf"):
            response = await desk.client.get(f"/bang{path}/{file}")
            assert response.headers["content-type"] == "application/pdf"
            printed = " ".join(word for page in texts(response.content) for word in page)
            assert "Trần Văn Minh" in printed
            assert "Nguyễn Thị Lan" in printed
        assert await desk.status(f"/chi-bo/1/{unit_id('TL3')}/ky-ten.pdf") == 404
    async with desk_of(town, "tam", "TG") as desk:
        assert await desk.status(f"{path}/the.pdf") == 404


@pytest.mark.parametrize("what", ["", ".xlsx", "/ky-ten.pdf", "/the.pdf"])
async def test_names_of_a_whole_commune_are_nobodys(town: Town, what: str) -> None:
    """The province stands directly above the commune; that is said of cells, not of communes."""
    paths = [f"/chi-bo/1/{unit_id(code)}{what}" for code in ("TG", "TCN", "AP3")]
    async with desk_of(town, "tam", "TG") as desk:
        assert [await desk.status(path) for path in paths] == [404, 404, 404]
    async with desk_of(town, "dung", "TCN") as desk:
        assert [await desk.status(path) for path in paths] == [404, 404, 200]
