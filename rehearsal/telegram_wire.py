"""Posts to a hook over kept connections, at a cost that leaves the machine to the bot.

A general HTTP client costs more per update than the bot itself spends. This one speaks plain
HTTP/1.1 to loopback and knows one kind of request.
"""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

PATIENCE = 60.0  # seconds that Telegram waits for a hook

_END = b"\r\n\r\n"


class Wire:
    """A pool of connections to hooks. `post` raises OSError or TimeoutError."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[_Connection]] = {}
        self._open: set[_Connection] = set()
        self._heads: dict[tuple[str, str | None], tuple[tuple[str, int], bytes]] = {}

    async def post(self, url: str, secret: str | None, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        place, head = self._head(url, secret)
        idle = self._idle.setdefault(place, [])
        connection = idle.pop() if idle else await self._connect(place)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await connection.ask(head % len(body) + body)
        except BaseException:
            connection.close()
            raise
        if connection.is_open:
            idle.append(connection)
        return answer

    async def close(self) -> None:
        for connection in list(self._open):
            connection.close()
        await asyncio.sleep(0)  # the transports close with the next turn of the loop

    async def _connect(self, place: tuple[str, int]) -> "_Connection":
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: _Connection(self._lost), *place)
        self._open.add(connection)
        return connection

    def _lost(self, connection: "_Connection") -> None:
        self._open.discard(connection)
        for idle in self._idle.values():
            if connection in idle:
                idle.remove(connection)

    def _head(self, url: str, secret: str | None) -> tuple[tuple[str, int], bytes]:
        if (url, secret) not in self._heads:
            self._heads[url, secret] = _head(url, secret)
        return self._heads[url, secret]


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, lost: Callable[["_Connection"], None]) -> None:
        self.is_open = False
        self._lost = lost
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self.is_open = True

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        if self._transport is None or not self.is_open:
            raise ConnectionResetError("the hook has closed the connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        read = _read(self._buffer)
        if read is None or self._answer is None or self._answer.done():
            return
        status, body, keeps = read
        self._buffer = b""
        if not keeps:
            self.close()
        self._answer.set_result((status, body))

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        self._lost(self)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the hook has closed the connection"))

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()


def _head(url: str, secret: str | None) -> tuple[tuple[str, int], bytes]:
    """Where to connect, and the request's head with a place for the body's length."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname is None:
        raise OSError("a rehearsal's hook is on http")
    lines = [
        f"POST {parts.path or '/'} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        *([f"X-Telegram-Bot-Api-Secret-Token: {secret}"] if secret else []),
    ]
    head = "\r\n".join(lines).replace("%", "%%").encode()
    return (parts.hostname, parts.port or 80), head + b"\r\nContent-Length: %d" + _END


def _read(buffer: bytes) -> tuple[int, bytes, bool] | None:
    """Status, body and whether the connection stays; None while something is still to come."""
    end = buffer.find(_END)
    if end < 0:
        return None
    status = int(buffer[9:12])
    head, rest = buffer[:end].lower(), buffer[end + len(_END) :]
    keeps = b"\r\nconnection: close" not in head
    if b"\r\ntransfer-encoding: chunked" in head:
        body = _chunks(rest)
        return None if body is None else (status, body, keeps)
    at = head.find(b"\r\ncontent-length:")
    length = int(head[at + 17 :].split(b"\r", 1)[0]) if at >= 0 else 0
    return (status, rest[:length], keeps) if len(rest) >= length else None


def _chunks(rest: bytes) -> bytes | None:
    body = b""
    while b"\r\n" in rest:
        size, rest = rest.split(b"\r\n", 1)
        length = int(size.split(b";")[0], 16)
        if len(rest) < length + 2:
            return None
        if length == 0:
            return body
        body, rest = body + rest[:length], rest[length + 2 :]
    return None
