"""The web chat over real HTTP, as a browser without and with scripts speaks it."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.web.conftest import OPTIONS, served
from tests.web.village import ASK_CODE, CONSENT, TICKET, Village
from web.app import create_app
from web.doors import Options

JSON = {"Accept": "application/json"}


async def say(browser: httpx.AsyncClient, id: str = "a1b2c3d4", **fields: str) -> httpx.Response:
    return await browser.post("/chat/messages", data={"id": id, **fields}, headers=JSON)


def bubbles(html: str) -> list[str]:
    return re.findall(r"<p>(.*?)</p>", html, re.DOTALL)


async def test_looking_opens_no_chat(lan: httpx.AsyncClient, village: Village) -> None:
    """Crawlers and link previews look at pages too; only a first message makes an account."""
    for path in ("/chat", "/r/K7P49QXM", "/c/whatever", "/chat/messages", "/"):
        assert (await lan.get(path)).status_code == 200
    assert (await lan.get("/chat/events")).status_code == 204
    assert village.chats == set()


async def test_an_ordinary_form_is_enough(lan: httpx.AsyncClient, village: Village) -> None:
    """A telephone whose browser runs no script can still register."""
    page = (await lan.get("/chat")).text
    assert "Kính chào đồng chí" in page
    hidden = re.search(r'name="id" value="(\w+)"', page)
    assert hidden
    answer = await lan.post("/chat/messages", data={"id": hidden[1], "command": "start"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    page = (await lan.get("/chat")).text
    assert bubbles(page) == ["Bắt đầu", CONSENT]
    assert re.findall(r'name="command" value="(\w+)">', page)[-3:] == ["details", "agree", "refuse"]


async def test_a_pressed_button_edits_its_message(lan: httpx.AsyncClient, village: Village) -> None:
    await lan.get("/chat")
    asked = (await say(lan, command="start")).json()
    message = re.findall(r'data-id="(\d+)"', asked["html"])[-1]
    answer = await say(
        lan, id="b1b2c3d4", command="agree", pressed_on=message, after=str(asked["revision"])
    )
    assert bubbles(answer.json()["html"]) == [ASK_CODE]
    assert f'data-id="{message}"' in answer.json()["html"]
    assert bubbles((await lan.get("/chat")).text) == ["Bắt đầu", ASK_CODE]


async def test_sent_again_is_said_once(lan: httpx.AsyncClient, village: Village) -> None:
    """The answer was lost on the way, so the page sends the same id again: the same answer."""
    await lan.get("/chat")
    first, second = await say(lan, text="482 913"), await say(lan, text="482 913")
    assert bubbles(first.json()["html"]) == bubbles(second.json()["html"])
    assert bubbles((await lan.get("/chat")).text) == ["482 913", "Đã nhận: 482 913"]
    assert village.heard[0].external_id == village.heard[1].external_id
    assert len(village.chats) == 1


async def test_an_old_page_with_other_words_is_another_message(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """A page shown again by the back key keeps its id; what is typed into it now must count."""
    await lan.get("/chat")
    await say(lan, text="482 913")
    await say(lan, text="482 914")
    assert village.heard[0].external_id != village.heard[1].external_id


async def test_two_people_never_share_an_id(
    lan: httpx.AsyncClient, village: Village, address: str
) -> None:
    """Else one browser could read another's answer by guessing its id."""
    async with httpx.AsyncClient(base_url=address, headers={"Origin": address}) as minh:
        for browser in (lan, minh):
            await browser.get("/chat")
            await say(browser, text="482913")
    assert len({said.external_id for said in village.heard}) == 2
    assert bubbles((await lan.get("/chat")).text) == ["482913", "Đã nhận: 482913"]


