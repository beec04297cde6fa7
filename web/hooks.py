"""Where a messenger's server calls. Plain ASGI: a morning's check-ins all pass through here."""

from __future__ import annotations

import structlog
from starlette.types import Receive, Scope, Send

from domain.messages import Malformed, Unauthorized
from web.doors import Doors

PREFIX = "/hooks/telegram"
MAX_BODY = 1_000_000  # bytes; an update has a few thousand

_log = structlog.get_logger("web")


class Hooks:
    """`POST /hooks/telegram` for the bot "main", `/hooks/telegram/{name}` where there are several.

    Whatever is not 2xx is sent again for 24 hours and holds up that chat meanwhile. So a body that
    no second delivery will mend is taken in silence; only our own failure asks for another.
    """

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body = await self._call(scope, receive)
        headers = [(b"content-length", str(len(body)).encode())]
        if body:
            headers.append((b"content-type", b"application/json"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _call(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        name = _bot_name(scope["path"])
        if name is None:
            return 404, b""
        if scope["method"] != "POST":
            return 405, b""
        body = await _body(receive)
        if body is None:
            return 413, b""
        return await self._answer(name, scope, body)

    async def _answer(self, name: str, scope: Scope, body: bytes) -> tuple[int, bytes]:
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        try:
            return 200, await self._doors.hook(name, headers, body) or b""
        except Unauthorized:
            return 401, b""
        except Malformed:
            _log.warning("hook_malformed", bot=name, size=len(body))
            return 200, b""


def _bot_name(path: str) -> str | None:
    head, _, name = path.partition(PREFIX)
    if head or "/" in name[1:] or not (name == "" or name[0] == "/"):
        return None
    return name[1:] or "main"


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None where it is too large, or the caller has gone."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)
