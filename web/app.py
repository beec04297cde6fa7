"""The web's front door."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import health, numbers
from web.chat import Chat
from web.dashboard import pages as dashboard
from web.demo import DemoPages
from web.doors import Doors, Options
from web.halls.cards import Cards
from web.halls.clerk import ClerkPages
from web.halls.landing import Landings
from web.halls.screen import Screens
from web.halls.trial import Trials
from web.health import create_metrics_app
from web.hooks import Hooks
from web.install import Installation
from web.pages import HERE, INTERRUPTED, NOBODY, Site
from web.people import People
from web.too_long import InOurWords

__all__ = ["create_app", "create_metrics_app"]

MAX_BODY = 64_000  # bytes that a page may send

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers then hide the origin of a form from ourselves too.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_WORDS = {
    401: "Phiên làm việc đã hết hoặc chưa mở. Đề nghị gõ /bang trong hội thoại để nhận đường dẫn.",
    403: "Yêu cầu không được chấp nhận. Đề nghị mở lại trang.",
    404: "Không tìm thấy trang này. Đề nghị kiểm tra lại đường dẫn.",
    409: "Người này không còn trên máy. Đề nghị mở lại trang.",
    413: "Nội dung quá dài. Đề nghị rút gọn.",
    429: "Có quá nhiều yêu cầu trong thời gian ngắn. Vui lòng thử lại sau ít phút.",
}
_REFUSED = "Yêu cầu chưa đúng. Đề nghị mở lại trang."

_log = structlog.get_logger("web")


def create_app(doors: Doors, options: Options) -> ASGIApp:
    """Everything that is reached from outside: hooks first, they are the busiest."""
    site = Site(doors, options)

    def too_long(request: Request) -> Response:
        return _notice(site, request, 413, _WORDS[413], None)

    return FrontDoor(Hooks(doors), InOurWords(_pages(site), too_long))


class FrontDoor:
    """Sends calls to the hooks or the pages; the one place where a failure becomes an answer."""

    def __init__(self, hooks: ASGIApp, pages: ASGIApp) -> None:
        self._hooks = hooks
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._pages(scope, receive, send)
        is_hook = scope["path"].startswith("/hooks/")
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start" and not is_hook:
                _harden(message, scope)
            await send(message)

        try:
            await (self._hooks if is_hook else self._pages)(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the web's single boundary
            # Paths hold codes and an error's words may hold a message: neither is logged.
            where = scope["path"].split("/")[1]
            _log.error("web_failed", where=where, error=type(error).__name__, at=_frames(error))
            if not has_begun:
                await Response(status_code=503)(scope, receive, send)


def _frames(error: Exception) -> list[str]:
    """Where it happened, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _harden(message: Message, scope: Scope) -> None:
    headers = MutableHeaders(raw=message["headers"])
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v="):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    message["headers"] = headers.raw


def _pages(site: Site) -> Starlette:
    numbers.register()
    shared = [*Chat(site, site.looker).routes(), *Landings(site).routes()]
    routes: list[BaseRoute] = [
        *health.routes(site.doors),
        *shared,
        *People(site).routes(),
        *Installation(site).routes(),
        *Screens(site).routes(),
        *Cards(site).routes(),
        *Trials(site).routes(),
        *dashboard.routes(site, site.doors.dashboard),
        *ClerkPages(site).routes(),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    if site.doors.demo is None:
        routes.append(Route("/", _home(site)))
    else:
        routes += [
            *DemoPages(site, site.doors.demo).routes(),
            Mount("/demo/{persona}", routes=shared),
        ]

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
        words = _WORDS.get(error.status_code, _REFUSED)
        return _notice(site, request, error.status_code, words, error.headers)

    async def failed(request: Request, error: Exception) -> Response:
        return _notice(site, request, 503, INTERRUPTED, {"Retry-After": "5"})

    handlers = {HTTPException: refused, Exception: failed}
    return Starlette(routes=routes, exception_handlers=handlers, max_body_size=MAX_BODY)


def _notice(
    site: Site, request: Request, status: int, words: str, headers: Mapping[str, str] | None
) -> Response:
    """The same words to a page's script, or as a page whose key says the same thing again."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": words}, status, headers=headers)
    fields = getattr(request.state, "fields", {}) if status >= 429 else {}
    values = {"words": words, "action": request.url.path, "fields": fields}
    template = "dashboard/way_in.html" if status == 401 else "notice.html"
    response = site.page(template, NOBODY, status, **values)
    response.headers.update(headers or {})
    return response


def _home(site: Site) -> Route:
    async def home(request: Request) -> Response:
        """What this is, for whoever comes without a code."""
        return site.page("home.html", NOBODY)

    return Route("/", home)
