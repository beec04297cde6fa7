"""The projector in a real browser, as a hall sees it all morning."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.browsing import looked_at
from tests.web.village import PROJECTOR, Village

pytestmark = pytest.mark.browser

SIZES = ((1024, 768), (1280, 720), (1920, 1080))
LOST = "Mất kết nối"
# Of every frame that was painted: the window that the QR is of, and that of the digits.
WATCH = """() => {
    window.seen = [];
    const look = () => {
        const qr = document.getElementById("qr"), typed = document.getElementById("typed");
        window.seen.push([qr.dataset.window, typed.dataset.window,
                          qr.querySelector("path").getAttribute("d").length, typed.textContent]);
        requestAnimationFrame(look);
    };
    look();
}"""

# The page learns of its new size with the next frame and has made room with the one after.
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
async def hall(browser: Browser) -> AsyncGenerator[Page, None]:
    """The computer at the projector."""
    async with looked_at(browser, viewport={"width": 1280, "height": 720}) as page:
        yield page


@pytest.fixture
async def screen(hall: Page, address: str) -> Page:
    await hall.goto(f"{address}/man-hinh/{PROJECTOR}")
    await expect(hall.locator("#left")).to_be_visible()
    return hall


async def test_qr_and_digits_change_in_the_same_frame(screen: Page, village: Village) -> None:
    """Whoever types while others scan must not be refused because the wall was of two minds."""
    await screen.evaluate(WATCH)
    for _ in range(4):
        before = await screen.locator("#typed").text_content()
        village.later(seconds=30)
        await expect(screen.locator("#typed")).not_to_have_text(before or "")
    await screen.evaluate(PAINTED)
    seen = await screen.evaluate("window.seen")
    assert len({digits for *_, digits in seen}) == 5
    assert [frame for frame in seen if frame[0] != frame[1]] == []


async def test_the_wall_says_when_the_line_is_cut(screen: Page, village: Village) -> None:
    """A code that is renewed no more would earn refusals. After minutes the screen comes back by
    itself, and the first thing that it shows is the code of that moment."""
    old = await screen.locator("#typed").text_content()
    village.is_broken = True
    await expect(screen.get_by_text(LOST, exact=True)).to_be_visible(timeout=15_000)
    await expect(screen.locator("#typed")).to_be_hidden()
    await expect(screen.locator("#qr")).to_be_hidden()
    await screen.evaluate(
        """() => {
            window.shown = [];
            const typed = document.getElementById("typed");
            const look = () => {
                if (!document.body.classList.contains("lost")) window.shown.push(typed.textContent);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    village.later(minutes=4)
    village.present = 139
    village.is_broken = False
    await expect(screen.get_by_text(LOST, exact=True)).to_be_hidden(timeout=15_000)
    await expect(screen.locator("#count")).to_have_text("139/140 (99,3%)")
    assert old not in await screen.evaluate("window.shown")


async def test_it_recovers_where_streams_are_kept_back(screen: Page, village: Village) -> None:
    """Some networks hand out a stream only when it ends: plain questions do instead."""
    await screen.route("**/truc-tiep", lambda route: asyncio.sleep(0))  # never answered
    await screen.reload()
    village.present = 138
    await expect(screen.locator("#count")).to_have_text("138/140 (98,6%)", timeout=10_000)
    village.later(seconds=30)
    shown = (await village.screen(PROJECTOR)).typed  # type: ignore[union-attr]
    await expect(screen.locator("#typed")).to_have_text(f"{shown[:3]} {shown[3:]}", timeout=10_000)
    await expect(screen.get_by_text(LOST, exact=True)).to_be_hidden()


async def test_the_clock_and_the_countdown_run(screen: Page) -> None:
    """Between two events, by the server's time."""
    await expect(screen.locator("#clock")).to_have_text("07:12:00")
    await expect(screen.locator("#seconds")).to_have_text("30")


@pytest.mark.parametrize(
    ("name", "notice"),
    [
        ("Hội trường UBND xã", None),
        (
            "Hội trường Trung tâm bồi dưỡng chính trị huyện Châu Thành, tỉnh Tiền Giang",
            "Chưa đến giờ điểm danh. Bắt đầu từ 07:00, ngày 09/12/2016.",
        ),
    ],
)
async def test_everything_is_on_the_wall(
    screen: Page, village: Village, name: str, notice: str | None
) -> None:
    """Nothing to scroll at, the digits large and nothing cut off, on old projectors too."""
    village.hall, village.notice = name, notice
    await expect(screen.locator("#venue")).to_have_text(name)
    for width, height in SIZES:
        await screen.set_viewport_size({"width": width, "height": height})
        await screen.evaluate(PAINTED)
        measured = await screen.evaluate(
            """() => ({
                page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
                qr: document.getElementById("qr").getBoundingClientRect().height,
                digits: parseFloat(getComputedStyle(document.getElementById("typed")).fontSize),
                below: Math.max(...[...document.querySelectorAll("main [id]")]
                    .map((part) => part.getBoundingClientRect().bottom)),
            })"""
        )
        assert measured["page"] == [width, height]
        assert measured["below"] <= height
        assert measured["qr"] >= min(height * 0.94, width * 0.53)
        assert measured["digits"] >= width / 13


async def test_the_hall_is_not_disturbed_by_links(screen: Page) -> None:
    """They are there for whoever moves the mouse, and gone soon after."""
    links = screen.locator("#prints")
    await expect(links).to_have_css("opacity", "0", timeout=10_000)
    await screen.mouse.move(300, 300)
    await expect(links).to_have_css("opacity", "1")
    await expect(screen.get_by_role("link", name="In áp phích A3")).to_be_visible()


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080), (400, 800)])
async def test_links_cover_neither_the_code_nor_the_count(
    screen: Page, size: tuple[int, int]
) -> None:
    """Whoever moves the mouse in a full hall does not hide how many are there."""
    await screen.set_viewport_size({"width": size[0], "height": size[1]})
    await screen.evaluate(PAINTED)
    covered = await screen.evaluate(
        """() => {
            const links = [...document.querySelectorAll("#prints a")].map((one) =>
                one.getBoundingClientRect());
            const parts = [...document.querySelectorAll("#qr, #clock, #code, #notice, footer")];
            return parts.filter((part) => {
                const box = part.getBoundingClientRect();
                return links.some((one) => one.left < box.right && one.right > box.left
                    && one.top < box.bottom && one.bottom > box.top);
            }).map((part) => part.id || part.tagName);
        }"""
    )
    assert covered == []
