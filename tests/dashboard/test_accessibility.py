"""The dashboard as those meet it who see little, hear it read out, or have an unsteady thumb."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from domain import codes
from domain.rights import Role
from tests.dashboard.desk import link_for
from tests.stories.cast import UNITS
from tests.stories.town import Town
from tests.web.test_accessibility import TELEPHONE, is_for_everybody

pytestmark = pytest.mark.browser

AP3 = list(UNITS).index("AP3") + 1
PAGES = {
    "table": "/bang",
    "search": "/bang/don-vi/2?tim=ap+3&sap-xep=rate",
    "cell": f"/bang/don-vi/{AP3}",
    "names": f"/bang/chi-bo/1/{AP3}",
    "morning": "/bang/dien-bien",
    "not held": "/bang/chua-to-chuc",
    "readiness": "/bang/san-sang",
    "conversation": "/bang/chat",
    "codes": "/bang/ma-moi",
    "campaigns": "/bang/ke-hoach",
    "new campaign": "/bang/ke-hoach/moi",
    "campaign": "/bang/ke-hoach/1",
    "roster": "/bang/danh-sach",
    "slips": "/bang/phieu",
    "journal": "/bang/nhat-ky",
}


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport=TELEPHONE,  # type: ignore[arg-type]
        locale="vi-VN",
        bypass_csp=True,  # our policy forbids foreign scripts, axe's too; only here it is let in
        service_workers="block",
    )
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_of_the_dashboard_is_for_everybody(town: Town, page: Page, name: str) -> None:
    town.at("07:20")
    await town.came(["minh", "ba"])
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    link = await link_for(town, "dung")
    await page.goto(link)
    await is_for_everybody(page)
    await page.get_by_role("button", name="Mở bảng điều hành").click()
    await page.wait_for_url("**/bang")
    await page.goto(f"{town.address}{PAGES[name]}")
    await is_for_everybody(page)


@pytest.mark.parametrize("path", ["/bang", "/bang/ma-khoi-phuc"])
async def test_the_way_in_is_for_everybody(town: Town, page: Page, path: str) -> None:
    await page.goto(f"{town.address}{path}")
    await is_for_everybody(page)


async def test_a_halls_rehearsal_is_for_everybody(town: Town, page: Page) -> None:
    town.at("15:00", day="2016-12-08")
    token = codes.screen_token(town.hall.venue)
    await page.goto(f"{town.address}/man-hinh/{token}/chay-thu")
    await is_for_everybody(page)


async def test_the_largest_figures_stay_on_their_cards(town: Town, page: Page) -> None:
    """A province's were cut off: a rule of another page, by the same id, made them too large."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(await link_for(town, "dung"))
    await page.get_by_role("button", name="Mở bảng điều hành").click()
    lines = await page.locator(".figures strong").first.evaluate(
        """figure => {
            figure.textContent = "100.000/100.000";
            return [figure.getClientRects().length, figure.closest("div").scrollWidth
                - figure.closest("div").clientWidth];
        }"""
    )
    assert lines == [1, 0]
