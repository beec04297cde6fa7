"""The bot inside the test's own process, on a real database; its hook is called as the web does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.app import App
from bot.settings import Database, Settings, Telegram
from tests.bot.hall import HOOK_SECRET, Hall, chat_of, update

KEY = b"k" * 32
TOKEN = "7654321:AA-made-up-for-rehearsals_0123456789"


@asynccontextmanager
async def awake(hall: Hall, messenger: str = "http://127.0.0.1:1") -> AsyncIterator[App]:
    """A start and a stop of the bot."""
    telegram = Telegram.model_validate(
        {
            "token": TOKEN,
            "base_url": messenger,
            "mode": "webhook",
            "secret_token": HOOK_SECRET,
            "webhook_url": "https://diemdanh.example.vn/hooks/telegram",
        }
    )
    settings = Settings(database=Database(url=hall.url), telegram=telegram)
    app = App(settings, KEY, lambda: datetime.now(UTC))
    try:
        yield app
    finally:
        await app.stop()


async def told(app: App, what: Mapping[str, Any]) -> str:
    """What the response to an update says; "" where it is empty."""
    headers = {"x-telegram-bot-api-secret-token": HOOK_SECRET}
    answer = await app.hook("main", headers, json.dumps(what).encode())
    return str(json.loads(answer)["text"]) if answer else ""


def scan(link: str, number: int = 0) -> dict[str, Any]:
    """The n-th member follows the QR."""
    return update(chat_of(number), text=f"/start {link}")
