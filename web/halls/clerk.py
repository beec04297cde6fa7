"""The clerk's page at the door. It goes on without a network, so what it shows is filled in by its
script, from what the phone keeps; the page itself holds nobody's name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from domain import text
from domain.door import MOST_MARKS, Mark, Named
from web import guard
from web.doors.clerk import ClerkDoors, Code, Roll
from web.pages import HERE, NOBODY, Site

ENDED = "Phiên làm việc tại cửa đã kết thúc hoặc đã được thu hồi."
LINK_ENDED = "Đường dẫn này đã được dùng hoặc đã hết hạn."

# Names are on this page, and the camera reads cards; nothing in between may keep it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


class _Mark(msgspec.Struct, forbid_unknown_fields=True):
    """A mark as a page sends it."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
    named: Named
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    at: Annotated[int, msgspec.Meta(ge=0, le=4_000_000_000_000)]  # ms since 1970
    offline: bool


class _Marks(msgspec.Struct, forbid_unknown_fields=True):
    clerk: str  # as the roll named them
    marks: Annotated[list[_Mark], msgspec.Meta(min_length=1, max_length=MOST_MARKS)]


_read = msgspec.json.Decoder(_Marks).decode


@dataclass(frozen=True, slots=True)
class ClerkPages:
    """Signing in with a link, the page, its data and its marks."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/cua/vao/{link}", self.look, methods=["GET"]),
            Route("/cua/vao/{link}", self.enter, methods=["POST"]),
            Route("/cua/worker.js", self.worker),
            Route("/cua/{venue:number}", self.show),
            Route("/cua/{venue:number}/so-lieu", self.data),
            Route("/cua/{venue:number}/ghi-nhan", self.take, methods=["POST"]),
            Route("/cua/{venue:number}/thoat", self.leave, methods=["POST"]),
        ]

    @property
    def _doors(self) -> ClerkDoors:
        return self.site.doors.clerk

    # --- signing in ------------------------------------------------------------------------

    async def look(self, request: Request) -> Response:
        """The link's page: one key. Looking consumes nothing: link previews look too."""
        link = request.path_params["link"]
        doorway = await self._doors.look(link)
        if doorway is None:
            return self._ended(LINK_ENDED, None)
        return self._page("door_link.html", doorway=doorway, link=link)

    async def enter(self, request: Request) -> Response:
        """The key was pressed: this browser is the clerk's now."""
        if not guard.is_from_own_page(request):
            raise HTTPException(403)
        signed_in = await self._doors.sign_in(request.path_params["link"])
        if signed_in is None:
            return self._ended(LINK_ENDED, None)
        response = RedirectResponse(f"/cua/{signed_in.venue_id}", 303, headers=_HEADERS)
        life = signed_in.expires_at - self.site.doors.now()
        response.set_cookie(
            self._cookie(signed_in.venue_id),
            signed_in.token,
            max_age=max(1, int(life.total_seconds())),
            path="/",
            secure=self.site.is_secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def _cookie(self, venue_id: int) -> str:
        # With this prefix no neighbouring host can plant a cookie of its own choosing.
        return f"{'__Host-' if self.site.is_secure else ''}diemdanh-cua-{venue_id}"

    def _token(self, request: Request) -> str:
        return request.cookies.get(self._cookie(request.path_params["venue"]), "")

    # --- the page --------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        venue_id = request.path_params["venue"]
        doorway = await self._doors.doorway(self._token(request), venue_id)
        if doorway is None:
            return self._ended(ENDED, venue_id)
        return self._page("door.html", doorway=doorway)

    async def worker(self, request: Request) -> Response:
        """The script that opens the page without a network; below /cua/, for that is its reach."""
        return FileResponse(
            HERE / "static" / "door-worker.js",
            media_type="text/javascript",
            headers={"Cache-Control": "no-cache"},
        )

    async def data(self, request: Request) -> Response:
        """The roll, who is recorded, the codes of the next hours."""
        asked, venue_id = request.query_params, request.path_params["venue"]
        has_codes = asked.get("codes") == "0"
        roll = await self._doors.roll(self._token(request), venue_id, has_codes=has_codes)
        if roll is None:
            return self._over()
        return JSONResponse(_rolled(roll, asked.get("known")), headers=_HEADERS)

    async def take(self, request: Request) -> Response:
        """A batch of marks, answered one by one; the same batch again changes nothing."""
        if not guard.is_from_own_page(request):
            raise HTTPException(403)
        clerk, marks = await _marks(request)
        token, venue_id = self._token(request), request.path_params["venue"]
        answers = await self._doors.take(token, venue_id, clerk, marks)
        if answers is None:
            return self._over()
        said = [{"id": one.id, "present": one.is_present, "words": one.words} for one in answers]
        return JSONResponse({"answers": said}, headers=_HEADERS)

    async def leave(self, request: Request) -> Response:
        """[Thoát]"""
        if not guard.is_from_own_page(request):
            raise HTTPException(403)
        await self._doors.sign_out(self._token(request), request.path_params["venue"])
        return self._over(200)

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        response = self.site.page(template, NOBODY, status, **values)
        response.headers.update(_HEADERS)
        return response

    def _ended(self, words: str, venue_id: int | None) -> Response:
        """The same for a hall that does not exist: nothing is learned here."""
        return self._page("door_ended.html", 404, words=words, venue_id=venue_id)

    def _over(self, status: int = 404) -> Response:
        """Tells the page to forget all it keeps; what lies between us would not say it so."""
        return JSONResponse({"ended": True, "error": ENDED}, status, headers=_HEADERS)


async def _marks(request: Request) -> tuple[str, Sequence[Mark]]:
    """Whose marks they are, and the marks. Raises a 400 where no page of ours would send that."""
    try:
        body = _read(await request.body())
    except (msgspec.MsgspecError, ValueError, ClientDisconnect) as error:
        raise HTTPException(400) from error
    if len({one.id for one in body.marks}) < len(body.marks):
        raise HTTPException(400)
    return body.clerk, [
        Mark(
            id=one.id,
            named=one.named,
            key=one.key,
            at=datetime.fromtimestamp(one.at / 1000, UTC),
            is_offline=one.offline,
        )
        for one in body.marks
    ]


def _rolled(roll: Roll, known: str | None) -> dict[str, object]:
    """The list itself only where the phone has another one, for it looks every ten seconds."""
    people = [
        [one.id, one.number, one.name, one.cell, one.birth_year, one.card, one.is_obliged]
        for one in roll.people
    ]
    digest = hashlib.sha256(msgspec.json.encode(people)).hexdigest()[:16]
    return {
        "digest": digest,
        "clerk": roll.clerk,
        "at": _ms(roll.at),
        "expires": _ms(roll.expires_at),
        "people": None if known == digest else people,
        "recorded": [[one.id, text.clock(one.at), one.is_here] for one in roll.recorded],
        "present": roll.present,
        "summoned": roll.summoned,
        "codes": None if roll.codes is None else [_code(one) for one in roll.codes],
        "screen": roll.screen,
    }


def _code(code: Code) -> list[object]:
    from_at = _ms(code.from_at) if code.from_at else None
    return [from_at, _ms(code.until_at), code.url, code.typed]


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
