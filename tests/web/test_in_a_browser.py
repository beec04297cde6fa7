"""The pages in a real browser, on the narrowest telephone that is still about."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from domain.messages import Button, File, FileKind
from tests.web.browsing import looked_at
from tests.web.village import ASK_CODE, CHOICES, CODE, CONSENT, LATER, TICKET, Village

pytestmark = pytest.mark.browser

PICTURE = File(
    kind=FileKind.PICTURE,
    name="bieu-do.png",
    media_type="image/png",
    says="Đã học tập 10/29",
    content=b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAKCAAAAACsrEBcAAAAEUlEQVR4nGM8wQABTAxUZgAASWYA3EPsuWUAAAAASUVORK5CYII="
    ),
)
TELEPHONE = {"width": 360, "height": 740}


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page, None]:
    """Bà Lan's telephone."""
    async with looked_at(browser, viewport=TELEPHONE, has_touch=True, locale="vi-VN") as page:
        yield page


async def test_from_the_code_on_the_wall_to_the_question(
    address: str, page: Page, village: Village
) -> None:
    """Scan, one key, the bot's question; agreeing edits it, and a code is typed."""
    await page.goto(f"{address}/c/{CODE}")
    assert page.url.endswith(f"/c/{TICKET}"), "loaded again, the page must open the stamp"
    await page.get_by_role("button", name="Điểm danh tại đây").tap()
    await page.wait_for_url(f"{address}/chat")
    await page.get_by_role("button", name="Đồng ý", exact=True).tap()
    await expect(page.locator("#log .bot p")).to_have_text([ASK_CODE])
    await page.get_by_label("Nội dung").fill("k7p4 9qxm")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log p")).to_have_text(
        ["Điểm danh", ASK_CODE, "k7p4 9qxm", "Đã nhận: k7p4 9qxm"]
    )
    assert [said.command for said in village.heard] == [f"start c-{TICKET}", "agree", None]


async def test_a_lost_connection_doubles_nothing(
    address: str, page: Page, village: Village
) -> None:
    """The message arrived, its answer did not: the page sends it again, it stands there once."""
    await page.goto(f"{address}/chat")
    lost = 0

    async def lose_the_answers(route: Route) -> None:
        nonlocal lost
        lost += 1
        if lost <= 2:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route("**/chat/messages", lose_the_answers)
    await page.get_by_label("Nội dung").fill("482 913")
    await page.get_by_role("button", name="Gửi").tap()
    await expect(page.get_by_role("status")).to_have_text(
        "Mất kết nối. Tin chưa gửi được, đang thử lại."
    )
    await expect(page.get_by_role("status")).to_be_hidden(timeout=10_000)
    await expect(page.locator("#log p")).to_have_text(["482 913", "Đã nhận: 482 913"])
    assert len({said.external_id for said in village.heard}) == 1
    assert len(village.heard) == 3


async def test_who_is_asked_to_wait_waits(address: str, page: Page, village: Village) -> None:
    """The page holds what was typed and sends it when it may, not a second earlier."""
    tried: list[float] = []

    async def once(route: Route) -> None:
        tried.append(time.monotonic())
        if len(tried) > 1:
            await route.continue_()
        else:
            wait = {"Retry-After": "3"}
            await route.fulfill(status=429, headers=wait, json={"error": "Vui lòng thử lại."})

    await page.goto(f"{address}/chat")
    await page.route("**/chat/messages", once)
    await page.get_by_label("Nội dung").fill("482 913")
    await page.get_by_role("button", name="Gửi").tap()
    await expect(page.get_by_role("status")).to_have_text("Vui lòng thử lại.")
    await expect(page.locator("#log p")).to_have_text(
        ["482 913", "Đã nhận: 482 913"], timeout=15_000
    )
    assert tried[1] - tried[0] >= 2.9


async def test_what_was_not_sent_survives_the_page(
    address: str, page: Page, village: Village
) -> None:
    """The phone throws the page away while there is no signal; it comes back and sends."""
    await page.goto(f"{address}/chat")
    await page.route("**/chat/messages", lambda route: route.abort("internetdisconnected"))
    await page.get_by_label("Nội dung").fill("482 913")
    await page.get_by_role("button", name="Gửi").tap()
    await expect(page.locator("#log .sending")).to_be_visible()
    await page.unroute("**/chat/messages")
    await page.reload()
    await expect(page.locator("#log p")).to_have_text(["482 913", "Đã nhận: 482 913"])
    assert len(village.heard) == 1


