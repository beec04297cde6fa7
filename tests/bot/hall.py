"""A hall on a morning like any other, and the bot as a process of its own that may be killed."""

from __future__ import annotations

import asyncio
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import insert, select

from bot import keys
from bot.settings import KEY_FILE
from domain import codes
from domain.codes import CodeKind
from domain.text import fold
from storage import migrate
from storage.database import Database, Tx
from storage.schedules import load_schedule
from storage.schema import (
    accounts,
    assignments,
    attendance,
    campaigns,
    members,
    memberships,
    outbox,
    sessions,
    units,
    venues,
)

CHANNEL = "telegram:main"
FIRST_CHAT = 10_001
HOOK_SECRET = "hook-secret-of-this-test"
NAMES = ("Nguyễn Thị Lan", "Trần Văn Minh", "Lê Thị Hoa", "Phạm Văn Dũng")


def chat_of(number: int) -> int:
    """The Telegram chat of the n-th member, from 0."""
    return FIRST_CHAT + number


@dataclass(frozen=True)
class Hall:
    """One cell, one session that is open now, one venue; everybody is linked on Telegram."""

    folder: Path
    options: str = ""  # of the database's address

    @property
    def path(self) -> Path:
        return self.folder / "hall.db"

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.path}{self.options}"

    async def furnish(self, people: int) -> None:
        await migrate.upgrade(self.url)
        async with self.opened() as database, database.write() as tx:
            await _seat(tx, people)
            await _plan(tx, datetime.now(UTC))

    async def link(self) -> str:
        """What the QR on the wall carries just now."""
        now = datetime.now(UTC)
        async with self.opened() as database, database.read() as db:
            [venue] = (await load_schedule(db, now)).venues.values()
        kind = CodeKind.CHECK_IN
        return f"c-{codes.signed_code(venue, kind, codes.current_window(venue.session, kind, now))}"

    async def recorded(self) -> list[str]:
        """The chats of everybody recorded, once for each record."""
        rows = await self.rows(
            select(accounts.c.chat_id).join(
                attendance, attendance.c.member_id == accounts.c.member_id
            )
        )
        return [row.chat_id for row in rows]

    async def post(self) -> Sequence[Any]:
        """Everything in the outbox, in order."""
        return await self.rows(select(outbox).order_by(outbox.c.id))

    async def rows(self, statement: Any) -> Sequence[Any]:
        async with self.opened() as database, database.read() as db:
            return (await db.execute(statement)).all()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """The database, as another process would open it."""
        database = Database(self.url)
        try:
            yield database
        finally:
            await database.close()


async def _seat(tx: Tx, people: int) -> None:
    for number, (code, name, path) in enumerate(
        [("X", "Đảng ủy xã Thân Cửu Nghĩa", "/1/"), ("C", "Chi bộ ấp 3", "/1/2/")], start=1
    ):
        unit = {"id": number, "code": code, "name": name, "folded": fold(name), "path": path}
        parent = {"kind": "chi bộ", "parent_id": number - 1 or None, "is_headcount_only": False}
        await tx.execute(insert(units).values(**unit, **parent))
    roll = range(people)
    names = [f"{NAMES[n % len(NAMES)]} {n}" for n in roll]
    await tx.execute(
        insert(members),
        [{"id": n + 1, "code": f"M{n}", "name": names[n], "folded": fold(names[n])} for n in roll],
    )
    standing = {"unit_id": 2, "status": "chính thức", "from_on": date(2010, 1, 1)}
    await tx.execute(
        insert(memberships),
        [
            {"member_id": n + 1, "position": "đảng viên" if n else "bí thư", **standing}
            for n in roll
        ],
    )
    agreed = {"records_consent": 1, "foreign_consent": 1}
    since = {"created_at": datetime(2016, 1, 1, tzinfo=UTC)}
    await tx.execute(
        insert(accounts),
        [
            {"channel": CHANNEL, "chat_id": str(chat_of(n)), "member_id": n + 1, **agreed, **since}
            for n in roll
        ],
    )


