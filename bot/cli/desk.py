"""What the commands share: the desk that they start from, and their common options."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import keys, settings
from bot.settings import Settings
from rehearsal import clock
from storage import migrate as migrations
from storage.database import Database

AsOf = Annotated[str | None, typer.Option("--as-of", help="Ngày, dạng 2016-12-09.")]
Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON trên stdout.")]
UnitCode = Annotated[str | None, typer.Option(help="Mã đơn vị.")]


@dataclass(frozen=True)
class Desk:
    """What every command starts from."""

    settings: Settings
    now: Callable[[], datetime]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The database, brought to today's tables first."""
        await migrations.upgrade(self.settings.database.url)
        database = Database(self.settings.database.url)
        try:
            yield database
        finally:
            await database.close()

    async def key(self, database: Database) -> bytes:
        """The database's own key; the first command that needs one makes it."""
        return await keys.of_database(database, self.settings.key_path)


_config: Path | None = None


def choose(
    config: Annotated[
        Path | None, typer.Option(help="Tệp cấu hình; mặc định là config.toml nếu có.")
    ] = None,
) -> None:
    """Take the config that stands here where none is named."""
    global _config
    here = Path("config.toml")
    _config = config or (here if here.exists() else None)


def chosen_config() -> Path | None:
    """The config that this run was given."""
    return _config


def open_desk() -> Desk:
    """The desk of this run. Raises ConfigError."""
    found = settings.load(_config)
    return Desk(found, clock.chosen())


def at_desk(work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    """Do the work of one command."""
    asyncio.run(work(open_desk()))


def say(line: str) -> None:
    """To whoever looks on; stdout is for results."""
    sys.stderr.write(f"{line}\n")


def warn_if_local(found: Settings) -> None:
    """What is printed for telephones opens on none of them."""
    if found.web.public_url is None:
        say(
            "LƯU Ý: web.public_url chưa đặt: mã QR và liên kết chỉ mở được trên máy này. Đặt "
            "web.public_url trong config.toml, rồi in lại trước khi phát."
        )


def date_of(value: str | None) -> date | None:
    """What --as-of names. Raises BadParameter."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter("ngày viết dạng 2016-12-09") from None
