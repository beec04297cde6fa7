"""A message as Telegram wants it: plain text without parse mode, so that a name is never markup."""

from typing import Any

import msgspec
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)

from domain.messages import Outbound, Rejected

MAX_TEXT = 4096  # UTF-16 units
MAX_CAPTION = 1024  # the same, of what stands below a file

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | None

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NO_PREVIEW_JSON = NO_PREVIEW.to_dict()


def chat_id(message: Outbound) -> int:
    """Raises Rejected for what is no chat of Telegram's."""
    try:
        return int(message.to.chat_id)
    except ValueError:
        raise Rejected("a chat of Telegram has a number") from None


def check_text(message: Outbound) -> None:
    """Raises Rejected for a text that Telegram would refuse: handlers split, channels do not."""
    text, most = message.text, MAX_CAPTION if message.file else MAX_TEXT
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        raise Rejected("the text holds half a character") from None
    if units > most:
        raise Rejected(f"the text has {units} UTF-16 units, more than {most}")
    if not text.strip() and message.file is None:
        raise Rejected("the text is empty")


def edited(message: Outbound) -> int | None:
    """The message to edit, or None for a new one: no edit brings the contact key or a file."""
    if message.replaces is None or message.file or (message.asks_contact and not message.buttons):
        return None
    try:
        return int(message.replaces)
    except ValueError:
        raise Rejected("a message of Telegram has a number") from None


def inline_keyboard(message: Outbound) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.command) for button in row]
            for row in message.buttons
            if row
        ]
    )


def keyboard(message: Outbound) -> Keyboard:
    """Buttons, else the key that shares one's number: a message carries one keyboard only."""
    if message.buttons or not message.asks_contact:
        return inline_keyboard(message)
    key = KeyboardButton(message.asks_contact, request_contact=True)
    return ReplyKeyboardMarkup([[key]], one_time_keyboard=True, resize_keyboard=True)


def as_method(message: Outbound) -> bytes:
    """The call that Telegram makes out of a hook's response. Raises Rejected."""
    check_text(message)
    if message.file is not None:
        raise Rejected("a response carries no file")
    replaces = edited(message)
    call: dict[str, Any] = {
        "method": "sendMessage" if replaces is None else "editMessageText",
        "chat_id": chat_id(message),
        "text": message.text,
        "link_preview_options": _NO_PREVIEW_JSON,
    }
    if replaces is not None:
        call["message_id"] = replaces
    markup = keyboard(message)
    if markup is not None:
        call["reply_markup"] = markup.to_dict()
    return msgspec.json.encode(call)
