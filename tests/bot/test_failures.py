"""What lies around the bot fails: nobody is told a falsehood, and everything goes on afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import App
from domain.messages import Address, Outbound
from handlers.texts import common
from rehearsal.telegram_server import TelegramServer
from storage import outbox
from storage.database import Unavailable
from tests.bot.hall import CHANNEL, Child, Hall, chat_of, eventually, update
from tests.bot.inside import TOKEN, awake, scan, told

PHONE = "0912345678"
SECRET_TEXT = "mật khẩu của tôi là hoa-mai-vàng"
NAME = "Huỳnh Bí Ẩn"
UNSETTLED = ("pending", "leased", "sending")


@pytest.fixture
async def hall(tmp_path: Path) -> Hall:
    """Thirty people; nobody waits longer than 0.3 s for a lock."""
    hall = Hall(tmp_path, options="?timeout=0.3")
    await hall.furnish(30)
    return hall


@pytest.fixture
async def app(hall: Hall) -> AsyncIterator[App]:
    async with awake(hall) as running:
        yield running


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(retry_pauses=(0.1, 0.2)) as running:
        yield running


# --- the messenger ---------------------------------------------------------------------------


@pytest.fixture
async def delivering(hall: Hall, server: TelegramServer) -> AsyncIterator[App]:
    async with awake(hall, server.url) as running:
        await running.start(frozenset({"delivery"}))
        yield running


async def _post(app: App, *letters: tuple[int, str]) -> None:
    now = datetime.now(UTC)
    messages = [Outbound(to=Address(CHANNEL, str(chat)), text=words) for chat, words in letters]
    async with app.database.write() as tx:
        await outbox.enqueue(tx, messages, now)


async def _settled(hall: Hall, count: int) -> list[Any]:
    letters: list[Any] = []
    for pause in eventually(15):
        letters = [one for one in await hall.post() if one.state not in UNSETTLED]
        if len(letters) == count:
            break
        await asyncio.sleep(pause)
    return letters


@pytest.mark.parametrize("what", [500, 429])
async def test_a_refused_message_comes_later_and_in_order(
    what: int, hall: Hall, server: TelegramServer, delivering: App
) -> None:
    """What follows in the same chat waits for it, whether it was in the same hand or not."""
    lan = server.chat(chat_of(1))
    trouble = server.fails(what)
    await _post(delivering, (lan.chat_id, "một"), (lan.chat_id, "hai"))
    for pause in eventually():
        if not trouble.times:
            break
        await asyncio.sleep(pause)
    await _post(delivering, (lan.chat_id, "ba"))
    assert lan.texts == []
    await lan.hears(3, within=10)
    assert lan.texts == ["một", "hai", "ba"]
    letters = await _settled(hall, 3)
    assert [letter.state for letter in letters] == ["sent"] * 3
    assert letters[0].attempts == (1 if what == 429 else 2)


async def test_a_message_without_an_answer_is_doubtful(
    hall: Hall, server: TelegramServer, delivering: App
) -> None:
    """It may have arrived: it goes out once more, and the doubt stays to be seen."""
    lan = server.chat(chat_of(1))
    server.fails("drop after")
    await _post(delivering, (lan.chat_id, "một"))
    [letter] = await _settled(hall, 1)
    assert (letter.state, letter.is_doubtful) == ("sent", True)
    assert lan.texts == ["một", "một"]


async def test_what_became_of_a_message_is_written_down_after_the_lock(
    hall: Hall, server: TelegramServer, delivering: App
) -> None:
    """The message has left when another process takes the database: it is "sent" all the same."""
    lan = server.chat(chat_of(1))
    server.delay = 0.5
    await _post(delivering, (lan.chat_id, "một"))
    for pause in eventually():
        if [letter.state for letter in await hall.post()] == ["sending"]:
            break
        await asyncio.sleep(pause)
    with _locked(hall):
        await lan.hears()
        await asyncio.sleep(0.8)
    [letter] = await _settled(hall, 1)
    assert (letter.state, lan.texts) == ("sent", ["một"])


# --- the database ----------------------------------------------------------------------------


@contextmanager
def _locked(hall: Hall) -> Iterator[None]:
    """Another program writes, and takes its time."""
    with closing(sqlite3.connect(hall.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_lock_held_for_long_is_waited_out_together(hall: Hall, app: App) -> None:
    """Each is refused within its own patience, and none waits for the patience of all others."""
    link = await hall.link()
    arrivals = [scan(link, number) for number in range(1, 30)]
    arrivals += [update(50_000 + n, text="/start") for n in range(20)]
    loop = asyncio.get_running_loop()
    with _locked(hall):
        begun = loop.time()
        tries = [told(app, arrival) for arrival in arrivals]
        refused = await asyncio.gather(*tries, return_exceptions=True)
        assert loop.time() - begun < 3
    assert all(isinstance(one, Unavailable) for one in refused)
    answers = [await told(app, arrival) for arrival in arrivals]
    assert all(answer.startswith("Đã điểm danh") for answer in answers[:29])
    assert len(await hall.recorded()) == 29


async def test_a_stop_is_felt_though_the_database_is_away(hall: Hall, app: App) -> None:
    """Whoever tries until it succeeds is told to stop in the middle of a try that fails."""
    tries = 0

    async def keep_trying() -> None:
        nonlocal tries
        while True:
            tries += 1
            with suppress(*Unavailable):
                async with app.database.write():
                    return

    with _locked(hall):
        task = asyncio.create_task(keep_trying())
        await asyncio.sleep(0.1)  # it waits for the lock now
        task.cancel()
        await asyncio.wait([task], timeout=3)
        assert task.cancelled()
    assert tries == 1


async def test_a_full_disk_promises_nothing(hall: Hall, app: App) -> None:
    """Nobody is told "Đã điểm danh" of what could not be written."""
    link = await hall.link()
    async with app.database.write() as tx:
        pages = await tx.scalar(text("PRAGMA page_count"))
        await tx.execute(text(f"PRAGMA max_page_count = {pages}"))
    arrivals = [scan(link, number) for number in range(30)]
    first = await asyncio.gather(*(told(app, one) for one in arrivals), return_exceptions=True)
    for number in range(400):  # whatever free space its pages had left
        answer = await asyncio.gather(
            told(app, update(60_000 + number, text="/start")), return_exceptions=True
        )
        if isinstance(answer[0], Unavailable):
            break
    assert isinstance(answer[0], Unavailable)
    promised = {str(chat_of(n)) for n, told in enumerate(first) if isinstance(told, str)}
    assert set(await hall.recorded()) == promised
    async with app.database.write() as tx:
        await tx.execute(text(f"PRAGMA max_page_count = {pages + 1000}"))
    again = [await told(app, arrival) for arrival in arrivals]
    assert all(answer.startswith("Đã điểm danh") for answer in again)
    assert len(await hall.recorded()) == 30


async def test_a_cancelled_turn_leaves_the_writer_free(hall: Hall, app: App) -> None:
    """A stop, or a caller who goes away, at any step: the next one is answered at once."""
    link = await hall.link()
    for number in range(25):
        people = [
            asyncio.create_task(told(app, update(70_000 + number, text="/start"))),
            asyncio.create_task(told(app, scan(link, number))),
        ]
        await asyncio.sleep(number * 0.0015)
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)
        async with asyncio.timeout(2):
            assert await told(app, update(80_000 + number, text="/start"))
    answers = [await told(app, scan(link, number)) for number in range(25)]
    assert all("điểm danh" in answer for answer in answers)
    assert len(await hall.recorded()) == 25


async def test_a_neighbour_who_leaves_does_not_disturb_the_others(hall: Hall, app: App) -> None:
    """All who arrive together share one commit; one of them hangs up."""
    link = await hall.link()
    people = [asyncio.create_task(told(app, scan(link, number))) for number in range(30)]
    await asyncio.sleep(0.002)
    people[3].cancel()
    answers = await asyncio.gather(*people, return_exceptions=True)
    stayed = answers[:3] + answers[4:]
    assert all(isinstance(one, str) and one.startswith("Đã điểm danh") for one in stayed)


# --- our own faults --------------------------------------------------------------------------


def _poison(hall: Hall, table: str, when: str) -> None:
    """From now on the database refuses some rows, as a bug of ours would make it do."""
    with closing(sqlite3.connect(hall.path)) as other:
        other.execute(
            f"CREATE TRIGGER poison BEFORE INSERT ON {table} WHEN {when}"
            " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
        )


def _cure(hall: Hall) -> None:
    with closing(sqlite3.connect(hall.path)) as other:
        other.execute("DROP TRIGGER poison")


async def test_one_bad_entry_does_not_fail_its_neighbours(hall: Hall, app: App) -> None:
    """Who it concerns is asked to sign on paper; everybody else is recorded."""
    _poison(hall, "attendance", "NEW.member_id = 8")
    link = await hall.link()
    answers = await asyncio.gather(*(told(app, scan(link, number)) for number in range(30)))
    assert answers[7] == str(common.INTERRUPTED)
    assert sum(answer.startswith("Đã điểm danh") for answer in answers) == 29
    _cure(hall)
    assert (await told(app, scan(link, 7))).startswith("Đã điểm danh")


@pytest.mark.parametrize("repair", [_cure])
async def test_an_unreadable_person_is_answered_politely(
    hall: Hall, app: App, repair: Callable[[Hall], None]
) -> None:
    """A row that cannot be read must not make the messenger resend for a day."""
    with closing(sqlite3.connect(hall.path)) as other:
        other.execute("INSERT INTO dialogues VALUES (5, 'registration', 'no json', 1, ?)", (2**60,))
        other.commit()
    link = await hall.link()
    answers = await asyncio.gather(*(told(app, scan(link, number)) for number in range(10)))
    assert answers[4] == str(common.INTERRUPTED)
    assert sum(answer.startswith("Đã điểm danh") for answer in answers) == 9


async def test_an_answer_too_long_for_the_channel_arrives_in_pieces(
    hall: Hall, server: TelegramServer, delivering: App
) -> None:
    """A large cell's list of names; the buttons are under the last piece."""
    with closing(sqlite3.connect(hall.path)) as other:
        other.execute("UPDATE members SET name = name || ?", (" rất dài" * 40,))
        other.commit()
    hoa = server.chat(chat_of(0))
    question = update(hoa.chat_id, text="/chibo")
    assert await told(delivering, question) == ""
    await hoa.hears(3)
    assert "Triệu tập 30" in hoa.texts[0]
    assert [bool(heard.buttons) for heard in hoa.heard] == [False, False, True]
    assert all(len(words) <= 4096 for words in hoa.texts)
    assert await told(delivering, question) == ""


