"""Story 15: the door, with a hall full of people and no signal, in a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from sqlalchemy import select

from domain import personal_codes
from domain.attendance import Via
from domain.rights import Role
from domain.text import clock
from storage import grants
from storage.schema import attendance, attendance_log
from tests.left_out import chromium
from tests.stories.cast import CAST, KEY, Part, enrol
from tests.stories.line import Line
from tests.stories.phones import Phone
from tests.stories.town import DAY, Town
from tests.web.test_accessibility import is_for_everybody

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 360, "height": 740}
MORE = 24  # more people of ấp 5, "Huỳnh Thị C01" …
# The phone's clock is wherever the test puts it, over reloads too; timers run on.
CLOCK = """(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + Number(localStorage.getItem("shift") || 0);
})()"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        # A container's root has no sandbox of its own; only our own pages are opened.
        opened = await driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        await opened.close()


@pytest.fixture
async def line(town: Town) -> AsyncIterator[Line]:
    line = Line(town.address)
    await line.mend()
    yield line
    await line.cut()


@pytest.fixture
async def context(browser: Browser) -> AsyncGenerator[BrowserContext, None]:
    context = await browser.new_context(viewport=TELEPHONE, has_touch=True, locale="vi-VN")  # type: ignore[arg-type]
    await context.add_init_script(CLOCK)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncGenerator[Page, None]:
    """Cúc's telephone. A script or style that the page's own policy forbids fails the test."""
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
    )
    yield page
    assert complaints == []


async def cuc_comes(town: Town) -> Phone:
    """At 06:40, the clerk of a hall with 52 people."""
    async with town.app.database.write() as tx:
        for number in range(1, MORE + 1):
            await enrol(tx, Part(f"Huỳnh Thị C{number:02}", "AP5", 1965))
    town.at("06:40")
    await town.grants("cuc", Role.CLERK, hall=town.hall)
    return await town.registered("cuc", "web")


async def link_for_cuc(town: Town, cuc: Phone) -> str:
    """What the chat gives her."""
    await cuc.types("/diemcau")
    link = re.search(r"/cua/vao/\S+", await cuc.presses("Trang điểm danh tại cửa"))
    assert link is not None
    return link[0]


async def cuc_opens(town: Town, line: Line, page: Page) -> Phone:
    """From the chat: the link, one key, the page, and wait until all of it is on the phone."""
    cuc = await cuc_comes(town)
    await page.goto(line.address + await link_for_cuc(town, cuc))
    await page.get_by_role("button", name="Mở trên thiết bị này").tap()
    await expect(page.locator("#count")).to_have_text("0/52")
    await expect(page.locator("#line")).to_contain_text("Dùng được khi mất mạng.")
    return cuc


async def later(town: Town, page: Page, time: str, day: str = DAY) -> None:
    """Time passes, for the town and for the phone."""
    before = town.now
    town.at(time, day)
    await page.evaluate(
        "(ms) => localStorage.setItem('shift', Number(localStorage.getItem('shift') || 0) + ms)",
        (town.now - before) // timedelta(milliseconds=1),
    )


