"""The browser that looks at the demo, and pictures small enough to be kept with the source."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.left_out import chromium

HERE = Path(__file__).parent
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SHEET: dict[str, Any] = {"viewport": {"width": 700, "height": 800}}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
COLOURS = 64  # flat pages need no more, and it halves their size
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--lang=vi",  # a browser's own words, such as dates, where it was installed with them
]


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """This machine's own Chromium or Chrome; it opens nothing but the demo."""
    path = chromium()
    if path is None:
        raise SystemExit("Cần Chromium hoặc Chrome (Debian, Ubuntu: apt install chromium).")
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=path, args=_FLAGS)
        yield opened
        await opened.close()


async def opened(browser: Browser, kind: dict[str, Any], address: str) -> Page:
    """Somebody's own telephone or computer, at an address."""
    context = await browser.new_context(locale="vi-VN", reduced_motion="reduce", **kind)
    page = await context.new_page()
    await page.goto(address)
    return page


async def picture(page: Page, name: str, *, is_whole: bool = False) -> None:
    """What stands on the glass now, or also what one scrolls down to."""
    await page.wait_for_timeout(700)  # fonts, images, a list that scrolls to its end
    taken = await page.screenshot(animations="disabled", full_page=is_whole)
    _keep(Image.open(io.BytesIO(taken)), name)


def printed(paper: Path, name: str, dots_per_inch: int) -> bool:
    """The first page of a PDF; False where this machine has no pdftoppm."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        return False
    drawing = ["-png", "-r", str(dots_per_inch), "-singlefile", str(paper), str(paper)]
    subprocess.run([tool, *drawing], check=True)  # noqa: S603 – our own file
    _keep(Image.open(f"{paper}.png"), name)
    return True


def _keep(image: Image.Image, name: str) -> None:
    flat = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    flat.save(HERE / f"{name}.png", optimize=True)
