"""One bot as a channel."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
import structlog
from telegram import Bot, BotCommand, Message
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from channels.telegram import rendering, updates
from channels.telegram.errors import is_unmodified, translate
from channels.telegram.http import READ_SECONDS, AiohttpRequest, Pause
from domain.messages import (
    Capabilities,
    File,
    FileKind,
    Inbound,
    Malformed,
    Outbound,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
    Uncertain,
)

API = "https://api.telegram.org"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
WANTED = ("message", "callback_query")
LONG_POLL_SECONDS = 25
LONGEST_PAUSE_SECONDS = 60.0

CAPABILITIES = Capabilities(
    max_text=rendering.MAX_TEXT,
    max_caption=rendering.MAX_CAPTION,
    has_buttons=True,
    can_edit=True,
    messages_in_response=1,
    needs_own_consent=True,
    has_contact_sharing=True,
)

log = structlog.get_logger(__name__)


class _Bot(Bot):
    def __repr__(self) -> str:
        return "Bot()"  # the library's own shows the token, in tracebacks with their locals too


class Telegram:
    """One Telegram bot: by webhook where `secret_token` is given, else by polling."""

    def __init__(
        self,
        name: str,
        token: str,
        base_url: str = API,
        secret_token: str | None = None,
        proxy: str | None = None,
        *,
        per_second: float = 30.0,  # what Telegram allows one bot, about
        per_chat: float = 1.0,  # seconds between two messages to one chat
        per_group: float = 3.0,  # and to one group: 20 a minute
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        first_pause: float = 1.0,  # seconds after a first failed poll
        read_seconds: float = READ_SECONDS,  # how long an answer may take
    ) -> None:
        self.name = f"telegram:{name}"
        self.capabilities = replace(
            CAPABILITIES,
            per_second=per_second,
            per_chat=per_chat,
            per_group=max(per_chat, per_group) if per_chat else 0.0,
        )
        root = base_url.rstrip("/")
        self._request = AiohttpRequest(token, proxy, read_seconds)
        self._updates_url = f"{root}/bot{token}/getUpdates"
        self._bot = _Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._secret = secret_token
        self._now = now
        self._first_pause = first_pause

    def __repr__(self) -> str:
        return f"Telegram({self.name!r})"

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Inbound]:
        """What a hook call says. Raises Unauthorized or Malformed."""
        given = headers.get(SECRET_HEADER.lower()) or headers.get(SECRET_HEADER) or ""
        if not self._secret or not hmac.compare_digest(_bytes(given), _bytes(self._secret)):
            raise Unauthorized
        try:
            update = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Malformed("not JSON") from None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise Malformed("not an update")
        return self._read(update)

    async def poll(self) -> AsyncIterator[list[Inbound]]:
        """What happens, in batches, for ever. Asking for the next batch confirms the last one.

        A webhook that stands in the way is not removed here: `set_up(None, …)` does that.
        """
        offset: int | None = None
        pause = self._first_pause
        while True:
            try:
                batch = await self._updates(offset)
            except TelegramError as error:
                await asyncio.sleep(self._pause_after(error, pause))
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            pause = self._first_pause
            inbounds = [inbound for update in batch for inbound in self._read(update)]
            if inbounds:
                yield inbounds
            if batch:
                offset = max(update["update_id"] for update in batch) + 1

    def in_response(self, message: Outbound) -> bytes:
        """The message as the body of a hook's response. One that Telegram would refuse: ValueError.

        Nobody learns what became of it, and it has no message id to edit later.
        """
        try:
            return rendering.as_method(message)
        except Rejected as refusal:
            raise ValueError(str(refusal)) from None

    async def acknowledge(self, inbound: Inbound) -> None:
        """Stop the pressed button's spinning. Never raises SendError: nothing depends on it."""
        if inbound.press_id is None:
            return
        try:
            await self._bot.answer_callback_query(inbound.press_id)
        except TelegramError as error:  # too old, or the network: it stops by itself
            log.debug("press not acknowledged", channel=self.name, error=type(error).__name__)

    async def send(self, message: Outbound) -> Receipt:
        """Send or edit one message. Raises SendError."""
        rendering.check_text(message)
        replaces = rendering.edited(message)
        if replaces is None:
            return await self._send_new(message)
        return await self._edit(message, replaces)

    async def set_up(
        self, webhook_url: str | None, commands: Mapping[str, Sequence[tuple[str, str]]]
    ) -> None:
        """Point the bot at `webhook_url`, or at polling for None, and fill its menu.

        `commands` are (command, description) by language; the first language is also for all
        others. What waits at Telegram is kept. Raises SendError.
        """
        if webhook_url is not None and not self._secret:
            raise ValueError("a webhook needs a secret token")
        try:
            await self._point_at(webhook_url)
            await self._fill_menu(commands)
        except TelegramError as error:
            raise translate(error) from None

    def keep_quiet(self, seconds: float) -> None:
        """Telegram has asked for silence, maybe in another life: no request leaves for so long."""
        self._request.keep_quiet(seconds)

    async def username(self) -> str:
        """What people find the bot under. Raises SendError."""
        try:
            me = await self._bot.get_me()
        except TelegramError as error:
            raise translate(error) from None
        return me.username or ""

    async def close(self) -> None:
        """Let go of connections."""
        await self._request.shutdown()

    async def _send_new(self, message: Outbound) -> Receipt:
        chat_id, keyboard = rendering.chat_id(message), rendering.keyboard(message)
        try:
            if message.file is not None:
                sent = await self._send_file(chat_id, message.file, message.text, keyboard)
            else:
                sent = await self._bot.send_message(
                    chat_id,
                    message.text,
                    reply_markup=keyboard,
                    link_preview_options=rendering.NO_PREVIEW,
                )
        except TelegramError as error:
            raise translate(error) from None
        return Receipt(str(sent.message_id))

    async def _send_file(
        self, chat_id: int, file: File, caption: str, keyboard: rendering.Keyboard
    ) -> Message:
        send = self._bot.send_photo if file.kind is FileKind.PICTURE else self._bot.send_document
        return await send(
            chat_id, file.content, caption=caption, filename=file.name, reply_markup=keyboard
        )

    async def _edit(self, message: Outbound, message_id: int) -> Receipt:
        try:
            await self._bot.edit_message_text(
                message.text,
                rendering.chat_id(message),
                message_id,
                reply_markup=rendering.inline_keyboard(message),
                link_preview_options=rendering.NO_PREVIEW,
            )
        except TelegramError as error:
            if not is_unmodified(error):
                failure = translate(error)
                if isinstance(failure, Uncertain):  # an edit does no harm when done twice
                    failure = Unavailable(str(failure))
                raise failure from None
        return Receipt(str(message_id))

    async def _point_at(self, webhook_url: str | None) -> None:
        if webhook_url is None:
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        await self._bot.set_webhook(
            webhook_url,
            secret_token=self._secret,
            max_connections=100,
            allowed_updates=WANTED,
            drop_pending_updates=False,
        )

    async def _fill_menu(self, commands: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        for place, (language, lines) in enumerate(commands.items()):
            menu = [BotCommand(command, description) for command, description in lines]
            if place == 0:
                await self._bot.set_my_commands(menu)
            await self._bot.set_my_commands(menu, language_code=language)

    async def _updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Undecoded: `Bot.get_updates` gives up a whole batch for one update it cannot read."""
        question = {
            "timeout": LONG_POLL_SECONDS,
            "allowed_updates": msgspec.json.encode(WANTED).decode(),
        }
        if offset is not None:
            question["offset"] = offset
        result = await self._request.post(
            f"{self._updates_url}?{urlencode(question)}",
            read_timeout=LONG_POLL_SECONDS + self._request.read_timeout,
        )
        if not isinstance(result, list):
            raise BadRequest("getUpdates answered without a list")
        return result

    def _read(self, update: dict[str, Any]) -> list[Inbound]:
        try:
            return updates.read(update, self.name, self._now())
        except updates.Unreadable as error:
            # Refusing it would block its chat for a day: Telegram tries again and again.
            log.warning(
                "update not understood",
                channel=self.name,
                update_id=update["update_id"],
                error=str(error),
            )
            return []

    def _pause_after(self, error: TelegramError, pause: float) -> float:
        """Seconds to wait, with a line in the log that says what an operator can do about it."""
        match error:
            case Pause():
                pause = error.seconds
                log.warning("telegram asks to wait", channel=self.name, seconds=pause)
            case Conflict():
                log.error(
                    "another process polls this bot, or a webhook is set for it",
                    channel=self.name,
                    seconds=pause,
                )
            case InvalidToken():
                log.error("telegram does not know the bot's token", channel=self.name)
            case _:
                log.warning(
                    "telegram not reached", channel=self.name, error=error.message, seconds=pause
                )
        return pause


def _bytes(header: str) -> bytes:
    return header.encode(errors="surrogatepass")  # a caller may send any byte
