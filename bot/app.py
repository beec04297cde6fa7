"""The composition root: the only place that builds things and joins them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from bot import delivery, gauges, keys, metrics, progress, stamps
from bot.browsers import Browsers
from bot.clock import Clock, calendar_of
from bot.composing import Composer
from bot.dashboard.doors import (
    dashboard_doors,
    journal_doors,
    planning_doors,
    roster_doors,
    slip_doors,
)
from bot.dashboard.jobs import Jobs
from bot.dashboard.uploads import Uploads
from bot.delivery import Delivery
from bot.halls.doors import Halls
from bot.logs import frames
from bot.pace import Pace
from bot.router import Router, apology
from bot.settings import Delivery as DeliverySettings
from bot.settings import Settings, TelegramBot
from bot.workshop import Workshop
from channels import webchat
from channels.telegram import Telegram
from channels.webchat import WebChat
from domain.messages import (
    Channel,
    Inbound,
    Outbound,
    Throttled,
    Unauthorized,
)
from handlers import menus
from handlers.texts import common
from handlers.texts import stamps as stamps_texts
from handlers.turn import House
from storage import channel_state, inbox, migrate, units, web_files
from storage.database import Database
from storage.database import Unavailable as DatabaseAway
from storage.desk import Desk
from storage.lookups import Lookups
from storage.schedules import Schedules
from web.doors import Doors, Options, Readiness
from web.doors.chat import ChatDoors, Said
from web.doors.demo import DemoDoors

log = structlog.get_logger("app")

SWEEP_EVERY = 3600.0  # seconds
BETWEEN_SLICES = 0.2  # seconds: a sweep is in no hurry, a check-in is
AFTER_FAILURE = 5.0  # seconds
MOST_POLLED_AT_ONCE = 50


class App:
    """One process of the bot."""

    def __init__(
        self,
        settings: Settings,
        key: bytes,
        now: Callable[[], datetime],
        demo: DemoDoors | None = None,
    ) -> None:
        self.settings = settings
        self.key = key
        self.now = now
        self.demo = demo
        self.database = Database(settings.database.url)
        self.schedules = Schedules(self.database)
        self.telegrams = {
            bot.name: _telegram(bot, key, now, settings.delivery) for bot in settings.bots
        }
        self.browsers = Browsers(self.database, self.schedules, key, now)
        self.webchat = WebChat(self.browsers.show)
        self.channels: dict[str, Channel] = {
            self.webchat.name: self.webchat,
            **{telegram.name: telegram for telegram in self.telegrams.values()},
        }
        self.house = House(
            database=self.database,
            desk=Desk(self.database),
            schedules=self.schedules,
            key=key,
            channels={name: one.capabilities for name, one in self.channels.items()},
            public_url=settings.web.address,
            calendar=calendar_of(settings.clock),
            second_person_above=settings.delivery.second_person_above,
        )
        self._workshop = Workshop()
        composer = Composer(self.house, self._workshop)
        self.deliveries = {
            name: Delivery(self.database, channel, now, composer, _pace(channel))
            for name, channel in self.channels.items()
        }
        self.router = Router(self.house, Lookups(self.database, now), now)
        self._halls = Halls(self.house, now)
        self._uploads = Uploads(now)
        self._jobs = Jobs()
        self._rosters = roster_doors(self.house, self._uploads, self._jobs, now)
        self._slips = slip_doors(self.house, self._uploads, self._jobs, now)
        self._tasks: list[asyncio.Task[None]] = []
        self._presses: set[asyncio.Task[None]] = set()

    # --- life ------------------------------------------------------------------------------

    async def start(self, roles: frozenset[str]) -> None:
        """Begin what the roles ask for; `web` itself is served by whoever called."""
        await self._keep_quiet()
        if "delivery" in roles:
            self.begin(gauges.refresh(self.database, tuple(self.channels), self.now))
            for one in self.deliveries.values():
                self.begin(one.run())
            self.begin(progress.follow(self.house, self.now))
        for bot in self.settings.bots:
            telegram = self.telegrams[bot.name]
            if bot.mode == "polling" and "poll" in roles:
                self.begin(self._poll(telegram))
            elif bot.mode == "webhook" and "web" in roles:
                self.begin(self._set_up(telegram, bot.webhook_url))
        if "web" in roles:
            self.begin(self._halls.screens.run())
        if "clock" in roles:
            self.begin(Clock(self.database, self.house.calendar, self.now).run())
            self.begin(self._sweep())

    def begin(self, work: Coroutine[object, object, None]) -> None:
        """Do this alongside until the program stops."""
        task = asyncio.create_task(work)
        task.add_done_callback(_report)
        self._tasks.append(task)

    def hang_up(self) -> None:
        """End what would go on for ever: pages that follow their chat open it again themselves."""
        self.browsers.hang_up()
        self._halls.screens.hang_up()

    async def stop(self) -> None:
        """Bring what is in hand to its end, or to a point where the next start goes on."""
        await delivery.stop(self._tasks)
        for channel in self.channels.values():
            await channel.close()
        await self._jobs.stop()
        self._uploads.close()
        self._workshop.close()
        await self.database.close()

    async def _keep_quiet(self) -> None:
        """A pause that a messenger asked for before a restart is kept by all that speak to it."""
        async with self.database.read() as db:
            halts = await channel_state.halts(db, self.now())
        for telegram in self.telegrams.values():
            if telegram.name in halts:
                until, _ = halts[telegram.name]
                telegram.keep_quiet((until - self.now()).total_seconds())

    async def _set_up(self, telegram: Telegram, webhook_url: str | None) -> None:
        """Point the bot at this place; a messenger that is away does not hold up the rest."""
        pause = 1.0
        while True:
            try:
                await telegram.set_up(webhook_url, menus.by_language())
                self._halls.landings.telegram_bot = await telegram.username()
                return
            except Exception as error:  # noqa: BLE001 - a loop's boundary
                log.warning("set_up_failed", channel=telegram.name, error=_kind(error))
                asked = error.retry_after if isinstance(error, Throttled) else 0.0
                await asyncio.sleep(max(pause, asked))
                pause = min(pause * 2, 300.0)

    async def _sweep(self) -> None:
        """Drop what is needed no longer."""
        while True:
            pause = SWEEP_EVERY
            try:
                if await self._forget_some():
                    pause = BETWEEN_SLICES
            except Exception as error:  # noqa: BLE001 - a loop's boundary
                log.warning("sweep_failed", error=_kind(error), at=frames(error))
            await asyncio.sleep(pause)

    async def _forget_some(self) -> bool:
        """Whether there may be more: the writer is given back after every slice."""
        async with self.database.write() as tx:
            return await inbox.forget(tx, self.now()) or await web_files.forget(tx, self.now())

    # --- messengers ------------------------------------------------------------------------

    async def hook(self, name: str, headers: Mapping[str, str], body: bytes) -> bytes | None:
        """One call of a messenger. Raises Unauthorized or Malformed."""
        telegram = self.telegrams.get(name)
        if telegram is None:
            raise Unauthorized
        response: bytes | None = None
        for inbound in telegram.parse(headers, body):
            messages = await self._handle(telegram, inbound, in_response=True)
            if messages:
                response = _in_response(telegram, messages[0])
        return response

    async def _handle(
        self, channel: Channel, inbound: Inbound, *, in_response: bool
    ) -> tuple[Outbound, ...]:
        begun = time.perf_counter()
        try:
            messages = await self.router.handle(inbound, in_response=in_response)
        except Exception:
            metrics.HANDLED.labels(channel.name, "failed").inc()
            raise
        metrics.HANDLED.labels(channel.name, "answered").inc()
        metrics.SECONDS.labels(channel.name).observe(time.perf_counter() - begun)
        if inbound.press_id is not None and not self.deliveries[channel.name].is_halted:
            press = asyncio.create_task(channel.acknowledge(inbound))
            self._presses.add(press)
            press.add_done_callback(self._presses.discard)
        return messages

    async def _poll(self, telegram: Telegram) -> None:
        await self._set_up(telegram, None)
        while True:
            try:
                async for batch in telegram.poll():
                    await self._answer_all(telegram, batch)
            except Exception as error:  # noqa: BLE001 - a loop's boundary
                # What was not confirmed comes again.
                where = frames(error)
                log.error("poll_failed", channel=telegram.name, error=_kind(error), at=where)
                await asyncio.sleep(AFTER_FAILURE)

    async def _answer_all(self, telegram: Telegram, batch: Sequence[Inbound]) -> None:
        chats: dict[str, list[Inbound]] = {}
        for inbound in batch:
            chats.setdefault(inbound.sender.chat_id, []).append(inbound)
        limit = asyncio.Semaphore(MOST_POLLED_AT_ONCE)
        await asyncio.gather(*(self._answer(telegram, one, limit) for one in chats.values()))

    async def _answer(
        self, telegram: Telegram, inbounds: Sequence[Inbound], limit: asyncio.Semaphore
    ) -> None:
        """One chat's updates in their order. The next batch, which confirms this one, waits."""
        async with limit:
            for inbound in inbounds:
                await self._answer_one(telegram, inbound)

    async def _answer_one(self, telegram: Telegram, inbound: Inbound) -> None:
        while True:
            try:
                messages = await self._handle(telegram, inbound, in_response=False)
                break
            except DatabaseAway as error:
                log.warning("database_away", channel=telegram.name, error=_kind(error))
                await asyncio.sleep(1.0)
        for message in messages:  # only the polite apology of a failed turn comes this way
            with suppress(Exception):
                await telegram.send(message)

    # --- browsers --------------------------------------------------------------------------

    async def say(self, said: Said) -> None:
        """Answer what a page says; when it returns, the answers stand in the chat."""
        inbound = webchat.said(
            said.chat_id,
            said.external_id,
            self.now(),
            text=said.text,
            command=said.command,
            pressed_on=said.pressed_on,
        )
        messages = await self._handle(self.webchat, inbound, in_response=True)
        shown, known_as = said.shown, said.external_id
        if stamps.is_stamped(inbound.text, inbound.argument):
            # Not even the digest of the words that the id ends with is kept.
            shown, known_as = str(stamps_texts.WITHHELD), known_as.rpartition(":")[0]
        is_answered = messages != (apology(inbound.sender),)
        await self.browsers.exchange(
            said.chat_id, known_as, shown, messages, is_answered=is_answered
        )

    # --- the web's doors -------------------------------------------------------------------

    async def ready(self) -> Readiness:
        """A messenger's outage is said, and does not make us unready."""
        details: dict[str, str] = {}
        try:
            async with self.database.read() as db:
                is_current = await migrate.is_current(db)
            details["database"] = "ok" if is_current else "not migrated"
        except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
            details["database"] = type(error).__name__
        details |= dict.fromkeys(self.telegrams, "configured")
        return Readiness(is_ready=details["database"] == "ok", details=details)

    async def options(self) -> Options:
        async with self.database.read() as db:
            root = await units.root(db)
        return Options(public_url=self.settings.web.address, unit=root.name if root else "")

    def doors(self) -> Doors:
        return Doors(
            hook=self.hook,
            chat=ChatDoors(
                visitor=self.browsers.visitor,
                officer=self.browsers.officer,
                admit=self.browsers.admit,
                say=self.say,
                latest=self.browsers.latest,
                since=self.browsers.since,
                follow=self.browsers.follow,
                forget=self.browsers.forget,
                file=self.browsers.file,
            ),
            halls=self._halls.landing_doors(),
            screens=self._halls.screen_doors(),
            trials=self._halls.trial_doors(),
            dashboard=dashboard_doors(self.house, self.now),
            clerk=self._halls.clerk_doors(),
            planning=planning_doors(self.house, self._uploads, self.now),
            rosters=self._rosters,
            slips=self._slips,
            journal=journal_doors(self.house, self.now),
            now=self.now,
            ready=self.ready,
            metrics=metrics.exposition,
            demo=self.demo,
        )


def _in_response(telegram: Telegram, message: Outbound) -> bytes:
    """What was written is written: a message that the channel cannot carry must not undo it."""
    try:
        return telegram.in_response(message)
    except ValueError as error:
        log.error("answer_unfit", channel=telegram.name, chat=message.to.chat_id, at=frames(error))
        return telegram.in_response(Outbound(to=message.to, text=common.INTERRUPTED.into("vi")))


def _report(task: asyncio.Task[None]) -> None:
    """A loop that has died is an operator's business at once."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("loop_died", error=_kind(error), at=frames(error))


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _pace(channel: Channel) -> Pace:
    can = channel.capabilities
    return Pace(can.per_second, can.per_chat, can.per_group)


def _telegram(
    bot: TelegramBot, key: bytes, now: Callable[[], datetime], rates: DeliverySettings
) -> Telegram:
    secret = bot.secret_token.get_secret_value() if bot.secret_token else None
    return Telegram(
        bot.name,
        bot.token.get_secret_value(),
        bot.base_url,
        secret or keys.hook_secret(key, bot.name),
        bot.proxy.get_secret_value() if bot.proxy else None,
        now=now,
        per_second=rates.telegram_per_second,
        per_chat=rates.telegram_per_chat,
    )
