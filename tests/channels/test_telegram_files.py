"""Pictures and tables on Telegram: real uploads against the rehearsal's Bot API server."""

from typing import Any

import pytest

from channels.telegram import Telegram
from domain.messages import Button, File, FileKind, Outbound, Rejected, SendError
from rehearsal.telegram_chat import Heard
from rehearsal.telegram_server import TelegramServer
from tests.channels.lan import LAN, to_lan
from tests.channels.test_telegram_errors import ERRORS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PICTURE = File(
    kind=FileKind.PICTURE, name="bieu-do.png", media_type="image/png", says="10/29", content=PNG
)
TABLE = File(
    kind=FileKind.DOCUMENT, name="Số liệu.xlsx", media_type="x/y", says="10/29", content=b"PK\3\4"
)
KEYS = ((Button("Diễn biến", "curve 1 1"),),)


def with_file(text: str, file: File, **more: Any) -> Outbound:
    return to_lan(text, file=file, **more)


@pytest.mark.parametrize(("file", "kind"), [(PICTURE, "photo"), (TABLE, "document")])
async def test_a_file_arrives_whole_with_its_words_and_buttons(
    server: TelegramServer, channel: Telegram, file: File, kind: str
) -> None:
    """Nothing in the words is markup, and the name keeps its marks."""
    receipt = await channel.send(with_file("Tỉnh ủy <b> 10/29", file, buttons=KEYS))
    heard = server.chat(LAN).last
    assert (heard.file, heard.file_name, heard.content) == (kind, file.name, file.content)
    assert (heard.text, heard.labels) == ("Tỉnh ủy <b> 10/29", ["Diễn biến"])
    assert receipt.provider_id == str(heard.message_id)


@pytest.mark.parametrize("file", [PICTURE, TABLE])
@pytest.mark.parametrize(("what", "expected"), ERRORS)
async def test_each_error_means_what_it_means_of_words(
    server: TelegramServer,
    channel: Telegram,
    what: int | str,
    expected: type[SendError],
    file: File,
) -> None:
    """Delivery need not know what a message carried."""
    server.fails(what)
    with pytest.raises(SendError) as caught:
        await channel.send(with_file("x", file))
    assert type(caught.value) is expected


async def test_words_below_a_file_are_shorter(server: TelegramServer, channel: Telegram) -> None:
    """1024 UTF-16 units; whoever writes more hears of it before anything leaves."""
    await channel.send(with_file("ă" * 1024, PICTURE))
    with pytest.raises(Rejected):
        await channel.send(with_file("ă" * 1025, PICTURE))
    assert server.bot.calls == {"sendPhoto": 1}


async def test_a_file_is_always_a_new_message(server: TelegramServer, channel: Telegram) -> None:
    """No edit of words can bring a picture."""
    first = await channel.send(to_lan("Toàn tỉnh"))
    await channel.send(with_file("10/29", PICTURE, replaces=first.provider_id))
    assert [heard.file for heard in server.chat(LAN).heard] == [None, "photo"]


async def test_a_response_carries_no_file(channel: Telegram) -> None:
    """The bytes need a request of their own."""
    with pytest.raises(ValueError, match="no file"):
        channel.in_response(with_file("10/29", PICTURE))


@pytest.mark.parametrize("file", [PICTURE, TABLE])
async def test_what_is_pressed_below_a_file_is_answered_by_a_new_message(
    server: TelegramServer, channel: Telegram, file: File
) -> None:
    """Telegram has no text there to edit: an answer put there would never be seen."""
    lan = server.chat(LAN)
    await channel.send(with_file("10/29", file, buttons=KEYS))
    assert (await _pressed(server, channel, lan.last)).pressed_on is None
    await channel.send(to_lan("Toàn tỉnh", buttons=KEYS))
    assert (await _pressed(server, channel, lan.last)).pressed_on is not None


async def _pressed(server: TelegramServer, channel: Telegram, on: Heard) -> Any:
    await server.chat(LAN).presses("Diễn biến", on=on, answers=0)
    poll = channel.poll()
    [*_, newest] = await anext(poll)
    await poll.aclose()  # type: ignore[attr-defined]
    return newest