async def test_an_open_page_hears_the_bot(address: str, page: Page, village: Village) -> None:
    """Also after the server was away for a moment, and where live events are not to be had."""
    await page.add_init_script("delete window.EventSource")
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="Bắt đầu").tap()
    await expect(page.get_by_role("button", name="Đồng ý", exact=True)).to_be_visible()
    (chat_id,) = village.chats
    await village.push(chat_id, "Đã xác nhận đồng chí có mặt.")
    last = page.locator("#log li").last
    await expect(last).to_contain_text("Đã xác nhận", timeout=10_000)


async def test_live_events_arrive_at_once(address: str, page: Page, village: Village) -> None:
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="Bắt đầu").tap()
    await expect(page.get_by_role("button", name="Đồng ý", exact=True)).to_be_visible()
    (chat_id,) = village.chats
    await village.push(chat_id, "Đã xác nhận đồng chí có mặt.")
    last = page.locator("#log li").last
    await expect(last).to_contain_text("Đã xác nhận", timeout=2_000)


async def test_everything_fits_a_narrow_telephone(
    address: str, page: Page, village: Village
) -> None:
    """Nothing to scroll sideways, every key at least 48 pixels, every letter at least 15."""
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="Bắt đầu").tap()
    await expect(page.get_by_role("button", name="Đồng ý", exact=True)).to_be_visible()
    for path in ("/chat", f"/c/{CODE}", "/c/stale", "/r/K7P49QXM", "/nowhere"):
        await page.goto(f"{address}{path}")
        measured = await page.evaluate(
            """() => ({
                width: document.documentElement.scrollWidth,
                keys: [...document.querySelectorAll("button, a.first, a.second, textarea, summary")]
                    .map((key) => key.getBoundingClientRect().height).filter((height) => height),
                letters: [...document.querySelectorAll("p, button, strong, textarea")]
                    .map((part) => parseFloat(getComputedStyle(part).fontSize)),
            })"""
        )
        assert measured["width"] <= TELEPHONE["width"], path
        assert min(measured["keys"]) >= 48, path
        assert min(measured["letters"]) >= 18, path


async def test_two_personas_side_by_side(demo_address: str, page: Page, village: Village) -> None:
    """In the demo one browser is several people, each on a telephone of their own."""
    await page.goto(demo_address)
    await expect(page.get_by_text("21.347")).to_be_visible()
    for name in ("Bà Nguyễn Thị Lan", "Chị Lê Thị Hoa"):
        async with page.context.expect_page() as opened:
            await page.get_by_role("link", name=name).click()
        telephone = await opened.value
        await expect(telephone.get_by_text(name)).to_be_visible()
        await telephone.get_by_role("button", name="Bắt đầu").click()
        await expect(telephone.get_by_role("button", name="Đồng ý", exact=True)).to_be_visible()
    assert len(village.chats) == 2
    await page.goto(f"{demo_address}/demo/ba-lan/quet")
    await page.get_by_role("button", name="Điểm danh tại đây").click()
    await expect(page).to_have_url(f"{demo_address}/demo/ba-lan/chat")
    assert len(village.chats) == 2


async def test_what_comes_later_comes_into_sight(
    address: str, page: Page, village: Village
) -> None:
    """A picture takes a moment: whoever asked below a long message must not miss it."""
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="Bắt đầu").tap()
    await expect(page.locator("#log .bot p")).to_have_text([CONSENT])
    [chat_id] = village.chats
    await village.push(
        chat_id, "Chi bộ\n" * 60, buttons=((Button("Biểu đồ", LATER),), *CHOICES * 2)
    )
    key = page.get_by_role("button", name="Biểu đồ")
    await key.tap()
    await expect(key).to_be_enabled()
    await expect(key).to_be_in_viewport()
    await village.push(chat_id, "10/29", file=PICTURE)
    picture = page.get_by_role("img", name="Đã học tập 10/29")
    await expect(picture).to_be_in_viewport()
    assert await picture.evaluate("one => one.complete && one.naturalWidth") == 8
    await expect(page.locator("#heard")).to_have_text("Đã học tập 10/29 10/29")
