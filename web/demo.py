"""The demo's stage: who to be, the hall's screen, and the morning moving on."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from domain import text
from web.doors.demo import DemoDoors, Figure
from web.pages import NOBODY, Site


@dataclass(frozen=True, slots=True)
class DemoPages:
    """Pages that a real deployment has not."""

    site: Site
    demo: DemoDoors

    def routes(self) -> list[Route]:
        return [
            Route("/", self.stage),
            Route("/demo/so-lieu", self.data),
            Route("/demo/{persona}/quet", self.scan),
        ]

    async def stage(self, request: Request) -> Response:
        return self.site.page(
            "stage.html",
            NOBODY,
            stage=await self.demo.stage(),
            personas=await self.demo.personas(),
            screens=await self.demo.screens(),
        )

    async def data(self, request: Request) -> Response:
        stage = await self.demo.stage()
        return JSONResponse(
            {
                "clock": f"{text.local(stage.at):%H:%M:%S}",
                "figures": [figure_json(figure) for figure in stage.figures],
                "recent": list(stage.recent),
            },
            headers={"Cache-Control": "no-store"},
        )

    async def scan(self, request: Request) -> Response:
        """What this persona's phone would open if held before the hall's screen now."""
        looker = await self.site.looker(request)
        scans = looker.persona.scans if looker.persona else None
        return RedirectResponse(f"{looker.base}{scans or '/chat'}", 303)


def figure_json(figure: Figure) -> dict[str, object]:
    return {
        "amount": figure.value,
        "value": text.number(figure.value),
        "of": None if figure.of is None else text.number(figure.of),
        "rate": None if figure.of is None else text.rate(figure.value, figure.of),
    }
