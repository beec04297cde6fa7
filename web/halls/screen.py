"""The hall's projector: the code, the clock, and how many are there."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from domain import text
from web.doors.screens import Screen, Sheet
from web.pages import NOBODY, Site

RETRY = 2000  # milliseconds after which a browser opens a stream that was cut

_NO_STORE = {"Cache-Control": "no-store"}
_MASK = 3  # any mask can be read; choosing one spares comparing eight, three quarters of the time


def drawn(link: str) -> str:
    """A link as a QR to be put into a page (SVG). Takes some 3 ms: keep it."""
    code = segno.make(link, error="m", micro=False, mask=_MASK)
    return str(code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None))


@dataclass(frozen=True, slots=True)
class Screens:
    """The page that a hall's computer shows all morning, and what is printed from it."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/man-hinh/{token}", self.show),
            Route("/man-hinh/{token}/so-lieu", self.data),
            Route("/man-hinh/{token}/truc-tiep", self.live),
            Route("/man-hinh/{token}/{sheet}.pdf", self.print),
        ]

    async def show(self, request: Request) -> Response:
        """The screen as it stands; without any script it loads itself again."""
        screen = await self._screen(request)
        token = request.path_params["token"]
        values = {"screen": screen, "token": token, "shown": _shown(screen)}
        page = self.site.page("screen.html", NOBODY, **values)
        page.headers.update(_NO_STORE)
        return page

    async def data(self, request: Request) -> Response:
        """The same for a page that hears no stream."""
        screen = await self._screen(request)
        return JSONResponse(_shown(screen) | _code(screen), headers=_NO_STORE)

    async def live(self, request: Request) -> Response:
        """The same as it changes (server-sent events); a stream begins with all of it."""
        following = self.site.doors.screens.follow(request.path_params["token"])
        first = await anext(following, None)
        if first is None:
            raise HTTPException(404)
        # What lies between must neither keep events back nor pack them.
        headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
        stream = _events(first, following)
        return StreamingResponse(stream, headers=headers, media_type="text/event-stream")

    async def print(self, request: Request) -> Response:
        """A sheet as a PDF, to be opened where the printer is chosen."""
        name = request.path_params["sheet"]
        if name not in list(Sheet):
            raise HTTPException(404)
        pdf = await self.site.doors.screens.print(request.path_params["token"], Sheet(name))
        if pdf is None:
            raise HTTPException(404)
        headers = {**_NO_STORE, "Content-Disposition": f'inline; filename="{name}.pdf"'}
        return Response(pdf, media_type="application/pdf", headers=headers)

    async def _screen(self, request: Request) -> Screen:
        screen = await self.site.doors.screens.show(request.path_params["token"])
        if screen is None:
            raise HTTPException(404)
        return screen


async def _events(
    first: Screen, following: AsyncGenerator[Screen, None]
) -> AsyncGenerator[str, None]:
    """Code and digits travel together, once in each window."""
    try:
        yield f"retry: {RETRY}\n{_event(_shown(first) | _code(first))}"
        window = first.window
        async for screen in following:
            code = _code(screen) if screen.window != window else {}
            yield _event(_shown(screen) | code)
            window = screen.window
    finally:
        await following.aclose()


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _shown(screen: Screen) -> dict[str, Any]:
    """What changes from second to second. No names: everybody in the hall reads it."""
    return {
        "venue": screen.venue,
        "session": screen.session,
        "at": _milliseconds(screen.at),
        "window": screen.window,
        "present": screen.present,
        "summoned": screen.summoned,
        "count": count(screen),
        "arrivals": " · ".join(screen.arrivals),
        "notice": screen.notice,
    }


def _code(screen: Screen) -> dict[str, Any]:
    """QR and digits of one window, in one piece, so that no page can show them apart."""
    return {
        "code": {
            "window": screen.window,
            "qr": screen.qr_svg,
            "typed": spaced(screen.typed),
            "ends_at": _milliseconds(screen.ends_at) if screen.ends_at else None,
        }
    }


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def spaced(typed: str) -> str:
    """ "482913" -> "482 913", as people read it out."""
    return f"{typed[:3]} {typed[3:]}"


def count(screen: Screen) -> str:
    """ "137/140 (97,9%)" """
    present, summoned = text.number(screen.present), text.number(screen.summoned)
    if not screen.summoned:
        return present
    return f"{present}/{summoned} ({text.rate(screen.present, screen.summoned)})"
