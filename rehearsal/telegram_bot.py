"""What Telegram keeps about one bot: its chats, its waiting updates, where they are to go."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rehearsal import bot_api
from rehearsal.bot_api import Refusal, Upload, Violation
from rehearsal.telegram_chat import Chat, Heard, Update
from rehearsal.telegram_limits import Limits

FIRST_UPDATE = 100_000_001
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
SENDING = ("sendMessage", "editMessageText", "sendPhoto", "sendDocument")


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str | None
    connections: int


class Bot:
    """One account made by BotFather. A call changes it, and has a result or raises Refusal."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.user = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Điểm danh"}
        self.chats: dict[int, Chat] = {}
        self.pending: dict[int, tuple[Chat, Update]] = {}  # not yet taken, in order
        self.webhook: Webhook | None = None
        self.menus: dict[str, list[dict[str, str]]] = {}  # by language; "" is for all others
        self.limits: Limits | None = None
        self.calls: dict[str, int] = {}  # how often each method was called
        self.violations: list[str] = []  # calls that no bot should make
        self.answered_presses: set[str] = set()
        self.on_update: Callable[[Chat, Update], None] = lambda chat, update: None
        self.on_webhook: Callable[[], None] = lambda: None
        self._allowed = KINDS
        self._next_update = FIRST_UPDATE
        self._open_presses: set[str] = set()
        self._again: set[int] = set()  # confirmed, and yet to be told once more
        self._poll: asyncio.Future[str] | None = None  # "update" or "conflict" ends it
        self._methods: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "getMe": lambda _: {**self.user, "username": "diem_danh_bot"},
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "setMyCommands": self._set_my_commands,
            "answerCallbackQuery": self._answer_callback_query,
            "sendPhoto": lambda given: self._send_file("photo", given),
            "sendDocument": lambda given: self._send_file("document", given),
        }

    def chat(self, user_id: int, first_name: str = "Lan", language: str | None = "vi") -> Chat:
        """A person who talks with this bot; the same one for the same id."""
        if user_id not in self.chats:
            self.chats[user_id] = Chat(user_id, first_name, self.deliver, language)
        return self.chats[user_id]

    def group(self, chat_id: int, title: str = "Chi bộ ấp 3", speaker_id: int = 1) -> Chat:
        """A group that the bot is in (ids below zero)."""
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(
                chat_id, title, self.deliver, kind="supergroup", speaker_id=speaker_id
            )
        return self.chats[chat_id]

    def deliver(self, chat: Chat, update: Update) -> None:
        """Something happened in a chat, or happens to be told a second time."""
        if "update_id" in update:
            self._again.add(update["update_id"])
        else:
            if not any(kind in update for kind in self._allowed):
                return
            update["update_id"] = self._next_update
            self._next_update += 1
            if "callback_query" in update:
                self._open_presses.add(update["callback_query"]["id"])
        self.pending[update["update_id"]] = (chat, update)
        self._end_poll("update")
        if self.webhook is not None:
            self.on_update(chat, update)

    def execute(self, method: str, given: Mapping[str, Any], *, in_response: bool = False) -> Any:
        """The call's result. Raises Refusal; a Violation is kept for the end of the test."""
        self.calls[method] = self.calls.get(method, 0) + 1
        try:
            bot_api.check(method, given)
            if method in SENDING:
                self._may_send(given, in_response)
            if method == "sendMessage":
                return self._send_message(given, in_response)
            if method == "editMessageText":
                return self._edit_message_text(given, in_response)
            return self._methods[method](given)
        except Violation as fault:
            self.violations.append(fault.description)
            raise

    async def get_updates(self, given: Mapping[str, Any]) -> list[Update]:
        """Long polling: asking with an offset confirms all updates before it."""
        bot_api.check("getUpdates", given)
        if self.webhook is not None:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._end_poll("conflict")  # the newer poller wins, as there
        if "allowed_updates" in given:
            self._allow(given)
        offset = given.get("offset", 0)
        for update_id in [known for known in self.pending if known < offset]:
            if update_id not in self._again:
                del self.pending[update_id]
        if not self.pending and given.get("timeout"):
            await self._wait(given["timeout"])
        ready = sorted((update for _, update in self.pending.values()), key=_update_id)
        ready = ready[: given.get("limit", 100)]
        self._again.difference_update(map(_update_id, ready))
        return ready

    async def _wait(self, seconds: float) -> None:
        poll: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = poll
        try:
            if await asyncio.wait_for(poll, seconds) == "conflict":
                raise Refusal(
                    409, "Conflict: terminated by other getUpdates request; make sure that only"
                    " one bot instance is running",
                )  # fmt: skip
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

    def _end_poll(self, why: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(why)

    def _may_send(self, given: Mapping[str, Any], in_response: bool) -> None:
        chat = self._chat_of(given)
        if chat.is_blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if self.limits is not None and not in_response:
            self.limits.count(chat.chat_id)

    def _chat_of(self, given: Mapping[str, Any]) -> Chat:
        chat = self.chats.get(given["chat_id"])
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _send_message(self, given: Mapping[str, Any], in_response: bool) -> dict[str, Any]:
        chat = self._chat_of(given)
        heard = _heard(chat.new_id(), given, in_response=in_response)
        chat.hear(heard)
        return self._as_message(chat, heard)

    def _edit_message_text(self, given: Mapping[str, Any], in_response: bool) -> dict[str, Any]:
        chat = self._chat_of(given)
        before = chat.messages.get(given["message_id"])
        if before is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if before.file is not None:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        after = _heard(before.message_id, given, in_response=in_response, is_edit=True)
        if (after.text, after.buttons) == (before.text, before.buttons):
            raise Refusal(
                400, "Bad Request: message is not modified: specified new message content and reply"
                " markup are exactly the same as a current content and reply markup of the message",
            )  # fmt: skip
        chat.hear(after)
        return self._as_message(chat, after)

    def _send_file(self, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._chat_of(given)
        words = {**given, "text": given.get("caption", "")}
        heard = replace(_heard(chat.new_id(), words), file=kind)
        if isinstance(upload := given[kind], Upload):
            heard = replace(heard, file_name=upload.name, content=upload.content)
        chat.hear(heard)
        return self._as_message(chat, heard)

    def _answer_callback_query(self, given: Mapping[str, Any]) -> bool:
        press = given["callback_query_id"]
        if press not in self._open_presses:
            raise Refusal(
                400, "Bad Request: query is too old and response timeout expired or query ID is"
                " invalid",
            )  # fmt: skip
        self.answered_presses.add(press)
        return True

    def _set_webhook(self, given: Mapping[str, Any]) -> bool:
        if not given["url"]:
            return self._delete_webhook(given)
        self._allow(given)
        self._drop(given)
        self.webhook = Webhook(
            given["url"], given.get("secret_token"), given.get("max_connections", 40)
        )
        self._end_poll("conflict")
        self.on_webhook()
        return True

    def _delete_webhook(self, given: Mapping[str, Any]) -> bool:
        self._drop(given)
        self.webhook = None
        return True

    def _drop(self, given: Mapping[str, Any]) -> None:
        if given.get("drop_pending_updates"):
            self.pending.clear()

    def _allow(self, given: Mapping[str, Any]) -> None:
        self._allowed = tuple(given.get("allowed_updates") or KINDS)

    def _webhook_info(self, _: Mapping[str, Any]) -> dict[str, Any]:
        info = {"has_custom_certificate": False, "pending_update_count": len(self.pending)}
        if self.webhook is None:
            return {"url": "", **info}
        return {"url": self.webhook.url, "max_connections": self.webhook.connections, **info}

    def _set_my_commands(self, given: Mapping[str, Any]) -> bool:
        self.menus[given.get("language_code", "")] = list(given["commands"])
        return True

    def _as_message(self, chat: Chat, heard: Heard) -> dict[str, Any]:
        message = {
            "message_id": heard.message_id,
            "date": int(time.time()),
            "chat": chat.as_chat(),
            "from": self.user,
        }
        return {**message, **heard.as_content()}


def _heard(
    message_id: int, given: Mapping[str, Any], *, in_response: bool = False, is_edit: bool = False
) -> Heard:
    markup = given.get("reply_markup", {})
    keys = [key for row in markup.get("keyboard", ()) for key in row if not isinstance(key, str)]
    return Heard(
        message_id=message_id,
        text=bot_api.plain(given["text"], given.get("parse_mode")).strip(),
        buttons=tuple(
            tuple((button["text"], button.get("callback_data", "")) for button in row)
            for row in markup.get("inline_keyboard", ())
        ),
        asks_contact=next((key["text"] for key in keys if key.get("request_contact")), None),
        is_edit=is_edit,
        in_response=in_response,
    )


def _update_id(update: Update) -> int:
    return int(update["update_id"])
