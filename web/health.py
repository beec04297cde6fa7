"""What watches ask."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from web.doors import Doors


def routes(doors: Doors) -> list[Route]:
    async def alive(request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        """Database and migrations decide; a messenger's outage is only told."""
        readiness = await doors.ready()
        body = {"ready": readiness.is_ready, **readiness.details}
        return JSONResponse(body, 200 if readiness.is_ready else 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def create_metrics_app(doors: Doors) -> Starlette:
    """`/metrics`, to be served on a port of its own that the outside cannot reach."""

    async def metrics(request: Request) -> Response:
        return Response(doors.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/metrics", metrics)])
