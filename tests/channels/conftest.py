"""A Bot API of our own that knows bà Lan, and the channel that speaks to it."""

from collections.abc import AsyncIterator

import pytest

from channels.telegram import Telegram
from rehearsal.telegram_server import TOKEN, TelegramServer
from tests.channels.lan import LAN, NOW, SECRET


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(retry_pauses=(0.02,)) as server:
        server.chat(LAN)
        yield server


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[Telegram]:
    channel = Telegram(
        "tg1", TOKEN, server.url, secret_token=SECRET, now=lambda: NOW, first_pause=0.01
    )
    yield channel
    await channel.close()
