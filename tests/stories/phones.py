"""A person's phone: the same verbs whether it holds Telegram or only a browser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx

from rehearsal.telegram_chat import NOTHING, Chat, Heard
from rehearsal.telegram_server import TelegramServer
from tests.stories.page import Bubble, Key, Page

PATIENCE = 5.0  # seconds
DRAWN_WITHIN = 20.0


@dataclass(frozen=True)
class Got:
    """A file as it arrived."""

    kind: str  # "photo" | "document" | "": none came
    name: str
    content: bytes
    says: str  # the words below it, and those that stand for it


class Phone(Protocol):
    """What a person does with it, one step each, and what they see then."""

    channel: str
    chat_id: str
    steps: int  # how often the person did something

    async def scans(self, link: str) -> str:
        """Point the camera at a QR; returns what the bot says."""

    async def opens(self, start: str) -> str:
        """Follow a link that carries "c-…", "r-…" or "v-…"."""

    async def types(self, text: str) -> str: ...

    async def again(self) -> str:
        """The answer was lost on the way; the last act is delivered once more, unchanged."""

    async def presses(self, label: str) -> str: ...

    async def hears(self) -> str:
        """What comes unasked."""

    async def gets(self, label: str) -> Got:
        """Press what brings a file, and look at it."""

    @property
    def last(self) -> str: ...

    @property
    def labels(self) -> list[str]:
        """The buttons under the last message."""

    @property
    def texts(self) -> Sequence[str]:
        """All that stands in the chat now, of the bot's."""

    @property
    def said(self) -> int:
        """How many messages the bot has sent, edits left out."""


class TelegramPhone:
    """Bà Lan's Telegram: real webhooks, and what the Bot API shows her."""

    channel = "telegram:main"

    def __init__(self, server: TelegramServer, web: httpx.AsyncClient, number: int) -> None:
        self._web = web
        self._hook = server.hook
        self._chat: Chat = server.chat(number)
        self._heard: Heard = NOTHING
        self.chat_id = str(number)
        self.steps = 0

    async def scans(self, link: str) -> str:
        """The camera opens the page behind the QR, whose second key leads into Telegram."""
        path = urlsplit(link).path
        if path.startswith("/r/"):
            return await self._does(self._chat.opens(f"r-{path.removeprefix('/r/')}"))
        page = Page((await self._web.get(path)).text)
        link = page.links.get("Điểm danh bằng Telegram", "")
        if not link:
            return page.notice
        [start] = parse_qs(urlsplit(link).query)["start"]
        return await self.opens(start)

    async def opens(self, start: str) -> str:
        """Follow a deep link."""
        return await self._does(self._chat.opens(start))

    async def types(self, text: str) -> str:
        return await self._does(self._chat.types(text))

    async def presses(self, label: str) -> str:
        return await self._does(self._chat.presses(label))

    async def gets(self, label: str) -> Got:
        await self.presses(label)
        heard = self._heard
        return Got(heard.file or "", heard.file_name, heard.content, heard.text)

    async def shares_contact(self, number: str, *, own: bool = True) -> str:
        return await self._does(self._chat.shares_contact(number, own=own))

    async def is_brought_again(self) -> None:
        """As `again`, where the answer is an edit that changes nothing on the screen."""
        await self._chat.redelivers(answers=0)
        await self._hook.idle()

    async def sends_photo(self) -> str:
        return await self._does(self._chat.sends_photo())

    async def again(self) -> str:
        """Telegram did not see our answer and brings the same update."""
        self._heard = await self._chat.redelivers()
        return self.last

    async def hears(self) -> str:
        self._heard = await self._chat.hears()
        return self.last

    async def _does(self, act: Coroutine[Any, Any, Heard]) -> str:
        self.steps += 1
        self._heard = await act
        return self.last

    @property
    def last(self) -> str:
        return self._heard.text

    @property
    def labels(self) -> list[str]:
        return self._heard.labels

    @property
    def asks_contact(self) -> str | None:
        return self._heard.asks_contact

    @property
    def texts(self) -> Sequence[str]:
        return [heard.text for heard in self._chat.messages.values()]

    @property
    def said(self) -> int:
        return len(self._chat.messages)


