"""The log: who did what, of one kind or one day, in pages and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.dashboard.frame import Frame, download
from web.doors.journal import JournalAsked, JournalDoors

PLACE = "/nhat-ky"


@dataclass(frozen=True, slots=True)
class JournalPages:
    frame: Frame
    doors: JournalDoors

    def routes(self) -> list[Route]:
        return [Route(PLACE, self.show), Route(f"{PLACE}.xlsx", self.sheet)]

    async def show(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.doors.show(seen.officer, _asked(request))
        return self.frame.page("journal.html", seen, place=PLACE, view=view)

    async def sheet(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.doors.sheet(seen.officer, _asked(request)))


def _asked(request: Request) -> JournalAsked:
    query = request.query_params
    before = query.get("truoc", "")
    is_number = before.isascii() and before.isdigit() and len(before) < 18
    return JournalAsked(
        kind=query.get("loai", "")[:20],
        on=_day(query.get("ngay", "")),
        before=int(before) if is_number else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
