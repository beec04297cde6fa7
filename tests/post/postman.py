"""The post of one bot on a real database, with the messenger on loopback and its clock in hand."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import select

from bot.app import App
from bot.composing import Composer
from bot.delivery import Delivery
from bot.pace import Pace
from bot.settings import Database as DatabaseSettings
from bot.settings import Delivery as Rates
from bot.settings import Settings
from bot.settings import Telegram as TelegramSettings
from bot.workshop import Workshop
from domain.messages import Address, Lane, Outbound
from rehearsal.telegram_server import TelegramServer
from storage import outbox
from storage.database import Database
from storage.schema import members
from storage.schema import outbox as letters
from tests.bot.hall import CHANNEL, HOOK_SECRET, Hall, chat_of
from tests.bot.inside import KEY, TOKEN

MORNING = datetime(2017, 2, 6, 1, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Goes `times` as fast as the one on the wall, for the bot's own waiting too."""

    times: float = 1.0
    began: float = field(default_factory=time.monotonic)
    moved: timedelta = timedelta()

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=self.seconds()) + self.moved

    def seconds(self) -> float:
        return (time.monotonic() - self.began) * self.times

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.times)

    def move(self, **by: float) -> None:
        self.moved += timedelta(**by)


@dataclass(frozen=True)
class Call:
    """One request that reached the messenger."""

    at: float
    method: str
    chat_id: int | None
    text: str


class Listening(TelegramServer):
    """Keeps every request in the order in which they come, refused ones too."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Call] = []

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        given: dict[str, Any] = {}
        if request.content_type == "application/json":
            given = await request.json()
        method = request.path.rpartition("/")[2]
        text = given.get("text", "")
        self.heard.append(Call(time.monotonic(), method, given.get("chat_id"), text))
        return await super()._answer(request)


@dataclass
class Post:
    """A bot that does nothing but deliver."""

    hall: Hall
    server: TelegramServer
    app: App
    clock: Clock
    calls: list[Call]
    delivery: Delivery
    running: asyncio.Task[None] | None = None

    def another(self, pace: Pace, database: Database | None = None) -> Delivery:
        """A second worker for the same bot."""
        return Delivery(
            database or self.app.database,
            self.app.channels[CHANNEL],
            self.clock.now,
            Composer(self.app.house, Workshop()),
            pace,
        )

    def begin(self) -> None:
        self.running = asyncio.create_task(self.delivery.run())

    async def end(self) -> None:
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
            self.running = None

    async def write(
        self,
        people: Sequence[int],
        text: str,
        lane: Lane = Lane.INTERACTIVE,
        *,
        lives: timedelta | None = None,
    ) -> None:
        """One message to each of these people of the hall."""
        expires_at = self.clock.now() + lives if lives is not None else None
        messages = [
            Outbound(
                to=Address(CHANNEL, str(chat_of(n))), text=text, lane=lane, expires_at=expires_at
            )
            for n in people
        ]
        for n in people:
            self.server.chat(chat_of(n))
        async with self.app.database.write() as tx:
            await outbox.enqueue(tx, messages, self.clock.now())

    async def rows(self) -> Sequence[Any]:
        async with self.app.database.read() as db:
            return (await db.execute(select(letters).order_by(letters.c.id))).all()

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]

    async def until(self, is_true: Callable[[], bool], within: float = 30.0) -> None:
        ends = time.monotonic() + within
        while not is_true():
            assert time.monotonic() < ends, await self.states()
            await asyncio.sleep(0.01)

    async def until_settled(self, within: float = 30.0) -> list[str]:
        ends = time.monotonic() + within
        while set(states := await self.states()) & {"pending", "leased", "sending"}:
            assert time.monotonic() < ends, states
            await asyncio.sleep(0.02)
        return states

    def heard(self, person: int) -> list[str]:
        return self.server.chat(chat_of(person)).texts


def of_roll(*people: int) -> Any:
    """A select of these people's ids, as the post wants it."""
    return select(members.c.id).where(members.c.id.in_([n + 1 for n in people]))


@asynccontextmanager
async def post_office(
    template: Path,
    folder: Path,
    *,
    people: int = 20,
    per_second: float = 1000,
    per_chat: float = 0,
    times: float = 1.0,
) -> AsyncIterator[Post]:
    """A hall full of people, their messenger, and a bot that is not running yet."""
    hall = Hall(folder)
    shutil.copy(template, hall.path)
    await hall.furnish(people)
    async with Listening() as server:
        clock = Clock(times)
        app = bot_of(hall, server, clock, per_second=per_second, per_chat=per_chat)
        delivery = app.deliveries[CHANNEL]
        if times != 1.0:
            pace = Pace(per_second, per_chat, clock=clock.seconds, sleep=clock.sleep)
            composer = Composer(app.house, Workshop())
            channel = app.channels[CHANNEL]
            delivery = Delivery(app.database, channel, clock.now, composer, pace)
        post = Post(hall, server, app, clock, server.heard, delivery)
        try:
            yield post
        finally:
            await post.end()
            await app.stop()


def bot_of(
    hall: Hall, server: TelegramServer, clock: Clock, *, per_second: float, per_chat: float
) -> App:
    telegram = TelegramSettings.model_validate(
        {
            "token": TOKEN,
            "base_url": server.url,
            "mode": "webhook",
            "secret_token": HOOK_SECRET,
            "webhook_url": f"{server.url}/nobody",
        }
    )
    settings = Settings(
        database=DatabaseSettings(url=hall.url),
        telegram=telegram,
        delivery=Rates(telegram_per_second=per_second, telegram_per_chat=per_chat),
    )
    return App(settings, KEY, clock.now)