async def entered(page: Page, words: str) -> None:
    """Part of a name, Enter."""
    await page.locator("#query").fill(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#query")).to_have_value("")


async def reloaded(page: Page) -> None:
    """By the page itself: the driver takes the worker's own failed request for the page's."""
    async with page.expect_event("domcontentloaded"):
        await page.evaluate("location.reload()")


def others() -> list[str]:
    return [f"Đặng Văn A{number:02}" for number in range(1, 17)]


def more() -> list[str]:
    return [f"Huỳnh Thị C{number:02}" for number in range(1, MORE + 1)]


async def test_the_network_is_gone_for_twelve_minutes(town: Town, line: Line, page: Page) -> None:
    """37 are marked without it, nine of them checked in themselves meanwhile: all arrive with
    their own times, marked as entered offline, and nobody is there twice."""
    cuc = await cuc_opens(town, line, page)
    await later(town, page, "07:14:00")
    await line.cut()
    marked = (others() + more())[:37]
    for number, name in enumerate(marked):
        seconds = 14 * 60 + number * 18
        await later(town, page, f"07:{seconds // 60:02}:{seconds % 60:02}")
        if number == 10:
            town_now = town.now
            await town.came(9)  # A01 … A09, on phones of their own that have a network
        await entered(page, name.lower().replace("đ", "d").replace("ặ", "a").replace("ă", "a"))
    await expect(page.locator("#unsent")).to_have_text("Chưa gửi 37", timeout=20_000)
    await expect(page.locator("#count")).to_have_text("37/52")
    await expect(page.locator("#line")).to_contain_text("Mất kết nối")

    await reloaded(page)
    await expect(page.locator("#unsent")).to_have_text("Chưa gửi 37")
    await page.get_by_role("button", name="Tất cả").tap()
    await expect(page.get_by_text("Huỳnh Thị C21")).to_be_visible()

    await later(town, page, "07:26:00")
    await line.mend()
    await expect(page.locator("#unsent")).to_be_hidden(timeout=25_000)
    await expect(page.locator("#count")).to_have_text("37/52")
    await expect(page.locator("#refused")).to_be_hidden()

    async with town.app.database.read() as db:
        rows = (await db.execute(select(attendance).order_by(attendance.c.id))).all()
        logged = (await db.execute(select(attendance_log))).all()
    assert len(rows) == len(logged) == 37
    by_self = [row for row in rows if row.via == Via.SELF]
    by_clerk = [row for row in rows if row.via == Via.CLERK]
    assert (len(by_self), len(by_clerk)) == (9, 28)
    assert {row.at for row in by_self} == {town_now}, "the first entry stands"
    assert all(row.is_offline for row in by_clerk)
    assert {row.by_member_id for row in by_clerk} == {town.number_of("cuc")}
    times = sorted(row.at for row in by_clerk)
    assert len({clock(at) for at in times}) >= 9, "each at the minute in which it was made"
    assert clock(times[0]) == "07:16"
    assert clock(times[-1]) == "07:24"
    assert all(row.logged_at == town.now for row in logged if row.via == Via.CLERK)
    assert (await cuc.types("/diemcau")).startswith(
        "Hội trường UBND xã (07:26): có mặt 37/52 (tự điểm danh 9; cán bộ xác nhận 28)"
    )


async def test_the_roll_is_gone_when_the_session_is_over(
    town: Town, line: Line, page: Page
) -> None:
    """By the phone's own clock, without any network: nobody's name stays on it."""
    await cuc_opens(town, line, page)
    await line.cut()
    await entered(page, "huynh thi c03")
    await expect(page.locator("#unsent")).to_have_text("Chưa gửi 1", timeout=15_000)
    await later(town, page, "11:31", day="2016-12-10")
    await reloaded(page)
    await expect(page.get_by_text("Danh sách đã được xóa khỏi thiết bị.")).to_be_visible()
    assert await page.evaluate("caches.keys()") == []
    assert await page.evaluate("indexedDB.databases()") == []
    assert "Huỳnh" not in await page.content()


async def test_what_is_kept_cannot_be_read(town: Town, line: Line, page: Page) -> None:
    """Neither in the page's copy nor in the database: no name stands there in the clear, and no
    script gets at the key."""
    await cuc_opens(town, line, page)
    kept = await page.evaluate(
        """async () => {
            const name = `cua-${document.body.dataset.venue}`;
            const texts = [];
            const cache = await caches.open(name);
            for (const one of await cache.matchAll()) texts.push(await one.text());
            const database = await new Promise((done) => {
                const request = indexedDB.open(name);
                request.onsuccess = () => done(request.result);
            });
            const kept = database.transaction("kept").objectStore("kept");
            const read = (part) => new Promise((done) => {
                const request = kept.get(part);
                request.onsuccess = () => done(request.result);
            });
            const key = await read("key");
            const roll = new TextDecoder("latin1").decode((await read("roll")).body);
            database.close();
            return { texts: texts.join(""), roll, isOpen: key.extractable };
        }"""
    )
    assert kept["isOpen"] is False
    for words in (kept["texts"], kept["roll"]):
        assert "Huỳnh" not in words
        assert "Huynh" not in words
    assert len(kept["roll"]) > 4000


async def test_a_slip_of_the_thumb_is_taken_back(town: Town, line: Line, page: Page) -> None:
    """For some seconds it has not left the phone; then the server has it, by the clerk."""
    await cuc_opens(town, line, page)
    await later(town, page, "07:14")
    await page.get_by_role("button", name="Nguyễn Thị Lan (1962)").tap()
    await expect(page.locator("#count")).to_have_text("1/52")
    await page.locator("#undo button").tap()
    await expect(page.locator("#count")).to_have_text("0/52")
    await page.get_by_role("button", name="Nguyễn Thị Lan (1950)").tap()
    await expect(page.locator("#list .present .state")).to_have_text("✓ 07:14")
    await expect(page.locator("#list .take-back")).to_have_count(0, timeout=12_000)
    assert await town.record_of("em_lan") is None
    entry = await town.record_of("lan")
    assert entry is not None
    assert (entry.via, entry.is_offline) == (Via.CLERK, False)


async def test_enter_never_chooses_between_two(town: Town, line: Line, page: Page) -> None:
    """On a phone it is "Go", pressed as soon as the name looks right: the first of two namesakes
    would be there, and she was not meant."""
    await cuc_opens(town, line, page)
    await later(town, page, "07:14")
    await page.locator("#query").fill("nguyen thi lan")
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_have_text("Có 2 người, đề nghị gõ thêm hoặc bấm tên.")
    await expect(page.locator("#query")).to_have_value("nguyen thi lan")
    await expect(page.locator("#count")).to_have_text("0/52")
    await expect(page.locator("#list .hit")).to_have_count(0)
    number = await page.locator("#list .number").first.inner_text()
    await entered(page, number)
    await expect(page.locator("#count")).to_have_text("1/52")


async def test_what_was_not_sent_is_taken_back(town: Town, line: Line, page: Page) -> None:
    """Without a network that is possible until it is back, not for some seconds only."""
    await cuc_opens(town, line, page)
    await later(town, page, "07:14")
    await line.cut()
    for name in ("vo van sau", "le van ba"):
        await entered(page, name)
    await page.get_by_role("button", name="Chưa gửi 2").tap(timeout=20_000)
    await expect(page.locator("#list .name")).to_have_text(["Lê Văn Ba", "Võ Văn Sáu"])
    await page.get_by_role("button", name="Hoàn tác: Lê Văn Ba").tap()
    await expect(page.locator("#unsent")).to_have_text("Chưa gửi 1")
    await line.mend()
    await expect(page.locator("#unsent")).to_be_hidden(timeout=25_000)
    assert await town.record_of("ba") is None
    assert await town.record_of("sau") is not None


async def test_a_card_is_held_up_to_the_camera(town: Town, line: Line, tmp_path: Path) -> None:
    """Without a network too: the phone knows the cards of its own hall."""
    card = f"{line.address}/t/{personal_codes.card_token(KEY, town.number_of('lan'))}"
    picture = Image.new("RGB", (640, 480), "white")
    drawn = BytesIO()
    segno.make(card, error="m").save(drawn, kind="png", scale=8, border=4)
    picture.paste(Image.open(drawn).convert("RGB"), (180, 80))
    film = tmp_path / "card.mjpeg"
    picture.save(film, "JPEG", quality=95)
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage", *camera]
        )
        context = await browser.new_context(viewport=TELEPHONE, has_touch=True)  # type: ignore[arg-type]
        await context.add_init_script(CLOCK)
        page = await context.new_page()
        await cuc_opens(town, line, page)
        await later(town, page, "07:14")
        await line.cut()
        await page.get_by_role("button", name="Quét thẻ").tap()
        await expect(page.locator("#said")).to_contain_text("Nguyễn Thị Lan (1950)", timeout=15_000)
        await expect(page.locator("#count")).to_have_text("1/52")
        await page.get_by_role("button", name="Dừng quét").tap()
        await browser.close()


