"""A Bot API server of our own on loopback, for tests and for rehearsals.

    async with TelegramServer() as server:
        lan = server.chat(67, first_name="Lan")
        ...  # a bot with server.token whose base_url is server.url
        answer = await lan.opens("c-482913")
        await lan.presses("Đồng ý")
        assert lan.last.text == "…"

Leaving the block fails if the bot made a call that the Bot API does not describe.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import msgspec
from aiohttp import web

from rehearsal import bot_api
from rehearsal.bot_api import Refusal, Upload
from rehearsal.telegram_bot import Bot
from rehearsal.telegram_chat import Chat
from rehearsal.telegram_hook import PAUSES, Hook

TOKEN = "7654321:AA-made-up-for-rehearsals_0123456789"  # noqa: S105 - opens nothing anywhere
MAX_BODY = 50 * 1024 * 1024


@dataclass
class Trouble:
    """What goes wrong with the next calls.

    `what` is an HTTP status in Telegram's envelope (429, 500, …), or "drop before" and "drop after"
    the call was executed, "gateway" for a 502 page that is not Telegram's, "garbage" for a 200 that
    is not, "migrated" for a group that has become a supergroup, or any other text: a 400 in these
    words.
    """

    what: int | str
    times: int = 1
    method: str | None = None  # None: every method but getUpdates
    retry_after: int | None = 1  # with 429

    def meets(self, method: str) -> bool:
        return self.times > 0 and (method == self.method or not (self.method or _polls(method)))


class TelegramServer:
    """Runs until the block is left; `port=0` takes a free one."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        port: int = 0,
        retry_pauses: Sequence[float] = PAUSES,
        is_strict: bool = True,
    ) -> None:
        self.token = token
        self.bots: dict[str, Bot] = {}
        self.hooks: dict[str, Hook] = {}
        self.troubles: list[Trouble] = []
        self.delay = 0.0  # seconds before every answer
        self._port = port
        self._pauses = retry_pauses
        self._is_strict = is_strict
        self._runner: web.ServerRunner | None = None
        self.add_bot(token)

    @property
    def url(self) -> str:
        """The root, as a bot's base_url."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def bot(self) -> Bot:
        """The bot of `token`; others are in `bots`."""
        return self.bots[self.token]

    @property
    def hook(self) -> Hook:
        return self.hooks[self.token]

    def add_bot(self, token: str) -> Bot:
        self.bots[token] = bot = Bot(token)
        self.hooks[token] = Hook(bot, self._pauses)
        return bot

    def chat(self, user_id: int, first_name: str = "Lan", language: str | None = "vi") -> Chat:
        return self.bot.chat(user_id, first_name, language)

    def fails(
        self,
        what: int | str,
        times: int = 1,
        method: str | None = None,
        retry_after: int | None = 1,
    ) -> Trouble:
        """The next calls meet trouble."""
        trouble = Trouble(what, times, method, retry_after)
        self.troubles.append(trouble)
        return trouble

    async def start(self) -> None:
        server = web.Server(self._answer, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for hook in self.hooks.values():
            await hook.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def check(self) -> None:
        """Raises AssertionError if a bot made a call that the Bot API does not describe."""
        violations = [fault for bot in self.bots.values() for fault in bot.violations]
        if violations:
            raise AssertionError(f"{len(violations)} calls against the Bot API: {violations[:5]}")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        if self._is_strict and error is None:
            self.check()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        token, _, method = request.path.removeprefix("/bot").partition("/")
        bot = self.bots.get(token)
        if bot is None or not request.path.startswith("/bot"):
            return _failed(Refusal(401, "Unauthorized"))
        try:
            given = await _parameters(request, method)
        except ValueError:
            return _failed(Refusal(400, "Bad Request: the body cannot be read"))
        if self.delay:
            await asyncio.sleep(self.delay)
        trouble = next((found for found in self.troubles if found.meets(method)), None)
        if trouble is not None:
            trouble.times -= 1
            return await self._fail(trouble, request, bot, method, given)
        return await self._call(bot, method, given)

    async def _call(self, bot: Bot, method: str, given: dict[str, Any]) -> web.Response:
        try:
            if _polls(method):
                return _done(await bot.get_updates(given))
            return _done(bot.execute(method, given))
        except Refusal as refusal:
            return _failed(refusal)

    async def _fail(
        self,
        trouble: Trouble,
        request: web.BaseRequest,
        bot: Bot,
        method: str,
        given: dict[str, Any],
    ) -> web.Response:
        match trouble.what:
            case "drop before" | "drop after":
                if trouble.what == "drop after":
                    await self._call(bot, method, given)
                if request.transport is not None:
                    request.transport.close()
                return web.Response()
            case "gateway":
                return web.Response(status=502, text=f"<html>502 {request.path}</html>")
            case "garbage":
                return web.Response(text=f"<html>welcome to the hotel, {request.path}</html>")
            case "migrated":
                text = "Bad Request: group chat was upgraded to a supergroup chat"
                return _failed(Refusal(400, text, migrate_to_chat_id=-1001234567890))
            case 429 if trouble.retry_after is not None:
                seconds = trouble.retry_after
                text = f"Too Many Requests: retry after {seconds}"
                return _failed(Refusal(429, text, retry_after=seconds))
            case int(status):
                return _failed(Refusal(status, _DESCRIPTIONS.get(status, "Bad Request: made up")))
            case words:
                return _failed(Refusal(400, words))


_DESCRIPTIONS = {
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


def _polls(method: str) -> bool:
    return method == "getUpdates"


async def _parameters(request: web.BaseRequest, method: str) -> dict[str, Any]:
    """From the query, a JSON body or a form. Raises ValueError."""
    given = bot_api.from_form(method, request.query) if request.query_string else {}
    if request.content_type == "application/json":
        body = msgspec.json.decode(await request.read())
        if not isinstance(body, dict):
            raise ValueError("not an object")
        given.update(body)
    elif request.content_type == "multipart/form-data" or request.can_read_body:
        form = await request.post()
        values = {name: _value(value) for name, value in form.items()}
        given.update(bot_api.from_form(method, values))
    return given


def _value(value: str | bytes | bytearray | web.FileField) -> str | Upload:
    if isinstance(value, web.FileField):
        return Upload(value.filename, value.file.read())
    return value if isinstance(value, str) else Upload(content=bytes(value))


def _done(result: object) -> web.Response:
    return _json(200, {"ok": True, "result": result})


def _failed(refusal: Refusal) -> web.Response:
    answer: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return _json(refusal.code, answer)


def _json(status: int, answer: dict[str, Any]) -> web.Response:
    return web.Response(
        status=status, body=msgspec.json.encode(answer), content_type="application/json"
    )
