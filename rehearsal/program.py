"""The program under rehearsal: its commands, and the bot itself, as processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from rehearsal import clock

SECRET = "rehearsal-hook"  # noqa: S105  of a bot that exists for one morning
CHANNEL = "telegram:main"
_READY_WITHIN = 30.0  # seconds
_STOPS_WITHIN = 15.0


class Failed(Exception):
    """A command or the bot ended as it should not; carries what it said."""


@dataclass(frozen=True)
class Program:
    """One installation in a folder of its own, with the hook's address and the messenger's."""

    folder: Path
    messenger: str  # root of the loopback messenger's API
    token: str
    port: int = field(default_factory=lambda: _free_port())

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database_url(self) -> str:
        return f"sqlite+aiosqlite:///{self.folder / 'rehearsal.db'}"

    @property
    def clock(self) -> clock.FileClock:
        return clock.FileClock(self.folder / "now")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hook(self) -> str:
        return f"{self.address}/hooks/telegram"

    def write_config(self) -> None:
        self.config.write_text(
            f'[database]\nurl = "{self.database_url}"\n\n'
            f'[web]\nhost = "127.0.0.1"\nport = {self.port}\nmetrics_port = 0\n\n'
            f'[telegram]\ntoken = "{self.token}"\nbase_url = "{self.messenger}"\n'
            f'webhook_url = "{self.hook}"\nsecret_token = "{SECRET}"\n',
            encoding="utf-8",
        )

    def command(self, *words: str) -> str:
        """Run one command to its end; returns what it printed. Raises Failed."""
        done = subprocess.run(  # noqa: S603  ourselves
            self._line(*words), env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"{words[0]}: exit {done.returncode}\n{done.stderr[-2000:]}")
        return done.stdout

    def asked(self, *words: str) -> Any:
        """What a command says as JSON."""
        return json.loads(self.command(*words, "--json"))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The bot, from ready to stopped."""
        log = self.folder / "bot.log"
        bot = await asyncio.to_thread(self._start, log)
        try:
            await asyncio.to_thread(self._wait_until_ready, bot, log)
            yield
            if bot.poll() is not None:
                raise Failed(f"the bot ended by itself\n{_end_of(log)}")
        finally:
            await asyncio.to_thread(_stop, bot)

    def _start(self, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen(  # noqa: S603  ourselves
                # No clock: the driver moves time on in leaps, and reminders would be answers that
                # nobody in the morning's script expects.
                self._line("run", "--roles", "web,delivery"),
                env=self._environment(),
                stdout=out,
                stderr=out,
            )

    def _wait_until_ready(self, bot: subprocess.Popen[bytes], log: Path) -> None:
        give_up = time.monotonic() + _READY_WITHIN
        while time.monotonic() < give_up and bot.poll() is None:
            try:
                with urlopen(f"{self.address}/readyz", timeout=2):  # noqa: S310  our own address
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise Failed(f"the bot did not become ready\n{_end_of(log)}")

    def _line(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", "--config", str(self.config), *words]

    def _environment(self) -> dict[str, str]:
        """Ours without our settings, and the rehearsal's clock."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DIEMDANH_")}
        root = str(Path(__file__).parents[1])
        return kept | {clock.VARIABLE: str(self.clock.path), "PYTHONPATH": root}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def _stop(bot: subprocess.Popen[bytes]) -> None:
    bot.terminate()
    try:
        bot.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()
