"""Which addresses within a message may be pressed."""

from __future__ import annotations

import re

import httpx

from tests.web.conftest import OPTIONS
from tests.web.test_chat import say
from tests.web.village import Village


async def test_only_our_own_and_encrypted_addresses_are_links(
    lan: httpx.AsyncClient, village: Village
) -> None:
    """Words of a stranger reach a secretary's page: none of them may be a key to press."""
    await lan.get("/chat")
    await say(lan, text="xin chào")
    (chat_id,) = village.chats
    own = f"{OPTIONS.public_url}/r/K7P49QXM"
    said = f"Xem {own}. <b>http://evil.example</b> evil.example lan@evil.example https://a.vn/b."
    await village.push(chat_id, said)
    page = (await lan.get("/chat")).text
    assert re.findall(r'<a href="([^"]*)" rel', page) == [own, "https://a.vn/b"]
    assert "&lt;b&gt;http://evil.example&lt;/b&gt; evil.example lan@evil.example" in page
