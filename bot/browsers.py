"""Browsers as chats: who they are, what stands in them, and following them as they change."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from domain.messages import Address, Away, File, Outbound
from domain.personal_codes import code_hash
from handlers import menus, timetable
from storage import audit, devices, grants, people, sign_in, web_files, web_messages
from storage.database import Database, Db, Tx
from storage.database import Unavailable as DatabaseAway
from storage.schedules import Schedules
from storage.web_messages import WebMessage
from web.doors.chat import Visitor

FOLLOW_EVERY = 3.0  # seconds: another process may have written into the chat


class Browsers:
    """The web chat's side of the program: its table, and the pages that look at it."""

    def __init__(
        self, database: Database, schedules: Schedules, key: bytes, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._schedules = schedules
        self._key = key
        self._now = now
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._is_hanging_up = False

    async def exchange(
        self,
        chat_id: str,
        known_as: str,
        shown: str | None,
        messages: Sequence[Outbound],
        *,
        is_answered: bool,
    ) -> None:
        """Put up what a page said and what it was answered; the same again adds nothing."""
        now = self._now()
        async with self._database.write() as tx:
            await web_messages.exchange(
                tx, chat_id, known_as, shown, messages, now, is_answered=is_answered
            )
        self._notify(chat_id)

    async def latest(
        self, chat_id: str, limit: int, before: int | None = None
    ) -> Sequence[WebMessage]:
        async with self._database.read() as db:
            return await web_messages.latest(db, chat_id, limit, before)

    async def since(self, chat_id: str, revision: int) -> Sequence[WebMessage]:
        async with self._database.read() as db:
            return await web_messages.since(db, chat_id, revision)

    async def file(self, chat_id: str, file_id: int) -> File | None:
        """A file that stands in this chat."""
        async with self._database.read() as db:
            return await web_files.get(db, chat_id, file_id, self._now())

    def hang_up(self) -> None:
        """Let pages that follow their chat go; they open it again themselves."""
        self._is_hanging_up = True
        for chat_id in self._listeners:
            self._notify(chat_id)

    async def show(self, message: Outbound) -> int | None:
        """What delivery sends to a browser. Raises Away."""
        try:
            async with self._database.write() as tx:
                shown = await self._put_up(tx, message)
        except DatabaseAway as error:
            raise Away(type(error).__name__) from None
        self._notify(message.to.chat_id)
        return shown

    async def _put_up(self, tx: Tx, message: Outbound) -> int | None:
        chat_id, replaces = message.to.chat_id, message.replaces
        if replaces is None:
            return await web_messages.append(tx, chat_id, message, self._now())
        if not replaces.isdecimal():
            return None
        is_edited = await web_messages.edit(tx, chat_id, int(replaces), message)
        return int(replaces) if is_edited else None

    def _notify(self, chat_id: str) -> None:
        for event in self._listeners.get(chat_id, ()):
            event.set()

    async def follow(
        self, chat_id: str, revision: int
    ) -> AsyncGenerator[Sequence[WebMessage], None]:
        """What is new in a chat, as it comes."""
        event = asyncio.Event()
        self._listeners.setdefault(chat_id, set()).add(event)
        try:
            while not self._is_hanging_up:
                event.clear()
                async with self._database.read() as db:
                    new = await web_messages.since(db, chat_id, revision)
                if new:
                    revision = max(message.revision for message in new)
                    yield new
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), FOLLOW_EVERY)
        finally:
            self._listeners[chat_id].discard(event)
            if not self._listeners[chat_id]:
                del self._listeners[chat_id]

    async def visitor(self, token: str) -> Visitor | None:
        """Whose browser this is."""
        async with self._database.read() as db:
            chat_id = await people.chat_of_secret(db, code_hash(self._key, token))
            return await self._visitor(db, chat_id) if chat_id else None

    async def officer(self, secret: str) -> Visitor | None:
        """Whose open dashboard this is, as the visitor of the chat inside it."""
        async with self._database.read() as db:
            hashed = code_hash(self._key, secret)
            chat_id = await sign_in.chat_of_desk(db, hashed, self._now())
            return await self._visitor(db, chat_id) if chat_id else None

    async def _visitor(self, db: Db, chat_id: str) -> Visitor:
        [person] = await people.who(db, [Address("web", chat_id)], self._now())
        held = await grants.of(db, person.member) if person.member else []
        language = person.language or "vi"
        schedule = await self._schedules.current(self._now())
        may_plan = timetable.may_plan_any(held, schedule, self._now())
        rows = menus.buttons(held, may_plan=may_plan) if person.member else []
        return Visitor(
            chat_id=chat_id,
            name=person.member.name if person.member else None,
            menu=tuple(choice.in_language(language) for row in rows for choice in row),
        )

    async def admit(self, token: str) -> Visitor | None:
        """The account of a browser that speaks for the first time; None for a dashboard's secret,
        whether that is open or ended."""
        async with self._database.write() as tx:
            hashed = code_hash(self._key, token)
            await people.add_browser(tx, secrets.token_urlsafe(12), hashed, self._now())
        return await self.visitor(token)

    async def forget(self, token: str) -> None:
        """Whoever used this browser under the token has left it."""
        now = self._now()
        async with self._database.write() as tx:
            chat_id = await people.chat_of_secret(tx, code_hash(self._key, token))
            if chat_id is None:
                return
            [person] = await people.who(tx, [Address("web", chat_id)], now)
            await devices.stop(tx, person.address, now)
            if person.member is not None:
                about = f"member {person.member.id}"
                await audit.note(tx, person.member.id, "forget_browser", about, now)
