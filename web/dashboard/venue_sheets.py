"""Venues of a session from a sheet: upload, look, apply."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.dashboard.forms import LARGEST_UPLOAD, sent
from web.dashboard.frame import BASE, Frame
from web.dashboard.planning import PLACE
from web.doors.planning import PlanningDoors, SheetView

_SHEETS = f"{PLACE}/bang-tinh"


@dataclass(frozen=True, slots=True)
class VenueSheetPages:
    frame: Frame
    doors: PlanningDoors

    def routes(self) -> list[Route]:
        upload = f"{PLACE}/buoi/{{session:number}}/diem-cau"
        return [
            Route(upload, self.ask, methods=["GET"]),
            Route(upload, self.take, methods=["POST"], max_body_size=LARGEST_UPLOAD),
            Route(f"{_SHEETS}/{{token}}", self.show, methods=["GET"]),
            Route(f"{_SHEETS}/{{token}}", self.apply, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.doors.session(seen.officer, request.path_params["session"])
        if view is None:
            raise HTTPException(404)
        return self.frame.page("venue_sheet.html", seen, place=PLACE, view=view, lacks_file=False)

    async def take(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        session_id = request.path_params["session"]
        if not said.files:
            view = await self.doors.session(said.seen.officer, session_id)
            if view is None:
                raise HTTPException(404)
            return self.frame.page(
                "venue_sheet.html", said.seen, 422, place=PLACE, view=view, lacks_file=True
            )
        token = await self.doors.take_sheet(said.seen.officer, session_id, *said.files[0])
        if token is None:
            raise HTTPException(404)
        return RedirectResponse(f"{BASE}{_SHEETS}/{token}", 303)

    async def show(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self._view(request)
        return self.frame.page("venue_changes.html", seen, place=PLACE, view=view)

    async def apply(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        view = await self._view(request)
        outcome = await self.doors.apply_sheet(said.seen.officer, request.path_params["token"])
        if outcome is None or outcome.campaign_id is None:
            return self.frame.page("venue_changes.html", said.seen, 422, place=PLACE, view=view)
        return RedirectResponse(f"{BASE}{PLACE}/{outcome.campaign_id}", 303)

    async def _view(self, request: Request) -> SheetView:
        """What was uploaded; a 404 once it is applied, too old or somebody else's."""
        seen = await self.frame.seen(request)
        view = await self.doors.sheet(seen.officer, request.path_params["token"])
        if view is None:
            raise HTTPException(404)
        return view
