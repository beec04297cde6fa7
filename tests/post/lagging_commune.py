"""The reminders' commune with secretaries in office, where only nudges fall due.

Secretaries are the first of their cell ("a1"), deputies the second ("a2").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from domain.messages import Address, Outbound
from domain.rights import Role
from handlers.nudging import nudge_due
from handlers.recipe_book import RECIPES
from handlers.recipes import Writing
from storage import grants, holds, people
from storage.schedules import load_schedule
from storage.schema import memberships, outbox, units
from tests.post.reminded import PLAN, Commune, Heard, at
from tests.small_tree import id_of

ON_DAY = PLAN + "[lagging]\non_day = true\n"


@dataclass
class LaggingCommune(Commune):
    """Ticks ring for nudges only; what waits is written by the book of recipes."""

    async def settled(self, plan: str = PLAN) -> LaggingCommune:
        await self.found({"A": 6, "B": 4, "C": 3}, plan)
        async with self.database.write() as tx:
            for name, position in [("1", "bí thư"), ("2", "phó bí thư")]:
                ids = [self.ids[f"{cell}{name}"] for cell in "abc"]
                await tx.execute(
                    update(memberships)
                    .where(memberships.c.member_id.in_(ids))
                    .values(position=position)
                )
            await tx.execute(
                update(units).where(units.c.code.in_(["X1", "X2"])).values(kind="đảng ủy xã")
            )
        return self

    async def coordinates(self, who: str, unit: str) -> None:
        async with self.database.write() as tx:
            unit_id = await id_of(tx, units, unit)
            now = at("2016-11-22 08:00")
            await grants.grant(tx, self.ids[who], Role.COORDINATOR, now, unit_id=unit_id)

    async def hold(self, unit: str, now: datetime, *, lift: bool = False) -> None:
        async with self.database.write() as tx:
            unit_id = await id_of(tx, units, unit)
            if lift:
                await holds.lift(tx, unit_id, now)
            else:
                await holds.place(tx, unit_id, None, now)

    async def tick(self, now: datetime | str) -> None:
        await nudge_due(self.database, self.calendar, at(now) if isinstance(now, str) else now)

    async def deliver(self, now: datetime) -> list[Heard]:
        """Write what waits and has not expired, as delivery does, and send it."""
        async with self.database.write() as tx:
            await tx.execute(
                update(outbox)
                .where(outbox.c.state == "pending", outbox.c.expires_at <= now)
                .values(state="skipped", settled_at=now)
            )
            waiting = (outbox.c.state == "pending", outbox.c.not_before <= now)
            rows = (await tx.execute(select(outbox).where(*waiting).order_by(outbox.c.id))).all()
        heard: list[Heard] = []
        for row in rows:
            message = None
            async with self.database.read() as db:
                member = await people.get_member(db, row.member_id, now)
                if member is not None:
                    message = await RECIPES[row.recipe](
                        Writing(
                            house=self.house,
                            db=db,
                            now=now,
                            schedule=await load_schedule(db, now),
                            to=Address(row.channel, row.chat_id),
                            language="vi",
                            member=member,
                            outbox_id=row.id,
                            broadcast_id=None,
                            posted_at=row.created_at,
                        )
                    )
            if isinstance(message, Outbound):
                heard.append(Heard(row.chat_id, now, message.text, message))
            async with self.database.write() as tx:
                state = "skipped" if message is None else "sent"
                await tx.execute(update(outbox).where(outbox.c.id == row.id).values(state=state))
        self.heard += heard
        return heard
