"""From eight in the evening on nobody hears anything but answers, however late the post is."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from bot import delivery
from bot.pace import Pace
from domain.broadcasts import expiry
from domain.messages import Address, Lane, Outbound
from domain.reminders import Rule
from domain.text import local
from handlers.recipe_book import RECIPES
from handlers.recipes import Writing
from storage import outbox as post_box
from storage.database import Database
from storage.posting import post as post_to
from storage.schema import occurrences, outbox, web_messages
from tests.bot.hall import chat_of
from tests.broadcasts.commune import MORNING, Commune, codes, opened, settle
from tests.broadcasts.composing import LETTER, compose
from tests.post.postman import Post, of_roll, post_office

EVENING = timedelta(hours=12)  # after the post's morning: quiet hours begin
NEXT_MORNING = timedelta(hours=23)
CLOSED = "Ngoài giờ gửi tin; sẽ gửi từ 07:00, ngày 07/02/2017."


@pytest.fixture
async def post(empty_database: Path, tmp_path: Path) -> AsyncIterator[Post]:
    async with post_office(empty_database, tmp_path) as opened_post:
        yield opened_post


def until(post: Post, hour: timedelta, seconds: float = 0) -> None:
    """Move the clock to so many seconds after this hour."""
    post.clock.moved += MORNING + hour + timedelta(seconds=seconds) - post.clock.now()


# --- the post ----------------------------------------------------------------------------------


async def test_what_was_due_before_eight_and_is_late_waits_for_seven(post: Post) -> None:
    """Due at 19:59, still in the queue at 20:00. Whoever asks is answered at any hour."""
    until(post, EVENING, seconds=-30)
    await post.write([0], "nhắc", Lane.REMINDER)
    await post.write([1], "gửi chung", Lane.BULK)
    until(post, EVENING)
    await post.write([2], "trả lời")
    assert await post.delivery.deliver_due() == 1
    assert [call.text for call in post.calls] == ["trả lời"]
    until(post, NEXT_MORNING, seconds=-5)
    assert await post.delivery.deliver_due() == 0
    until(post, NEXT_MORNING)
    assert await post.delivery.deliver_due() == 2
    assert [call.text for call in post.calls] == ["trả lời", "nhắc", "gửi chung"]
    assert {row.attempts for row in await post.rows()} == {1}


async def test_a_silence_that_was_asked_for_does_not_carry_over_into_the_night(post: Post) -> None:
    """The messenger says "in five seconds" at 19:59:58."""
    until(post, EVENING, seconds=-2)
    post.server.fails(429, times=1, retry_after=5)
    await post.write([0], "nhắc", Lane.REMINDER)
    await post.delivery.deliver_due()
    until(post, EVENING, seconds=10)
    fresh = post.another(Pace(1000))
    assert await fresh.deliver_due() == 0
    assert post.heard(0) == []


async def test_at_the_very_second(empty_database: Path, tmp_path: Path) -> None:
    """What is claimed, written and waits for its place in the pace stays when the hour strikes."""
    async with post_office(empty_database, tmp_path, people=40, per_second=10) as post:
        await post.write(range(40), "gửi chung", Lane.BULK)
        until(post, EVENING, seconds=-1)
        begun = post.clock.seconds()
        post.begin()
        await asyncio.sleep(2)
        await post.end()
        left = [call.at - post.clock.began for call in post.calls]
        assert 3 <= len(left) < 20
        assert max(left) < begun + 1.1, "the last was on its way"
        rows = await post.rows()
        assert {row.state for row in rows} == {"sent", "pending"}
        assert all(row.attempts == (row.state == "sent") for row in rows)
        until(post, NEXT_MORNING)
        post.delivery = post.another(Pace(1000))
        post.begin()
        assert set(await post.until_settled()) == {"sent"}
        assert all(post.heard(n) == ["gửi chung"] for n in range(40))


async def test_what_grows_stale_at_night_dies(post: Post) -> None:
    until(post, EVENING, seconds=-5)
    await post.write([0], "nhắc", Lane.REMINDER, lives=timedelta(hours=2))
    until(post, NEXT_MORNING)
    await post.delivery.deliver_due()
    assert await post.states() == ["skipped"]


async def test_the_morning_of_a_session_comes_at_six_past_what_sleeps(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older reminder of the same chat waits for seven, and must not keep it waiting."""

    async def write(writing: Writing) -> Outbound | None:
        return Outbound(to=writing.to, text=f"số {writing.outbox_id}", lane=Lane.REMINDER)

    monkeypatch.setitem(RECIPES, "due", write)
    post.server.chat(chat_of(0))
    for rule, hour in [(Rule.DEADLINE, EVENING), (Rule.MORNING, EVENING + timedelta(hours=10))]:
        until(post, hour, seconds=-5)
        now = post.clock.now()
        leaves = MORNING + NEXT_MORNING if rule is Rule.DEADLINE else now
        async with post.app.database.write() as tx:
            await post_to(
                tx, of_roll(0), now, recipe="due", lane=Lane.REMINDER, key=rule, not_before=leaves
            )
            await tx.execute(
                insert(occurrences).values(
                    rule=rule, subject_id=1, member_id=1, due_at=now,
                    expires_at=MORNING + timedelta(days=2),
                    outbox_id=select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1)
                    .scalar_subquery(),
                )
            )  # fmt: skip
    until(post, EVENING + timedelta(hours=10))
    await post.delivery.deliver_due()
    assert post.heard(0) == ["số 2"]
    until(post, NEXT_MORNING)
    await post.delivery.deliver_due()
    assert post.heard(0) == ["số 2", "số 1"]


