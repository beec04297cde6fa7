"""Where a scanned code leads. Looking consumes nothing: link previews and crawlers look too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.pages import Site
from web.people import household

STALE = "Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình."

_START = re.compile(r"r-[A-Za-z0-9-]{6,16}|v-[A-Za-z0-9_-]{16,32}")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Landings:
    """The pages behind printed and projected codes."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/c/{payload}", self.hall),
            Route("/r/{code}", self.slip),
            Route("/v/{token}", self.role),
        ]

    async def hall(self, request: Request) -> Response:
        """The hall's code: the scan is stamped now, one press does the rest."""
        looker = await self.site.looker(request)
        payload = request.path_params["payload"].removeprefix("c-")
        known = _PAYLOAD.fullmatch(payload)
        landing = await self.site.doors.halls.stamp(payload) if known else None
        if landing is None:
            response = self.site.page("stale.html", looker, words=STALE)
        else:
            home = (await household(self.site, looker)).of_scan(landing.used_by)
            response = self.site.page("landing.html", home.looker, landing=landing, home=home)
        response.headers.update(_NO_STORE)
        return response

    async def slip(self, request: Request) -> Response:
        """A registration slip's link: one key, which brings the code into the chat."""
        code = request.path_params["code"].removeprefix("r-")
        return await self._one_key(request, "slip.html", f"r-{code}")

    async def role(self, request: Request) -> Response:
        """The one-time link to a role at a hall: nothing is used up before its key is pressed."""
        return await self._one_key(request, "role.html", f"v-{request.path_params['token']}")

    async def _one_key(self, request: Request, template: str, start: str) -> Response:
        """A page whose key starts the chat so; whether the code is good, the chat will say."""
        looker = await self.site.looker(request)
        if not _START.fullmatch(start):
            raise HTTPException(404)
        home = await household(self.site, looker)
        response = self.site.page(template, home.looker, start=start, home=home)
        response.headers.update(_NO_STORE)
        return response
