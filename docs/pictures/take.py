"""Takes every picture of the documentation from the demo: `make pictures`.

One morning is lived from its eve on; nobody but the demo's made-up people is to be seen.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page

from bot.demo_data import token_of
from docs.pictures import printing
from docs.pictures.camera import DESK, PHONE, SHEET, browser, opened, picture, printed
from docs.pictures.stage import Stage, standing
from web import guard

SCREENS = "h2:text('Màn hình hội trường') ~ a"


@dataclass
class Photographer:
    """Goes through the morning with a camera."""

    stage: Stage
    browser: Browser

    async def chat(self, persona: str) -> Page:
        """The persona's own telephone, as it looks outside the demo."""
        page = await opened(self.browser, PHONE, f"{self.stage.address}/healthz")
        token = {"name": guard.CHAT.name, "value": token_of(persona), "url": self.stage.address}
        await page.context.add_cookies([token])  # type: ignore[list-item]
        await page.goto(f"{self.stage.address}/chat")
        return page

    async def screen(self) -> str:
        """The address of the commune's hall."""
        page = await opened(self.browser, DESK, self.stage.address)
        path = await page.locator(SCREENS).first.get_attribute("href")
        await page.context.close()
        return f"{self.stage.address}{path}"


async def choose(page: Page, label: str) -> None:
    """A line of the menu."""
    await page.get_by_text("Chọn mục").click()
    await page.locator(".menu").get_by_role("button", name=label, exact=True).click()
    await page.wait_for_timeout(700)


async def press(page: Page, label: str) -> None:
    """A key of the newest message that has one so called, whatever figure it carries."""
    name = re.compile(rf"^{re.escape(label)}( \(.*)?$")
    await page.locator("#log").get_by_role("button", name=name).last.click()
    await page.wait_for_timeout(700)


async def say(page: Page, words: str) -> None:
    await page.get_by_label("Nội dung").fill(words)
    await page.get_by_role("button", name="Gửi", exact=True).last.click()
    await page.wait_for_timeout(700)


# --- the eve -----------------------------------------------------------------------------------


async def the_eve(us: Photographer) -> None:
    """A hall tries everything, and the province sees which have not."""
    trial = await opened(us.browser, SHEET, f"{await us.screen()}/chay-thu")
    for check in ("Màn hình", "Âm thanh", "Danh sách giấy"):
        await trial.get_by_role("button", name=check).click()
    await picture(trial, "chay-thu", is_whole=True)
    desk = await dashboard(us, "anh-dung")
    await desk.goto(f"{us.stage.address}/bang/san-sang")
    await picture(desk, "bang-san-sang")
    await desk.goto(f"{us.stage.address}/bang/chua-to-chuc")
    await picture(desk, "bang-chua-to-chuc")


async def the_plan(us: Photographer) -> None:
    """The commune sets up a campaign of its own; the province looks at its running one."""
    desk = await dashboard(us, "anh-dung")
    await desk.goto(f"{us.stage.address}/bang/ke-hoach/moi")
    written = {
        "title": "Học tập chuyên đề năm 2017",
        "session": "Buổi học chuyên đề",
        "on": "2017-02-02",
        "starts": "08:00",
        "ends": "11:00",
        "venue-0": "Hội trường UBND xã Thân Cửu Nghĩa",
    }
    for field, words in written.items():
        await desk.locator(f"[name='{field}']").fill(words)
    await picture(desk, "ke-hoach-moi", is_whole=True)
    await desk.goto(f"{us.stage.address}/bang/phieu")
    await picture(desk, "bang-phieu")
    desk = await dashboard(us, "chi-mai")
    await desk.goto(f"{us.stage.address}/bang/ke-hoach")
    await desk.get_by_role("link", name="NQTW4").click()
    await picture(desk, "ke-hoach-dot")
    await desk.goto(f"{us.stage.address}/bang/nhat-ky")
    await picture(desk, "bang-nhat-ky")


async def dashboard(us: Photographer, persona: str) -> Page:
    """The dashboard, opened by the link that the chat gives."""
    chat = await us.chat(persona)
    await say(chat, "/bang")
    link = await chat.locator("#log a[href*='/bang/vao/']").last.get_attribute("href")
    await chat.context.close()
    desk = await opened(us.browser, DESK, link or "")
    await desk.get_by_role("button", name="Mở bảng điều hành").click()
    return desk


# --- the morning -------------------------------------------------------------------------------


