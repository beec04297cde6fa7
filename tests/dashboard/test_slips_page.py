"""Codes on paper: for those without an account whose code is this officer's to hand out."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
import pytest
from sqlalchemy import event, select

from domain.rights import Role
from storage.schema import audit, invitations
from tests.dashboard.desk import Desk, desk_of
from tests.dashboard.test_tree import unit_id
from tests.stories.town import Town


async def printed(desk: Desk, unit: str) -> httpx.Response:
    """[Tải phiếu PDF], and the page once the file is there."""
    response = await desk.send(f"/phieu/don-vi/{unit_id(unit)}")
    assert response.status_code == 303, response.text
    path, began = response.headers["location"], time.monotonic()
    page = await desk.client.get(path)
    while "hx-trigger" in page.text and time.monotonic() - began < 60:
        await asyncio.sleep(0.1)
        page = await desk.client.get(path)
    return page


def figures(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"<dd><strong>(\d+)</strong>", page)]


async def test_slips_of_a_commune(town: Town) -> None:
    """Whoever has an account needs none; the file is a PDF, kept for its printer alone."""
    await town.registered("minh", "web")
    async with desk_of(town, "dung", "TCN") as desk, desk_of(town, "tam", "AP5") as other:
        page = await desk.page("/phieu")
        assert figures(page) == [29, 26, 0]  # minh, dung and tam have accounts
        assert "Chi bộ ấp 3" in page
        ready = await printed(desk, "TCN")
        assert "Đã có 26 phiếu" in ready.text
        path = ready.url.path.removeprefix("/bang")
        pdf = await desk.client.get(f"/bang{path}.pdf")
        assert pdf.content.startswith(b"%PDF")
        assert pdf.headers["cache-control"] == "no-store"
        assert await other.status(path) == 404
        assert await other.status(f"{path}.pdf") == 404
    async with town.app.database.read() as db:
        query = select(audit).where(audit.c.action == "hand_out_slips")
        [noted] = (await db.execute(query)).all()
        assert (noted.actor_id, noted.subject) == (town.number_of("dung"), "unit 2")
        assert noted.detail == {"count": 26}
        # the slips that were out before are still the good ones
        assert {n for (n,) in await db.execute(select(invitations.c.serial))} == {1}


async def test_a_code_that_reaches_further_is_left_out(town: Town) -> None:
    """Whoever hands out a code could use it for all that its owner may do."""
    await town.grants("cuc", Role.COORDINATOR, unit="TG")
    async with desk_of(town, "dung", "TCN") as desk:
        page = await desk.page(f"/phieu/don-vi/{unit_id('AP5')}")
        assert figures(page) == [5, 3, 1]
        assert "người phát mã có thể dùng mã" in page
    async with desk_of(town, "hoa") as desk:  # a secretary, for her own cell
        assert figures(await desk.page("/phieu"))[1:] == [23, 0]
        assert await desk.status(f"/phieu/don-vi/{unit_id('AP5')}") == 404


async def test_who_sees_only_numbers_hands_out_nothing(town: Town) -> None:
    """The province is not directly above any cell, unless names were granted to it."""
    async with desk_of(town, "tam", "TG") as desk:
        assert figures(await desk.page("/phieu"))[1] == 0
        assert (await desk.send(f"/phieu/don-vi/{unit_id('TCN')}")).status_code == 404
    async with desk_of(town, "tam", "TG", sees_names=True) as desk:
        assert figures(await desk.page("/phieu"))[1] > 0


@pytest.mark.parametrize("unit", ["TL3", "TL", "TG"])
async def test_another_subtree_has_no_slips(town: Town, unit: str) -> None:
    async with desk_of(town, "dung", "TCN") as desk:
        assert await desk.status(f"/phieu/don-vi/{unit_id(unit)}") == 404
        assert (await desk.send(f"/phieu/don-vi/{unit_id(unit)}")).status_code == 404


async def test_roles_are_looked_up_for_all_members_together(town: Town) -> None:
    """Not one question a member: a commune has two thousand."""
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    async with desk_of(town, "dung", "TCN") as desk:
        engine = town.app.database._readers.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        await desk.page("/phieu")
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) < 20