async def test_the_role_is_taken_back(town: Town, line: Line, page: Page) -> None:
    """The next word from the server empties the phone."""
    await cuc_opens(town, line, page)
    async with town.app.database.write() as tx:
        await grants.revoke(
            tx, town.number_of("cuc"), town.now, unit_id=None, venue_id=town.hall.venue.id
        )
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.get_by_text("đã được thu hồi")).to_be_visible(timeout=15_000)
    assert await page.evaluate("indexedDB.databases()") == []
    await page.reload()
    await expect(page.get_by_text("Để nhận đường dẫn mới")).to_be_visible()


async def test_a_name_with_html_is_a_name(town: Town, line: Line, page: Page) -> None:
    """And every key is at least 48 pixels high, with nothing to scroll sideways."""
    async with town.app.database.write() as tx:
        await enrol(tx, Part("<img src=x onerror=alert(1)>", "AP5", 1970))
    cuc = await cuc_comes(town)
    await page.goto(line.address + await link_for_cuc(town, cuc))
    await page.get_by_role("button", name="Mở trên thiết bị này").tap()
    await expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    await later(town, page, "07:14")
    await page.get_by_role("button", name="Mã", exact=True).tap()
    await page.get_by_role("button", name="Phạm Thị Bốn").tap()
    measured = await page.evaluate(
        """() => ({
            width: document.documentElement.scrollWidth,
            keys: [...document.querySelectorAll("button, input, a.first")]
                .map((key) => key.getBoundingClientRect().height).filter((height) => height),
        })"""
    )
    assert measured["width"] <= TELEPHONE["width"]
    assert min(measured["keys"]) >= 48


