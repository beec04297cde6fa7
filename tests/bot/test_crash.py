"""The power fails in the middle of the morning: nothing is lost, and nothing is doubled."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.messages import Address, Outbound
from rehearsal.telegram_chat import Chat
from rehearsal.telegram_server import TelegramServer
from storage import outbox
from tests.bot.hall import CHANNEL, Child, Hall, chat_of, eventually

KILLS = int(os.environ.get("DIEMDANH_TEST_KILLS", "5"))
AT_THE_DOOR = 60  # people who check in at any moment
MOST_PEOPLE = 4000
LETTERS = 300
READY_WITHIN = 5.0  # seconds of the processor: the machine may be busy with others
STOPS_WITHIN = 10.0  # seconds


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """The messenger, which brings again what was not taken."""
    async with TelegramServer(retry_pauses=(0.05, 0.1, 0.2)) as running:
        yield running


@pytest.fixture
async def bot(tmp_path: Path, server: TelegramServer) -> AsyncIterator[Child]:
    child = Child(Hall(tmp_path), server.url, server.token)
    yield child
    child.kill()


async def test_killed_at_random_instants(bot: Child, server: TelegramServer) -> None:
    """Whoever is told "Đã điểm danh" is recorded, once, however often the process dies."""
    hall = bot.hall
    await hall.furnish(MOST_PEOPLE)
    await _write_letters(hall, server)
    server.delay = 0.05  # so that letters are on their way when it happens
    await bot.start()
    door = _Door(server, await hall.link())
    crowd = [asyncio.create_task(door.let_in()) for _ in range(AT_THE_DOOR)]
    started = []
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(0.1, 1.0))
        bot.kill()
        started.append(await bot.start())
    door.is_closing = True
    await asyncio.gather(*crowd)
    assert max(started) < READY_WITHIN

    come = {str(chat.chat_id) for chat in door.come}
    assert len(come) > AT_THE_DOOR
    assert Counter(await hall.recorded()) == Counter(dict.fromkeys(come, 1))
    for chat in door.come:
        [told] = chat.texts
        assert told.startswith("Đã điểm danh")
    for chat in random.sample(door.come, 20):
        again = await chat.redelivers()
        assert again.text == chat.texts[0]
    assert len(await hall.recorded()) == len(come)
    await _letters_are_accounted_for(hall, server)
    await bot.stop()


class _Door:
    """People come one after the other, each with a phone of their own."""

    def __init__(self, server: TelegramServer, link: str) -> None:
        self.come: list[Chat] = []
        self.is_closing = False
        self._server = server
        self._link = link

    async def let_in(self) -> None:
        while not self.is_closing and len(self.come) < MOST_PEOPLE:
            chat = self._server.chat(chat_of(len(self.come)))
            self.come.append(chat)
            await chat.opens(self._link, answers=0)
            await chat.hears(within=30)


async def _write_letters(hall: Hall, server: TelegramServer) -> None:
    """Messages that wait in the outbox when the bot starts, to people who are not at the door."""
    letters = [
        Outbound(to=Address(CHANNEL, str(_reader(n))), text=f"Thư số {n}") for n in range(LETTERS)
    ]
    for n in range(LETTERS):
        server.chat(_reader(n))
    async with hall.opened() as database, database.write() as tx:
        await outbox.enqueue(tx, letters, datetime.now(UTC))


def _reader(number: int) -> int:
    return 900_000 + number


async def _letters_are_accounted_for(hall: Hall, server: TelegramServer) -> None:
    """Sent is once. What was on its way at a kill goes out again, and the doubt is seen."""
    for pause in eventually(30):
        states = Counter(letter.state for letter in await hall.post())
        if not states.keys() & {"pending", "leased", "sending"}:
            break
        await asyncio.sleep(pause)
    assert states.keys() == {"sent"}
    for letter in await hall.post():
        heard = len(server.chat(int(letter.chat_id)).texts)
        assert heard == 1 if not letter.is_doubtful else 1 <= heard <= letter.attempts


async def test_killed_between_sending_and_writing_it_down(
    bot: Child, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can tell whether it arrived: it goes out once more, and is shown as doubtful."""
    await bot.hall.furnish(1)
    deliver = server.bot.execute

    def deliver_and_die(method: str, given: Mapping[str, Any], **how: bool) -> Any:
        done = deliver(method, given, **how)
        if method == "sendMessage":
            bot.kill()
        return done

    await bot.start()
    monkeypatch.setattr(server.bot, "execute", deliver_and_die)
    await _post(bot.hall, server.chat(chat_of(0)), "Kính mời đồng chí dự hội nghị.")
    await server.chat(chat_of(0)).hears()
    monkeypatch.undo()
    await bot.start()
    await _post(bot.hall, server.chat(chat_of(0)), "Thư sau.")
    await server.chat(chat_of(0)).hears(2)
    await bot.stop()
    letters = await bot.hall.post()
    assert [(one.state, one.is_doubtful) for one in letters] == [("sent", True), ("sent", False)]
    invitation = "Kính mời đồng chí dự hội nghị."
    assert server.chat(chat_of(0)).texts == [invitation, invitation, "Thư sau."]


async def _post(hall: Hall, chat: Chat, text: str) -> None:
    letter = Outbound(to=Address(CHANNEL, str(chat.chat_id)), text=text)
    async with hall.opened() as database, database.write() as tx:
        await outbox.enqueue(tx, [letter], datetime.now(UTC))


async def test_a_stop_in_good_order(bot: Child, server: TelegramServer) -> None:
    """Pages that follow their chat do not hold it up, and what is on its way arrives."""
    await bot.hall.furnish(1)
    await bot.start()
    lan = server.chat(chat_of(0))
    async with httpx.AsyncClient(base_url=bot.address, timeout=30) as browser:
        await browser.get("/chat")
        said = {"id": "a1b2c3d4", "command": "start"}
        own = {"Origin": bot.address, "Accept": "application/json"}
        assert (await browser.post("/chat/messages", data=said, headers=own)).status_code == 200
        async with browser.stream("GET", "/chat/events") as page:
            assert page.status_code == 200
            server.delay = 1.0
            await _post(bot.hall, lan, "Thư đang trên đường.")
            await asyncio.sleep(0.6)
            assert await bot.stop() < STOPS_WITHIN
    assert lan.texts == ["Thư đang trên đường."]
    assert [letter.state for letter in await bot.hall.post()] == ["sent"]
