"""The first session in a form, in a real browser: how many steps it takes, and that it fits."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, async_playwright, expect

from domain.rights import Role
from tests.dashboard.desk import link_for
from tests.left_out import chromium
from tests.roster.files import Rows, workbook
from tests.stories.town import Town

pytestmark = pytest.mark.browser

MOST_STEPS = 4  # fields to fill and keys to press, from the first page of the plan on
PICTURES = os.environ.get("DIEMDANH_TEST_PICTURES")  # a folder: keep what the pages look like


@asynccontextmanager
async def browsing(
    town: Town, who: str, unit: str, *, width: int = 360
) -> AsyncGenerator[Page, None]:
    """Signed in as coordinator; what the page's own policy forbids fails the test."""
    await town.grants(who, Role.COORDINATOR, unit=unit)
    link = await link_for(town, who)
    complaints: list[str] = []
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        context = await opened.new_context(viewport={"width": width, "height": 800}, locale="vi-VN")
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
        )
        await page.goto(f"{town.address}{urlsplit(link).path}")
        await page.get_by_role("button", name="Mở bảng điều hành").click()
        await page.wait_for_url(f"{town.address}/bang")
        yield page
        await opened.close()
    assert complaints == []


async def look(page: Page, name: str) -> None:
    """Nothing to scroll sideways, every key at least 48 pixels; a picture, where one is wanted."""
    measured = await page.evaluate(
        """() => ({
            width: document.documentElement.scrollWidth - innerWidth,
            keys: [...document.querySelectorAll("main button, main .first, main .second, summary")]
                .filter((key) => key.getClientRects().length)
                .map((key) => [key.textContent.trim(), key.getBoundingClientRect().height])
                .filter(([text, height]) => height < 47.5),
        })"""
    )
    assert measured == {"width": 0, "keys": []} or measured["width"] < 0, (name, measured)
    assert measured["keys"] == [], name
    if PICTURES:
        width = (page.viewport_size or {"width": 0})["width"]
        await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_first_session_in_four_steps(town: Town, width: int) -> None:
    """A name, a day, a hall, one press; then the hall's screen is one link away."""
    async with browsing(town, "dung", "TCN", width=width) as page:
        await page.get_by_role("link", name="Kế hoạch").click()
        await look(page, "ke-hoach")
        await page.get_by_role("link", name="Lập đợt học tập mới").click()
        steps = [
            page.get_by_label("Tên đợt học tập").fill("Học tập Nghị quyết Trung ương 5"),
            page.get_by_label("Ngày").fill("2016-12-15"),
            page.get_by_label("Tên hội trường, điểm cầu").fill("Hội trường UBND xã"),
            page.get_by_role("button", name="Lập đợt học tập").click(),
        ]
        assert len(steps) <= MOST_STEPS
        for step in steps[:-1]:
            await step
        await expect(page.locator("#made")).to_have_text("HTNQTU5")
        await look(page, "dot-moi")
        await steps[-1]
        await expect(page.get_by_text("Đã lập đợt học tập.")).to_be_visible()
        await look(page, "dot-da-lap")
        await page.get_by_role("link", name="Màn hình và bản in").click()
        await expect(page.locator("#qr")).to_be_visible()
        await expect(page.get_by_text("Hội trường UBND xã")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_morning_at_the_desk(town: Town, tmp_path: Path, width: int) -> None:
    """A wrong form, a hall kept open, a list brought in, slips printed, the log of it all."""
    rows: Rows = [["STT", "Họ và tên", "Năm sinh", "Chi bộ"], [1, "Đinh Văn Mới", 1990, "ấp 5"]]
    sheet = workbook(tmp_path / "danh-sach-ap-5.xlsx", {"Sheet1": rows})
    faulty = workbook(tmp_path / "loi.xlsx", {"Sheet1": [*rows, [2, "=A1", "?", ""]]})
    venues: Rows = [["Tên điểm cầu", "Đơn vị"], ["Nhà văn hóa ấp 5", "AP5"]]
    halls = workbook(tmp_path / "diem-cau.xlsx", {"A": venues})
    async with browsing(town, "dung", "TG", width=width) as page:
        bang = f"{town.address}/bang"
        await page.goto(f"{bang}/ke-hoach/moi")
        await page.get_by_role("button", name="Thêm điểm cầu").click()
        await page.get_by_label("Tên đợt học tập").fill("Đợt thử")
        await page.get_by_label("Kết thúc").fill("06:00")
        await page.get_by_label("Tên hội trường, điểm cầu").first.fill("Hội trường A")
        await page.get_by_label("Tên hội trường, điểm cầu").last.fill("Hội trường B")
        await page.get_by_role("button", name="Lập đợt học tập").click()
        await expect(page.get_by_text("Kết thúc không sau lúc bắt đầu.")).to_be_visible()
        await look(page, "dot-sai")

        await page.goto(f"{bang}/ke-hoach/1")
        await look(page, "dot")
        await page.get_by_role("link", name="Gia hạn 30 phút").first.click()
        await look(page, "gia-han")
        await page.get_by_role("button", name="Gia hạn 30 phút").click()
        await look(page, "da-gia-han")
        await page.get_by_role("button", name="Hoàn tác").click()
        await page.goto(f"{bang}/ke-hoach/1/buoi-moi")
        await look(page, "buoi-moi")
        await page.goto(f"{bang}/ke-hoach/buoi/1/diem-cau")
        await page.get_by_label("Tệp .xlsx").set_input_files(halls)
        await look(page, "diem-cau")
        await page.get_by_role("button", name="Xem thay đổi").click()
        await look(page, "diem-cau-thay-doi")

        await page.goto(f"{bang}/danh-sach")
        await look(page, "danh-sach")
        await page.get_by_label("Tệp .xlsx").set_input_files(faulty)
        await page.get_by_role("button", name="Xem thay đổi").click()
        await expect(page.get_by_text("chưa có gì thay đổi")).to_be_visible(timeout=20_000)
        await look(page, "danh-sach-loi")
        await page.goto(f"{bang}/phieu/don-vi/2")
        await look(page, "phieu-tinh")
        await page.goto(f"{bang}/nhat-ky")
        await look(page, "nhat-ky")
    async with browsing(town, "cuc", "TCN", width=width) as page:
        await page.get_by_role("link", name="Danh sách").click()
        await page.get_by_label("Tệp .xlsx").set_input_files(sheet)
        await page.get_by_role("button", name="Xem thay đổi").click()
        await expect(page.get_by_text("Đinh Văn Mới, Chi bộ ấp 5")).to_be_visible(timeout=20_000)
        await look(page, "danh-sach-thay-doi")
        await page.get_by_role("button", name="Nhập danh sách").click()
        await expect(page.get_by_text("Đã nhập danh sách lúc")).to_be_visible(timeout=20_000)
        await page.get_by_role("link", name="Phiếu mã", exact=True).click()
        await look(page, "phieu")
        await page.get_by_role("button", name="Tải phiếu PDF").click()
        await expect(page.get_by_role("link", name="Tải phiếu PDF")).to_be_visible(timeout=30_000)
        await look(page, "phieu-xong")
