"""Telegram's updates, as its servers would post them."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import count
from typing import Any


class Updates:
    """Numbers updates as one bot's are numbered: each id once, growing."""

    def __init__(self) -> None:
        self._ids = count(1)

    def message(self, chat_id: int, text: str, now: datetime) -> bytes:
        """Somebody writes to the bot."""
        number = next(self._ids)
        message: dict[str, Any] = {
            "message_id": number,
            "date": int(now.timestamp()),
            "chat": {"id": chat_id, "type": "private", "first_name": "Người dùng"},
            "from": _sender(chat_id),
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return _packed({"update_id": number, "message": message})

    def press(self, chat_id: int, message_id: int, data: str, now: datetime) -> bytes:
        """Somebody presses a button below a message of the bot."""
        number = next(self._ids)
        query = {
            "id": str(10**12 + number),
            "from": _sender(chat_id),
            "chat_instance": str(chat_id),
            "data": data,
            "message": {
                "message_id": message_id,
                "date": int(now.timestamp()),
                "chat": {"id": chat_id, "type": "private", "first_name": "Người dùng"},
                "text": "…",
            },
        }
        return _packed({"update_id": number, "callback_query": query})


def _sender(chat_id: int) -> dict[str, Any]:
    return {"id": chat_id, "is_bot": False, "first_name": "Người dùng", "language_code": "vi"}


def _packed(update: dict[str, Any]) -> bytes:
    return json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode()
