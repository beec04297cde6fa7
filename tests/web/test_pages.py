"""Landing page, slip, projector, demo and health over real HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import OPTIONS, served
from tests.web.village import CODE, PROJECTOR, TICKET, Village
from web.app import create_app, create_metrics_app


async def test_the_hall_s_code_offers_this_page_first(lan: httpx.AsyncClient) -> None:
    """Whoever scans with whatever scanner needs no app: here first and large, then Telegram."""
    answer = await lan.get(f"/c/{CODE}")
    page = answer.text
    assert "Đã ghi nhận giờ quét mã: <strong>07:12</strong>" in page
    assert page.index("Điểm danh tại đây") < page.index("Điểm danh bằng Telegram")
    assert f'value="start c-{TICKET}"' in page
    assert f"https://t.me/diemdanh_bot?start=c-{TICKET}" in page
    assert answer.headers["cache-control"] == "no-store"


async def test_a_stamped_scan_can_be_opened_again(lan: httpx.AsyncClient) -> None:
    """The phone reloads the page while she reads; the wall's code is long gone by then."""
    assert f'value="start c-{TICKET}"' in (await lan.get(f"/c/{TICKET}")).text


async def test_a_stale_code_is_met_with_a_way_on(lan: httpx.AsyncClient) -> None:
    for path in ("/c/yesterday", "/c/" + "x" * 65, "/c/%3Cscript%3E"):
        page = (await lan.get(path)).text
        assert "Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình." in page
        assert 'href="/chat"' in page


async def test_a_slip_waits_for_its_key(lan: httpx.AsyncClient, village: Village) -> None:
    """Opening the link uses nothing up; pressing brings the code into the chat."""
    page = (await lan.get("/r/K7P49QXM")).text
    assert 'value="start r-K7P49QXM"' in page
    assert village.heard == []
    await lan.post("/chat/messages", data={"id": "a1b2c3d4", "command": "start r-K7P49QXM"})
    assert [said.command for said in village.heard] == ["start r-K7P49QXM"]
    assert village.heard[0].shown == "Bắt đầu"
    assert (await lan.get("/r/no%20slip!")).status_code == 404


async def test_without_a_demo_there_is_no_stage(lan: httpx.AsyncClient) -> None:
    assert "Mở hội thoại" in (await lan.get("/")).text
    for path in ("/demo/so-lieu", "/demo/ba-lan/chat", "/demo/ba-lan/quet"):
        assert (await lan.get(path)).status_code == 404


async def test_the_stage_moves(demo_address: str) -> None:
    async with httpx.AsyncClient(base_url=demo_address) as browser:
        page = (await browser.get("/")).text
        assert "Bà Nguyễn Thị Lan" in page
        assert f"/man-hinh/{PROJECTOR}" in page
        numbers = (await browser.get("/demo/so-lieu")).json()
        assert numbers["figures"][0]["rate"] == "49,7%"
        scanned = await browser.get("/demo/ba-lan/quet")
        assert scanned.headers["location"] == f"/demo/ba-lan/c/{CODE}"
        assert (await browser.get("/demo/nobody/chat")).status_code == 404


async def test_a_messenger_s_outage_is_told_and_no_more(
    lan: httpx.AsyncClient, village: Village
) -> None:
    assert (await lan.get("/healthz")).text == "ok"
    ready = await lan.get("/readyz")
    assert (ready.status_code, ready.json()["telegram:main"]) == (200, "unreachable")
    village.is_broken = True
    assert (await lan.get("/readyz")).status_code == 503
    assert (await lan.get("/healthz")).status_code == 200


async def test_metrics_stand_on_a_port_of_their_own(
    lan: httpx.AsyncClient, village: Village
) -> None:
    assert (await lan.get("/metrics")).status_code == 404
    app = create_metrics_app(village.doors())
    async with served(app) as address, httpx.AsyncClient(base_url=address) as watch:
        assert (await watch.get("/metrics")).text == "diemdanh_up 1\n"
        assert (await watch.get("/chat")).status_code == 404


async def test_what_failed_is_told_without_its_words(
    village: Village, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A failure is answered politely, logged without paths (they hold codes), and got over."""
    village.is_broken = True
    app = create_app(village.doors(), OPTIONS)
    async with served(app) as address, httpx.AsyncClient(base_url=address) as browser:
        answer = await browser.get(f"/man-hinh/{PROJECTOR}")
        assert answer.status_code == 503
        assert "Đề nghị ký danh sách giấy" in answer.text
        village.is_broken = False
        assert (await browser.get(f"/man-hinh/{PROJECTOR}")).status_code == 200
    # Printed where nobody has set up the log, else a record of it.
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "web_failed" in logged
    assert PROJECTOR not in logged
    assert "disk" not in logged


async def test_own_files_may_be_kept_for_ever(lan: httpx.AsyncClient) -> None:
    """A hall's line is thin; a file's address changes with its content."""
    page = (await lan.get("/chat")).text
    path = page.split('<script defer src="')[1].split('"')[0]
    assert "immutable" in (await lan.get(path)).headers["cache-control"]
    assert "immutable" not in (await lan.get("/static/chat.js")).headers.get("cache-control", "")