class BrowserPhone:
    """A browser on a phone: the landing page and the chat, as plain forms."""

    channel = "web"

    def __init__(self, web: httpx.AsyncClient) -> None:
        self._web = web
        self.chat_id = ""  # nothing but the cookie tells it
        self._page = Page("")
        self._seen = 0
        self._last_key = Key("", "", {})
        self.steps = 0

    @property
    def token(self) -> str:
        """The cookie that makes this browser somebody's."""
        return self._web.cookies["diemdanh"].partition(".")[0]

    async def scans(self, link: str) -> str:
        """Open the page behind the QR and press its large key: one step, as scanning is."""
        page = Page((await self._web.get(urlsplit(link).path)).text)
        self.steps += 1
        return await self._send(page.keys[0]) if page.keys else page.notice

    async def scans_as(self, link: str, label: str) -> str:
        """Open the page behind the QR and press the key of that label there."""
        return await self.presses_on(await self.sees(urlsplit(link).path), label)

    async def sees(self, path: str) -> Page:
        """Open a page of ours."""
        return Page((await self._web.get(path)).text)

    async def presses_on(self, page: Page, label: str) -> str:
        """Press a key of such a page."""
        self.steps += 1
        return await self._send(page.key(label))

    async def types(self, text: str) -> str:
        self.steps += 1
        if not self._page.keys:
            await self._look()
        key = self._page.key("Gửi")
        return await self._send(Key("Gửi", key.action, {**key.fields, "text": text}))

    async def opens(self, start: str) -> str:
        """A link that somebody sent as words."""
        return await self.types(f"/start {start}")

    async def presses(self, label: str) -> str:
        self.steps += 1
        for bubble in sorted(self._bot, key=lambda one: -one.revision):
            for key in bubble.keys:
                if key.label == label:
                    return await self._send(key)
        raise AssertionError(f"no button {label!r}; the last message has {self.labels}")

    async def gets(self, label: str) -> Got:
        """A page shows a picture where it stands; a table waits to be opened."""
        await self.presses(label)
        await self.hears(DRAWN_WITHIN)
        bubble = self._newest
        address = bubble.picture or bubble.file
        response = await self._web.get(address) if address else None
        content = response.content if response else b""
        kind = "photo" if bubble.picture else "document" if bubble.file else ""
        return Got(kind, bubble.file_name, content, f"{bubble.says}\n{bubble.text}")

    async def again(self) -> str:
        """The page did not see our answer and sends the same form."""
        return await self._send(self._last_key)

    async def greet(self) -> None:
        """Open the chat for the first time: the browser keeps our cookie."""
        await self._look()

    async def hears(self, within: float = PATIENCE) -> str:
        ends_at = time.monotonic() + within
        while time.monotonic() < ends_at:
            await self._look()
            if self._newest.revision > self._seen:
                self._seen = self._newest.revision
                return self.last
            await asyncio.sleep(0.02)
        raise AssertionError(f"nothing came after {self.last!r}")

    async def _look(self) -> None:
        self._page = Page((await self._web.get("/chat")).text)

    async def _send(self, key: Key) -> str:
        self._last_key = key
        response = await self._web.post(key.action, data=key.fields, follow_redirects=True)
        assert response.status_code == 200, response.status_code
        self._page = Page(response.text)
        self._seen = self._newest.revision
        return self.last

    @property
    def _bot(self) -> list[Bubble]:
        return [bubble for bubble in self._page.bubbles if not bubble.is_own]

    @property
    def _newest(self) -> Bubble:
        return max(self._bot, key=lambda one: one.revision, default=Bubble("", 0, False))

    @property
    def last(self) -> str:
        return self._newest.text

    @property
    def labels(self) -> list[str]:
        return [key.label for key in self._newest.keys]

    @property
    def texts(self) -> Sequence[str]:
        return [bubble.text for bubble in self._bot]

    @property
    def said(self) -> int:
        return len(self._bot)
