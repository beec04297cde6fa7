"""The projector over real HTTP: the screen, its stream, what is printed from it, cards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.web.village import PROJECTOR, Village

SCREEN = f"/man-hinh/{PROJECTOR}"


async def told(stream: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """What a stream says, event by event."""
    async for line in stream.aiter_lines():
        if line.startswith("data:"):
            yield json.loads(line[5:])


async def test_the_wall_shows_the_code_and_the_count(lan: httpx.AsyncClient) -> None:
    """Also without any script; whose arrivals these are, nobody reads there."""
    page = (await lan.get(SCREEN)).text
    assert "137/140 (97,9%)" in page
    assert "<svg" in page
    assert "07:12 · 07:11" in page
    numbers = (await lan.get(f"{SCREEN}/so-lieu")).json()
    assert len(numbers["code"]["typed"]) == len("482 913")
    assert numbers["code"]["window"] == numbers["window"]
    assert numbers["code"]["ends_at"] > numbers["at"]


async def test_code_and_digits_travel_in_one_piece(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """Nothing that a page is told can make it show a QR of one window and digits of another."""
    async with asyncio.timeout(10), lan.stream("GET", f"{SCREEN}/truc-tiep") as stream:
        events = told(stream)
        first = await anext(events)
        village.present += 1
        counted = await anext(events)
        village.later(seconds=30)
        renewed = await anext(events)
    assert {"qr", "typed", "window", "ends_at"} == set(first["code"]) == set(renewed["code"])
    assert "code" not in counted, "a thin line carries a code once"
    assert counted["count"] == "138/140 (98,6%)"
    for told_so in (first, renewed):
        assert told_so["code"]["window"] == told_so["window"]
    assert first["code"]["typed"] != renewed["code"]["typed"]
    assert first["code"]["qr"] != renewed["code"]["qr"]


async def test_what_lies_between_keeps_no_event_back(lan: httpx.AsyncClient) -> None:
    """Behind a proxy that buffers, a screen would stand still for minutes."""
    async with lan.stream("GET", f"{SCREEN}/truc-tiep") as stream:
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "no-transform" in stream.headers["cache-control"]
        assert (await anext(stream.aiter_lines())).startswith("retry:")


async def test_a_line_without_news_gives_signs_of_life(lan: httpx.AsyncClient) -> None:
    async with asyncio.timeout(10), lan.stream("GET", f"{SCREEN}/truc-tiep") as stream:
        events = told(stream)
        first, second = await anext(events), await anext(events)
    assert second == {key: first[key] for key in first if key != "code"}


@pytest.mark.parametrize("page", ["", "/so-lieu", "/truc-tiep", "/ap-phich.pdf", "/ky-ten.pdf"])
async def test_a_guessed_token_opens_nothing(lan: httpx.AsyncClient, page: str) -> None:
    assert (await lan.get(f"/man-hinh/guessed{page}")).status_code == 404


async def test_one_click_to_what_is_printed(lan: httpx.AsyncClient) -> None:
    page = (await lan.get(SCREEN)).text
    for sheet in ("ap-phich", "to-ma", "ky-ten"):
        assert f'href="{SCREEN}/{sheet}.pdf"' in page
        answer = await lan.get(f"{SCREEN}/{sheet}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content == f"%PDF {sheet}".encode()
    assert (await lan.get(f"{SCREEN}/roster.pdf")).status_code == 404


async def test_a_card_says_what_it_is_and_nothing_of_anybody(lan: httpx.AsyncClient) -> None:
    """A found card tells no more than what is printed on it; genuine or not, the same page."""
    one, other = await lan.get("/t/" + "x" * 19), await lan.get("/t/" + "y" * 19)
    assert "Thẻ dự học tập" in one.text
    assert one.text == other.text
    for path in ("/t/short", "/t/" + "x" * 20, "/t/%3Cscript%3Exxxxxxxxxxx"):
        assert (await lan.get(path)).status_code == 404
