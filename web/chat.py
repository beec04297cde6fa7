"""The web chat: a page that is a messenger, for whoever has none."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from domain.messages import Button, FileKind
from web import guard, people
from web.doors.chat import ChatMessage, Said, Visitor
from web.pages import Looker, Site, form_fields

SHOWN_AT_ONCE = 50  # messages
MAX_TEXT = 4000  # characters
MAX_COMMAND = 64  # bytes, as of any button
HEARTBEAT = 15.0  # seconds; silent connections are cut by what lies between
STREAM_LIFE = 600.0  # seconds; the page then opens the next

COOKIE_NEEDED = "Trình duyệt chưa lưu được phiên làm việc. Đề nghị cho phép lưu cookie rồi gửi lại."

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MESSAGE_ID = re.compile(r"[0-9]{1,18}")
_LATER = "retry: 60000\n\n"  # the browser asks again by itself; the page looks meanwhile
_PING = "event: ping\ndata: 1\n\n"
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Chat:
    """The pages of the chat, for whoever `looker` says that looks."""

    site: Site
    looker: Callable[[Request], Awaitable[Looker]]

    def routes(self) -> list[Route]:
        return [
            Route("/chat", self.show),
            Route("/chat/messages", self.say, methods=["POST"]),
            Route("/chat/messages", self.news, methods=["GET"]),
            Route("/chat/events", self.events),
            Route("/chat/files/{file:number}", self.file),
        ]

    async def show(self, request: Request) -> Response:
        """The chat as it stands, or what is older in it; works without any script."""
        looker = (await self.looker(request)).speaking_as(request.query_params.get("as"))
        visitor = await self.site.visitor(looker)
        before = _revision(request.query_params.get("before")) or None
        messages, older = await self._reach(visitor, before)
        if _wants_json(request):
            news = self._payload(visitor, messages, looker, 0)
            return JSONResponse({**news, "older": older}, headers=_NO_STORE)
        response = self.site.page(
            "chat.html",
            looker,
            visitor=visitor,
            messages=messages,
            revision=_newest(messages, 0),
            older=older,
            is_past=before is not None,
            has_others=await people.has_others(self.site, looker),
        )
        response.headers.update(_NO_STORE)
        return response

    async def _reach(
        self, visitor: Visitor | None, before: int | None
    ) -> tuple[Sequence[ChatMessage], int | None]:
        """As much as a page shows at once, and before which revision there is more."""
        if visitor is None:
            return (), None
        found = await self.site.doors.chat.latest(visitor.chat_id, SHOWN_AT_ONCE + 1, before)
        if len(found) <= SHOWN_AT_ONCE:
            return found, None
        return found[1:], found[1].revision

    async def say(self, request: Request) -> Response:
        """Take what a page says. Answered when it is committed; the same id again is the same."""
        looker = await self.looker(request)
        if not looker.persona and not guard.is_from_own_page(request):
            raise HTTPException(403)
        fields = await form_fields(request)
        if looker.token is None:
            return self._without_cookie(request, looker, fields)
        looker = looker.speaking_as(fields.get("as"))
        assert looker.token is not None  # noqa: S101 - who speaks as another is that other
        visitor = await self._admitted(request, looker, looker.token)
        if visitor is None:
            return self._without_cookie(request, looker.with_another(), fields)
        said = _said(visitor, fields)
        patience = self.site.members if visitor.name else self.site.strangers
        if not patience.take(visitor.chat_id):
            raise HTTPException(429, headers={"Retry-After": "10"})
        await self.site.doors.chat.say(said)
        if not _wants_json(request):
            response: Response = RedirectResponse(f"{looker.base}/chat", 303)
            self.site.keep(response, looker.first())
            return response
        news = await self._news(visitor, looker, _revision(fields.get("after")))
        if not visitor.menu:  # these words may have made them known
            visitor = (await self.site.visitor(looker)) or visitor
            news["menu"] = self.site.part("menu.html", looker, visitor=visitor).strip()
            news["name"] = visitor.name
        return JSONResponse(news, headers=_NO_STORE)

    async def news(self, request: Request) -> Response:
        """What is new since a revision, for pages that cannot follow."""
        looker = (await self.looker(request)).speaking_as(request.query_params.get("as"))
        visitor = await self.site.visitor(looker)
        if visitor is None:
            return JSONResponse(self._payload(None, (), looker, 0), headers=_NO_STORE)
        news = await self._news(visitor, looker, _revision(request.query_params.get("after")))
        return JSONResponse(news, headers=_NO_STORE)

    async def events(self, request: Request) -> Response:
        """The same, live (server-sent events)."""
        looker = (await self.looker(request)).speaking_as(request.query_params.get("as"))
        visitor = await self.site.visitor(looker)
        if visitor is None:
            return Response(status_code=204)  # tells the browser not to ask again
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        stream = self._placed(visitor, looker, _revision(last))
        headers = {**_NO_STORE, "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, headers=headers, media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        """A picture or a table of this chat; anybody else's is not there."""
        looker = (await self.looker(request)).speaking_as(request.query_params.get("as"))
        visitor = await self.site.visitor(looker)
        number = request.path_params["file"]
        file = await self.site.doors.chat.file(visitor.chat_id, number) if visitor else None
        if file is None:
            raise HTTPException(404)
        how = "inline" if file.kind is FileKind.PICTURE else "attachment"
        headers = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}",
        }
        return Response(file.content, headers=headers, media_type=file.media_type)

    async def _admitted(self, request: Request, looker: Looker, token: str) -> Visitor | None:
        """The chat of whoever speaks; a first message opens one, so many at a time."""
        visitor = await self.site.visitor(looker)
        if visitor is not None:
            return visitor
        if looker.is_desk:
            raise HTTPException(401)
        if not looker.persona and not self.site.newcomers.take(guard.network_of(request)):
            raise HTTPException(429, headers={"Retry-After": "30"})
        return await self.site.doors.chat.admit(token)

    def _without_cookie(self, request: Request, looker: Looker, fields: dict[str, str]) -> Response:
        """A browser that kept no cookie gets one, and is asked to say it again."""
        looker = looker if looker.token else looker.with_newcomer()
        if _wants_json(request):
            response: Response = JSONResponse({"error": COOKIE_NEEDED}, 428)
            self.site.keep(response, looker)
            return response
        action = request.url.path
        fields.pop("as", None)  # they were not kept either
        return self.site.page(
            "notice.html", looker, 428, words=COOKIE_NEEDED, action=action, fields=fields
        )

    async def _news(self, visitor: Visitor, looker: Looker, after: int) -> dict[str, object]:
        messages = await self.site.doors.chat.since(visitor.chat_id, after)
        return self._payload(visitor, messages, looker, after)

    def _payload(
        self,
        visitor: Visitor | None,
        messages: Sequence[ChatMessage],
        looker: Looker,
        after: int,
    ) -> dict[str, object]:
        """What is new. A page of another chat than this one shows what is not theirs any more."""
        return {
            "chat": visitor.chat_id if visitor else "",
            "revision": _newest(messages, after),
            "html": self.site.part("bubbles.html", looker, messages=messages),
        }

    async def _placed(
        self, visitor: Visitor, looker: Looker, after: int
    ) -> AsyncGenerator[str, None]:
        """A stream for as long as the chat does not open too many newer ones."""
        with self.site.streams.take(visitor.chat_id) as displaced:
            async with aclosing(self._stream(visitor, looker, after, displaced)) as stream:
                async for event in stream:
                    yield event
            if displaced.is_set():
                yield _LATER

    async def _stream(
        self, visitor: Visitor, looker: Looker, after: int, displaced: asyncio.Event
    ) -> AsyncGenerator[str, None]:
        following = self.site.doors.chat.follow(visitor.chat_id, after)
        ends_at = time.monotonic() + STREAM_LIFE
        yield f"retry: 3000\n{_PING}"
        coming = asyncio.ensure_future(anext(following, None))
        leaving = asyncio.ensure_future(displaced.wait())
        try:
            while time.monotonic() < ends_at and not displaced.is_set():
                await asyncio.wait(
                    {coming, leaving}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
                )
                if not coming.done():
                    if await self.site.visitor(looker) is None:
                        return  # it was stopped; the page asks why and is told
                    yield _PING
                    continue
                messages = coming.result()
                if messages is None:
                    return
                payload = self._payload(visitor, messages, looker, after)
                after = _newest(messages, after)
                yield f"id: {after}\ndata: {json.dumps(payload)}\n\n"
                coming = asyncio.ensure_future(anext(following, None))
        finally:
            coming.cancel()
            leaving.cancel()
            await asyncio.gather(coming, leaving, return_exceptions=True)
            await following.aclose()


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _said(visitor: Visitor, fields: dict[str, str]) -> Said:
    """What the fields of a page say. Raises a 400 where no page of ours would say that."""
    client_id = fields.get("id", "")
    text = fields.get("text", "").strip()
    command = fields.get("command", "").strip() or None
    is_sound = _CLIENT_ID.fullmatch(client_id) and (text or command) and len(text) <= MAX_TEXT
    if not is_sound or len((command or "").encode()) > MAX_COMMAND:
        raise HTTPException(400)
    pressed_on = fields.get("pressed_on") or None
    if pressed_on and not _MESSAGE_ID.fullmatch(pressed_on):
        raise HTTPException(400)
    return Said(
        chat_id=visitor.chat_id,
        # A page shown again from the browser's memory repeats its id with other words: what was
        # said is part of what makes it the same.
        external_id=f"{visitor.chat_id}:{client_id}:{_digest(text, command, pressed_on)}",
        text="" if command else text,
        command=command,
        pressed_on=pressed_on,
        shown=_shown(text, command, pressed_on, visitor.menu),
    )


def _digest(*parts: str | None) -> str:
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).hexdigest()[:12]


def _shown(
    text: str, command: str | None, pressed_on: str | None, menu: Sequence[Button]
) -> str | None:
    """The person's own bubble. Of links it shows the intent, not the code; a pressed button is
    answered where it stands. A key of the menu is called as we call it, whatever the page says."""
    words = command or text.removeprefix("/")
    if words.startswith("start c-"):
        return "Điểm danh"
    if words.startswith("start"):
        return "Bắt đầu"
    if command is None:
        return text
    if pressed_on:
        return None
    return next((button.label for button in menu if button.command == command), None)


def _newest(messages: Sequence[ChatMessage], at_least: int) -> int:
    return max((message.revision for message in messages), default=at_least)


def _revision(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else 0
