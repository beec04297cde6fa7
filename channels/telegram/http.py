"""How requests reach Telegram: python-telegram-bot's transport over one aiohttp session.

The token is part of every address, so nothing that aiohttp says is repeated: an error names only
its kind, and it carries no cause that would print the address.

    TelegramError
    ├── Pause             429: the whole bot is asked to wait
    ├── Refused           an answer of a 5xx kind by Telegram itself: it did not do it
    ├── NotSent           the request never reached Telegram
    └── Unanswered        it may have reached Telegram: nobody can tell
"""

import asyncio
import logging
import time
from typing import Any

import aiohttp
import msgspec
from telegram.error import BadRequest, TelegramError
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
PAUSE_SECONDS = 5.0  # for a 429 that does not say how long
CONNECTIONS = 64

_NOT_SENT = (
    aiohttp.ClientConnectorError,  # name resolution, TLS and a proxy that is away, too
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
_READ_BY_PTB = (400, 401, 403, 404, 409)


class Pause(TelegramError):
    """Telegram asks the whole bot to wait so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds


class Refused(TelegramError):
    """Telegram itself says that it failed."""


class NotSent(TelegramError):
    """The request never reached Telegram."""


class Unanswered(TelegramError):
    """The request left and no answer of Telegram's came back."""


class AiohttpRequest(BaseRequest):
    """Carries requests of one bot; its token appears in no log and no error."""

    def __init__(
        self, token: str, proxy: str | None = None, read_seconds: float = READ_SECONDS
    ) -> None:
        if proxy is not None and not proxy.startswith(("http://", "https://")):
            raise ValueError("a proxy's address begins with http:// or https://")
        self._token = token.encode()
        self._proxy = proxy
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._quiet_until = 0.0
        keep_secrets_out_of_logs()

    @property
    def read_timeout(self) -> float:
        return self._read_seconds

    def keep_quiet(self, seconds: float) -> None:
        """Let no request of this bot leave for so long: each raises Pause instead."""
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)

    async def initialize(self) -> None:
        """Nothing to do: the session opens with the first request, inside the running loop."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The answer's status and body. Raises one of the errors above, or TelegramError."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._slots.acquire()
        except TimeoutError:
            raise NotSent("all connections are busy") from None
        try:
            return await self._request(url, method, request_data, read_timeout)
        finally:
            self._slots.release()

    async def _request(
        self, url: str, method: str, request_data: RequestData | None, read_timeout: Any
    ) -> tuple[int, bytes]:
        if (remaining := self._quiet_until - time.monotonic()) > 0:
            raise Pause(remaining)  # asked for by another answer, or before a restart
        seconds = self._read_seconds if read_timeout is self.DEFAULT_NONE else float(read_timeout)
        failure: TelegramError
        try:
            status, payload = await self._exchange(url, method, request_data, seconds)
        except _NOT_SENT as error:
            failure = NotSent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = Unanswered(type(error).__name__)
        else:
            payload = payload.replace(self._token, b"***")  # gateways echo addresses
            if status >= 300:
                self._examine(status, payload)
            return status, payload
        raise failure  # outside of the handler: a context would carry the address

    async def _exchange(
        self, url: str, method: str, data: RequestData | None, read_seconds: float
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + read_seconds,
            connect=CONNECT_SECONDS,
            sock_read=read_seconds,
        )
        body, headers = _body(data)
        async with self._open().request(
            method,
            url,
            data=body,
            headers=headers,
            timeout=timeout,
            proxy=self._proxy,
            allow_redirects=False,  # Telegram has none; following one would show the token around
        ) as response:
            return response.status, await response.read()

    def _examine(self, status: int, payload: bytes) -> None:
        try:
            _examine(status, payload)
        except Pause as pause:
            self.keep_quiet(pause.seconds)
            raise

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's envelope. Unlike the library's own, this logs nothing of the payload."""
        envelope = _envelope(payload)
        if envelope is None:
            raise Unanswered("the answer is not Telegram's")
        return envelope


def keep_secrets_out_of_logs() -> None:
    """Both libraries log addresses or message texts below WARNING."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return msgspec.json.encode(data.parameters), {"Content-Type": "application/json"}
    form = aiohttp.FormData(quote_fields=False)  # a name keeps its marks
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}


def _envelope(payload: bytes) -> dict[str, Any] | None:
    """What Telegram wraps every answer in, or None: then a gateway or a proxy has answered."""
    try:
        answer = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not isinstance(answer, dict) or not {"result", "description"} & answer.keys():
        return None
    return answer


def _examine(status: int, payload: bytes) -> None:
    """Raise what python-telegram-bot would not tell apart; the rest it reads itself."""
    envelope = _envelope(payload)
    if envelope is None:
        # A censor's or a proxy's 403 must not read as "blocked by the user".
        kind = NotSent if status < 500 else Unanswered
        raise kind(f"HTTP {status}, not from Telegram")
    if status == 429:
        raise Pause(_seconds(envelope.get("parameters")))
    if status >= 500:
        raise Refused(str(envelope.get("description")))
    if status not in _READ_BY_PTB:
        raise BadRequest(str(envelope.get("description")))


def _seconds(parameters: object) -> float:
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(asked) if isinstance(asked, int | float) else PAUSE_SECONDS
