"""A commune whose people have browsers, and the whole bot without a loop: letters go when asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update

from bot.app import App
from bot.settings import Database as DatabaseSettings
from bot.settings import Settings
from domain.rights import Role
from handlers import broadcast_progress
from storage import bulk, grants
from storage.database import Database
from storage.schema import (
    campaigns,
    members,
    memberships,
    outbox,
    units,
    web_messages,
)
from storage.web_messages import WebMessage
from tests.small_tree import enrol, id_of, plant
from web.doors.chat import Said

KEY = b"k" * 32
MORNING = datetime(2017, 2, 6, 1, 0, tzinfo=UTC)
TREE = {"T": None, "X": "T", "A": "X", "B": "X", "Y": "T", "C": "Y"}
KINDS = {"T": "tỉnh ủy", "X": "đảng ủy xã", "Y": "đảng ủy xã"}


async def settle(database: Database, *, cells: dict[str, int], chats: Sequence[str] | int) -> None:
    """Members "A001" … in each cell; these, or the first so many of each, have a browser."""
    async with database.write() as tx:
        await plant(tx, TREE, kinds=KINDS, names={"X": "Đảng ủy xã Tân Lý"})
        browsers: dict[str, str] = {}
        for cell, count in cells.items():
            codes = [f"{cell}{number:03}" for number in range(1, count + 1)]
            await enrol(tx, cell, codes)
            own = codes[:chats] if isinstance(chats, int) else [c for c in codes if c in chats]
            browsers |= {code: f"chat-{code}" for code in own}
        await bulk.link(tx, "web", browsers, {"records": 1}, MORNING)
        await tx.execute(
            insert(campaigns).values(
                code="K", title="Đợt học tập", unit_id=1, documents=[], opens_on=MORNING.date(),
                complete="any", lagging={},
            )
        )  # fmt: skip


@dataclass
class Commune:
    """The bot, its clock, and what people do."""

    app: App
    now: datetime = MORNING
    _said: int = field(default=0)

    @property
    def database(self) -> Database:
        return self.app.database

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def id_of(self, code: str) -> int:
        async with self.database.read() as db:
            return await id_of(db, members, code)

    async def coordinates(self, code: str, unit: str, *, sees_names: bool = False) -> None:
        async with self.database.write() as tx:
            await grants.grant(
                tx, await id_of(tx, members, code), Role.COORDINATOR, self.now,
                unit_id=await id_of(tx, units, unit), sees_names=sees_names,
            )  # fmt: skip

    async def is_secretary(self, code: str) -> None:
        async with self.database.write() as tx:
            await tx.execute(
                update(memberships)
                .where(memberships.c.member_id == await id_of(tx, members, code))
                .values(position="bí thư")
            )

    # --- what people do ------------------------------------------------------------------------

    async def types(self, code: str, text: str) -> str:
        return await self._say(code, text=text)

    async def presses(self, code: str, label: str) -> str:
        """The newest button of that label in this person's chat."""
        for message in reversed(await self.chat(code)):
            for row in message.buttons:
                for button in row:
                    if button.label == label:
                        return await self._say(
                            code, command=button.command, pressed_on=str(message.id)
                        )
        raise AssertionError(f"no button {label!r}: {await self.labels(code)}")

    async def sends(self, code: str, command: str, pressed_on: str | None = None) -> str:
        """A button's command, whatever is on the screen."""
        return await self._say(code, command=command, pressed_on=pressed_on)

    async def _say(
        self,
        code: str,
        *,
        text: str = "",
        command: str | None = None,
        pressed_on: str | None = None,
    ) -> str:
        self._said += 1
        await self.app.say(
            Said(
                chat_id=f"chat-{code}",
                external_id=f"chat-{code}:{self._said}:{id(self)}",
                text=text,
                command=command,
                pressed_on=pressed_on,
                shown=text or None,
            )
        )
        return await self.last(code)

    # --- what people see -----------------------------------------------------------------------

    async def chat(self, code: str) -> Sequence[WebMessage]:
        return await self.app.browsers.latest(f"chat-{code}", 1000)

    async def heard(self, code: str) -> list[str]:
        return [one.text for one in await self.chat(code) if not one.is_own]

    async def last(self, code: str) -> str:
        heard = await self.heard(code)
        return heard[-1] if heard else ""

    async def labels(self, code: str) -> list[str]:
        found = [one for one in await self.chat(code) if not one.is_own]
        return [button.label for row in found[-1].buttons for button in row] if found else []

    async def readers(self, text: str) -> dict[str, int]:
        """Whose chats hold this text, and how often."""
        async with self.database.read() as db:
            rows = await db.execute(
                select(web_messages.c.chat_id, func.count())
                .where(web_messages.c.text == text)
                .group_by(web_messages.c.chat_id)
            )
            return {row[0].removeprefix("chat-"): row[1] for row in rows}

    # --- the post ------------------------------------------------------------------------------

    async def deliver(self, rounds: int | None = None) -> int:
        """Empty the post, or only so many rounds of it."""
        sent = 0
        while rounds is None or rounds > 0:
            taken = await self.app.deliveries["web"].deliver_due()
            sent += taken
            if not taken:
                break
            rounds = None if rounds is None else rounds - 1
        return sent

    async def follow(self) -> None:
        """The progress messages catch up, some seconds later."""
        self.wait(3)
        await broadcast_progress.tick(self.app.house, self.now)

    async def states(self) -> dict[str, int]:
        async with self.database.read() as db:
            rows = await db.execute(
                select(outbox.c.state, func.count())
                .where(outbox.c.broadcast_id.is_not(None))
                .group_by(outbox.c.state)
            )
            return {row[0]: row[1] for row in rows}


@asynccontextmanager
async def opened(url: str, now: datetime = MORNING) -> AsyncIterator[Commune]:
    """One process of the bot; leaving it is an orderly stop."""
    app = App(Settings(database=DatabaseSettings(url=url)), KEY, lambda: commune.now)
    commune = Commune(app, now)
    yield commune
    await app.stop()


def codes(cell: str, numbers: Iterable[int]) -> list[str]:
    return [f"{cell}{number:03}" for number in numbers]
