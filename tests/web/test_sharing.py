"""One telephone, several people: each a chat of their own, and nobody speaks for another."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.web.village import CODE, TICKET, Village
from web.people import MOST_PEOPLE

HERE = "Điểm danh tại đây"
SOMEBODY_ELSE = "Người khác trên máy này"


def speakers(page: str) -> list[str]:
    """For whom the forms of a page are, in their order."""
    return re.findall(r'name="as" value="(\w+)"', page)


async def joins(browser: httpx.AsyncClient, name: str) -> str:
    """Somebody new scans on this telephone, and registers; returns how pages name them."""
    page = (await browser.get(f"/c/{CODE}")).text
    speaker = speakers(page)[-1]
    for number, words in enumerate((f"/start c-{TICKET}", f"tôi là {name}")):
        fields = {"id": f"{speaker[:10]}-{number}", "as": speaker, "text": words}
        assert (await browser.post("/chat/messages", data=fields)).status_code == 303
    return speaker


async def test_she_sees_whose_check_in_it_will_be(lan: httpx.AsyncClient, village: Village) -> None:
    """A browser that is already somebody greets her, and one key does it."""
    await joins(lan, "Nguyễn Thị Lan")
    page = (await lan.get(f"/c/{CODE}")).text
    assert "Đồng chí <strong>Nguyễn Thị Lan</strong>" in page
    assert page.index(HERE) < page.index("Điểm danh bằng Telegram") < page.index(SOMEBODY_ELSE)
    assert len(village.chats) == 1, "looking makes nobody"


async def test_husband_and_wife_each_have_their_own(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """One key each the next time, in the chat of the one whose name was on it."""
    wife, husband = await joins(lan, "Nguyễn Thị Lan"), await joins(lan, "Trần Văn Minh")
    page = (await lan.get(f"/c/{CODE}")).text
    assert speakers(page)[:2] == [husband, wife], "who spoke last stands first"
    assert HERE + "</button>" not in page
    await lan.post(
        "/chat/messages", data={"id": "a1b2c3d4", "as": wife, "command": f"start c-{TICKET}"}
    )
    assert village.names[village.heard[-1].chat_id] == "Nguyễn Thị Lan"
    assert "của đồng chí Nguyễn Thị Lan" in (await lan.get("/chat")).text
    assert len(village.chats) == 2


async def test_an_open_page_stays_its_own_person_s(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """Her page stands open while he is chosen in another: what she types there is hers."""
    wife, husband = await joins(lan, "Nguyễn Thị Lan"), await joins(lan, "Trần Văn Minh")
    await lan.post("/chat/nguoi", data={"as": husband})
    await lan.post("/chat/messages", data={"id": "a1b2c3d4", "as": wife, "text": "/toi"})
    assert village.names[village.heard[-1].chat_id] == "Nguyễn Thị Lan"
    for path in ("/chat/messages?after=0", "/chat?before=999"):
        answer = await lan.get(path, params={"as": wife}, headers={"Accept": "application/json"})
        assert answer.json()["chat"] == village.heard[-1].chat_id


async def test_who_is_forgotten_speaks_no_more(lan: httpx.AsyncClient, village: Village) -> None:
    """It is asked first; then neither the list nor an old page knows them, and nobody stands in."""
    wife, husband = await joins(lan, "Nguyễn Thị Lan"), await joins(lan, "Trần Văn Minh")
    assert "Nguyễn Thị Lan" in (await lan.get(f"/chat/nguoi/quen?as={wife}")).text
    assert len(village.chats) == 2
    await lan.post("/chat/nguoi/quen", data={"as": wife})
    heard = len(village.heard)
    refused = await lan.post(
        "/chat/messages", data={"id": "a1b2c3d4", "as": wife, "text": "482913"}
    )
    assert refused.status_code == 409
    assert "Người này không còn trên máy" in refused.text
    assert len(village.heard) == heard
    page = (await lan.get("/chat/nguoi")).text
    assert "Trần Văn Minh" in page
    assert "Nguyễn Thị Lan" not in page
    await lan.post("/chat/nguoi/quen", data={"as": husband})
    assert "Kính chào đồng chí" in (await lan.get("/chat")).text


async def test_a_telephone_is_no_turnstile(lan: httpx.AsyncClient, village: Village) -> None:
    for number in range(MOST_PEOPLE):
        await joins(lan, f"Người {number}")
    page = (await lan.get(f"/c/{CODE}")).text
    assert SOMEBODY_ELSE not in page
    assert f"Máy này đã có {MOST_PEOPLE} người" in (await lan.get("/chat/nguoi")).text
    assert len(lan.cookies["diemdanh"].split(".")) == MOST_PEOPLE


@pytest.mark.parametrize("path", ["/chat/nguoi", "/chat/nguoi/quen"])
async def test_another_site_neither_chooses_nor_forgets(
    lan: httpx.AsyncClient, village: Village, path: str
) -> None:
    wife = await joins(lan, "Nguyễn Thị Lan")
    foreign = {"Origin": "https://elsewhere.example"}
    assert (await lan.post(path, data={"as": wife}, headers=foreign)).status_code == 403
    assert (await lan.post(path, data={})).status_code == 400
    assert "Nguyễn Thị Lan" in (await lan.get("/chat/nguoi")).text


async def test_the_page_says_no_token(lan: httpx.AsyncClient) -> None:
    """What a page knows of its person cannot be made into a cookie."""
    await joins(lan, "Nguyễn Thị Lan")
    tokens = lan.cookies["diemdanh"].split(".")
    for path in (f"/c/{CODE}", "/chat", "/chat/nguoi", "/r/K7P49QXM"):
        page = (await lan.get(path)).text
        assert not any(token in page for token in tokens)


async def test_names_stay_text(lan: httpx.AsyncClient) -> None:
    for _ in range(2):
        await joins(lan, "<b>Lan</b>")
    for path in (f"/c/{CODE}", "/chat", "/chat/nguoi", "/r/K7P49QXM"):
        assert "<b>" not in (await lan.get(path)).text
