"""Where a member's card leads when just any telephone scans it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.pages import NOBODY, Site

_CARD = re.compile(r"[A-Za-z0-9_-]{19}")


@dataclass(frozen=True, slots=True)
class Cards:
    """One page for all cards, genuine or not: who found one learns nothing of anybody."""

    site: Site

    def routes(self) -> list[Route]:
        return [Route("/t/{token}", self.show)]

    async def show(self, request: Request) -> Response:
        """What this card is, and to whom it is shown."""
        if not _CARD.fullmatch(request.path_params["token"]):
            raise HTTPException(404)
        return self.site.page("card.html", NOBODY)