async def the_member(us: Photographer) -> None:
    """Bà Lan scans, agrees, types the code on her slip."""
    phone = await opened(us.browser, PHONE, us.stage.address)
    hint = await phone.locator("a[href='/demo/ba-lan/chat'] .hint").text_content() or ""
    code = hint.split(":")[-1].strip(" .")
    await phone.goto(f"{us.stage.address}/demo/ba-lan/quet")
    await phone.goto(phone.url.replace("/demo/ba-lan", ""))
    await picture(phone, "trang-quet-ma")
    await phone.get_by_role("button", name="Điểm danh tại đây").click()
    await picture(phone, "dang-ky-dong-y")
    await press(phone, "Đồng ý")
    await say(phone, code)
    await picture(phone, "dang-ky-xac-nhan")
    await press(phone, "Đúng")
    await picture(phone, "da-diem-danh")


async def the_secretary(us: Photographer) -> None:
    """Chị Hoa confirms those without telephones."""
    phone = await us.chat("chi-hoa")
    await choose(phone, "Chi bộ")
    await picture(phone, "chi-bo")
    await press(phone, "Xác nhận có mặt")
    await picture(phone, "chi-bo-chon-ten")
    await say(phone, "le van ba")
    await picture(phone, "chi-bo-xac-nhan")
    desk = await dashboard(us, "chi-hoa")
    await desk.get_by_role("link", name="Danh sách đảng viên").click()
    await picture(desk, "bang-chi-bo")


async def the_coordinator(us: Photographer) -> None:
    """Anh Dũng looks at the figures, and writes to those who are not there."""
    phone = await us.chat("anh-dung")
    await choose(phone, "Số liệu")
    await picture(phone, "so-lieu")
    await press(phone, "Biểu đồ")
    await phone.locator("#log img").last.wait_for()
    await picture(phone, "bieu-do")
    await say(phone, "/nhac")
    await press(phone, "Chưa điểm danh")
    await say(phone, "Đề nghị các đồng chí chưa điểm danh liên hệ cán bộ tại điểm cầu.")
    await picture(phone, "thong-bao-xem-truoc")


async def the_hall(us: Photographer) -> None:
    screen = await opened(us.browser, DESK, await us.screen())
    await screen.locator("body.still").wait_for()  # its links have gone
    await picture(screen, "man-hinh")
    phone = await us.chat("chi-cuc")
    await choose(phone, "Điểm cầu")
    await picture(phone, "diem-cau")


async def the_door(us: Photographer) -> None:
    """Chị Cúc's page at the door: with a network, and while there is none."""
    chat = await us.chat("chi-cuc")
    await choose(chat, "Điểm cầu")
    await press(chat, "Trang điểm danh tại cửa")
    link = await chat.locator("#log a[href*='/cua/vao/']").last.get_attribute("href")
    door = await opened(us.browser, PHONE, link or "")
    await door.get_by_role("button", name="Mở trên thiết bị này").click()
    await door.locator("#list button").first.wait_for()
    await picture(door, "tai-cua")
    await door.context.set_offline(True)
    await door.get_by_label("Tên, số thứ tự").fill("vo van sau")
    await door.keyboard.press("Enter")
    await picture(door, "tai-cua-mat-mang")


async def the_province(us: Photographer) -> None:
    desk = await dashboard(us, "chi-mai")
    await picture(desk, "bang-tong-quan")
    await desk.goto(f"{us.stage.address}/bang/dien-bien")
    await picture(desk, "bang-dien-bien")
    await picture(await opened(us.browser, DESK, us.stage.address), "ban-chay-thu")


async def on_paper(us: Photographer) -> None:
    """Slips and cards of a cell, the poster for a door, lines to sign on."""
    with tempfile.TemporaryDirectory() as folder:
        papers = await printing.papers(us.stage, await us.screen(), Path(folder))
        for name, (paper, dots_per_inch) in papers.items():
            if not printed(paper, name, dots_per_inch):
                sys.stderr.write(f"{name}: bỏ qua, máy này không có pdftoppm (poppler-utils).\n")


async def main() -> None:
    async with standing() as stage, browser() as chromium:
        us = Photographer(stage, chromium)
        await the_eve(us)
        await the_plan(us)
        await stage.comes(7, 12)
        await the_member(us)
        await stage.comes(7, 26)
        for part in (the_hall, the_door, the_secretary, the_coordinator, the_province, on_paper):
            await part(us)
            sys.stderr.write(f"{part.__name__}\n")


if __name__ == "__main__":
    asyncio.run(main())
