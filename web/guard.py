"""Who calls, and whether the call is meant: cookies, foreign pages, floods."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_TOKENS = 5  # the people who share a browser, and whoever comes next
_MAX_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Cookie:
    """What a browser keeps for us."""

    name: str
    life: int  # seconds


# Given on a first look, and means nothing until a first message: a message whose answer was lost
# can then be sent again by the same somebody. Browsers keep nothing longer.
CHAT = Cookie("diemdanh", 400 * 86_400)
# The server ends the session by itself at the same time.
DASHBOARD = Cookie("bang", 12 * 3600)


def new_token() -> str:
    """32 random bytes; only their hash is ever stored."""
    return secrets.token_urlsafe(32)


def kept(request: Request, cookie: Cookie, is_secure: bool) -> str | None:
    """The token that this browser keeps; None where it keeps none of ours."""
    token = request.cookies.get(_name(cookie, is_secure), "")
    return token if _TOKEN.fullmatch(token) else None


def keep(response: Response, cookie: Cookie, token: str, is_secure: bool) -> None:
    """Let the browser keep the token."""
    response.set_cookie(
        _name(cookie, is_secure),
        token,
        max_age=cookie.life,
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, cookie: Cookie, is_secure: bool) -> None:
    response.delete_cookie(
        _name(cookie, is_secure), path="/", secure=is_secure, httponly=True, samesite="lax"
    )


def chat_tokens(request: Request, is_secure: bool) -> tuple[str, ...]:
    """The tokens of all who share this browser; the first is who speaks."""
    tokens = request.cookies.get(_name(CHAT, is_secure), "").split(".")
    sound = dict.fromkeys(token for token in tokens if _TOKEN.fullmatch(token))
    return tuple(sound)[:_MOST_TOKENS]


def keep_chats(response: Response, tokens: Iterable[str], is_secure: bool) -> None:
    """Let the browser keep the tokens of all who share it."""
    keep(response, CHAT, ".".join(tokens), is_secure)


def speaker_of(token: str) -> str:
    """What a page may know of its token: enough to say for whom it was opened, no more."""
    return hashlib.sha256(f"speaker:{token}".encode()).hexdigest()[:16]


def _name(cookie: Cookie, is_secure: bool) -> str:
    # With this prefix no neighbouring host can plant a cookie of its own choosing.
    return f"__Host-{cookie.name}" if is_secure else cookie.name


def is_from_own_page(request: Request) -> bool:
    """Whether one of our own pages sent this, by what the browser says of it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    # Over plain http on a local network browsers leave Sec-Fetch-Site out.
    source = request.headers.get("origin") or request.headers.get("referer")
    return source is not None and urlsplit(source).netloc == request.headers.get("host")


class Buckets:
    """So many at once from one address, then so many a second."""

    def __init__(self, at_once: int, per_second: float, clock: Callable[[], float]) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> bool:
        """Whether one more may pass."""
        now = self._clock()
        level, since = self._levels.pop(address, (float(self._at_once), now))
        level = min(self._at_once, level + (now - since) * self._per_second)
        may_pass = level >= 1
        self._levels[address] = (level - 1 if may_pass else level, now)
        if len(self._levels) > _MAX_ADDRESSES:
            self._levels.popitem(last=False)
        return may_pass


class Places:
    """So many at once under one name; whoever comes later takes the place of the oldest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, list[asyncio.Event]] = {}

    @contextmanager
    def take(self, name: str) -> Iterator[asyncio.Event]:
        """A place; the event is set once it was given to another."""
        mine = asyncio.Event()
        taken = self._taken.setdefault(name, [])
        taken.append(mine)
        if len(taken) > self._most:
            taken.pop(0).set()
        try:
            yield mine
        finally:
            if not mine.is_set():
                taken.remove(mine)
            if not taken:
                self._taken.pop(name, None)


def network_of(request: Request) -> str:
    """The caller's address; of IPv6 the /64, which is what one customer gets."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return host
