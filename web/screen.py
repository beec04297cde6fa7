"""The hall's projector: the code, the clock, and how many are there."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain import text
from web.doors.halls import Screen
from web.pages import NOBODY, Site

_NO_STORE = {"Cache-Control": "no-store"}


def drawn(link: str) -> bytes:
    """A link as a QR for a projector (SVG). Takes some 7 ms: keep it per venue and window."""
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="svg", border=2, omitsize=True)
    return picture.getvalue()


@dataclass(frozen=True, slots=True)
class Screens:
    """The page that a hall's computer shows all morning."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/man-hinh/{token}", self.show),
            Route("/man-hinh/{token}/so-lieu", self.data),
            Route("/man-hinh/{token}/ma.svg", self.picture),
        ]

    async def show(self, request: Request) -> Response:
        screen = await self._screen(request)
        token = request.path_params["token"]
        values = {"screen": screen, "token": token, "count": count(screen)}
        page = self.site.page("screen.html", NOBODY, **values)
        page.headers.update(_NO_STORE)
        return page

    async def data(self, request: Request) -> Response:
        """What changes from second to second."""
        screen = await self._screen(request)
        return JSONResponse(
            {
                "venue": screen.venue,
                "session": screen.session,
                "clock": f"{text.local(screen.at):%H:%M:%S}",
                "window": screen.window,
                "typed": spaced(screen.typed),
                "present": screen.present,
                "summoned": screen.summoned,
                "count": count(screen),
                "notice": screen.notice,
            },
            headers=_NO_STORE,
        )

    async def picture(self, request: Request) -> Response:
        screen = await self._screen(request)
        return Response(screen.qr_svg, media_type="image/svg+xml", headers=_NO_STORE)

    async def _screen(self, request: Request) -> Screen:
        screen = await self.site.doors.halls.screen(request.path_params["token"])
        if screen is None:
            raise HTTPException(404)
        return screen


def spaced(typed: str | None) -> str | None:
    """ "482913" -> "482 913", as people read it out."""
    return f"{typed[:3]} {typed[3:]}" if typed else None


def count(screen: Screen) -> str:
    """ "137/140 (97,9%)" """
    present, summoned = text.number(screen.present), text.number(screen.summoned)
    if not screen.summoned:
        return present
    return f"{present}/{summoned} ({text.rate(screen.present, screen.summoned)})"
