"""What waits in the outbox reaches people: in order, in time, once, whatever the messenger does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.composing import HOLD
from bot.pace import Pace
from domain.messages import Lane, Outbound, Throttled
from handlers.recipe_book import RECIPES
from handlers.recipes import Writing
from rehearsal.telegram_limits import Limits
from storage import channel_state, holds
from storage import outbox as post_box
from storage.database import Database
from storage.posting import post as post_to
from storage.schema import accounts
from tests.bot.hall import CHANNEL, chat_of, update
from tests.bot.inside import told
from tests.post.postman import Post, bot_of, of_roll, post_office

SOON = timedelta(minutes=5)
Office = Callable[..., AbstractAsyncContextManager[Post]]


@pytest.fixture
def office(empty_database: Path, tmp_path: Path) -> Office:
    return partial(post_office, empty_database, tmp_path)


@pytest.fixture
async def post(office: Office) -> AsyncIterator[Post]:
    async with office() as opened:
        yield opened


# --- lanes -----------------------------------------------------------------------------------


async def test_replies_go_first_then_reminders_then_what_is_for_many(post: Post) -> None:
    """Whoever wrote last is answered first; a broadcast is in no hurry."""
    everybody = range(5)
    await post.write(everybody, "bulk", Lane.BULK)
    await post.write(everybody, "reminder", Lane.REMINDER)
    await post.write(everybody, "reply")
    assert await post.delivery.deliver_due() == 15
    assert [call.text for call in post.calls] == ["reply"] * 5 + ["reminder"] * 5 + ["bulk"] * 5
    assert set(await post.states()) == {"sent"}


async def test_a_reply_overtakes_a_broadcast(office: Office) -> None:
    """No more is claimed than can leave in a moment."""
    async with office(people=301, per_second=60) as post:
        await post.write(range(300), "bulk", Lane.BULK)
        post.begin()
        await post.until(lambda: len(post.calls) > 20)
        begun = time.monotonic()
        await post.write([300], "reply")
        await post.until(lambda: bool(post.heard(300)))
        assert time.monotonic() - begun < 1.0
        assert len(post.calls) < 150


async def test_a_chat_hears_its_messages_in_order_and_with_pauses(office: Office) -> None:
    """Telegram takes about one a second per chat and thirty in all; nothing is refused."""
    async with office(people=6, per_second=30, per_chat=1.0) as post:
        post.server.bot.limits = Limits()
        for words in ("một", "hai", "ba"):
            await post.write(range(6), words, Lane.REMINDER)
        await post.write([0], "trả lời")
        post.begin()
        assert set(await post.until_settled()) == {"sent"}
    assert post.heard(0) == ["trả lời", "một", "hai", "ba"]
    assert all(post.heard(n) == ["một", "hai", "ba"] for n in range(1, 6))
    assert len(post.calls) == 19


# --- what is written when it leaves ----------------------------------------------------------


@pytest.fixture
def recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of a test's own: who has nothing to hear, a fault of ours, and the rest."""

    async def write(writing: Writing) -> Outbound | None:
        match writing.member.id:
            case 2:
                return None
            case 3:
                raise LookupError("a fault of ours")
            case number:
                return Outbound(to=writing.to, text=f"gửi đồng chí số {number}")

    monkeypatch.setitem(RECIPES, "test", write)


async def _post(post: Post, *people: int, **how: Any) -> None:
    for n in people:
        post.server.chat(chat_of(n))
    async with post.app.database.write() as tx:
        await post_to(
            tx, of_roll(*people), post.clock.now(), recipe="test", lane=Lane.REMINDER, **how
        )


@pytest.mark.usefixtures("recipes")
async def test_what_nobody_needs_is_skipped_and_a_fault_stays_alone(post: Post) -> None:
    """Looked at when it leaves: what is true then counts. Neighbours do not suffer."""
    await _post(post, 0, 1, 2, 3)
    await post.delivery.deliver_due()
    assert await post.states() == ["sent", "skipped", "failed", "sent"]
    assert post.heard(3) == ["gửi đồng chí số 4"]
    assert post.heard(1) == post.heard(2) == []


@pytest.mark.usefixtures("recipes")
async def test_a_recipe_that_is_gone_fails_alone(post: Post) -> None:
    """After an upgrade the database may hold what nobody can write any more."""
    async with post.app.database.write() as tx:
        await post_to(tx, of_roll(0), post.clock.now(), recipe="gone", lane=Lane.REMINDER)
    await _post(post, 3)
    await post.delivery.deliver_due()
    assert await post.states() == ["failed", "sent"]


