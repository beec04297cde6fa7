"""The same thing comes twice, or two things come at once: one effect, one answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.app import App
from domain.messages import Address, Inbound
from storage import dialogues
from storage.schema import accounts, attendance_log, consents, inbox, web_messages
from tests.bot.hall import Hall, chat_of, update
from tests.bot.inside import awake, scan, told
from web.doors.chat import Said

STRANGER = 55_555


@pytest.fixture
async def hall(tmp_path: Path) -> Hall:
    """Thirty people, of whom the first is the secretary."""
    hall = Hall(tmp_path)
    await hall.furnish(30)
    return hall


@pytest.fixture
async def app(hall: Hall) -> AsyncIterator[App]:
    async with awake(hall) as running:
        yield running


async def test_the_second_delivery_gets_the_same_answer(hall: Hall, app: App) -> None:
    """Telegram repeats what it believes lost; the member must not read "already" for it."""
    arrival = scan(await hall.link())
    first = await told(app, arrival)
    assert first.startswith("Đã điểm danh")
    assert await told(app, arrival) == first
    assert len(await hall.recorded()) == 1


async def test_twenty_deliveries_at_once(hall: Hall, app: App) -> None:
    """Retries may overlap with the first try that is still under way."""
    arrival = scan(await hall.link())
    answers = await asyncio.gather(*(told(app, arrival) for _ in range(20)))
    assert len(set(answers)) == 1
    assert answers[0].startswith("Đã điểm danh")
    assert len(await hall.recorded()) == 1
    assert len(await hall.rows(select(attendance_log))) == 1


async def test_after_a_restart(hall: Hall) -> None:
    """What was answered is known to the next life of the program."""
    arrival = scan(await hall.link())
    async with awake(hall) as before:
        first = await told(before, arrival)
    async with awake(hall) as after:
        assert await told(after, arrival) == first
    assert len(await hall.recorded()) == 1


async def test_two_processes_at_once(hall: Hall) -> None:
    """Two web processes may get the same update when a load balancer retries."""
    arrivals = [scan(await hall.link(), number) for number in range(10)]
    async with awake(hall) as one, awake(hall) as other:
        answers = await asyncio.gather(
            *(told(app, arrival) for arrival in arrivals for app in (one, other))
        )
    for first, second in zip(answers[::2], answers[1::2], strict=True):
        assert first == second
        assert first.startswith("Đã điểm danh")
    assert set(Counter(await hall.recorded()).values()) == {1}
    assert len(await hall.rows(select(attendance_log))) == 10


async def test_many_scans_of_one_person_at_once(hall: Hall, app: App) -> None:
    """An impatient thumb: different updates, one record, and only the first is "recorded"."""
    link = await hall.link()
    answers = await asyncio.gather(*(told(app, scan(link)) for _ in range(20)))
    kinds = Counter(answer.split(" lúc")[0].split(" đồng chí")[0] for answer in answers)
    assert sum(answer.startswith("Đã điểm danh") for answer in answers) == 1, kinds
    assert sum(answer.startswith("Đồng chí đã điểm danh") for answer in answers) == 19, kinds
    assert len(await hall.rows(select(attendance_log))) == 1


async def test_a_stranger_who_writes_twenty_times_has_one_account(hall: Hall, app: App) -> None:
    """Accounts are made on the first occasion, and the occasions may coincide."""
    hello = update(STRANGER, text="/start")
    others = [update(STRANGER, text="/start") for _ in range(19)]
    answers = await asyncio.gather(*(told(app, one) for one in [hello, hello, *others]))
    assert len(set(answers)) == 1
    assert "Đồng ý" in answers[0] or "đồng chí" in answers[0]
    mine = select(accounts).where(accounts.c.chat_id == str(STRANGER))
    assert len(await hall.rows(mine)) == 1


async def test_a_written_answer_is_written_once(hall: Hall, app: App) -> None:
    """A consent is proof: the same press, delivered at once and again, is one line of it."""
    await told(app, update(STRANGER, text="/start"))
    press = update(STRANGER, press="consent yes")
    answers = await asyncio.gather(*(told(app, press) for _ in range(20)))
    assert len({*answers, await told(app, press)}) == 1
    assert len(await hall.rows(select(consents))) == 1


async def test_confirmed_and_checked_in_at_the_same_instant(hall: Hall, app: App) -> None:
    """The secretary and the member press together: one record, and each is told the truth."""
    link, people = await hall.link(), range(1, 21)
    both = []
    for number in people:
        confirm = update(chat_of(0), press=f"present c2 1 {number + 1}")
        both += [told(app, confirm), told(app, scan(link, number))]
    answers = await asyncio.gather(*both)
    assert len(await hall.rows(select(attendance_log))) == len(people)
    assert set(Counter(await hall.recorded()).values()) == {1}
    for by_secretary, by_member in zip(answers[::2], answers[1::2], strict=True):
        new = [a.startswith("Đã điểm danh") for a in (by_secretary, by_member)]
        assert sorted(new) == [False, True]


async def test_two_tabs_do_not_undo_each_other(hall: Hall, app: App) -> None:
    """What one tab chose must not be lost because another acted on what it saw before."""
    hoa = chat_of(0)
    await told(app, update(hoa, press="list confirm c2 1"))
    chosen = list(range(3, 11))
    picks = [update(hoa, press=f"pick {member}") for member in chosen]
    await asyncio.gather(*(told(app, pick) for pick in picks))
    async with app.database.read() as db:
        account = await db.scalar(select(accounts.c.id).where(accounts.c.chat_id == str(hoa)))
        open_now = await dialogues.get(db, int(account or 0), datetime.now(UTC))
    assert open_now is not None
    assert sorted(open_now.state["chosen"]) == chosen


async def test_a_page_that_says_it_again_shows_it_once(hall: Hall, app: App) -> None:
    """A browser that lost the answer repeats itself; own words and answers stand there once."""
    visitor = await app.browsers.admit("t" * 43)
    assert visitor is not None
    said = Said(chat_id=visitor.chat_id, external_id=f"{visitor.chat_id}:1", text="a", shown="a")
    await asyncio.gather(*(app.say(said) for _ in range(5)))
    await app.say(said)
    shown = await hall.rows(select(web_messages.c.is_own).order_by(web_messages.c.id))
    assert [row.is_own for row in shown] == [True, False]


async def test_a_poll_that_brings_it_again(hall: Hall, app: App) -> None:
    """Killed before the batch was confirmed, the bot gets it once more: nothing is posted twice."""
    arrival = Inbound(
        sender=Address("telegram:main", str(chat_of(0))),
        external_id="77",
        received_at=datetime.now(UTC),
        command="start",
        argument=await hall.link(),
    )
    for _ in range(2):
        assert await app.router.handle(arrival, in_response=False) == ()
    [letter] = await hall.post()
    assert letter.payload["text"].startswith("Đã điểm danh")


async def test_the_memory_of_updates_is_swept_in_slices(hall: Hall, app: App) -> None:
    """A whole morning falls due at once two days later; check-ins must get between the slices."""
    old = datetime(2016, 12, 9, tzinfo=UTC)
    rows = [
        {"channel": "telegram:main", "external_id": str(n), "reply": [], "received_at": old}
        for n in range(12_000)
    ]
    async with app.database.write() as tx:
        await tx.execute(insert(inbox), rows)
    arrival = scan(await hall.link())
    first = await told(app, arrival)
    await app.start(frozenset({"clock"}))
    for _ in range(100):
        if len(await hall.rows(select(inbox.c.external_id))) == 1:
            break
        await asyncio.sleep(0.05)
    assert await told(app, arrival) == first
    assert len(await hall.rows(select(inbox.c.external_id))) == 1
