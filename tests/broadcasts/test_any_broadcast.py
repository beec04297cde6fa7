"""Whatever is pressed in whatever order: nobody twice, nobody who is not meant, all counted."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, func, select, update

from domain.broadcasts import Audience, Progress, State, Target
from storage import broadcasts
from storage.database import Database, Tx
from storage.schema import outbox
from tests.broadcasts.commune import MORNING, codes, settle

ACTS = [
    "confirm", "pause", "resume", "cancel", "claim", "send", "lose", "put back", "tick",
]  # fmt: skip
CHATS = [*codes("A", range(1, 6)), *codes("B", range(1, 3)), "C001"]


@pytest.fixture(scope="module")
def settled(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("any") / "settled.db"
    shutil.copy(empty_database, path)

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await settle(database, cells={"A": 6, "B": 3, "C": 2}, chats=CHATS)
        await database.close()

    asyncio.run(fill())
    return path


class Post:
    """One broadcast to the commune X, and a worker that does with its rows what delivery does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = MORNING
        self.id = 0
        self.arrived: list[str] = []  # chats
        self.confirmed = 0
        self.reports = 0
        self.chosen = 0

    async def act(self, what: str) -> None:
        self.now += timedelta(seconds=1)
        async with self.database.write() as tx:
            match what:
                case "confirm":
                    figures = await broadcasts.confirm(tx, self.id, self.now, by=None)
                    self.confirmed += figures is not None
                    self.chosen = figures.chosen if figures else self.chosen
                case "pause":
                    await broadcasts.pause(tx, self.id, self.now, by=None)
                case "resume":
                    await broadcasts.resume(tx, self.id, self.now, by=None)
                case "cancel":
                    await broadcasts.cancel(tx, self.id, self.now, by=None)
                case "claim":
                    first = select(outbox.c.id).where(outbox.c.state == "pending").limit(3)
                    await self.put(tx, outbox.c.id.in_(first), "leased")
                case "send":
                    await self.send(tx)
                case "lose":
                    await self.put(tx, outbox.c.state == "sending", "unreachable")
                case "put back":
                    # Like delivery after a refusal: what was on its way is pending again.
                    await self.put(tx, outbox.c.state.in_(["leased", "sending"]), "pending")
                case "tick":
                    await broadcasts.straighten(tx, self.id, self.now)
                    self.reports += await broadcasts.report(tx, self.id, self.now)

    async def put(self, tx: Tx, where: ColumnElement[bool], state: str) -> None:
        await tx.execute(update(outbox).where(where).values(state=state))

    async def send(self, tx: Tx) -> None:
        """Those that are still leased leave; half of them arrive at once."""
        one = await broadcasts.get(tx, self.id)
        assert one is not None
        rows = await tx.execute(
            update(outbox)
            .where(outbox.c.state == "leased")
            .values(state="sending")
            .returning(outbox.c.id, outbox.c.chat_id)
        )
        for number, row in enumerate(sorted(rows.all())):
            if one.state is State.CANCELLED:  # the recipe writes nothing
                await self.put(tx, outbox.c.id == row.id, "skipped")
            elif number % 2 == 0:
                self.arrived.append(row.chat_id)
                await self.put(tx, outbox.c.id == row.id, "sent")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=30))
def test_any_order_of_presses(settled: Path, tmp_path: Path, acts: list[str]) -> None:
    path = tmp_path / "any.db"
    for old in tmp_path.glob("any.db*"):
        old.unlink()
    shutil.copy(settled, path)
    asyncio.run(live_through(path, acts))


async def live_through(path: Path, acts: list[str]) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    post = Post(database)
    target = Target(audience=Audience.ALL, unit_path="/1/2/")
    async with database.write() as tx:
        post.id = await broadcasts.draft(
            tx, target, "Mời họp.", MORNING, author_id=None, unit_id=2, from_unit_id=2
        )
    for what in acts:
        await post.act(what)
        await check(post)
    await end(post)
    await check(post)
    async with database.read() as db:
        one = await broadcasts.get(db, post.id)
        figures = await broadcasts.progress(db, post.id)
    assert one is not None
    assert figures.waiting == 0
    assert post.reports == post.confirmed
    if post.confirmed:
        assert one.state in (State.DONE, State.CANCELLED)
        assert figures.sent == len(post.arrived)
    await database.close()


async def end(post: Post) -> None:
    """Whatever was pressed, it comes to an end."""
    for what in ["resume", "put back", *["claim", "send", "put back"] * 12, "tick"]:
        await post.act(what)


async def check(post: Post) -> None:
    """What holds at every instant."""
    meant = {f"chat-{code}" for code in CHATS if code[0] in "AB"}
    assert len(post.arrived) == len(set(post.arrived)), "nobody twice"
    assert set(post.arrived) <= meant, "nobody who is not meant"
    assert post.confirmed <= 1
    async with post.database.read() as db:
        figures = await broadcasts.progress(db, post.id)
        rows = await db.scalar(select(func.count()).select_from(outbox))
        one = await broadcasts.get(db, post.id)
    if post.confirmed:
        assert figures.chosen == post.chosen == 9, "everybody is counted, once"
        assert (rows, figures.unreached) == (len(meant), 2)
    else:
        assert figures == Progress()
        assert rows == 0
    if one is not None and one.state is State.DONE:
        assert figures.waiting == 0