@pytest.mark.usefixtures("recipes")
async def test_a_held_unit_hears_only_replies_until_it_goes_on(post: Post) -> None:
    """Mourning, a storm: nothing is lost, it waits."""
    await _post(post, 0)
    await post.write([0], "trả lời")
    async with post.app.database.write() as tx:
        await holds.place(tx, 2, None, post.clock.now())
    await post.delivery.deliver_due()
    assert post.heard(0) == ["trả lời"]
    async with post.app.database.write() as tx:
        await holds.lift(tx, 2, post.clock.now())
    post.clock.move(seconds=HOLD.total_seconds() + 1)
    await post.delivery.deliver_due()
    assert post.heard(0) == ["trả lời", "gửi đồng chí số 1"]
    assert [row.attempts for row in await post.rows()] == [1, 1]


async def test_what_is_stale_dies_and_does_not_block_the_way(office: Office) -> None:
    """A mountain of yesterday's messages costs today's no time."""
    async with office(people=200, per_second=20) as post:
        await post.write(range(199), "hôm qua", Lane.BULK, lives=SOON)
        await post.write([199], "hôm nay", Lane.BULK)
        post.clock.move(minutes=6)
        assert await post.delivery.deliver_due() == 1
        assert post.heard(199) == ["hôm nay"]
        assert Counter(await post.states()) == {"skipped": 199, "sent": 1}
        await post.write([0], "vừa hết hạn", lives=-SOON)
        await post.delivery.deliver_due()
        assert len(post.calls) == 1


# --- what the messenger answers --------------------------------------------------------------


async def test_silence_is_kept_by_all_and_over_a_restart(post: Post) -> None:
    """retry_after 7: not one request of that bot, and nothing counts as an attempt."""
    post.server.fails(429, retry_after=7)
    await post.write(range(10), "một", Lane.BULK)
    post.begin()
    await post.until(lambda: bool(post.calls))
    asked_at = post.calls[0].at
    await post.until(lambda: post.app.deliveries[CHANNEL].is_halted)
    await asyncio.sleep(0.3)
    before = len(post.calls)  # those which were on their way at that moment
    press = update(chat_of(0), press="start")
    assert await told(post.app, press) != ""
    with pytest.raises(Throttled):  # the menu and the hook's address wait as well
        await post.app.telegrams["main"].set_up(f"{post.server.url}/nobody", {})
    await post.end()

    again = bot_of(post.hall, post.server, post.clock, per_second=1000, per_chat=0)
    await again.start(frozenset({"web", "delivery"}))
    async with again.database.read() as db:
        [(until, why)] = (await channel_state.halts(db, post.clock.now())).values()
    assert why == "too many requests"
    assert 0 < (until - post.clock.now()).total_seconds() <= 7
    await asyncio.sleep(asked_at + 7 - time.monotonic() - 0.05)
    assert len(post.calls) == before
    assert await post.until_settled() == ["sent"] * 10
    assert [row.attempts for row in await post.rows()] == [1] * 10
    assert all(post.heard(n) == ["một"] for n in range(10))
    await post.until(lambda: "setWebhook" in {call.method for call in post.calls})
    await again.stop()


async def test_who_blocked_the_bot_is_noted_until_they_write_again(post: Post) -> None:
    """Their next message says that somebody is there."""
    minh = post.server.chat(chat_of(1))
    minh.is_blocked = True
    await post.write(range(3), "một")
    await post.delivery.deliver_due()
    assert await post.states() == ["sent", "unreachable", "sent"]
    assert await _unreachable(post) == [str(minh.chat_id)]
    minh.is_blocked = False
    await told(post.app, update(minh.chat_id, text="/toi"))
    assert await _unreachable(post) == []


async def _unreachable(post: Post) -> list[str]:
    async with post.app.database.read() as db:
        found = await db.scalars(select(accounts.c.chat_id).where(~accounts.c.is_reachable))
    return list(found)


async def test_a_doubt_is_followed_by_one_more_try(post: Post) -> None:
    """Never lost, at most once too many, and it can be seen which ones."""
    post.server.fails("drop after", times=1)
    await post.write([0], "một")
    await post.delivery.deliver_due()
    assert post.heard(0) == ["một"]
    post.server.fails("gateway", times=1)
    await post.write([1], "hai")
    await post.delivery.deliver_due()
    assert [(row.state, row.is_doubtful) for row in await post.rows()] == [("pending", True)] * 2
    post.clock.move(seconds=6)
    post.server.fails("drop after", times=1)
    await post.delivery.deliver_due()
    rows = await post.rows()
    assert sorted(row.state for row in rows) == ["ambiguous", "sent"]
    assert all(row.is_doubtful for row in rows)
    post.clock.move(hours=1)
    assert await post.delivery.deliver_due() == 0


