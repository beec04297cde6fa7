"""The whole bot on a loopback port, for the town's people to write to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import uvicorn

from bot import settings
from bot.app import App
from domain.text import from_local
from rehearsal.telegram_server import TelegramServer
from tests.stories.cast import KEY
from tests.stories.town import DAY, Town
from web.app import create_app


@asynccontextmanager
async def running(database: Path, folder: Path) -> AsyncGenerator[Town, None]:
    """The whole bot on a loopback port, with a Bot API of our own for a messenger."""
    # With the protocol named, or asyncio leaves small packets to wait for one another (40 ms each).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with TelegramServer(retry_pauses=(0.05,)) as server:
        config = folder / "config.toml"
        config.write_text(
            f'[database]\nurl = "sqlite:///{database}"\n'
            f'[web]\npublic_url = "{address}"\nmetrics_port = 0\n'
            f'[telegram]\ntoken = "{server.token}"\nbase_url = "{server.url}"\n'
            f'webhook_url = "{address}/hooks/telegram"\n'
            "[delivery]\ntelegram_per_second = 10000\ntelegram_per_chat = 0\n"
        )
        now = from_local(datetime.fromisoformat(f"{DAY}T07:12"))
        app = App(settings.load(config), KEY, lambda: town.now)
        town = Town(app, server, address, now)
        town.venues = list((await app.schedules.current(now)).venues.values())
        async with _served(app, listener):
            await app.start(frozenset({"web", "delivery"}))
            await _messenger_knows(town)
            yield town
            await town.close()
        await app.stop()


@asynccontextmanager
async def _served(app: App, listener: socket.socket) -> AsyncGenerator[None, None]:
    config = uvicorn.Config(
        create_app(app.doors(), await app.options()),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving


async def _messenger_knows(town: Town) -> None:
    """Wait until the bot has set its webhook and learned its own name."""
    payload = town.hall.qr().rpartition("/")[2]
    async with asyncio.timeout(20):
        while True:
            landing = await town.app.doors().halls.stamp(payload)
            if landing and landing.telegram_url:
                return
            await asyncio.sleep(0.01)
