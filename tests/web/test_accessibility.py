"""Every page as those meet it who see little, hear it read out, or have an unsteady thumb.

A new page is one more line in WALK: its name, and the way there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.village import CODE, PROJECTOR, Village

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TELEPHONE = {"width": 360, "height": 740}
SMALLEST_KEY = 44  # CSS pixels, as WCAG 2.2 counts them

Walk = Callable[[Page, str, Village], Awaitable[None]]


def opens(path: str) -> Walk:
    """A page that is there for whoever opens it."""

    async def walk(page: Page, address: str, village: Village) -> None:
        await page.goto(f"{address}{path}")

    return walk


async def speaks(page: Page, address: str, words: str) -> None:
    """Say something in the chat and wait until it stands there."""
    await page.goto(f"{address}/chat")
    await page.get_by_label("Nội dung").fill(words)
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.locator("#log .bot").last).to_be_visible()
    await expect(page.locator("#log .sending")).to_have_count(0)


async def chat_with_buttons(page: Page, address: str, village: Village) -> None:
    await page.goto(f"{address}/chat")
    await page.get_by_role("button", name="Bắt đầu").click()
    await expect(page.get_by_role("button", name="Đồng ý", exact=True)).to_be_visible()


async def chat_with_its_menu_open(page: Page, address: str, village: Village) -> None:
    await speaks(page, address, "tôi là Nguyễn Thị Lan")
    await page.goto(f"{address}/chat")
    await page.get_by_text("Chọn mục").click()


async def chat_with_older_messages(page: Page, address: str, village: Village) -> None:
    await chat_with_buttons(page, address, village)
    (chat_id,) = village.chats
    for number in range(60):
        await village.push(chat_id, f"Tin {number}")
    await page.goto(f"{address}/chat")
    await expect(page.get_by_role("link", name="Tin cũ hơn")).to_be_attached()


async def chat_without_a_line(page: Page, address: str, village: Village) -> None:
    await speaks(page, address, "xin chào")
    await page.context.set_offline(True)
    await page.get_by_label("Nội dung").fill("482 913")
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.get_by_role("status")).to_contain_text("Mất kết nối")


async def landing_of_one(page: Page, address: str, village: Village) -> None:
    await speaks(page, address, "tôi là Nguyễn Thị Lan")
    await page.goto(f"{address}/c/{CODE}")
    await expect(page.get_by_text("Nguyễn Thị Lan")).to_be_visible()


async def two_people(page: Page, address: str, village: Village) -> None:
    await landing_of_one(page, address, village)
    await page.get_by_role("button", name="Người khác trên máy này").click()
    await page.wait_for_url("**/chat")
    await speaks(page, address, "tôi là Trần Văn Minh")


async def landing_of_two(page: Page, address: str, village: Village) -> None:
    await two_people(page, address, village)
    await page.goto(f"{address}/c/{CODE}")
    await expect(page.get_by_role("button", name="Trần Văn Minh")).to_be_visible()


async def chat_of_one_of_two(page: Page, address: str, village: Village) -> None:
    await two_people(page, address, village)
    await page.goto(f"{address}/chat")
    await expect(page.get_by_role("link", name="Đổi người")).to_be_visible()


async def slip_of_two(page: Page, address: str, village: Village) -> None:
    await two_people(page, address, village)
    await page.goto(f"{address}/r/K7P49QXM")


async def those_who_share(page: Page, address: str, village: Village) -> None:
    await two_people(page, address, village)
    await page.goto(f"{address}/chat/nguoi")


async def forgetting_one(page: Page, address: str, village: Village) -> None:
    await those_who_share(page, address, village)
    await page.get_by_role("link", name="Quên người này").first.click()
    await expect(page.get_by_role("link", name="Giữ lại")).to_be_visible()


async def a_page_of_somebody_gone(page: Page, address: str, village: Village) -> None:
    await speaks(page, address, "xin chào")
    await page.goto(f"{address}/chat?as=0123456789abcdef")
    await expect(page.get_by_text("không còn trên máy")).to_be_visible()


WALK: dict[str, Walk] = {
    "home": opens("/"),
    "landing of a stranger": opens(f"/c/{CODE}"),
    "landing of one": landing_of_one,
    "landing of two": landing_of_two,
    "stale code": opens("/c/stale"),
    "slip": opens("/r/K7P49QXM"),
    "slip of two": slip_of_two,
    "role by link": opens("/v/" + "x" * 20),
    "chat of a stranger": opens("/chat"),
    "chat with buttons": chat_with_buttons,
    "chat with its menu open": chat_with_its_menu_open,
    "chat with older messages": chat_with_older_messages,
    "chat without a line": chat_without_a_line,
    "chat of one of two": chat_of_one_of_two,
    "those who share": those_who_share,
    "forgetting one": forgetting_one,
    "somebody gone": a_page_of_somebody_gone,
    "nowhere": opens("/nowhere"),
    "without a network": opens("/mat-ket-noi"),
    "projector": opens(f"/man-hinh/{PROJECTOR}"),
}
DEMO: dict[str, Walk] = {
    "stage": opens("/"),
    "persona": opens("/demo/ba-lan/chat"),
    "persona's landing": opens("/demo/ba-lan/quet"),
}


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    # Our policy forbids foreign scripts, axe's too; only here it is let in.
    context = await browser.new_context(
        viewport=TELEPHONE,  # type: ignore[arg-type]
        locale="vi-VN",
        bypass_csp=True,
        service_workers="block",
    )
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize("name", WALK)
async def test_a_page_is_for_everybody(
    address: str, page: Page, village: Village, name: str
) -> None:
    await WALK[name](page, address, village)
    await is_for_everybody(page)


@pytest.mark.parametrize("name", DEMO)
async def test_a_page_of_the_demo_is_for_everybody(
    demo_address: str, page: Page, village: Village, name: str
) -> None:
    await DEMO[name](page, demo_address, village)
    await is_for_everybody(page)


async def is_for_everybody(page: Page) -> None:
    """Nothing serious in axe's eyes, no key too small, nothing cut off at the side."""
    assert await serious_faults(page) == []
    assert await small_keys(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]


async def serious_faults(page: Page) -> list[str]:
    """What axe finds serious or critical, with the elements it means."""
    await page.add_script_tag(path=AXE)
    found: dict[str, Any] = await page.evaluate("axe.run()")
    return [
        f"{one['id']}: {one['help']} ({', '.join(node['html'][:120] for node in one['nodes'])})"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


async def small_keys(page: Page) -> list[str]:
    """Keys that a thumb misses; links within a sentence are let be, as WCAG does."""
    keys: list[str] = await page.evaluate(
        """(least) => [...document.querySelectorAll("button, a, summary, textarea, input, select")]
            .filter((key) => key.type !== "hidden" && !key.closest("p"))
            .filter((key) => key.checkVisibility())
            .map((key) => [key, key.getBoundingClientRect()])
            .filter(([, box]) => box.width < least || box.height < least)
            .map(([key, box]) => `${key.textContent.trim()} ${box.width}x${box.height}`)""",
        SMALLEST_KEY,
    )
    return keys