async def test_a_message_that_is_always_refused_holds_up_nobody(post: Post) -> None:
    """The messenger answers 500 to this one: the others go on."""
    await post.write([0], "khó")
    for _ in range(4):
        post.server.fails(500, times=1)
        await post.delivery.deliver_due()
        await post.write([1], "dễ")
        await post.delivery.deliver_due()
        post.clock.move(minutes=3)
    assert post.heard(1) == ["dễ"] * 4
    await post.delivery.deliver_due()
    assert post.heard(0) == ["khó"]
    assert (await post.rows())[0].attempts == 5


async def test_a_messenger_that_is_away_for_ten_minutes(office: Office) -> None:
    """Then everything still wanted arrives, lane by lane, and nothing that is stale."""
    async with office(people=60, per_second=30, times=200) as post:
        await post.server.stop()
        await post.write(range(40), "bulk", Lane.BULK)
        await post.write(range(40, 50), "cũ", Lane.REMINDER, lives=SOON)
        await post.write(range(30), "reminder", Lane.REMINDER)
        await post.write(range(50, 60), "reply")
        post.begin()
        await post.clock.sleep(600)
        await post.server.start()
        states = await post.until_settled()
        arrived = [call.text for call in post.calls]
        assert Counter(states) == {"sent": 80, "skipped": 10}
        assert sorted(arrived, key=["reply", "reminder", "bulk"].index) == arrived
        assert {row.attempts for row in await post.rows() if row.state == "sent"} == {1}


# --- stops, crashes, several workers ---------------------------------------------------------


async def test_a_stop_in_good_order_leaves_nothing_in_doubt(office: Office) -> None:
    """At whatever moment: what is on its way arrives, the rest waits for the next start."""
    async with office(people=200, per_second=200) as post:
        post.server.delay = 0.05
        await post.write(range(200), "một", Lane.BULK)
        for pause in (0.013, 0.05, 0.11, 0.23):
            post.begin()
            await asyncio.sleep(pause)
            await post.end()
            post.delivery = post.another(Pace(200))
            states = Counter(await post.states())
            assert states.keys() <= {"pending", "sent"}, states
        post.begin()
        assert await post.until_settled() == ["sent"] * 200
        assert all(post.heard(n) == ["một"] for n in range(200))
        assert not any(row.is_doubtful for row in await post.rows())


async def test_two_workers_never_send_the_same_message(post: Post) -> None:
    """In one process or in two, they share the outbox."""
    elsewhere = Database(post.hall.url)
    await post.write(range(20), "một", Lane.BULK)
    await post.write(range(20), "hai", Lane.BULK)
    workers = [
        post.delivery,
        post.another(Pace(500)),
        post.another(Pace(500), elsewhere),
    ]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    assert await post.until_settled() == ["sent"] * 40
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await elsewhere.close()
    assert all(post.heard(n) == ["một", "hai"] for n in range(20))


async def test_what_a_dead_worker_held_goes_out_at_once_where_that_is_certain(post: Post) -> None:
    """A second process beside a living one waits for the leases; alone, it need not wait."""
    living = Database(post.hall.url)
    assert living.is_sole_worker()
    await post.write(range(4), "một")
    now = post.clock.now()
    async with living.write() as tx:
        claimed = await post_box.claim(
            tx, CHANNEL, now, 4, lease_until=now + timedelta(seconds=90), worker=living.worker
        )
        await post_box.mark_sending(
            tx, [one.id for one in claimed[:2]], now + timedelta(seconds=90)
        )
    assert await post.delivery.deliver_due() == 0
    await living.close()  # the system does the same for a process that dies
    assert await post.another(Pace(500)).deliver_due() == 4
    rows = await post.rows()
    assert [(row.state, row.is_doubtful) for row in rows] == [("sent", n < 2) for n in range(4)]


async def test_leases_run_out_where_others_may_live(post: Post) -> None:
    """On a database server nobody knows who lives; here the lock is another's."""
    other = Database(post.hall.url)
    assert other.is_sole_worker()
    await post.write([0], "một")
    now = post.clock.now()
    async with other.write() as tx:
        until = now + timedelta(seconds=90)
        await post_box.claim(tx, CHANNEL, now, 1, lease_until=until, worker="dead")
    assert await post.delivery.deliver_due() == 0
    post.clock.move(seconds=91)
    assert await post.another(Pace(500)).deliver_due() == 1
    assert await post.states() == ["sent"]
    await other.close()


async def test_no_connection_is_held_while_the_messenger_answers(post: Post) -> None:
    """The messenger's slowness is not the database's."""
    post.server.delay = 0.5
    await post.write(range(10), "một")
    sending = asyncio.create_task(post.delivery.deliver_due())
    await post.until(lambda: len(post.calls) == 10)
    database: Any = post.app.database
    for pool in (database._readers.pool, database._writer.pool):
        assert pool.checkedout() == 0
    await sending
    assert await post.states() == ["sent"] * 10
