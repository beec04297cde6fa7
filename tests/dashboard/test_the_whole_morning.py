"""A morning in real browsers: the member's phone, the hall's screen, the coordinator's desk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from domain import codes
from domain.rights import Role
from tests.dashboard.desk import link_for
from tests.stories.town import Town

pytestmark = pytest.mark.browser

TELEPHONE: Any = {"width": 360, "height": 740}
WITHIN = 2_000  # milliseconds in which the hall sees an arrival


async def desk_of(town: Town, browser: Browser, who: str) -> Page:
    """Signed in by the link from the chat."""
    link = await link_for(town, who)
    page = await browser.new_page()
    await page.goto(link)
    await page.get_by_role("button", name="Mở bảng điều hành").click()
    await page.wait_for_url("**/bang")
    return page


async def registers(town: Town, phone: Page, who: str) -> None:
    """From the code on the wall to the question who she is."""
    await phone.goto(town.hall.qr())
    await phone.get_by_role("button", name="Điểm danh tại đây").dblclick()
    await phone.get_by_role("button", name="Đồng ý", exact=True).click()
    await phone.get_by_label("Nội dung").fill(town.code_of(who))
    await phone.keyboard.press("Enter")
    await phone.get_by_role("button", name="Đúng", exact=True).click()


async def test_from_the_first_scan_to_the_coordinators_desk(town: Town, browser: Browser) -> None:
    """Registered and recorded by one scan; wall and desk move; a second try changes nothing."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    desk = await desk_of(town, browser, "dung")
    await expect(desk.locator("#totals")).to_contain_text("0/28")
    wall = await browser.new_page()
    await wall.goto(f"{town.address}/man-hinh/{codes.screen_token(town.hall.venue)}")
    await expect(wall.locator("#count")).to_contain_text("0/")

    phone = await browser.new_page(viewport=TELEPHONE, has_touch=True)
    await registers(town, phone, "minh")
    await expect(wall.locator("#count")).to_contain_text("1/", timeout=WITHIN)
    await expect(phone.locator("#log .bot").last).to_contain_text(
        "Đã điểm danh đồng chí Trần Văn Minh tại Hội trường UBND xã lúc 07:12."
    )
    await expect(desk.locator("#totals")).to_contain_text("1/28", timeout=6_000)

    await phone.goto(town.hall.qr())
    await phone.get_by_role("button", name="Điểm danh").first.dblclick()
    await expect(phone.locator("#log .bot").last).to_contain_text("Đồng chí đã điểm danh lúc 07:12")
    await expect(wall.locator("#count")).to_contain_text("1/")


async def test_a_desk_that_is_cut_off_says_so_and_recovers(town: Town, browser: Browser) -> None:
    """Figures that can no longer be trusted must not look like figures that can."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    desk = await desk_of(town, browser, "dung")
    await expect(desk.locator("#totals")).to_contain_text("0/28")
    await desk.context.set_offline(True)
    await expect(desk.get_by_text("Mất kết nối.")).to_be_visible(timeout=8_000)
    await town.came(["minh"])
    await desk.context.set_offline(False)
    await expect(desk.locator("#totals")).to_contain_text("1/28", timeout=8_000)
    await expect(desk.get_by_text("Mất kết nối.")).to_be_hidden()


async def test_a_conversation_inside_the_dashboard(town: Town, browser: Browser) -> None:
    """From a cell's row to its names and the key that confirms, with the way back."""
    town.at("07:20")
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    desk = await desk_of(town, browser, "dung")
    await desk.get_by_role("link", name="Chi bộ ấp 3").click()
    await desk.get_by_role("button", name="Xác nhận, nhắc, cấp mã").click()
    await expect(desk.locator("#log .bot").last).to_contain_text("Chưa ghi nhận:")
    await desk.get_by_role("button", name="Xác nhận có mặt").click()
    await desk.get_by_label("Nội dung").fill("minh")
    await desk.keyboard.press("Enter")
    await desk.get_by_role("button", name="Xác nhận", exact=True).click()
    await expect(desk.locator("#log .bot").last).to_contain_text("Đã xác nhận 1 đồng chí")
    await desk.get_by_role("link", name="Bảng điều hành").click()
    await expect(desk.locator("#totals")).to_contain_text("1/28")


async def test_a_link_that_was_used_says_how_to_get_another(town: Town, browser: Browser) -> None:
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    link = await link_for(town, "dung")
    first, second = await browser.new_page(), await (await browser.new_context()).new_page()
    await first.goto(link)
    await second.goto(link)
    await first.get_by_role("button", name="Mở bảng điều hành").click()
    await first.wait_for_url("**/bang")
    await second.get_by_role("button", name="Mở bảng điều hành").click()
    await expect(second.get_by_text("gõ /bang để nhận đường dẫn mới")).to_be_visible()


async def test_a_desk_that_nobody_looks_at_asks_nothing(town: Town, browser: Browser) -> None:
    """Two hundred forgotten tabs would keep a small server busy all day; and nothing is amiss."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    desk = await desk_of(town, browser, "dung")
    complaints: list[str] = []
    desk.on("console", lambda line: complaints.append(line.text))
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    await desk.reload()
    async with desk.expect_request("**/don-vi/**"):
        pass
    await desk.evaluate(
        "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })"
    )
    await desk.wait_for_timeout(500)
    asked.clear()
    await desk.wait_for_timeout(4_000)
    assert asked == []
    assert complaints == []
