"""Behind a proxy everybody comes from the proxy, unless it is believed when it says from where."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.serve import server
from bot.settings import Web
from web.guard import network_of

TOLD = {"X-Forwarded-For": "203.0.113.7"}


async def caller(scope: Scope, receive: Receive, send: Send) -> None:
    """Says whom the limits hold for who came."""
    await PlainTextResponse(network_of(Request(scope)))(scope, receive, send)


async def seen_by(web: Web) -> str:
    """Whom a bot with these settings takes a call from this machine for."""
    serving = server(caller, web)
    running = asyncio.create_task(serving.serve())
    async with httpx.AsyncClient(
        base_url=web.local_address, transport=httpx.AsyncHTTPTransport(retries=8)
    ) as proxy:
        answer = await proxy.get("/", headers=TOLD)
    serving.should_exit = True
    await running
    return answer.text


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        (("127.0.0.1",), "203.0.113.7"),
        (("127.0.0.0/8",), "203.0.113.7"),
        (("10.0.0.5",), "127.0.0.1"),
        ((), "127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_says_who_calls(trusted: tuple[str, ...], seen: str) -> None:
    """Whoever could name any address would open chats without end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert await seen_by(Web(port=port, trusted_proxies=trusted)) == seen


def test_a_proxy_on_this_machine_is_trusted_unasked() -> None:
    """nginx or Caddy beside the bot is how most install it."""
    assert Web().trusted_proxies == ("127.0.0.1",)
