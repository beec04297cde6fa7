"""Where a scanned code leads. Looking consumes nothing: link previews and crawlers look too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.pages import Site

STALE = "Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình."

_SLIP = re.compile(r"[A-Za-z0-9-]{6,16}")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Landings:
    """The pages behind printed and projected codes."""

    site: Site

    def routes(self) -> list[Route]:
        return [Route("/c/{payload}", self.hall), Route("/r/{code}", self.slip)]

    async def hall(self, request: Request) -> Response:
        """The hall's code: the scan is stamped now, one press does the rest."""
        looker = await self.site.looker(request)
        payload = request.path_params["payload"].removeprefix("c-")
        known = _PAYLOAD.fullmatch(payload)
        landing = await self.site.doors.halls.stamp(payload) if known else None
        if landing is None:
            response = self.site.page("stale.html", looker, words=STALE)
        else:
            response = self.site.page("landing.html", looker, landing=landing)
        response.headers.update(_NO_STORE)
        return response

    async def slip(self, request: Request) -> Response:
        """A registration slip's link: one key, which brings the code into the chat."""
        looker = await self.site.looker(request)
        code = request.path_params["code"].removeprefix("r-")
        if not _SLIP.fullmatch(code):
            raise HTTPException(404)
        response = self.site.page("slip.html", looker, code=code)
        response.headers.update(_NO_STORE)
        return response
