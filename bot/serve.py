"""One process that serves until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
import uvicorn

from bot import logs
from bot.app import App
from bot.settings import Settings, Web
from storage import migrate
from web.app import create_app, create_metrics_app
from web.doors.demo import DemoDoors

ROLES = frozenset({"web", "poll", "clock", "delivery"})
LOOPBACK = "127.0.0.1"
MOST_SECONDS_TO_STOP = 10.0

log = structlog.get_logger("serve")


async def serve(
    settings: Settings,
    key: bytes,
    now: Callable[[], datetime],
    roles: frozenset[str] = ROLES,
    demo: DemoDoors | None = None,
    on_start: Callable[[App], None] | None = None,
) -> None:
    """Migrate, then run what the roles ask for until SIGTERM or Ctrl-C.

    The process is its own: it ends MOST_SECONDS_TO_STOP after the signal at the latest.
    """
    logs.configure(secrets=secrets_of(settings))
    await migrate.upgrade(settings.database.url)
    app = App(settings, key, now, demo)
    stop = _Stop()
    servers: list[uvicorn.Server] = []
    try:
        await app.start(roles)
        if on_start is not None:
            on_start(app)
        if "web" in roles:
            options = await app.options()
            doors = app.doors()
            servers.append(server(create_app(doors, options), settings.web))
            if settings.web.metrics_port:
                local = Web(host=LOOPBACK, port=settings.web.metrics_port, trusted_proxies=())
                servers.append(server(create_metrics_app(doors), local))
        running = [asyncio.create_task(one.serve()) for one in servers]
        waiting = asyncio.create_task(stop.asked.wait())
        await asyncio.wait([*running, waiting], return_when=asyncio.FIRST_COMPLETED)
        app.hang_up()
        for one in servers:
            one.should_exit = True
        waiting.cancel()
        await asyncio.gather(*running)
    finally:
        stop.ask()
        await app.stop()
        stop.reached()


class _Server(uvicorn.Server):
    """Signals are ours: several servers share one process."""

    def install_signal_handlers(self) -> None:
        """Older releases ask for it here."""

    def capture_signals(self) -> object:  # type: ignore[override]
        from contextlib import nullcontext

        return nullcontext()


def server(app: object, web: Web) -> uvicorn.Server:
    """What serves an app as the operator says; only proxies that are trusted speak for others."""
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=web.host,
        port=web.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(web.trusted_proxies),
        timeout_graceful_shutdown=5,
    )
    return _Server(config)


class _Stop:
    """SIGTERM, Ctrl-C or a failed start, and an end that comes in any case.

    A step at the database cannot be torn off, and on a failing disk it may last for ever. What is
    cut off then is taken up by the next start, as after a power failure.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._last_resort = threading.Timer(MOST_SECONDS_TO_STOP, self._cut_off)
        self._last_resort.daemon = True
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
                self._loop.add_signal_handler(number, self.ask)

    def ask(self) -> None:
        if not self.asked.is_set():
            self.asked.set()
            self._last_resort.start()

    def reached(self) -> None:
        self._last_resort.cancel()

    def _cut_off(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        left = sorted(getattr(task.get_coro(), "__qualname__", "?") for task in tasks)
        log.critical("stop_forced", left=left)
        os._exit(1)


def secrets_of(settings: Settings) -> list[str]:
    """What must never stand in a log."""
    found = [bot.token.get_secret_value() for bot in settings.bots]
    found += [bot.secret_token.get_secret_value() for bot in settings.bots if bot.secret_token]
    return found