async def test_what_people_write_stays_text(lan: httpx.AsyncClient, village: Village) -> None:
    await lan.get("/chat")
    html = (await say(lan, text="<script>alert(1)</script>")).json()["html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


async def test_a_ticket_is_shown_as_what_it_is_for(
    lan: httpx.AsyncClient, village: Village
) -> None:
    await lan.get("/chat")
    html = (await say(lan, command=f"start c-{TICKET}")).json()["html"]
    assert bubbles(html)[0] == "Điểm danh"
    assert TICKET not in html


async def test_another_site_cannot_speak_for_her(lan: httpx.AsyncClient, village: Village) -> None:
    await lan.get("/chat")
    foreign: list[dict[str, str]] = [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    for headers in foreign:
        answer = await lan.post(
            "/chat/messages", data={"id": "a1b2c3d4", "text": "xóa"}, headers=headers
        )
        assert answer.status_code == 403
        assert "Đề nghị mở lại trang" in answer.text
    assert village.heard == []


async def test_without_a_cookie_it_is_asked_for(address: str, village: Village) -> None:
    """A first message must have an owner who can send it again, so the cookie comes before it."""
    async with httpx.AsyncClient(base_url=address, headers={"Origin": address}) as browser:
        refused = await say(browser, text="482913")
        assert refused.status_code == 428
        assert (await say(browser, text="482913")).status_code == 200
    assert len(village.chats) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 4001},
        {"id": "short", "text": "a"},
        {"id": "no spaces here", "text": "a"},
        {"command": "đ" * 33},
        {"command": "agree", "pressed_on": "9" * 40},
        {"command": "agree", "pressed_on": "١٢"},
    ],
)
async def test_what_no_page_would_send_is_refused(
    lan: httpx.AsyncClient, village: Village, fields: dict[str, str]
) -> None:
    await lan.get("/chat")
    assert (await say(lan, **fields)).status_code == 400
    assert village.heard == []


async def test_too_long_a_body_is_refused(lan: httpx.AsyncClient, village: Village) -> None:
    """In words for whoever wrote it, and for the page's script."""
    await lan.get("/chat")
    answer = await say(lan, text="x" * 100_000)
    assert answer.status_code == 413
    assert answer.json() == {"error": "Nội dung quá dài. Đề nghị rút gọn."}
    page = await lan.post("/chat/messages", data={"id": "a1b2c3d4", "text": "x" * 100_000})
    assert page.status_code == 413
    assert "Nội dung quá dài" in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_a_failure_says_what_to_do(lan: httpx.AsyncClient, village: Village) -> None:
    """Nobody stands before a bare error; the page also offers to send the same once more."""
    await lan.get("/chat")
    village.is_broken = True
    answer = await say(lan, text="482913")
    assert answer.status_code == 503
    assert answer.json()["error"].startswith("Hệ thống tạm gián đoạn")
    page = await lan.post("/chat/messages", data={"id": "a1b2c3d4", "text": "482913"})
    assert page.status_code == 503
    assert 'name="text" value="482913"' in page.text


async def test_a_flood_of_newcomers_is_slowed(village: Village) -> None:
    """One address may open many chats, a hall shares one, but not endlessly many."""
    options = Options(
        public_url=OPTIONS.public_url,
        unit=OPTIONS.unit,
        newcomers_at_once=2,
        newcomers_per_second=0.001,
    )
    async with served(create_app(village.doors(), options)) as address:
        answers = []
        for _ in range(3):
            async with httpx.AsyncClient(base_url=address, headers={"Origin": address}) as browser:
                await browser.get("/chat")
                answers.append((await say(browser, text="xin chào")).status_code)
    assert answers == [200, 200, 429]


