"""Story 13 as a phone sees it: the server is gone for a while, and is itself again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from storage import web_messages
from tests.web.conftest import OPTIONS, served
from tests.web.village import Village
from web.app import create_app

pytestmark = pytest.mark.browser

LOST = "Mất kết nối. Đang kết nối lại; nội dung đang gõ vẫn được giữ."
UNSENT = "Mất kết nối. Tin chưa gửi được, đang thử lại."


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    yield await context.new_page()
    await context.close()


async def begins(page: Page, address: str) -> None:
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="Bắt đầu").click()
    await expect(page.get_by_role("button", name="Đồng ý", exact=True)).to_be_visible()


async def says(page: Page, words: str) -> None:
    await page.get_by_label("Nội dung").fill(words)
    await page.keyboard.press("Enter")


async def test_the_server_goes_and_comes_back(page: Page, village: Village) -> None:
    """It says so without being asked, keeps what is typed and sent, and recovers by itself."""
    app = create_app(village.doors(), OPTIONS)
    status = page.get_by_role("status")
    async with served(app) as address:
        await begins(page, address)
    await expect(status).to_have_text(LOST, timeout=15_000)
    await says(page, "482 913")
    await expect(status).to_have_text(UNSENT, timeout=10_000)
    await page.get_by_label("Nội dung").press_sequentially("đang gõ")

    port = urlsplit(address).port or 0
    async with served(app, port):
        await expect(page.locator("#log .bot").last).to_contain_text(
            "Đã nhận: 482 913", timeout=20_000
        )
        await expect(status).to_be_empty()
        await expect(page.get_by_label("Nội dung")).to_have_value("đang gõ")
        (chat_id,) = village.chats
        await village.push(chat_id, "Buổi học tiếp tục.")
        await expect(page.locator("#log .bot").last).to_contain_text("tiếp tục", timeout=10_000)
        async with village.database.read() as db:
            shown = await web_messages.latest(db, chat_id, 50)
    assert [message.text for message in shown if message.is_own] == ["Bắt đầu", "482 913"]
    assert len({said.external_id for said in village.heard}) == 2


async def test_a_line_without_a_server_shows_what_to_do(
    address: str, page: Page, village: Village
) -> None:
    """Opened from the home screen where there is no signal; what she was typing is still there."""
    await begins(page, address)
    await page.evaluate("navigator.serviceWorker.ready")
    await page.get_by_label("Nội dung").press_sequentially("k7p4")
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.get_by_role("heading", name="Mất kết nối")).to_be_visible()
    await page.context.set_offline(False)
    await page.get_by_role("link", name="Thử lại").click()
    await expect(page.get_by_label("Nội dung")).to_have_value("k7p4")
    kept = await page.evaluate(
        """async () => {
            const [name] = await caches.keys();
            const kept = await (await caches.open(name)).keys();
            return kept.map((request) => new URL(request.url).pathname).sort();
        }"""
    )
    assert kept == ["/mat-ket-noi", "/static/style.css"]


async def test_older_messages_come_on_demand(address: str, page: Page, village: Village) -> None:
    """Each once, in order; what she reads does not jump away, and is not read out to her."""
    await begins(page, address)
    (chat_id,) = village.chats
    for number in range(120):
        await village.push(chat_id, f"Tin {number}")
    await page.reload()
    older = page.get_by_role("link", name="Tin cũ hơn")
    await expect(page.locator("#log li")).to_have_count(50)
    for count in (100, 122):
        await older.click()
        await expect(page.locator("#log li")).to_have_count(count)
    await expect(older).to_have_count(0)
    words = await page.locator("#log .bot p").all_text_contents()
    assert words[1:] == [f"Tin {number}" for number in range(120)]
    await expect(page.get_by_role("log")).to_have_text("Đã tải thêm 22 tin cũ hơn.")


async def test_a_screen_reader_hears_each_answer_once(
    address: str, page: Page, village: Village
) -> None:
    """Neither one's own words nor what stood there before."""
    await begins(page, address)
    await page.reload()
    heard = page.get_by_role("log")
    await expect(heard).to_be_empty()
    await page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver((changes) => changes.forEach((change) =>
                change.addedNodes.forEach((node) => window.heard.push(node.textContent)))
            ).observe(document.getElementById("heard"), { childList: true });
        }"""
    )
    await says(page, "482 913")
    await expect(heard).to_have_text("Đã nhận: 482 913")
    (chat_id,) = village.chats
    await village.push(chat_id, "Buổi học tiếp tục.")
    await expect(heard).to_have_text("Buổi học tiếp tục.", timeout=10_000)
    assert await page.evaluate("window.heard") == ["Đã nhận: 482 913", "Buổi học tiếp tục."]