async def test_faults_are_logged_without_what_people_said(
    tmp_path: Path, server: TelegramServer
) -> None:
    """Ids, places and kinds of errors; no token, no number, no name, no text, whatever fails."""
    hall = Hall(tmp_path, options="?timeout=0.3")
    await hall.furnish(3)
    bot = Child(hall, server.url, TOKEN)
    await bot.start()
    try:
        _poison(hall, "consents", "1")
        lan = server.chat(77_001, first_name=NAME)
        await lan.opens("")
        assert (await lan.presses("Đồng ý")).text == str(common.INTERRUPTED)
        hoa = server.chat(chat_of(0), first_name=NAME)
        for words in (f"/claim {SECRET_TEXT}", f"/settle {NAME} x", f"/tally {PHONE}"):
            await hoa.types(words)
        await lan.shares_contact(PHONE)
        await lan.types(SECRET_TEXT)
        _cure(hall)
        assert (await lan.presses("Đồng ý")).text != str(common.INTERRUPTED)
        with _locked(hall):
            await hoa.types(f"{SECRET_TEXT} {PHONE}", answers=0)
            await asyncio.sleep(1.0)
        await hoa.hears()
        assert server.hook.statuses[503] >= 1
        await bot.stop()
    finally:
        bot.kill()
    assert "turn_failed" in bot.said
    assert "77001" in bot.said
    for secret in (TOKEN, TOKEN.split(":")[1], PHONE, NAME, "hoa-mai", "Nguyễn Thị Lan"):
        assert secret not in bot.said
