"""The hall's screen while the server is gone, as a process of its own that is killed (story 13)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from domain import codes
from domain.codes import CodeKind
from domain.sessions import Venue
from storage.schedules import load_schedule
from tests.bot.hall import Child, Hall
from tests.web.browsing import looked_at

pytestmark = pytest.mark.browser

TOKEN = "7654321:AA-made-up-for-rehearsals_0123456789"


async def only_venue(hall: Hall) -> Venue:
    async with hall.opened() as database, database.read() as db:
        [venue] = (await load_schedule(db, datetime.now(UTC))).venues.values()
    return venue


def good_digits(venue: Venue) -> list[str]:
    """What may stand on the wall now; a window may end while one looks."""
    window = codes.window_at(datetime.now(UTC))
    digits = [codes.typed_code(venue.secret, CodeKind.CHECK_IN, window - n) for n in (0, 1)]
    return [f"{one[:3]} {one[3:]}" for one in digits]


async def test_the_wall_outlives_the_server(tmp_path: Path, browser: Browser) -> None:
    """The power is back after a while: nobody touches the projector, and all is right again."""
    hall = Hall(tmp_path)
    await hall.furnish(3)
    venue = await only_venue(hall)
    bot = Child(hall, "http://127.0.0.1:1", TOKEN)
    await bot.start()
    try:
        async with looked_at(browser, viewport={"width": 1280, "height": 720}) as page:
            await page.goto(f"{bot.address}/man-hinh/{codes.screen_token(venue)}")
            await expect(page.locator("#left")).to_be_visible()
            assert await page.locator("#typed").text_content() in good_digits(venue)
            bot.kill()
            lost = page.get_by_text("Mất kết nối", exact=True)
            await expect(lost).to_be_visible(timeout=20_000)
            await expect(page.locator("#qr")).to_be_hidden()
            await asyncio.sleep(5)
            await bot.start()
            await expect(lost).to_be_hidden(timeout=20_000)
            assert await page.locator("#typed").text_content() in good_digits(venue)
            assert await bot.stop() < 10, "an open screen does not hold the program up"
    finally:
        bot.kill()