async def test_a_strangers_flood_of_words_is_slowed(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """What strangers write is kept: forty messages of 4,000 letters are no registration."""
    await lan.get("/chat")
    answers = [await say(lan, id=f"a1b2c3d{number:02}", text="x" * 3990) for number in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 10
    assert refused[0].headers["retry-after"] == "10"
    assert "thử lại" in refused[0].json()["error"]
    assert len(village.heard) == 30


async def test_the_whole_of_a_long_chat_is_not_answered_at_once(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """A year's messages would be sent for every "after=0"."""
    await lan.get("/chat")
    await say(lan, text="xin chào")
    (chat_id,) = village.chats
    for number in range(110):
        await village.push(chat_id, f"Tin {number}")
    news = (await lan.get("/chat/messages?after=0", headers=JSON)).json()
    assert len(bubbles(news["html"])) == 100
    assert bubbles(news["html"])[-1] == "Tin 109"


async def test_a_chat_has_so_many_streams(lan: httpx.AsyncClient, village: Village) -> None:
    """One cookie must not hold a thousand; the newest is the page that is looked at."""
    await lan.get("/chat")
    revision = (await say(lan, text="xin chào")).json()["revision"]
    (chat_id,) = village.chats
    async with AsyncExitStack() as open_pages, asyncio.timeout(30):
        pages = []
        for _ in range(6):
            path = f"/chat/events?after={revision}"
            stream = await open_pages.enter_async_context(lan.stream("GET", path))
            pages.append(stream.aiter_lines())
            assert await anext(pages[-1]) == "retry: 3000"
        displaced, *rest = pages
        assert [line async for line in displaced if line][-1] == "retry: 60000"
        await village.push(chat_id, "Đã xác nhận.")
        for page in rest:
            heard = await anext(line async for line in page if "html" in line)
            assert bubbles(json.loads(heard[5:])["html"]) == ["Đã xác nhận."]


async def test_what_the_bot_says_arrives_by_itself(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """A secretary's confirmation reaches an open page; after a cut only what is new comes."""
    await lan.get("/chat")
    revision = (await say(lan, text="xin chào")).json()["revision"]
    (chat_id,) = village.chats
    await village.push(chat_id, "Đã xác nhận đồng chí có mặt.")
    heard = await first_event(lan, f"/chat/events?after={revision}", {})
    assert bubbles(heard["html"]) == ["Đã xác nhận đồng chí có mặt."]
    await village.push(chat_id, "Còn 3 ngày đến hạn.")
    resumed = await first_event(
        lan, f"/chat/events?after={revision}", {"Last-Event-ID": str(heard["revision"])}
    )
    assert bubbles(resumed["html"]) == ["Còn 3 ngày đến hạn."]


async def first_event(
    browser: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> dict[str, str]:
    async with asyncio.timeout(5), browser.stream("GET", path, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        is_ping = False
        async for line in stream.aiter_lines():
            is_ping = line == "event: ping" if line.startswith("event:") else is_ping
            if line.startswith("data:") and not is_ping:
                found: dict[str, str] = json.loads(line[5:])
                return found
            is_ping = is_ping and line != ""
    raise AssertionError("the stream ended")


async def test_a_page_that_cannot_follow_asks(lan: httpx.AsyncClient, village: Village) -> None:
    await lan.get("/chat")
    revision = (await say(lan, text="xin chào")).json()["revision"]
    (chat_id,) = village.chats
    await village.push(chat_id, "Còn 3 ngày đến hạn.")
    news = (await lan.get(f"/chat/messages?after={revision}")).json()
    assert bubbles(news["html"]) == ["Còn 3 ngày đến hạn."]


async def test_the_cookie_is_kept_from_scripts_and_other_sites(village: Village) -> None:
    options = Options(public_url="https://dd.example.vn", unit=OPTIONS.unit)
    doors = village.doors()
    async with served(create_app(doors, options)) as address, httpx.AsyncClient() as browser:
        cookie = (await browser.get(f"{address}/chat")).headers["set-cookie"]
    assert cookie.startswith("__Host-diemdanh=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in cookie


async def test_every_page_forbids_foreign_scripts_and_frames(lan: httpx.AsyncClient) -> None:
    for path in ("/", "/chat", "/c/x", "/r/K7P49QXM", "/nowhere", "/static/chat.js"):
        headers = (await lan.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
