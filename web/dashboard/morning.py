"""How a session fills: the curve of arrivals, the halls, and who has not yet held the study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.text import clock
from web.dashboard.asking import asked
from web.dashboard.frame import Frame, download
from web.doors.dashboard import HallRow, MorningView

WIDTH, HEIGHT = 600, 240  # of the drawing, in its own units
AFTER_START = timedelta(minutes=15)
HEATS = ((0.5, "cold"), (0.8, "mild"), (1.0, "warm"))  # below this share; else full


@dataclass(frozen=True, slots=True)
class Drawing:
    """Two lines in a frame of WIDTH × HEIGHT, and what stands at its edges."""

    present: str  # points of a polyline
    expected: str
    most: int
    first: str
    last: str
    start: str
    start_at: float  # across


@dataclass(frozen=True, slots=True)
class Tile:
    hall: HallRow
    heat: str


@dataclass(frozen=True, slots=True)
class MorningPages:
    frame: Frame

    def routes(self) -> list[Route]:
        return [
            Route("/dien-bien", self.show),
            Route("/dien-bien.xlsx", self.halls_sheet),
            Route("/chua-to-chuc", self.not_held),
            Route("/chua-to-chuc.xlsx", self.not_held_sheet),
        ]

    async def show(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.frame.doors.morning(seen.officer, asked(request))
        if view is None:
            return self.frame.nothing(request, seen, "/dien-bien")
        is_part = request.headers.get("hx-request") == "true"
        return self.frame.page(
            "morning_part.html" if is_part else "morning.html",
            seen,
            view=view,
            drawing=_drawn(view),
            tiles=[Tile(hall, _heat(hall)) for hall in view.halls],
            size=(WIDTH, HEIGHT),
            place="/dien-bien",
        )

    async def halls_sheet(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.halls_sheet(seen.officer, asked(request)))

    async def not_held(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.frame.doors.not_held(seen.officer, asked(request))
        if view is None:
            return self.frame.nothing(request, seen, "/chua-to-chuc")
        return self.frame.page("not_held.html", seen, view=view, place="/chua-to-chuc")

    async def not_held_sheet(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        return download(await self.frame.doors.not_held_sheet(seen.officer, asked(request)))


def _heat(hall: HallRow) -> str:
    share = hall.present / hall.summoned if hall.summoned else 1.0
    return next((name for below, name in HEATS if share < below), "full")


def _drawn(view: MorningView) -> Drawing | None:
    """None before there is a line to draw. The drawing reaches beyond the start from the first."""
    if len(view.points) < 2:
        return None
    session, points = view.session, view.points
    ends_at = max(points[-1].at, session.starts_at + AFTER_START)
    most = max(1, view.summoned, points[-1].present)
    paper = _Paper(points[0].at, ends_at, most)
    return Drawing(
        present=" ".join(paper.spot(point.at, point.present) for point in points),
        expected=" ".join(
            [
                paper.spot(points[0].at, 0),
                paper.spot(session.starts_at, view.summoned),
                paper.spot(ends_at, view.summoned),
            ]
        ),
        most=most,
        first=clock(points[0].at),
        last=clock(ends_at),
        start=clock(session.starts_at),
        start_at=paper.across(session.starts_at),
    )


@dataclass(frozen=True, slots=True)
class _Paper:
    """What a corner's place is in the drawing's own units."""

    begins_at: datetime
    ends_at: datetime
    most: int

    def across(self, at: datetime) -> float:
        return round((at - self.begins_at) / (self.ends_at - self.begins_at) * WIDTH, 1)

    def spot(self, at: datetime, value: int) -> str:
        return f"{self.across(at)},{HEIGHT - value / self.most * HEIGHT:.1f}"
