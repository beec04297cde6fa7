"""A small commune with a plan, its people's chats, and a post that delivers what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update

from bot.clock import calendar_of
from bot.settings import Clock
from domain.attendance import Entry, Status, Via
from domain.calendar import Calendar
from domain.messages import Address, Outbound
from domain.text import from_local, local
from handlers import reminding
from handlers.recipes import Writing
from handlers.turn import House
from storage import attendance, bulk, people, submissions
from storage.database import Database
from storage.desk import Desk
from storage.outbox import IN_HAND
from storage.schedules import Schedules, load_schedule
from storage.schema import members, obligations, outbox, sessions, venues
from tests.small_plan import apply, campaign, obligation, session, venue
from tests.small_tree import enrol, id_of, plant

TREE = {"TG": None, "X1": "TG", "A": "X1", "B": "X1", "X2": "TG", "C": "X2"}
PLAN = (
    campaign()
    + session("HN", "Hội nghị trực tuyến", kind="main")
    + venue("V1", "Hội trường xã", ["X1"])
    + venue("V2", "Nhà văn hóa", ["X2"])
    + session("BS", "Buổi học bổ sung", "2016-12-20", "13:30", "16:30", kind="makeup")
    + venue("B1", "Trường Chính trị", ["TG"])
    + obligation(
        "BTH", "essay", "Bài thu hoạch", "2017-02-17 17:00",
        remind_days=[7, 3, 1, 0, -1, -3], by_unit={"X2": "2017-02-10 17:00"},
    )
)  # fmt: skip


def at(clock: str) -> datetime:
    """ "2017-02-14 08:00" of Vietnam."""
    return from_local(datetime.fromisoformat(clock))


@dataclass(frozen=True)
class Heard:
    """A message that reached somebody."""

    who: str
    at: datetime
    text: str
    message: Outbound


@dataclass
class Commune:
    """Members a1, a2 … of cell A, and so on; all have a chat and no one has done anything yet."""

    database: Database
    calendar: Calendar = field(default_factory=lambda: calendar_of(Clock()))
    house: House = field(init=False)
    ids: dict[str, int] = field(init=False, default_factory=dict)
    heard: list[Heard] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.house = House(
            database=self.database,
            desk=Desk(self.database),
            schedules=Schedules(self.database),
            key=b"k" * 32,
            channels={},
            public_url="http://127.0.0.1",
            calendar=self.calendar,
        )

    async def found(self, cells: dict[str, int], plan: str = PLAN) -> Commune:
        """Plant the tree, so many members in each cell, and apply the plan."""
        async with self.database.write() as tx:
            await plant(tx, TREE)
            for cell, count in cells.items():
                await enrol(tx, cell, [f"{cell.lower()}{n}" for n in range(1, count + 1)])
            for row in await tx.execute(select(members.c.id, members.c.code)):
                self.ids[row.code] = row.id
            chats = {code: code for code in self.ids}
            await bulk.link(tx, "telegram:main", chats, {}, at("2016-11-01 08:00"))
        await self.plan(plan)
        return self

    async def plan(self, plan: str, now: str = "2016-11-22 08:00") -> None:
        async with self.database.write() as tx:
            await apply(tx, plan, at(now))

    # --- time goes on ------------------------------------------------------------------------

    async def tick(self, now: datetime | str) -> None:
        now = at(now) if isinstance(now, str) else now
        await reminding.fall_due(self.database, self.calendar, now)

    async def goes_on(self, now: datetime | str) -> list[Heard]:
        """A tick, and all that may leave then leaves."""
        now = at(now) if isinstance(now, str) else now
        await self.tick(now)
        return await self.deliver(now)

    async def deliver(self, now: datetime) -> list[Heard]:
        """Claim, look whether it is still needed, send: as delivery does."""
        waiting = (outbox.c.state == "pending", outbox.c.not_before <= now)
        async with self.database.write() as tx:
            rows = (await tx.execute(select(outbox).where(*waiting).order_by(outbox.c.id))).all()
            await tx.execute(update(outbox).where(*waiting).values(state=IN_HAND[0]))
        if not rows:
            return []
        heard = []
        async with self.database.read() as db:
            schedule = await load_schedule(db, now)
            known = await people.get_members(db, [row.member_id for row in rows], now)
            for row in rows:
                message = None
                if row.member_id in known:
                    message = await reminding.write(
                        Writing(
                            house=self.house,
                            db=db,
                            now=now,
                            schedule=schedule,
                            to=Address(row.channel, row.chat_id),
                            language="vi",
                            member=known[row.member_id],
                            outbox_id=row.id,
                            broadcast_id=None,
                            posted_at=row.created_at,
                        )
                    )
                if message is not None:
                    heard.append(Heard(row.chat_id, now, message.text, message))
        reached = {one.who for one in heard}
        async with self.database.write() as tx:
            for row in rows:
                state = "sent" if row.chat_id in reached else "skipped"
                await tx.execute(
                    update(outbox).where(outbox.c.id == row.id).values(state=state, settled_at=now)
                )
        self.heard += heard
        return heard

    # --- what people do ----------------------------------------------------------------------

    async def hand_in(self, names: Iterable[str], now: datetime, code: str = "BTH") -> list[int]:
        async with self.database.write() as tx:
            obligation_id = await id_of(tx, obligations, code)
            ids = [self.ids[name] for name in names]
            return await submissions.receive(tx, obligation_id, ids, None, now)

    async def come(self, name: str, session: str, now: datetime) -> None:
        async with self.database.write() as tx:
            row = (
                await tx.execute(
                    select(sessions.c.id, func.min(venues.c.id).label("venue_id"))
                    .join(venues, venues.c.session_id == sessions.c.id)
                    .where(sessions.c.code == session)
                    .group_by(sessions.c.id)
                )
            ).one()
            entry = Entry(
                session_id=row.id,
                member_id=self.ids[name],
                venue_id=row.venue_id,
                at=now,
                status=Status.PRESENT,
                via=Via.SELF,
            )
            await attendance.record(tx, [entry], now)

    # --- what was heard ----------------------------------------------------------------------

    def times_of(self, who: str, words: str) -> list[str]:
        """When somebody heard something with these words, local time."""
        return [
            f"{local(one.at):%Y-%m-%d %H:%M}"
            for one in self.heard
            if one.who == who and words in one.text
        ]
