"""Xã Thân Cửu Nghĩa on the morning of 9 December 2016: people, halls, and a bot that runs."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import insert, select, text, update

from bot import settings
from bot.app import App
from bot.commands import people as commands
from domain import codes
from domain.attendance import Entry, Status, Via
from domain.codes import CodeKind
from domain.phones import phone_hash
from domain.rights import Role
from domain.sessions import Venue
from domain.text import clock, fold, from_local, local
from handlers.texts import consent as consent_texts
from rehearsal.telegram_server import TelegramServer
from storage import attendance, excuses, grants, invitations, people
from storage.database import Database, Tx
from storage.schema import accounts, attendance_log, members, memberships, outbox, units, venues
from tests.small_plan import apply, campaign, session, venue
from tests.stories.phones import BrowserPhone, Phone, TelegramPhone
from web.app import create_app

KEY = b"k" * 32
NO_TLS = ssl.SSLContext(
    ssl.PROTOCOL_TLS_CLIENT
)  # reading the certificates for each browser takes longer than a story
DAY = "2016-12-09"

UNITS = {  # code: name, kind, superior
    "TG": ("Tỉnh ủy Tiền Giang", "tỉnh ủy", None),
    "TCN": ("Đảng ủy xã Thân Cửu Nghĩa", "đảng ủy xã", "TG"),
    "AP3": ("Chi bộ ấp 3", "chi bộ", "TCN"),
    "AP5": ("Chi bộ ấp 5", "chi bộ", "TCN"),
    "TL": ("Đảng ủy xã Tân Lý", "đảng ủy xã", "TG"),
    "TL3": ("Chi bộ ấp 3", "chi bộ", "TL"),
}

PLAN = (
    campaign(
        title="Học tập, quán triệt Nghị quyết Trung ương 4 khóa XII", cutoff_on=date(2017, 4, 12)
    )
    + session(
        "HN", "Hội nghị trực tuyến", kind="main",
        opens_before="30m", late_after="15m", check_out=True,
    )
    + venue("V001", "Hội trường UBND xã", ["TCN"])
    + venue("V002", "Nhà văn hóa huyện", ["TL"])
    + session("BS", "Buổi học bổ sung", "2016-12-20", kind="makeup", codes="static")
    + venue("B001", "Trường Chính trị tỉnh", ["TG"])
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Somebody of the cast."""

    name: str
    cell: str
    year: int
    position: str = "đảng viên"
    status: str = "chính thức"
    phone: str | None = None


# In the order of the roll; ba, bon, tam_lan … are those who have no phone in story 4.
CAST = {
    "lan": Part("Nguyễn Thị Lan", "AP3", 1950, phone="0912 345 678"),
    "em_lan": Part("Nguyễn Thị Lan", "AP3", 1962),
    "minh": Part("Trần Văn Minh", "AP3", 1948),
    "hoa": Part("Lê Thị Hoa", "AP3", 1970, position="bí thư"),
    "ba": Part("Lê Văn Ba", "AP3", 1945),
    "bon": Part("Phạm Thị Bốn", "AP3", 1947),
    "sau": Part("Võ Văn Sáu", "AP3", 1949),
    "tho": Part("Cao Văn Thọ", "AP5", 1930, status="miễn sinh hoạt"),
    "dung": Part("Nguyễn Văn Dũng", "AP5", 1980),
    "cuc": Part("Bùi Thị Cúc", "AP5", 1985),
    "thanh": Part("Phan Văn Thanh", "AP5", 1975),
    "tam": Part("Hồ Thị Tâm", "AP5", 1978),
    "ngung": Part("Mai Văn Ngưng", "AP3", 1955, status="tạm dừng"),
    "xuan": Part("Lý Thị Xuân", "TL3", 1960),
}
OTHERS = 16  # more members of ấp 3, called "Đặng Văn A01" …


async def settle(url: str, deputy: str = "") -> None:
    """Fill an empty database: the tree, the roll, the plan, a registration code for everybody."""
    database = Database(url)
    async with database.write() as tx:
        await _found_units(tx)
        for who, part in CAST.items():
            await enrol(tx, replace(part, position="phó bí thư") if who == deputy else part)
        for part in _others():
            await enrol(tx, part)
        now = from_local(datetime.fromisoformat("2016-12-01T08:00"))
        await apply(tx, PLAN, now)
        await invitations.invite(tx, KEY, await invitations.roll(tx, "/1/", now), now)
    await database.close()


