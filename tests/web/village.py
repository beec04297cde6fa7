"""A small bot behind the web's doors: real tables, a conversation of three sentences."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.messages import Address, Button, File, Malformed, Outbound, Unauthorized
from domain.text import clock
from storage import web_files, web_messages
from storage.database import Database
from storage.web_messages import WebMessage
from web.doors import Doors, Readiness
from web.doors.chat import ChatDoors, Said, Visitor
from web.doors.clerk import ClerkDoors
from web.doors.dashboard import DashboardDoors
from web.doors.demo import DemoDoors, Figure, Link, Persona, Stage
from web.doors.halls import HallDoors, Landing
from web.doors.journal import JournalDoors
from web.doors.planning import PlanningDoors
from web.doors.rosters import RosterDoors
from web.doors.screens import Screen, ScreenDoors, Sheet
from web.doors.slips import SlipDoors
from web.doors.trials import TrialDoors
from web.halls.screen import drawn

SECRET = "s" * 32
CODE = "AQAAAAE" + "x" * 19  # what stands on the wall
TICKET = "gQAAAAE" + "y" * 27  # what a scan of it is given
PROJECTOR = "p" * 20
MORNING = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)  # 07:12 in Vietnam

MENU = (
    Button("Điểm danh", "diemdanh"),
    Button("Kết quả của tôi", "toi"),
    Button("Trợ giúp", "trogiup"),
)
CONSENT = (
    "Đã ghi nhận giờ quét mã: 07:12. Trước khi hoàn tất, đề nghị đồng chí đọc và chọn:\n"
    "Hệ thống lưu họ tên, chi bộ, tình trạng tham dự và nộp bài để Đảng ủy xã Thân Cửu Nghĩa "
    "tổng hợp báo cáo. Trong đó có dữ liệu cá nhân nhạy cảm theo quy định của pháp luật."
)
LATER = "later"  # a button whose answer takes its time
CHOICES = (
    (Button("Xem chi tiết", "details"),),
    (Button("Đồng ý", "agree"), Button("Không đồng ý", "refuse")),
)
ASK_CODE = "Đề nghị đồng chí nhập mã đăng ký do chi bộ cấp."


async def _nobody(*_: object, **__: object) -> Any:
    return None


async def _not_good(*_: object) -> bool:
    return False


# The village has no offices; the dashboard is tried on a real bot.
_CLOSED: dict[str, Any] = {one.name: _nobody for one in fields(DashboardDoors)}
NO_DASHBOARD = DashboardDoors(**_CLOSED | {"is_good_link": _not_good})
NO_TRIALS = TrialDoors(show=_nobody, check=_not_good)
NO_PLANNING = PlanningDoors(**{one.name: _nobody for one in fields(PlanningDoors)})
NO_ROSTERS = RosterDoors(**{one.name: _nobody for one in fields(RosterDoors)})
NO_SLIPS = SlipDoors(**{one.name: _nobody for one in fields(SlipDoors)})
NO_JOURNAL = JournalDoors(**{one.name: _nobody for one in fields(JournalDoors)})


@dataclass
class Village:
    """Answers like the bot: a start asks for consent, agreeing edits that, text is repeated."""

    database: Database
    now: datetime = MORNING
    chats: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)  # by chat: who said "tôi là …"
    is_broken: bool = False
    heard: list[Said] = field(default_factory=list)
    updates: list[tuple[str, bytes]] = field(default_factory=list)
    present: int = 137
    hall: str = "Hội trường UBND xã Thân Cửu Nghĩa"  # on its screen
    notice: str | None = None  # beside its code

    def doors(self, *, has_demo: bool = False) -> Doors:
        return Doors(
            hook=self.hook,
            chat=ChatDoors(
                visitor=self.visitor,
                officer=_nobody,
                admit=self.admit,
                say=self.say,
                latest=self.latest,
                since=self.since,
                follow=self.follow,
                forget=self.forget,
                file=self.file,
            ),
            halls=HallDoors(stamp=self.stamp),
            screens=ScreenDoors(show=self.screen, follow=self.follow_screen, print=self.sheet),
            trials=NO_TRIALS,
            dashboard=NO_DASHBOARD,
            clerk=ClerkDoors(
                look=_nobody,
                sign_in=_nobody,
                doorway=_nobody,
                roll=_nobody,
                take=_nobody,
                sign_out=_nobody,
            ),
            planning=NO_PLANNING,
            rosters=NO_ROSTERS,
            slips=NO_SLIPS,
            journal=NO_JOURNAL,
            now=lambda: self.now,
            ready=self.ready,
            metrics=lambda: b"diemdanh_up 1\n",
            demo=self.demo() if has_demo else None,
        )

    def demo(self) -> DemoDoors:
        return DemoDoors(
            personas=self.personas, persona=self.persona, stage=self.stage, screens=self.screens
        )

    # --- hooks and health ----------------------------------------------------------------------

    async def hook(self, name: str, headers: Mapping[str, str], body: bytes) -> bytes | None:
        if self.is_broken:
            raise RuntimeError("the disk is full")
        if headers.get("x-telegram-bot-api-secret-token") != SECRET:
            raise Unauthorized
        if not body.startswith(b"{"):
            raise Malformed
        self.updates.append((name, body))
        return b'{"method": "sendMessage"}' if b"diemdanh" in body else None

    async def ready(self) -> Readiness:
        details = {"database": "ok", "telegram:main": "unreachable"}
        return Readiness(is_ready=not self.is_broken, details=details)

    # --- the chat ------------------------------------------------------------------------------

    async def visitor(self, token: str) -> Visitor | None:
        chat_id = hashlib.sha256(token.encode()).hexdigest()[:16]
        if chat_id not in self.chats:
            return None
        return Visitor(chat_id=chat_id, menu=MENU, name=self.names.get(chat_id))

    async def admit(self, token: str) -> Visitor:
        chat_id = hashlib.sha256(token.encode()).hexdigest()[:16]
        self.chats.add(chat_id)
        return Visitor(chat_id=chat_id, menu=MENU)

    async def file(self, chat_id: str, file_id: int) -> File | None:
        async with self.database.read() as db:
            return await web_files.get(db, chat_id, file_id, self.now)

    async def forget(self, token: str) -> None:
        self.chats.discard(hashlib.sha256(token.encode()).hexdigest()[:16])

    async def say(self, said: Said) -> None:
        if self.is_broken:
            raise RuntimeError("the disk is full")
        self.heard.append(said)
        async with self.database.write() as tx:
            await web_messages.exchange(
                tx, said.chat_id, said.external_id, said.shown, self.answers(said), self.now
            )

    def answers(self, said: Said) -> list[Outbound]:
        return [] if said.command == LATER else [self.answer(said)]

    def answer(self, said: Said) -> Outbound:
        to = Address("web", said.chat_id)
        match (said.command or "").split(" ")[0]:
            case "start":
                return Outbound(to=to, text=CONSENT, buttons=CHOICES)
            case "agree":
                return Outbound(to=to, text=ASK_CODE, replaces=said.pressed_on)
            case "" if said.text.startswith("tôi là "):
                self.names[said.chat_id] = said.text.removeprefix("tôi là ")
                return Outbound(to=to, text="Đã đăng ký. Cảm ơn đồng chí.")
            case "":
                return Outbound(to=to, text=f"Đã nhận: {said.text}")
            case command:
                return Outbound(to=to, text=f"Đã chọn {command}.")

    async def push(self, chat_id: str, text: str, **more: Any) -> None:
        """What the bot says unasked."""
        async with self.database.write() as tx:
            outbound = Outbound(to=Address("web", chat_id), text=text, **more)
            await web_messages.append(tx, chat_id, outbound, self.now)

    async def latest(
        self, chat_id: str, limit: int, before: int | None = None
    ) -> Sequence[WebMessage]:
        async with self.database.read() as db:
            return await web_messages.latest(db, chat_id, limit, before)

    async def since(self, chat_id: str, revision: int) -> Sequence[WebMessage]:
        async with self.database.read() as db:
            return await web_messages.since(db, chat_id, revision)

    async def follow(
        self, chat_id: str, revision: int
    ) -> AsyncGenerator[Sequence[WebMessage], None]:
        while True:
            messages = await self.since(chat_id, revision)
            if messages:
                revision = max(message.revision for message in messages)
                yield messages
            await asyncio.sleep(0.05)

    # --- hall and stage --------------------------------------------------------------------------

    async def stamp(self, payload: str) -> Landing | None:
        if payload not in (CODE, TICKET):
            return None
        return Landing(
            venue="Hội trường UBND xã Thân Cửu Nghĩa",
            session="Hội nghị trực tuyến toàn tỉnh",
            ticket=TICKET,
            scanned_at=MORNING,
            typed="482913",
            telegram_url=f"https://t.me/diemdanh_bot?start=c-{TICKET}",
        )

    async def screen(self, token: str) -> Screen | None:
        if self.is_broken:
            raise RuntimeError("the disk is full")
        if token != PROJECTOR:
            return None
        window = int(self.now.timestamp() // 30)
        return Screen(
            venue=self.hall,
            session="Hội nghị trực tuyến toàn tỉnh",
            unit="Đảng ủy xã Thân Cửu Nghĩa",
            at=self.now,
            window=str(window),
            ends_at=datetime.fromtimestamp((window + 1) * 30, UTC),
            qr_svg=drawn(f"https://dd.example.vn/c/{CODE}?{window}"),
            typed=f"{window * 7919 % 1_000_000:06}",
            present=self.present,
            summoned=140,
            notice=self.notice,
            arrivals=(clock(self.now), clock(self.now - timedelta(minutes=1))),
        )

    async def follow_screen(self, token: str) -> AsyncGenerator[Screen, None]:
        """Like the bot: what is new, a sign of life, and silence while it cannot look."""
        screen = await self.screen(token)
        while screen is not None:
            yield screen
            for beat in itertools.count(1):
                await asyncio.sleep(0.05)
                if not self.is_broken and (beat > 20 or await self.screen(token) != screen):
                    break
            screen = await self.screen(token)

    async def sheet(self, token: str, sheet: Sheet) -> bytes | None:
        return f"%PDF {sheet}".encode() if token == PROJECTOR else None

    async def personas(self) -> Sequence[Persona]:
        return [
            Persona(
                key="ba-lan",
                name="Bà Nguyễn Thị Lan",
                office="đảng viên Chi bộ ấp 3",
                hint="67 tuổi, lần đầu dùng: quét mã, đăng ký bằng phiếu K7P4-9QXM.",
                token="L" * 43,
                scans=f"/c/{CODE}",
            ),
            Persona(
                key="chi-hoa",
                name="Chị Lê Thị Hoa",
                office="Bí thư Chi bộ ấp 3",
                hint="Xem chi bộ, xác nhận đồng chí không có điện thoại.",
                token="H" * 43,
            ),
        ]

    async def persona(self, key: str) -> Persona | None:
        return next((someone for someone in await self.personas() if someone.key == key), None)

    async def stage(self) -> Stage:
        figures = [Figure(label="Có mặt toàn tỉnh", value=21347, of=42989)]
        recent = ["07:12 Nguyễn Thị Lan, Chi bộ ấp 3"]
        return Stage(title="Tiền Giang, 09/12/2016", at=self.now, figures=figures, recent=recent)

    async def screens(self) -> Sequence[Link]:
        return [Link(label="Hội trường UBND xã Thân Cửu Nghĩa", path=f"/man-hinh/{PROJECTOR}")]

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)