@pytest.mark.parametrize("state", ["link", "list", "marked", "code", "not sent", "over"])
async def test_the_page_is_for_everybody(
    town: Town, line: Line, browser: Browser, state: str
) -> None:
    """As axe sees it, in every state that the page has."""
    # Our policy forbids foreign scripts, axe's too; only here it is let in.
    context = await browser.new_context(viewport=TELEPHONE, has_touch=True, bypass_csp=True)  # type: ignore[arg-type]
    await context.add_init_script(CLOCK)
    page = await context.new_page()
    if state == "link":
        await page.goto(line.address + await link_for_cuc(town, await cuc_comes(town)))
    else:
        await cuc_opens(town, line, page)
        await later(town, page, "07:14")
    if state in ("marked", "not sent"):
        await page.get_by_role("button", name="Nguyễn Thị Lan (1962)").tap()
    if state == "code":
        await page.get_by_role("button", name="Mã", exact=True).tap()
    if state == "not sent":
        await line.cut()
        await expect(page.locator("#unsent")).to_be_visible(timeout=20_000)
    if state == "over":
        await page.get_by_role("button", name="Thoát").tap()
        await expect(page.locator("#over")).to_be_visible()
    await is_for_everybody(page)
    await context.close()


async def test_the_rotating_code_on_her_phone_checks_in(town: Town, line: Line, page: Page) -> None:
    """The hall's screen shows the broadcast: hers shows the code, also without a network."""
    await cuc_opens(town, line, page)
    await later(town, page, "07:14")
    await line.cut()
    await page.get_by_role("button", name="Mã", exact=True).tap()
    typed = page.locator("#typed")
    await expect(typed).to_have_text(f"{town.hall.digits[:3]} {town.hall.digits[3:]}")
    lan = await town.registered("lan", "web")
    assert (await lan.types(await typed.inner_text())).startswith("Đã điểm danh")
    await later(town, page, "08:45")
    await expect(page.get_by_text("Mã giữ sẵn trên máy đã hết.")).to_be_visible()
    await expect(typed).to_be_hidden()


async def test_somebody_else_is_named_by_nobody(town: Town, line: Line, page: Page) -> None:
    """A guest by their number on the roll; whom nobody knows is said so, and why."""
    await cuc_opens(town, line, page)
    await later(town, page, "07:14")
    guest = f"DV{town.number_of('xuan'):03}"
    for code in (guest, "DV999"):
        await page.locator("#query").fill(code)
        await page.locator("#guest").tap()
    await expect(page.locator("#said")).to_have_text(
        "Đã ghi nhận đồng chí Lý Thị Xuân lúc 07:14.", timeout=15_000
    )
    await expect(page.locator("#refused")).to_contain_text(
        "Khách, mã DV999: Không có đồng chí nào khớp. Đề nghị tìm theo tên."
    )
    await expect(page.locator("#count")).to_have_text("1/52")
    assert CAST["xuan"].cell == "TL3"
