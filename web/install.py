"""What lets a phone keep the chat on its home screen, and open it without a network."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from web.pages import HERE, NOBODY, Site


@dataclass(frozen=True, slots=True)
class Installation:
    """The files that a browser asks for by these very names."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/manifest.webmanifest", self.manifest),
            Route("/worker.js", self.worker),
            Route("/mat-ket-noi", self.offline),
        ]

    async def manifest(self, request: Request) -> Response:
        path = HERE / "static" / "manifest.webmanifest"
        return FileResponse(path, media_type="application/manifest+json")

    async def worker(self, request: Request) -> Response:
        """Served from the root: a worker sees no page above its own folder."""
        script = self.site.render("worker.js")
        return Response(script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def offline(self, request: Request) -> Response:
        """What a phone shows while it cannot reach us; kept by the worker."""
        return self.site.page("offline.html", NOBODY)
