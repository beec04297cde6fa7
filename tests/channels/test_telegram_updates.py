"""How updates come from Telegram, by its hook or by asking, and how they are confirmed."""

import asyncio

import pytest

from channels.telegram import Telegram
from domain.messages import Button, Unavailable
from rehearsal.telegram_server import TelegramServer
from tests.channels.lan import LAN, SECRET, inbound, take, to_lan


async def test_a_press_is_acknowledged(server: TelegramServer, channel: Telegram) -> None:
    """Else the button spins for a minute. An old press or a dead network raises nothing."""
    lan = server.chat(LAN)
    await channel.send(to_lan("?", buttons=((Button("Đồng ý", "yes"),),)))
    await lan.presses("Đồng ý", answers=0)
    press = await anext(channel.poll())
    await channel.acknowledge(press[0])
    assert server.bot.answered_presses == {press[0].press_id}
    await channel.acknowledge(inbound(press_id="forgotten"))
    server.fails("drop before")
    await channel.acknowledge(press[0])
    await channel.acknowledge(inbound())


async def test_the_bot_points_itself_at_its_hook(server: TelegramServer, channel: Telegram) -> None:
    """What waited is kept: people who wrote while the bot was down are answered."""
    await server.chat(LAN).types("482913", answers=0)
    menu = {"vi": [("diemdanh", "Điểm danh")], "en": [("checkin", "Check in")]}
    await channel.set_up("http://127.0.0.1:9/hooks/telegram", menu)
    webhook = server.bot.webhook
    assert webhook is not None
    assert (webhook.url, webhook.secret) == ("http://127.0.0.1:9/hooks/telegram", SECRET)
    assert webhook.connections == 100
    assert {name: [line["command"] for line in lines] for name, lines in server.bot.menus.items()} \
        == {"": ["diemdanh"], "vi": ["diemdanh"], "en": ["checkin"]}  # fmt: skip
    await channel.set_up(None, menu)
    assert await take(channel) == ["482913"]


async def test_set_up_reports_in_the_same_words(server: TelegramServer, channel: Telegram) -> None:
    """Whoever starts the bot sees why it does not start."""
    server.fails(401)
    with pytest.raises(Unavailable, match="token"):
        await channel.set_up(None, {})


async def test_asking_for_the_next_batch_confirms_the_last(
    server: TelegramServer, channel: Telegram
) -> None:
    """A crash before the next question must find the same updates again."""
    lan = server.chat(LAN)
    await lan.types("một", answers=0)
    await lan.types("hai", answers=0)
    assert await take(channel) == ["một", "hai"]
    poll = channel.poll()
    assert [inbound.text for inbound in await anext(poll)] == ["một", "hai"]
    asked = asyncio.ensure_future(anext(poll))
    await asyncio.sleep(0.05)
    assert server.bot.pending == {}
    await lan.types("ba", answers=0)
    assert [inbound.text for inbound in await asked] == ["ba"]
    await poll.aclose()  # type: ignore[attr-defined]


async def test_what_says_nothing_is_confirmed_too(
    server: TelegramServer, channel: Telegram
) -> None:
    """An update that no bot understands must not come back for ever."""
    lan = server.chat(LAN)
    lan.deliver(lan, {"message": {"message_id": "broken"}})
    asked = asyncio.ensure_future(take(channel))
    await asyncio.sleep(0.05)
    await lan.types("sau đó", answers=0)
    assert await asked == ["sau đó"]
    assert len(server.bot.pending) == 1


async def test_polling_outlives_every_error(server: TelegramServer, channel: Telegram) -> None:
    """The network comes and goes; nobody restarts the bot for it."""
    for what in ("drop before", 500, 409, 401, "garbage", "gateway"):
        server.fails(what, method="getUpdates")
    await server.chat(LAN).types("482913", answers=0)
    assert await take(channel) == ["482913"]


async def test_polling_never_removes_a_webhook(server: TelegramServer, channel: Telegram) -> None:
    """A second copy of the program, started by mistake, must not silence the first."""
    await channel.set_up("http://127.0.0.1:9/hooks/telegram", {})
    asked = asyncio.ensure_future(take(channel))
    await asyncio.sleep(0.1)
    assert server.bot.webhook is not None
    assert not asked.done()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
