"""The table of units, live, from the officer's own down to the cells."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.dashboard.asking import SORTS, asked
from web.dashboard.frame import Frame, download


@dataclass(frozen=True, slots=True)
class TreePages:
    """A page, and the part of it that a page which stays open asks for again."""

    frame: Frame

    def routes(self) -> list[Route]:
        return [
            Route("/don-vi/{unit:number}", self.show),
            Route("/don-vi/{unit:number}.xlsx", self.sheet),
            Route("/chi-bo/{campaign:number}/{cell:number}", self.cell),
            Route("/chi-bo/{campaign:number}/{cell:number}.xlsx", self.cell_sheet),
            Route("/chi-bo/{campaign:number}/{cell:number}/ky-ten.pdf", self.sign_sheet),
            Route("/chi-bo/{campaign:number}/{cell:number}/the.pdf", self.cards),
        ]

    async def show(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.frame.doors.tree(seen.officer, asked(request))
        if view is None:
            return self.frame.nothing(request, seen)
        is_part = request.headers.get("hx-request") == "true"
        template = "tree_table.html" if is_part else "tree.html"
        return self.frame.page(template, seen, view=view, sorts=SORTS, place="")

    async def sheet(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.tree_sheet(seen.officer, asked(request)))

    async def cell(self, request: Request) -> Response:
        """Names, for those who may see them."""
        seen = await self.frame.seen(request)
        view = await self.frame.doors.cell(seen.officer, *_cell(request))
        if view is None:
            raise HTTPException(404)
        return self.frame.page("cell.html", seen, view=view, place="")

    async def cell_sheet(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.cell_sheet(seen.officer, *_cell(request)))

    async def sign_sheet(self, request: Request) -> Response:
        """For the paper route."""
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.sign_sheet(seen.officer, *_cell(request)))

    async def cards(self, request: Request) -> Response:
        """What members show at the door."""
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.cards(seen.officer, *_cell(request)))


def _cell(request: Request) -> tuple[int, int]:
    return request.path_params["campaign"], request.path_params["cell"]
