"""The board of halls that have, and have not, tried everything."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.readiness import Check
from web.dashboard.asking import asked
from web.dashboard.frame import Frame, download
from web.halls.trial import PHONES

LABELS = {
    Check.SCREEN: "Màn hình",
    Check.SOUND: "Âm thanh",
    Check.SIGNAL: "Đường truyền",
    Check.PAPER: "Danh sách giấy",
}


@dataclass(frozen=True, slots=True)
class ReadinessPages:
    frame: Frame

    def routes(self) -> list[Route]:
        return [Route("/san-sang", self.show), Route("/san-sang.xlsx", self.sheet)]

    async def show(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.frame.doors.readiness(seen.officer, asked(request))
        if view is None:
            return self.frame.nothing(request, seen, "/san-sang")
        return self.frame.page(
            "readiness.html", seen, view=view, labels=LABELS, phones=PHONES, place="/san-sang"
        )

    async def sheet(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.readiness_sheet(seen.officer, asked(request)))
