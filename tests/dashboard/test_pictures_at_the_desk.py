"""Story 9 at the desk: a picture and a table, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect
from python_calamine import CalamineWorkbook

from domain.rights import Role
from tests.dashboard.desk import link_for
from tests.stories.town import Town
from tests.web.test_accessibility import is_for_everybody

pytestmark = pytest.mark.browser

DRAWN_WITHIN = 20_000  # milliseconds


async def test_the_picture_is_seen_and_the_table_opens(town: Town, browser: Browser) -> None:
    """Asked for in the dashboard's own chat; nobody else's browser is shown either."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    town.at("07:20")
    await town.came(10)
    # Only so that axe, a foreign script, is let in.
    page = await browser.new_page(viewport={"width": 360, "height": 740}, bypass_csp=True)
    await page.goto(await link_for(town, "dung"))
    await page.get_by_role("button", name="Mở bảng điều hành").click()
    await page.wait_for_url("**/bang")
    await page.goto(f"{town.address}/bang/chat")
    await page.get_by_label("Nội dung").fill("/dem")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Biểu đồ").click()
    picture = page.get_by_role("img", name="Đã học tập 10/28 phải học (35,7%)")
    await expect(picture).to_be_in_viewport(timeout=DRAWN_WITHIN)
    assert await picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1080
    await is_for_everybody(page)

    await page.get_by_role("button", name="Tải .xlsx").first.click()
    link = page.get_by_role("link", name="Tải tệp NQTW4-TCN.xlsx")
    await expect(link).to_be_visible(timeout=DRAWN_WITHIN)
    async with page.expect_download() as taken:
        await link.click()
    rows = CalamineWorkbook.from_path(await (await taken.value).path()).get_sheet_by_index(0)
    assert any("Chi bộ ấp 3" in row and 10 in row for row in rows.to_python())

    stranger = await browser.new_page()
    for one in (picture, link):
        address = await one.get_attribute("src") or await one.get_attribute("href")
        answer = await stranger.goto(f"{town.address}{address}")
        assert answer
        assert answer.status in (401, 404)
