"""What goes wrong between the bot and Telegram, and what of it delivery is told."""

import logging

import pytest

from channels.telegram import Telegram
from domain.messages import (
    Address,
    Away,
    Outbound,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    Uncertain,
)
from rehearsal.telegram_server import TOKEN, TelegramServer
from tests.channels.lan import LAN, inbound, take, to_lan

ERRORS: list[tuple[int | str, type[SendError]]] = [
    (429, Throttled),
    (400, Rejected),
    (401, Away),  # the token was revoked: an operator's matter, the message can wait
    (403, RecipientGone),
    (404, Away),
    (409, Unavailable),
    (413, Rejected),
    (500, Unavailable),  # Telegram itself says that it did not do it
    ("gateway", Uncertain),  # something in between says so
    ("garbage", Uncertain),
    ("drop before", Uncertain),  # from outside the two look alike
    ("drop after", Uncertain),
    ("migrated", RecipientGone),  # the group is another chat now
    ("Bad Request: chat not found", RecipientGone),
    ("Bad Request: user not found", RecipientGone),
    ("Bad Request: PEER_ID_INVALID", RecipientGone),
    ("Bad Request: not enough rights to send text messages to the chat", Rejected),
    ("Bad Request: message thread not found", Rejected),
]


@pytest.mark.parametrize(("what", "expected"), ERRORS)
async def test_each_error_has_its_place_in_the_tree(
    server: TelegramServer, channel: Telegram, what: int | str, expected: type[SendError]
) -> None:
    """Delivery decides from the class alone whether to wait, to try again or to give up."""
    server.fails(what)
    with pytest.raises(SendError) as caught:
        await channel.send(to_lan("x"))
    assert type(caught.value) is expected


async def test_an_answer_that_does_not_come_leaves_doubt(server: TelegramServer) -> None:
    """The request had left: nobody can tell whether the message is in the chat."""
    channel = Telegram("tg1", TOKEN, server.url, read_seconds=0.05)
    server.delay = 0.2
    with pytest.raises(Uncertain):
        await channel.send(to_lan("x"))
    await channel.close()


@pytest.mark.parametrize("retry_after", [7, None])
async def test_a_pause_says_how_long(
    server: TelegramServer, channel: Telegram, retry_after: int | None
) -> None:
    """A 429 halts the whole bot for as long as Telegram says, else for a moment."""
    server.fails(429, retry_after=retry_after)
    with pytest.raises(Throttled) as caught:
        await channel.send(to_lan("x"))
    assert caught.value.retry_after == (retry_after or 5)


async def test_a_blocked_chat_is_gone(server: TelegramServer, channel: Telegram) -> None:
    """Blocking the bot is final until the person comes back."""
    server.chat(LAN).is_blocked = True
    with pytest.raises(RecipientGone):
        await channel.send(to_lan("x"))
    with pytest.raises(RecipientGone):  # nobody with this id ever wrote to the bot
        await channel.send(Outbound(to=Address("telegram:tg1", "404"), text="x"))


async def test_an_edit_of_what_is_not_there_is_rejected(
    server: TelegramServer, channel: Telegram
) -> None:
    """The person has deleted the message: no try will ever succeed."""
    with pytest.raises(Rejected):
        await channel.send(to_lan("x", replaces="99"))


@pytest.mark.parametrize("what", ["drop after", "gateway"])
async def test_an_edit_is_never_uncertain(
    server: TelegramServer, channel: Telegram, what: str
) -> None:
    """An edit does no harm when done twice, so delivery may simply try again."""
    first = await channel.send(to_lan("1/2"))
    server.fails(what)
    with pytest.raises(Unavailable):
        await channel.send(to_lan("2/2", replaces=first.provider_id))
    assert await channel.send(to_lan("2/2", replaces=first.provider_id)) == first


async def test_a_server_that_is_away_was_sent_nothing(channel: Telegram) -> None:
    """A refused connection is safe to repeat; a lost answer is not."""
    async with TelegramServer() as gone:
        address = gone.url
    for away in (address, "http://khong-co.invalid"):
        channel = Telegram("tg1", TOKEN, away)
        with pytest.raises(Unavailable):
            await channel.send(to_lan("x"))
        await channel.close()


async def test_a_proxy_carries_the_calls(server: TelegramServer) -> None:
    """Where Telegram cannot be reached directly; a dead proxy sends nothing."""
    proxied = Telegram("tg1", TOKEN, "http://api.example", proxy=server.url)
    await proxied.send(to_lan("qua proxy"))
    await proxied.close()
    assert server.chat(LAN).last.text == "qua proxy"
    with pytest.raises(ValueError, match="http"):
        Telegram("tg1", TOKEN, proxy="socks5://user:secret@127.0.0.1:1")


@pytest.mark.parametrize(
    "what", [400, 401, 403, 429, 500, "gateway", "garbage", "drop before", "drop after"]
)
async def test_the_token_never_shows(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    what: int | str,
) -> None:
    """It is part of every address, and whoever reads it in a log owns the bot."""
    with caplog.at_level(logging.DEBUG):
        server.fails(what, times=2)
        with pytest.raises(SendError) as caught:
            await channel.send(to_lan("nội dung riêng"))
        await channel.acknowledge(inbound(press_id="1"))
    shown = [caplog.text, *capsys.readouterr(), repr(channel), repr(vars(channel)["_bot"])]
    error: BaseException | None = caught.value
    while error is not None:
        shown.append(repr(error) + str(error))
        error = error.__cause__ or error.__context__
    secret = TOKEN.partition(":")[2]
    assert not any(secret in text for text in shown)
    assert "nội dung riêng" not in caplog.text


async def test_nor_when_polling_fails(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The poller is the one place that logs errors itself."""
    for what in (401, 409, 429, 500, "gateway", "garbage", "drop before"):
        server.fails(what, method="getUpdates", retry_after=0)
    await server.chat(LAN).types("482913", answers=0)
    with caplog.at_level(logging.DEBUG):
        assert await take(channel) == ["482913"]
    shown = caplog.text + "".join(capsys.readouterr())
    assert TOKEN.partition(":")[2] not in shown
    assert "482913" not in shown
    assert "another process polls this bot" in shown
