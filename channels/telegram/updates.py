"""What an update says. Pure: the same update at the same moment reads the same."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telegram import (
    CallbackQuery,
    Contact,
    MaybeInaccessibleMessage,
    Message,
    PhotoSize,
    Update,
)

from domain import messages
from domain.messages import Address, Attachment, Inbound

GROUPS = ("group", "supergroup")

_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


class Unreadable(ValueError):
    """An update whose inside is not as documented."""


def read(update: Mapping[str, Any], channel: str, now: datetime) -> list[Inbound]:
    """What a person did, or nothing: edits, posts of channels and service messages say nothing."""
    try:
        parsed = Update.de_json(dict(update), None)
        if parsed.callback_query is not None:
            return _press(parsed.update_id, parsed.callback_query, channel, now)
        if parsed.message is not None:
            return _message(parsed.update_id, parsed.message, channel, now)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise Unreadable(type(error).__name__) from None  # its text may quote the message
    return []


def _press(update_id: int, press: CallbackQuery, channel: str, now: datetime) -> list[Inbound]:
    if press.message is None or not press.data:
        return []  # of an inline message or a game: we send neither
    command, _, argument = press.data.partition(" ")
    return [
        Inbound(
            sender=Address(channel, str(press.message.chat.id)),
            external_id=str(update_id),
            received_at=now,
            command=command,
            argument=argument,
            pressed_on=_editable(press.message),
            press_id=press.id,
            is_group=press.message.chat.type in GROUPS,
            language=press.from_user.language_code,
        )
    ]


def _editable(message: MaybeInaccessibleMessage) -> str | None:
    """What an answer may take the place of: words below a file are no text to edit."""
    has_file = isinstance(message, Message) and bool(message.photo or message.document)
    return None if has_file else str(message.message_id)


def _message(update_id: int, message: Message, channel: str, now: datetime) -> list[Inbound]:
    content = message.effective_attachment
    text = message.text or message.caption or ""
    if not text and content is None:
        return []  # somebody joined, a title changed
    command, argument = _command(message.text or "")
    sender = message.from_user
    return [
        Inbound(
            sender=Address(channel, str(message.chat.id)),
            external_id=str(update_id),
            received_at=now,
            text=text,
            command=command,
            argument=argument,
            contact=_contact(message),
            attachments=_attachments(content),
            is_group=message.chat.type in GROUPS,
            language=sender.language_code if sender else None,
        )
    ]


def _command(text: str) -> tuple[str | None, str]:
    typed = _COMMAND.fullmatch(text)
    if typed is None:
        return None, ""
    return typed[1].lower(), (typed[2] or "").strip()


def _contact(message: Message) -> messages.Contact | None:
    """A forwarded card carries somebody else's id, or none."""
    card, sender = message.contact, message.from_user
    if card is None:
        return None
    return messages.Contact(
        phone=card.phone_number,
        is_own=sender is not None and card.user_id is not None and card.user_id == sender.id,
    )


def _attachments(content: object) -> tuple[Attachment, ...]:
    match content:
        case None | Contact():
            return ()
        case [*_, PhotoSize() as largest]:  # the same photo in several sizes, ascending
            return (Attachment("photo", largest.file_id, largest.file_size),)
        case _ if type(content).__name__ == "Document":
            kind = "document"
        case _:
            kind = "other"  # a sticker, a voice; a place or a poll has no file at all
    file_id = getattr(content, "file_id", None)
    return (Attachment(kind, file_id, getattr(content, "file_size", None)),) if file_id else ()