# --- a broadcast -------------------------------------------------------------------------------


@pytest.fixture
async def commune(database: Database, database_url: str) -> AsyncIterator[Commune]:
    """Twelve people of X can be reached; A001 coordinates; it is 19:58."""
    chats = [*codes("A", range(1, 9)), *codes("B", range(1, 5))]
    await settle(database, cells={"A": 8, "B": 4, "C": 1}, chats=chats)
    async with opened(database_url, MORNING + EVENING - timedelta(minutes=2)) as commune:
        await commune.coordinates("A001", "X")
        yield commune


async def shown(commune: Commune) -> str:
    """What stands in the message in which it is followed, some seconds later."""
    await commune.follow()
    await commune.deliver()
    return next(
        text
        for text in reversed(await commune.heard("A001"))
        if text.startswith(("Đang", "Đã", "Tạm"))
    )


async def test_a_broadcast_of_the_last_two_minutes(
    commune: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops at eight, its author reads when it goes on, and at seven it does; nobody twice."""
    monkeypatch.setattr(delivery, "MOST_CLAIMED", 5)
    await compose(commune)
    assert await commune.presses("A001", "Gửi") == "Đang gửi 0/12 ░░░░░░░░"
    await commune.deliver(rounds=1)
    commune.now = MORNING + EVENING
    assert await shown(commune) == f"Đang chờ gửi 5/12 ▓▓▓░░░░░\n{CLOSED}"
    assert await commune.labels("A001") == ["Tạm dừng", "Hủy"]
    assert sum((await commune.readers(LETTER)).values()) == 5
    commune.now = MORNING + NEXT_MORNING
    assert await shown(commune) == "Đang gửi 5/12 ▓▓▓░░░░░"
    await commune.deliver()
    assert "Đã gửi 12/12" in await shown(commune)
    assert set((await commune.readers(LETTER)).values()) == {1}
    assert len(await commune.readers(LETTER)) == 12


async def test_a_broadcast_at_night_says_so_before_and_after(commune: Commune) -> None:
    commune.now = MORNING + EVENING + timedelta(hours=1)
    assert (await compose(commune)).endswith(
        f"Sẽ gửi tới 12 đồng chí thuộc Đảng ủy xã Tân Lý.\n{CLOSED}"
    )
    assert (await commune.presses("A001", "Gửi")).endswith(CLOSED)
    assert await commune.deliver() == 0
    await commune.presses("A001", "Tạm dừng")
    assert await shown(commune) == "Tạm dừng 0/12 ░░░░░░░░"


async def test_a_broadcast_of_new_years_eve_outlives_tet(commune: Commune) -> None:
    """It was confirmed; nobody was told that it would be dropped."""
    eve = datetime.combine(date(2017, 1, 25), commune.now.timetz())
    calendar = commune.app.house.calendar
    assert expiry(eve, calendar) > calendar.next_open(eve + timedelta(minutes=2))
    commune.now = eve
    await compose(commune)
    await commune.presses("A001", "Gửi")
    commune.now = calendar.next_open(eve + timedelta(minutes=2))
    assert local(commune.now).date() > date(2017, 1, 30)
    await commune.deliver()
    assert len(await commune.readers(LETTER)) == 12


# --- whatever happens --------------------------------------------------------------------------

STEPS = st.tuples(
    st.sampled_from(list(Lane)),
    st.sampled_from([1, 59, 600, 3599, 3600, 6 * 3600, 11 * 3600, 26 * 3600]),  # seconds
    st.booleans(),  # the messenger asked for a pause
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_at_any_hour(
    empty_database: Path, tmp_path: Path, steps: list[tuple[Lane, int, bool]]
) -> None:
    """Answers leave at once, the rest never in quiet hours; and all of it leaves in the end."""
    path = tmp_path / "any.db"
    for old in tmp_path.glob("any.db*"):
        old.unlink()
    shutil.copy(empty_database, path)
    asyncio.run(live_through(f"sqlite+aiosqlite:///{path}", steps))


async def live_through(url: str, steps: list[tuple[Lane, int, bool]]) -> None:
    async with opened(url, MORNING + EVENING - timedelta(seconds=30)) as commune:
        for number, (lane, seconds, was_put_back) in enumerate(steps):
            message = Outbound(to=Address("web", "chat"), text=f"{number} {lane}", lane=lane)
            async with commune.database.write() as tx:
                await post_box.enqueue(tx, [message], commune.now)
                if was_put_back:
                    late = commune.now + timedelta(seconds=90)
                    await tx.execute(
                        update(outbox).where(outbox.c.state == "pending").values(not_before=late)
                    )
            await commune.deliver()
            await check(commune)
            commune.wait(seconds)
            await commune.deliver()
            await check(commune)
        commune.now = commune.app.house.calendar.next_open(commune.now + timedelta(minutes=2))
        await commune.deliver()
        async with commune.database.read() as db:
            assert set(await db.scalars(select(outbox.c.state))) == {"sent"}


async def check(commune: Commune) -> None:
    """Nothing stands in a chat that came in quiet hours, but answers."""
    async with commune.database.read() as db:
        rows = (await db.execute(select(web_messages.c.text, web_messages.c.at))).all()
    for text, at in rows:
        if not text.endswith(Lane.INTERACTIVE):
            assert not commune.app.house.calendar.is_quiet(at), (text, local(at))
