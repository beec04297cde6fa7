"""What a browser is given besides words: in its own chat, for a week."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from domain.messages import Address, File, FileKind, Outbound
from storage import web_files, web_messages
from tests.stories.page import Bubble, Page
from tests.web.village import Village

PICTURE = File(
    kind=FileKind.PICTURE,
    name="bieu-do.png",
    media_type="image/png",
    says='Chi bộ "<b>" 10/29',
    content=b"\x89PNG",
)
TABLE = File(
    kind=FileKind.DOCUMENT,
    name='=1+1 "Tân Lý".xlsx',
    media_type="application/x-test",
    says="10/29",
    content=b"PK",
)


async def brought(village: Village, lan: httpx.AsyncClient, file: File) -> Bubble:
    """A file stands in bà Lan's chat."""
    page = Page((await lan.get("/chat")).text)
    key = page.key("Gửi")
    await lan.post(key.action, data={**key.fields, "text": "Xin chào"})
    [chat_id] = village.chats
    async with village.database.write() as tx:
        message = Outbound(to=Address("web", chat_id), text="Tỉnh ủy: 10/29", file=file)
        await web_messages.append(tx, chat_id, message, village.now)
    return Page((await lan.get("/chat")).text).bubbles[-1]


async def test_a_picture_stands_in_its_bubble(village: Village, lan: httpx.AsyncClient) -> None:
    """Whoever cannot see it hears the same numbers."""
    bubble = await brought(village, lan, PICTURE)
    assert (bubble.text, bubble.says) == ("Tỉnh ủy: 10/29", 'Chi bộ "<b>" 10/29')
    response = await lan.get(bubble.picture)
    assert response.content == PICTURE.content
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in response.headers["content-security-policy"]


async def test_a_table_is_taken_along(village: Village, lan: httpx.AsyncClient) -> None:
    """It is never opened in the page, and its name is only a name."""
    bubble = await brought(village, lan, TABLE)
    assert bubble.file_name == TABLE.name
    response = await lan.get(bubble.file)
    assert response.content == TABLE.content
    assert response.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%3D1")


@pytest.mark.parametrize("has_own_chat", [True, False])
async def test_another_browser_finds_nothing(
    village: Village, lan: httpx.AsyncClient, has_own_chat: bool
) -> None:
    """Numbers of files can be guessed; what they show is not for whoever guesses."""
    bubble = await brought(village, lan, PICTURE)
    address = bubble.picture.partition("?")[0]
    async with httpx.AsyncClient(base_url=lan.base_url, headers=lan.headers) as other:
        assert (await other.get(address)).status_code == 404
        if has_own_chat:
            key = Page((await other.get("/chat")).text).key("Gửi")
            await other.post(key.action, data={**key.fields, "text": "Xin chào"})
            assert (await other.get(address)).status_code == 404
    for nowhere in ("/chat/files/999", "/chat/files/99999999999999999999", "/chat/files/x"):
        assert (await lan.get(nowhere)).status_code == 404


async def test_after_a_week_the_words_are_left(village: Village, lan: httpx.AsyncClient) -> None:
    """A database of pictures would grow for ever; newer figures are one press away."""
    bubble = await brought(village, lan, PICTURE)
    village.now += timedelta(days=7)
    assert (await lan.get(bubble.picture)).status_code == 404
    async with village.database.write() as tx:
        assert not await web_files.forget(tx, village.now)
    bubble = Page((await lan.get("/chat")).text).bubbles[-1]
    assert (bubble.text, bubble.picture) == ("Tỉnh ủy: 10/29", "")


async def test_what_brought_a_file_is_not_rewritten(
    village: Village, lan: httpx.AsyncClient
) -> None:
    """Else yesterday's picture would stand above today's words."""
    bubble = await brought(village, lan, PICTURE)
    [chat_id] = village.chats
    async with village.database.write() as tx:
        message = Outbound(to=Address("web", chat_id), text="Hôm nay: 12/29")
        assert not await web_messages.edit(tx, chat_id, int(bubble.id), message)