async def _plan(tx: Tx, now: datetime) -> None:
    of_campaign = {"documents": [], "opens_on": date(2016, 1, 1), "complete": "any", "lagging": {}}
    await tx.execute(
        insert(campaigns).values(id=1, code="NQTW4", title="Nghị quyết", unit_id=1, **of_campaign)
    )
    of_session = {"kind": "main", "codes": "rotating", "has_check_out": False}
    times = {
        "opens_at": now - timedelta(minutes=30),
        "starts_at": now,
        "late_at": now + timedelta(hours=1),
        "ends_at": now + timedelta(hours=4),
        "closes_at": now + timedelta(hours=4),
    }
    await tx.execute(
        insert(sessions).values(
            id=1, campaign_id=1, code="HN", title="Hội nghị", **of_session, **times
        )
    )
    hall = {"code": "V1", "name": "Hội trường UBND xã", "secret": secrets.token_bytes(32)}
    await tx.execute(insert(venues).values(id=1, session_id=1, **hall))
    await tx.execute(insert(assignments).values(session_id=1, unit_id=2, venue_id=1))


@dataclass
class Child:
    """`python -m bot … run` in a process of its own; what it says goes to a file."""

    hall: Hall
    messenger: str  # root of the loopback messenger
    token: str
    mode: str = "webhook"
    settings: str = ""  # further lines of its config
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """All that it has written to stdout and stderr, in every life."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def _log(self) -> Path:
        return self.hall.folder / "bot.log"

    async def start(self) -> float:
        """Returns how many seconds of the processor it took to be ready."""
        begun = time.perf_counter()
        self.process = await asyncio.to_thread(self._launch)
        async with httpx.AsyncClient() as browser:
            while time.perf_counter() - begun < 60:
                assert self.process.poll() is None, self.said[-2000:]
                try:
                    if (await browser.get(f"{self.address}/readyz")).status_code == 200:
                        spent = psutil.Process(self.process.pid).cpu_times()
                        return float(spent.user + spent.system)
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.02)
        raise AssertionError(f"not ready: {self.said[-2000:]}")

    @property
    def command(self) -> list[str]:
        """`diemdanh` with this bot's config; what it is to do follows."""
        return [sys.executable, "-m", "bot", "--config", str(self._write_config())]

    def kill(self) -> None:
        """No farewell: as when the power fails."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    async def stop(self) -> float:
        """Ask it to stop; returns how many seconds it took."""
        assert self.process is not None
        begun = time.perf_counter()
        self.process.terminate()
        assert await asyncio.to_thread(self.process.wait, 30) == 0
        self.process = None
        return time.perf_counter() - begun

    def _launch(self) -> subprocess.Popen[bytes]:
        keys.load_or_create(self.hall.folder / KEY_FILE)  # its members are there already
        line = [*self.command, "run"]
        root = Path(__file__).parents[2]
        with self._log.open("ab") as log:
            return subprocess.Popen(line, stdout=log, stderr=log, cwd=root)

    def _write_config(self) -> Path:
        config = self.hall.folder / "config.toml"
        config.write_text(
            f'[database]\nurl = "{self.hall.url}"\n'
            f'[web]\nhost = "127.0.0.1"\nport = {self.port}\nmetrics_port = 0\n'
            f'[telegram]\ntoken = "{self.token}"\nbase_url = "{self.messenger}"\n'
            f'secret_token = "{HOOK_SECRET}"\nmode = "{self.mode}"\n'
            f'webhook_url = "{self.address}/hooks/telegram"\n{self.settings}\n',
            encoding="utf-8",
        )
        return config


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_ids = iter(range(500_000_000, 600_000_000))


def update(chat: int, *, text: str | None = None, press: str | None = None) -> dict[str, Any]:
    """What Telegram tells of a typed text or a pressed button."""
    person = {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    place = {"id": chat, "type": "private", "first_name": "Lan"}
    message: dict[str, Any] = {"message_id": 7, "date": int(time.time()), "chat": place}
    if press is None:
        return {"update_id": next(_ids), "message": {**message, "from": person, "text": text}}
    query = {"id": "1", "from": person, "chat_instance": "1", "data": press, "message": message}
    return {"update_id": next(_ids), "callback_query": query}


def eventually(within: float = 30.0) -> Iterator[float]:
    """Paces a wait for what must happen soon; whoever waited in vain says what is missing."""
    ends = time.perf_counter() + within
    while time.perf_counter() < ends:
        yield 0.05
