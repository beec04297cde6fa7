"""[Chạy thử]: the day before, a hall tries its screen, its phones, its sound and its line."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from domain.readiness import Check
from web import guard
from web.doors.trials import Trial
from web.pages import NOBODY, Site, form_fields

CHECKS = {
    Check.SCREEN: "Màn hình: mã đọc được từ hàng ghế cuối",
    Check.SOUND: "Âm thanh: hàng ghế cuối nghe rõ",
    Check.SIGNAL: "Đường truyền: điện thoại vào mạng được",
    Check.PAPER: "Danh sách giấy: đã in để dự phòng",
}
PHONES = {"telegram": "Telegram", "zalo": "Zalo", "web": "trình duyệt"}

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Trials:
    """A page that follows while somebody tries their phone; without scripts it is loaded again."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/man-hinh/{token}/chay-thu", self.show, methods=["GET"]),
            Route("/man-hinh/{token}/chay-thu", self.check, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        trial = await self._trial(request)
        page = self.site.page(
            "trial.html",
            NOBODY,
            trial=trial,
            token=request.path_params["token"],
            checks=CHECKS,
            phones=[PHONES.get(name, name) for name in sorted(trial.tried.phones)],
        )
        page.headers.update(_NO_STORE)
        return page

    async def check(self, request: Request) -> Response:
        """Somebody in the hall says that it is so; once more changes nothing."""
        if not guard.is_from_own_page(request):
            raise HTTPException(403)
        name = (await form_fields(request)).get("check", "")
        if name not in list(Check):
            raise HTTPException(400)
        token = request.path_params["token"]
        await self.site.doors.trials.check(token, Check(name))
        return RedirectResponse(f"/man-hinh/{token}/chay-thu", 303)

    async def _trial(self, request: Request) -> Trial:
        trial = await self.site.doors.trials.show(request.path_params["token"])
        if trial is None:
            raise HTTPException(404)
        return trial
