"""What all pages of the dashboard share: who looks, what may be sent, and the frame around."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.rights import Role
from web import guard
from web.dashboard.asking import asked
from web.doors.dashboard import DashboardDoors, Download, Officer
from web.pages import Looker, Site, form_fields

BASE = "/bang"

# Path below BASE and what stands on its key, in the order of the bar.
PLACES: Mapping[str, str] = {
    "": "Tổng quan",
    "/dien-bien": "Diễn biến",
    "/chua-to-chuc": "Chưa tổ chức",
    "/san-sang": "Sẵn sàng",
    "/ke-hoach": "Kế hoạch",
    "/danh-sach": "Danh sách",
    "/phieu": "Phiếu mã",
    "/nhat-ky": "Nhật ký",
    "/chat": "Hội thoại",
}
OF_COORDINATORS = frozenset({"/ke-hoach", "/danh-sach"})

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody who has signed in, and the secret that their browser keeps."""

    officer: Officer
    secret: str

    @property
    def form_token(self) -> str:
        """Stands in every form: a page of somebody else's cannot know it."""
        return hashlib.sha256(f"form|{self.secret}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Frame:
    """The door that every page of the dashboard goes through."""

    site: Site
    doors: DashboardDoors

    async def seen(self, request: Request) -> Seen:
        """Who looks. Raises a 401, which is shown as the way to sign in."""
        secret = guard.kept(request, guard.DASHBOARD, self.site.is_secure)
        officer = await self.doors.officer(secret) if secret else None
        if secret is None or officer is None:
            raise HTTPException(401, headers={"HX-Refresh": "true"})
        return Seen(officer, secret)

    async def meant(self, request: Request) -> tuple[Seen, Mapping[str, str]]:
        """Who sends a form, and its fields. Raises a 403 where no page of ours sent it."""
        seen = await self.seen(request)
        fields = await form_fields(request)
        is_ours = hmac.compare_digest(fields.get("form", ""), seen.form_token)
        if not (is_ours and guard.is_from_own_page(request)):
            raise HTTPException(403)
        return seen, fields

    async def looker(self, request: Request) -> Looker:
        """For the chat that stands inside the dashboard."""
        return Looker((await self.seen(request)).secret, BASE, is_desk=True)

    def page(self, template: str, seen: Seen, status: int = 200, **values: Any) -> Response:
        looker = Looker(seen.secret, BASE, is_desk=True)
        officer = seen.officer
        values |= {"officer": officer, "form_token": seen.form_token, "places": _places(officer)}
        response = self.site.page(f"dashboard/{template}", looker, status, **values)
        response.headers.update(_NO_STORE)
        return response

    def nothing(self, request: Request, seen: Seen, place: str = "") -> Response:
        """There is no campaign yet; what was asked for by name does not exist."""
        what = asked(request)
        if what.unit_id or what.campaign_id:
            raise HTTPException(404)
        return self.page("empty.html", seen, place=place)

    def let_in(self, secret: str) -> Response:
        """The browser keeps the secret and goes to the first page."""
        response = RedirectResponse(BASE, 303)
        guard.keep(response, guard.DASHBOARD, secret, self.site.is_secure)
        return response


def _places(officer: Officer) -> Mapping[str, str]:
    """What stands on the bar: nothing that would only be refused."""
    plans = any(grant.role is Role.COORDINATOR for grant in officer.grants)
    return {path: label for path, label in PLACES.items() if plans or path not in OF_COORDINATORS}


def download(file: Download | None) -> Response:
    """A file to be kept; 404 where there is none for this officer."""
    if file is None:
        raise HTTPException(404)
    headers = {
        **_NO_STORE,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