def _others() -> Iterable[Part]:
    return (Part(f"Đặng Văn A{number:02}", "AP3", 1960) for number in range(1, OTHERS + 1))


async def _found_units(tx: Tx) -> None:
    paths: dict[str | None, str] = {None: "/"}
    ids: dict[str | None, int] = {}
    for number, (code, (name, kind, superior)) in enumerate(UNITS.items(), 1):
        ids[code], paths[code] = number, f"{paths[superior]}{number}/"
        await tx.execute(
            insert(units).values(
                id=number,
                code=code,
                name=name,
                folded=fold(name),
                kind=kind,
                parent_id=ids.get(superior),
                path=paths[code],
            )
        )


async def enrol(tx: Tx, role: Part) -> None:
    cell_id = list(UNITS).index(role.cell) + 1
    number = (await tx.scalar(select(members.c.id).order_by(members.c.id.desc()).limit(1)) or 0) + 1
    phone = phone_hash(KEY, "+84" + role.phone.replace(" ", "")[1:]) if role.phone else None
    await tx.execute(
        insert(members).values(
            id=number,
            code=f"DV{number:03}",
            name=role.name,
            folded=fold(role.name),
            birth_year=role.year,
            phone_hash=phone,
        )
    )
    await tx.execute(
        insert(memberships).values(
            member_id=number,
            unit_id=cell_id,
            status=role.status,
            position=role.position,
            from_on=date(2010, 1, 1),
        )
    )


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
        return codes.registration_code(KEY, self.number_of(who), 1)

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
                hashed = codes.code_hash(self.app.key, phone.token)
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
        name = f"NQTW4/{hall.venue.session.code}/{hall.code}"
        capsys.readouterr()
        await commands.grant(
            self.app.database, KEY, self.now, member=None, role=role, unit=None, venue=name,
            sees_names=False,
        )  # fmt: skip
        return str(capsys.readouterr().out.strip().removeprefix("/start "))

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

    async def owner_of(self, phone: Phone) -> int | None:
        """Whose phone it is, by the database."""
        if isinstance(phone, BrowserPhone):
            which = accounts.c.secret_hash == codes.code_hash(self.app.key, phone.token)
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


# --- running it --------------------------------------------------------------------------------


@asynccontextmanager
async def running(database: Path, folder: Path) -> AsyncGenerator[Town, None]:
    """The whole bot on a loopback port, with a Bot API of our own for a messenger."""
    # With the protocol named, or asyncio leaves small packets to wait for one another (40 ms each).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with TelegramServer(retry_pauses=(0.05,)) as server:
        config = folder / "config.toml"
        config.write_text(
            f'[database]\nurl = "sqlite:///{database}"\n'
            f'[web]\npublic_url = "{address}"\nmetrics_port = 0\n'
            f'[telegram]\ntoken = "{server.token}"\nbase_url = "{server.url}"\n'
            f'webhook_url = "{address}/hooks/telegram"\n'
            "[delivery]\ntelegram_per_second = 10000\ntelegram_per_chat = 0\n"
        )
        now = from_local(datetime.fromisoformat(f"{DAY}T07:12"))
        app = App(settings.load(config), KEY, lambda: town.now)
        town = Town(app, server, address, now)
        town.venues = list((await app.schedules.current(now)).venues.values())
        async with _served(app, listener):
            await app.start(frozenset({"web", "delivery"}))
            await _messenger_knows(town)
            yield town
            await town.close()
        await app.stop()


@asynccontextmanager
async def _served(app: App, listener: socket.socket) -> AsyncGenerator[None, None]:
    config = uvicorn.Config(
        create_app(app.doors(), await app.options()),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving


async def _messenger_knows(town: Town) -> None:
    """Wait until the bot has set its webhook and learned its own name."""
    payload = town.hall.qr().rpartition("/")[2]
    async with asyncio.timeout(20):
        while True:
            landing = await town.app.doors().halls.stamp(payload)
            if landing and landing.telegram_url:
                return
            await asyncio.sleep(0.01)


def today(now: datetime) -> str:
    return f"{local(now):%d/%m/%Y}"
