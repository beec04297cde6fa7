"""The web on a loopback port, in front of a small bot with real tables."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright
from starlette.types import ASGIApp

from storage.database import Database
from tests.left_out import chromium
from tests.web.village import Village
from web.app import create_app
from web.doors import Options

OPTIONS = Options(public_url="http://127.0.0.1", unit="Đảng ủy xã Thân Cửu Nghĩa")


class Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def served(app: ASGIApp, port: int = 0) -> AsyncGenerator[str, None]:
    """The app behind a real server; gives its address."""
    config = uvicorn.Config(
        app,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    await server.listens.wait()
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


@pytest.fixture
async def address(village: Village) -> AsyncGenerator[str, None]:
    async with served(create_app(village.doors(), OPTIONS)) as address:
        yield address


@pytest.fixture
async def demo_address(village: Village) -> AsyncGenerator[str, None]:
    async with served(create_app(village.doors(has_demo=True), OPTIONS)) as address:
        yield address


@pytest.fixture
async def lan(address: str) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Bà Lan's browser."""
    async with httpx.AsyncClient(base_url=address, headers={"Origin": address}) as client:
        yield client


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The machine's own Chromium, without a window."""
    async with async_playwright() as driver:
        # A container's root has no sandbox of its own; only our own pages are opened.
        opened = await driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        await opened.close()
