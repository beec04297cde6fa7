"""Bringing in the roll: upload, look at the difference, import, with its progress."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.dashboard.forms import LARGEST_UPLOAD, sent
from web.dashboard.frame import BASE, Frame, Seen
from web.doors.rosters import RosterDoors, RosterView

PLACE = "/danh-sach"


@dataclass(frozen=True, slots=True)
class RosterPages:
    frame: Frame
    doors: RosterDoors

    def routes(self) -> list[Route]:
        return [
            Route(PLACE, self.ask, methods=["GET"]),
            Route(PLACE, self.take, methods=["POST"], max_body_size=LARGEST_UPLOAD),
            Route(f"{PLACE}/{{token}}", self.show, methods=["GET"]),
            Route(f"{PLACE}/{{token}}", self.apply, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        return await self._form(await self.frame.seen(request))

    async def take(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        if not said.files:
            return await self._form(said.seen, lacks_file=True)
        unit = said.text("unit", 100)
        token = await self.doors.take(said.seen.officer, unit, said.files)
        if token is None:
            raise HTTPException(404)
        return RedirectResponse(f"{BASE}{PLACE}/{token}", 303)

    async def show(self, request: Request) -> Response:
        """The page, or the part of it that an open page asks for again."""
        seen = await self.frame.seen(request)
        view = await self.doors.show(seen.officer, request.path_params["token"])
        return self._view(request, seen, view)

    async def apply(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        token = request.path_params["token"]
        if await self.doors.apply(said.seen.officer, token) is None:
            raise HTTPException(404)
        return RedirectResponse(f"{BASE}{PLACE}/{token}", 303)

    async def _form(self, seen: Seen, *, lacks_file: bool = False) -> Response:
        units = await self.doors.units(seen.officer)
        if not units:
            raise HTTPException(404)
        status = 422 if lacks_file else 200
        return self.frame.page(
            "roster.html", seen, status, place=PLACE, units=units, lacks_file=lacks_file
        )

    def _view(self, request: Request, seen: Seen, view: RosterView | None) -> Response:
        if view is None:
            raise HTTPException(404)
        is_part = request.headers.get("hx-request") == "true"
        template = "roster_part.html" if is_part else "roster_import.html"
        return self.frame.page(template, seen, place=PLACE, view=view, here=request.url.path)
