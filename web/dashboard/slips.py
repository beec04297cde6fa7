"""Handing out registration codes: whom for, the PDF on its way, the PDF."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.dashboard.forms import sent
from web.dashboard.frame import BASE, Frame, download
from web.doors.slips import SlipDoors

PLACE = "/phieu"


@dataclass(frozen=True, slots=True)
class SlipPages:
    frame: Frame
    doors: SlipDoors

    def routes(self) -> list[Route]:
        return [
            Route(PLACE, self.show),
            Route(f"{PLACE}/don-vi/{{unit:number}}", self.show, methods=["GET"]),
            Route(f"{PLACE}/don-vi/{{unit:number}}", self.print, methods=["POST"]),
            Route(f"{PLACE}/in/{{token}}.pdf", self.pdf),
            Route(f"{PLACE}/in/{{token}}", self.printing),
        ]

    async def show(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.doors.show(seen.officer, request.path_params.get("unit"))
        if view is None:
            raise HTTPException(404)
        return self.frame.page("slips.html", seen, place=PLACE, view=view)

    async def print(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        token = await self.doors.print(said.seen.officer, request.path_params["unit"])
        if token is None:
            raise HTTPException(404)
        return RedirectResponse(f"{BASE}{PLACE}/in/{token}", 303)

    async def printing(self, request: Request) -> Response:
        """The page, or the part of it that an open page asks for again."""
        seen = await self.frame.seen(request)
        printing = await self.doors.printing(seen.officer, request.path_params["token"])
        if printing is None:
            raise HTTPException(404)
        is_part = request.headers.get("hx-request") == "true"
        template = "printing_part.html" if is_part else "printing.html"
        return self.frame.page(
            template, seen, place=PLACE, printing=printing, here=request.url.path
        )

    async def pdf(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.doors.pdf(seen.officer, request.path_params["token"]))
