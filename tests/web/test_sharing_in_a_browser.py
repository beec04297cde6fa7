"""A telephone that two people share, with its tabs, its back key and its trembling thumbs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.web.village import CODE, TICKET, Village

pytestmark = pytest.mark.browser

HERE = "Điểm danh tại đây"
SOMEBODY_ELSE = "Người khác trên máy này"


@pytest.fixture
async def telephone(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, locale="vi-VN"
    )
    yield context
    await context.close()


async def says(page: Page, words: str) -> None:
    await page.get_by_label("Nội dung").fill(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#log .sending")).to_have_count(0)
    await expect(page.locator("#log .own").last).to_contain_text(words)


async def registers(page: Page, address: str, key: str, name: str) -> None:
    await page.goto(f"{address}/c/{CODE}")
    await page.get_by_role("button", name=key).tap()
    await page.wait_for_url("**/chat")
    await says(page, f"tôi là {name}")


async def test_one_tap_each(address: str, telephone: BrowserContext, village: Village) -> None:
    """She registers, he registers beside her; then each name is one tap away."""
    page = await telephone.new_page()
    await registers(page, address, HERE, "Nguyễn Thị Lan")
    await registers(page, address, SOMEBODY_ELSE, "Trần Văn Minh")
    for name in ("Nguyễn Thị Lan", "Trần Văn Minh"):
        await page.goto(f"{address}/c/{CODE}")
        await page.get_by_role("button", name=name).tap()
        await page.wait_for_url("**/chat")
        await expect(page.locator("#speaking")).to_have_text(name)
        assert village.names[village.heard[-1].chat_id] == name
    await page.get_by_role("link", name="Đổi người").tap()
    await page.get_by_role("button", name="Nguyễn Thị Lan").tap()
    await expect(page.locator("#speaking")).to_have_text("Nguyễn Thị Lan")
    assert len(village.chats) == 2


async def test_two_taps_are_one(address: str, telephone: BrowserContext, village: Village) -> None:
    """On the first visit, too: neither two scans nor two persons come of it."""
    page = await telephone.new_page()
    await page.goto(f"{address}/c/{CODE}")
    await page.get_by_role("button", name=HERE).dblclick()
    await page.wait_for_url("**/chat")
    assert len({said.external_id for said in village.heard}) == 1
    assert len(village.chats) == 1
    await expect(page.locator("#log .own")).to_have_count(1)


async def test_back_and_again(address: str, telephone: BrowserContext, village: Village) -> None:
    """The page of the scan comes back with the same ticket, and its key works."""
    page = await telephone.new_page()
    await page.goto(f"{address}/c/{CODE}")
    await page.get_by_role("button", name=HERE).tap()
    await page.wait_for_url("**/chat")
    await page.go_back()
    await expect(page).to_have_url(f"{address}/c/{TICKET}")
    await page.get_by_role("button", name=HERE).tap()
    await page.wait_for_url("**/chat")
    assert {said.command for said in village.heard} == {f"start c-{TICKET}"}
    assert len(village.chats) == 1


async def test_each_tab_is_its_own_person_s(
    address: str, telephone: BrowserContext, village: Village
) -> None:
    """Two landing pages, two chats open: nobody speaks for the other, whoever came last."""
    hers, his = await telephone.new_page(), await telephone.new_page()
    await registers(hers, address, HERE, "Nguyễn Thị Lan")
    await registers(his, address, SOMEBODY_ELSE, "Trần Văn Minh")
    await says(hers, "của tôi")
    await says(his, "của tôi đây")
    by = {said.text: village.names.get(said.chat_id) for said in village.heard}
    assert (by["của tôi"], by["của tôi đây"]) == ("Nguyễn Thị Lan", "Trần Văn Minh")


async def test_what_is_open_closes_when_the_browser_is_stopped(
    address: str, telephone: BrowserContext, village: Village
) -> None:
    """Whoever found the phone sees an empty chat, without having touched anything."""
    page = await telephone.new_page()
    await registers(page, address, HERE, "Nguyễn Thị Lan")
    await page.evaluate("dispatchEvent(new Event('blur'))")  # it looks now and then, without a line
    village.chats.clear()
    await expect(page.get_by_text("Kính chào đồng chí")).to_be_visible(timeout=10_000)
    await expect(page.get_by_text("tôi là")).to_have_count(0)
