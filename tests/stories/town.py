"""Xã Thân Cửu Nghĩa on the morning of 9 December 2016: its halls, its phones, its records."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import insert, select, text, update

from bot.app import App
from bot.commands import people as commands
from domain import codes, personal_codes
from domain.attendance import Entry, Status, Via
from domain.codes import CodeKind
from domain.messages import Address
from domain.rights import Role
from domain.sessions import Venue
from domain.text import clock, from_local
from handlers.texts import consent as consent_texts
from rehearsal.telegram_server import TelegramServer
from storage import attendance, excuses, grants, people
from storage.schema import accounts, attendance_log, outbox, venues
from tests.stories.cast import CAST, KEY, UNITS
from tests.stories.phones import BrowserPhone, Phone, TelegramPhone

# Reading the machine's certificates for each browser would take longer than a story.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
DAY = "2016-12-09"


@dataclass
class Hall:
    """A hall's screen: what it shows at the town's time."""

    town: Town
    code: str

    @property
    def venue(self) -> Venue:
        [found] = [one for one in self.town.venues if one.code == self.code]
        return found

    def _window(self, kind: CodeKind) -> int:
        return codes.current_window(self.venue.session, kind, self.town.now)

    def qr(self, kind: CodeKind = CodeKind.CHECK_IN) -> str:
        code = codes.signed_code(self.venue, kind, self._window(kind))
        return f"{self.town.address}/c/{code}"

    @property
    def digits(self) -> str:
        return self.digits_of(CodeKind.CHECK_IN)

    def digits_of(self, kind: CodeKind) -> str:
        return codes.typed_code(self.venue.secret, kind, self._window(kind))


@dataclass
class Town:
    """The bot and its surroundings; people get their phones from here."""

    app: App
    server: TelegramServer
    address: str
    now: datetime
    venues: list[Venue] = field(default_factory=list)
    _browsers: list[httpx.AsyncClient] = field(default_factory=list)

    # --- time and halls ------------------------------------------------------------------------

    def at(self, time: str, day: str = DAY) -> None:
        """It is now so late."""
        self.now = from_local(datetime.fromisoformat(f"{day}T{time}"))

    @property
    def clock(self) -> str:
        return clock(self.now)

    @property
    def hall(self) -> Hall:
        return Hall(self, "V001")

    @property
    def other_hall(self) -> Hall:
        return Hall(self, "V002")

    @property
    def makeup_hall(self) -> Hall:
        return Hall(self, "B001")

    # --- people --------------------------------------------------------------------------------

    def number_of(self, who: str) -> int:
        return list(CAST).index(who) + 1

    def code_of(self, who: str) -> str:
        """What stands on their slip."""
        return personal_codes.registration_code(KEY, self.number_of(who), 1)

    def slip_of(self, who: str) -> str:
        return f"{self.address}/r/{self.code_of(who)}"

    def phone(self, channel: str, number: int = 0) -> Phone:
        """A new phone; nobody's yet."""
        if channel == "web":
            return BrowserPhone(self.browser())
        return TelegramPhone(self.server, self.browser(), number or 500 + len(self._browsers))

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(verify=NO_TLS)
        client = httpx.AsyncClient(
            base_url=self.address, headers={"Origin": self.address}, transport=transport
        )
        self._browsers.append(client)
        return client

    async def registered(self, who: str, channel: str) -> Phone:
        """Somebody's phone, as if they had registered some days ago."""
        phone = self.phone(channel)
        async with self.app.database.write() as tx:
            if isinstance(phone, BrowserPhone):
                await phone.greet()
                hashed = personal_codes.code_hash(self.app.key, phone.token)
                await people.add_browser(tx, f"chat-{who}-{len(self._browsers)}", hashed, self.now)
                which = accounts.c.secret_hash == hashed
            else:
                await tx.execute(
                    insert(accounts).values(
                        channel=phone.channel, chat_id=phone.chat_id, created_at=self.now
                    )
                )
                which = accounts.c.chat_id == phone.chat_id
            await tx.execute(
                update(accounts)
                .where(which)
                .values(
                    member_id=self.number_of(who),
                    records_consent=consent_texts.RECORDS_VERSION,
                    foreign_consent=consent_texts.FOREIGN_VERSION,
                    linked_at=self.now,
                )
            )
        return phone

    async def came(self, names: Iterable[str] | int, *, via: Via = Via.SELF) -> None:
        """These members are recorded already: by name, or so many of the others."""
        if isinstance(names, int):
            numbers = range(len(CAST) + 1, len(CAST) + 1 + names)
        else:
            numbers = [self.number_of(who) for who in names]  # type: ignore[assignment]
        entries = [
            Entry(
                session_id=self.hall.venue.session.id,
                member_id=number,
                venue_id=self.hall.venue.id,
                at=self.now,
                status=Status.PRESENT,
                via=via,
                by_member_id=None if via is Via.SELF else self.number_of("hoa"),
            )
            for number in numbers
        ]
        async with self.app.database.write() as tx:
            await attendance.record(tx, entries, self.now)

    async def excused(self, who: str) -> None:
        async with self.app.database.write() as tx:
            session_id = self.hall.venue.session.id
            await excuses.accept(tx, session_id, [self.number_of(who)], "health", 1, self.now)

    async def grants(
        self, who: str, role: Role, *, unit: str | None = None, hall: Hall | None = None,
        sees_names: bool = False,
    ) -> None:  # fmt: skip
        async with self.app.database.write() as tx:
            await grants.grant(
                tx,
                self.number_of(who),
                role,
                self.now,
                unit_id=list(UNITS).index(unit) + 1 if unit else None,
                venue_id=hall.venue.id if hall else None,
                sees_names=sees_names,
            )

    async def link_to(self, role: Role, hall: Hall, capsys: Any) -> str:
        """The one-time link that the operator prints: "v-…"."""
        printed, _ = await self._grants_by_link(role, hall, capsys)
        return printed.strip().removeprefix("/start ")

    async def page_to(self, role: Role, hall: Hall, capsys: Any) -> str:
        """The address of its page, for those who have a browser only."""
        _, told = await self._grants_by_link(role, hall, capsys)
        return told.strip().rpartition(" ")[2]

    async def _grants_by_link(self, role: Role, hall: Hall, capsys: Any) -> tuple[str, str]:
        name = f"NQTW4/{hall.venue.session.code}/{hall.code}"
        capsys.readouterr()
        await commands.grant(
            self.app.database, KEY, self.now, member=None, role=role, unit=None, venue=name,
            sees_names=False, public_url=self.address,
        )  # fmt: skip
        out, told = capsys.readouterr()
        return str(out), str(told)

    # --- what is written -----------------------------------------------------------------------

    async def record_of(self, who: str, hall: Hall | None = None) -> Entry | None:
        """What stands of somebody, void or not."""
        session = (hall or self.hall).venue.session
        async with self.app.database.read() as db:
            return await attendance.get(db, session.id, self.number_of(who))

    async def history_of(self, who: str) -> list[tuple[str, str | None]]:
        """Every version that their attendance ever had: what was done, and why."""
        async with self.app.database.read() as db:
            rows = await db.execute(
                select(attendance_log.c.action, attendance_log.c.reason)
                .where(attendance_log.c.member_id == self.number_of(who))
                .order_by(attendance_log.c.id)
            )
            return [(row.action, row.reason) for row in rows]

    async def address_of(self, who: str) -> Address:
        """The chat that is theirs."""
        async with self.app.database.read() as db:
            [chat] = (await people.reach(db, [self.number_of(who)]))[self.number_of(who)]
        return chat.address

    async def owner_of(self, phone: Phone) -> int | None:
        """Whose phone it is, by the database."""
        if isinstance(phone, BrowserPhone):
            which = accounts.c.secret_hash == personal_codes.code_hash(self.app.key, phone.token)
        else:
            which = accounts.c.chat_id == phone.chat_id
        async with self.app.database.read() as db:
            found: int | None = await db.scalar(select(accounts.c.member_id).where(which))
        return found

    async def breaks(self, table: str, how: str = "RAISE(ABORT, 'worn out')") -> None:
        """From now on writing into this table fails, as it would with a fault of ours."""
        async with self.app.database.write() as tx:
            await tx.execute(
                text(f"CREATE TRIGGER worn BEFORE INSERT ON {table} BEGIN SELECT {how}; END")
            )

    async def is_mended(self) -> None:
        async with self.app.database.write() as tx:
            await tx.execute(text("DROP TRIGGER worn"))

    async def shows_the_same_digits(self, one: Hall, other: Hall) -> None:
        """Chance has it that two walls show the same: give them the same secret."""
        async with self.app.database.write() as tx:
            await tx.execute(
                update(venues).where(venues.c.id == other.venue.id).values(secret=one.venue.secret)
            )
        self.app.schedules.forget()
        self.venues = list((await self.app.schedules.current(self.now)).venues.values())

    async def quiet(self) -> None:
        """Wait until nothing is on its way to anybody."""
        async with asyncio.timeout(30):
            while True:
                async with self.app.database.read() as db:
                    waiting = await db.scalar(
                        select(outbox.c.id).where(
                            outbox.c.state.in_(["pending", "leased", "sending"])
                        )
                    )
                if waiting is None:
                    return
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        for client in self._browsers:
            await client.aclose()
