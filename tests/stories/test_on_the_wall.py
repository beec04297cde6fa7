"""The projector as the hall lives with it, on the whole bot."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from domain import codes
from domain.attendance import Via
from storage import revisions
from storage.schema import campaigns, venues
from tests.reports.reading import texts
from tests.stories.cast import CAST
from tests.stories.town import Town
from web.halls.screen import drawn


@pytest.fixture
def channel(either: str) -> str:
    return either


def wall(town: Town) -> str:
    return f"{town.address}/man-hinh/{codes.screen_token(town.hall.venue)}"


@asynccontextmanager
async def looking(town: Town) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """What the wall is told, for as long as one looks."""

    async def told(stream: httpx.Response) -> AsyncIterator[dict[str, Any]]:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                yield json.loads(line[5:])

    address = f"{wall(town)}/truc-tiep"
    async with asyncio.timeout(30), town.browser().stream("GET", address) as stream:
        yield told(stream)


async def until(stream: AsyncIterator[dict[str, Any]], key: str, value: object) -> dict[str, Any]:
    """The first event that says so."""
    async for said in stream:
        if said[key] == value:
            return said
    raise AssertionError(f"the stream ended without {key} {value}")


@contextmanager
def asked() -> Iterator[Counter[str]]:
    """How often the database was asked for attendance while this lasts, by statement."""
    seen: Counter[str] = Counter()

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        if "attendance" in statement:
            seen[statement] += 1

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


async def test_the_count_moves_with_the_hall(town: Town, channel: str) -> None:
    """Two seconds after her telephone says so the wall does, without telling who came."""
    lan = await town.registered("lan", channel)
    async with looking(town) as events:
        before = await anext(events)
        assert (before["present"], before["arrivals"]) == (0, "")
        await lan.scans(town.hall.qr())
        begun = time.monotonic()
        after = await until(events, "present", 1)
        assert time.monotonic() - begun < 2
    assert after["count"] == "1/28 (3,6%)"
    assert after["arrivals"] == "07:12"


async def test_initials_where_the_plan_says_so(town: Town, channel: str) -> None:
    """The first letters of those who came last; never a name."""
    async with town.app.database.write() as tx:
        await tx.execute(update(campaigns).values(arrivals="initials"))
    lan, minh = await town.registered("lan", channel), await town.registered("minh", channel)
    await lan.scans(town.hall.qr())
    town.at("07:13")
    await minh.scans(town.hall.qr())
    async with looking(town) as events:
        assert (await anext(events))["arrivals"] == "07:13 T.V.M. · 07:12 N.T.L."


async def test_qr_and_digits_are_of_one_window(town: Town) -> None:
    """Of the same as any other screen of the hall shows at that time, also when it changes."""
    async with looking(town) as events:
        for time_of_day in ("07:12:29", "07:12:30", "07:13:05"):
            town.at(time_of_day)
            digits = f"{town.hall.digits[:3]} {town.hall.digits[3:]}"
            said = await anext(events)
            while said.get("code", {}).get("typed") != digits:
                said = await anext(events)
            assert said["code"]["qr"] == drawn(town.hall.qr())
            assert said["code"]["window"] == said["window"]
            assert 0 < said["code"]["ends_at"] - said["at"] <= 30_000


async def test_nobodys_name_is_on_the_wall(town: Town) -> None:
    """Whoever passes by the hall, or holds its address, reads numbers and times."""
    await town.came(CAST)
    browser = town.browser()
    pages = [(await browser.get(wall(town) + part)).text for part in ("", "/so-lieu")]
    pdf = await browser.get(f"{wall(town)}/ky-ten.pdf")
    said = " ".join([*pages, *(word for page in texts(pdf.content) for word in page)])
    assert "28 " in said
    assert [part.name for part in CAST.values() if part.name in said] == []


async def test_any_number_of_screens_costs_one_look(town: Town) -> None:
    """Ten or five hundred: one statement a tick. All of them show the same."""

    async def watch(seconds: float) -> dict[str, Any]:
        last: dict[str, Any] = {}
        ends = time.monotonic() + seconds
        async with looking(town) as events:
            async for said in events:
                last |= said
                if time.monotonic() > ends:
                    break
        return last

    await town.browser().get(wall(town))  # the schedule and the number summoned are known by now
    with asked() as statements:
        begun = time.monotonic()
        shown = await asyncio.gather(*(watch(4) for _ in range(40)))
        ticks = time.monotonic() - begun
    assert len({(one["code"]["typed"], one["code"]["qr"], one["count"]) for one in shown}) == 1
    looks = sum(
        times for statement, times in statements.items() if "sum(revisions.number)" in statement
    )
    assert looks <= ticks + 3, "a tick each second, and a look for those who have just come"
    assert sum(statements.values()) - looks <= 3, statements


async def test_a_hall_that_is_renamed_changes_its_wall(town: Town) -> None:
    """The plan is applied anew in the morning; nobody walks to the projector to reload."""
    async with looking(town) as events:
        await anext(events)
        async with town.app.database.write() as tx:
            await tx.execute(
                update(venues).where(venues.c.id == town.hall.venue.id).values(name="Nhà thi đấu")
            )
            await revisions.bump(tx, revisions.PLAN)
        await until(events, "venue", "Nhà thi đấu")


async def test_a_wall_whose_secret_is_changed_goes_dark(town: Town) -> None:
    """A screen's address that went astray is worth nothing from then on."""
    async with looking(town) as events:
        await anext(events)
        async with town.app.database.write() as tx:
            await tx.execute(
                update(venues).where(venues.c.id == town.hall.venue.id).values(secret=b"n" * 32)
            )
            await revisions.bump(tx, revisions.PLAN)
        assert [said async for said in events if said["venue"] == ""] == [], "it has ended"
    assert (await town.browser().get(wall(town))).status_code == 404


async def test_a_stopping_bot_lets_its_screens_go_at_once(town: Town) -> None:
    async with looking(town) as events:
        await anext(events)
        begun = time.monotonic()
        town.app.hang_up()
        assert [said async for said in events if said["venue"] == ""] == []
        assert time.monotonic() - begun < 1


@pytest.mark.parametrize("sheet", ["ap-phich", "to-ma"])
async def test_the_poster_at_the_door_is_counted_apart(
    town: Town, channel: str, sheet: str
) -> None:
    """Its digits, as printed, check in and say by which way."""
    minh = await town.registered("minh", channel)
    pdf = (await town.browser().get(f"{wall(town)}/{sheet}.pdf")).content
    [page] = texts(pdf)
    assert page[2] == "Hội trường UBND xã"
    assert "Giờ điểm danh: 07:00–11:30, ngày 09/12/2016" in page
    [digits] = [word for word in page if word.replace(" ", "").isdigit()]
    town.at("07:25")
    assert (await minh.types(digits)).startswith("Đã điểm danh đồng chí Trần Văn Minh")
    entry = await town.record_of("minh")
    assert entry is not None
    assert entry.via is Via.POSTER
