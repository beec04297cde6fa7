"""Coming in by a one-time link or a printed code, and going out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web import guard
from web.dashboard.frame import Frame
from web.pages import NOBODY, form_fields

LINK_OVER = "Đường dẫn đã được dùng hoặc đã hết hạn. Đề nghị gõ /bang để nhận đường dẫn mới."
CODE_WRONG = "Mã khôi phục chưa đúng hoặc đã được dùng. Đề nghị kiểm tra lại."

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Entrance:
    """Looking at a link uses nothing: messengers look at links before people do."""

    frame: Frame
    tries: guard.Buckets = field(default_factory=lambda: guard.Buckets(5, 1 / 60, time.monotonic))

    def routes(self) -> list[Route]:
        return [
            Route("/vao/{token}", self.show, methods=["GET"]),
            Route("/vao/{token}", self.enter, methods=["POST"]),
            Route("/ma-khoi-phuc", self.ask_code, methods=["GET"]),
            Route("/ma-khoi-phuc", self.take_code, methods=["POST"]),
            Route("/ma-moi", self.codes, methods=["GET"]),
            Route("/ma-moi", self.renew, methods=["POST"]),
            Route("/thoat", self.leave, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        token = request.path_params["token"]
        if not await self.frame.doors.is_good_link(token):
            return self._page("way_in.html", 410, words=LINK_OVER)
        return self._page("enter.html", token=token)

    async def enter(self, request: Request) -> Response:
        _refuse_foreign(request)
        secret = await self.frame.doors.enter_by_link(request.path_params["token"])
        if secret is None:
            return self._page("way_in.html", 410, words=LINK_OVER)
        return self.frame.let_in(secret)

    async def ask_code(self, request: Request) -> Response:
        return self._page("recovery.html", words=None)

    async def take_code(self, request: Request) -> Response:
        _refuse_foreign(request)
        if not self.tries.take(guard.network_of(request)):
            raise HTTPException(429, headers={"Retry-After": "60"})
        code = (await form_fields(request)).get("code", "")
        secret = await self.frame.doors.enter_by_code(code[:40])
        if secret is None:
            return self._page("recovery.html", 403, words=CODE_WRONG)
        return self.frame.let_in(secret)

    async def codes(self, request: Request) -> Response:
        """What printed codes are for, and the key that makes new ones."""
        seen = await self.frame.seen(request)
        return self.frame.page("codes.html", seen, codes=(), place=None)

    async def renew(self, request: Request) -> Response:
        """New codes, shown this once."""
        seen, _ = await self.frame.meant(request)
        codes = await self.frame.doors.renew_codes(seen.officer)
        return self.frame.page("codes.html", seen, codes=codes, place=None)

    async def leave(self, request: Request) -> Response:
        seen, _ = await self.frame.meant(request)
        await self.frame.doors.leave(seen.secret)
        response = RedirectResponse("/", 303)
        guard.drop(response, guard.DASHBOARD, self.frame.site.is_secure)
        return response

    def _page(self, template: str, status: int = 200, **values: object) -> Response:
        page = self.frame.site.page(f"dashboard/{template}", NOBODY, status, **values)
        page.headers.update(_NO_STORE)
        return page


def _refuse_foreign(request: Request) -> None:
    if not guard.is_from_own_page(request):
        raise HTTPException(403)
