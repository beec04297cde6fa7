"""What Telegram is sent, over real HTTP against the rehearsal's Bot API server."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram import Telegram
from domain.messages import Address, Button, Outbound, Rejected
from rehearsal.telegram_server import TOKEN, TelegramServer
from tests.channels.lan import LAN, to_lan


async def test_a_message_arrives_as_plain_text(server: TelegramServer, channel: Telegram) -> None:
    """Names may hold any character: nothing in a text is ever markup."""
    receipt = await channel.send(to_lan("Đồng chí <b>Lan</b> & _Ba_ *x* [y](z)"))
    lan = server.chat(LAN)
    assert lan.last.text == "Đồng chí <b>Lan</b> & _Ba_ *x* [y](z)"
    assert receipt.provider_id == str(lan.last.message_id)


async def test_buttons_stand_in_their_rows(server: TelegramServer, channel: Telegram) -> None:
    """A handler's rows are what the thumb meets; the command is what comes back."""
    rows = ((Button("Đồng ý", "yes 1"), Button("Không đồng ý", "no 1")), (Button("Huỷ", "huy"),))
    await channel.send(to_lan("Đồng chí chọn:", buttons=rows))
    assert server.chat(LAN).last.buttons == (
        (("Đồng ý", "yes 1"), ("Không đồng ý", "no 1")),
        (("Huỷ", "huy"),),
    )


async def test_the_contact_key_gives_way_to_buttons(
    server: TelegramServer, channel: Telegram
) -> None:
    """Telegram shows one keyboard per message; buttons belong to the dialogue."""
    await channel.send(to_lan("Số điện thoại?", asks_contact="Gửi số"))
    await channel.send(to_lan("?", asks_contact="Gửi số", buttons=((Button("Bỏ qua", "skip"),),)))
    shown = [(heard.asks_contact, heard.labels) for heard in server.chat(LAN).heard]
    assert shown == [("Gửi số", []), (None, ["Bỏ qua"])]


async def test_an_edit_takes_the_place_of_its_message(
    server: TelegramServer, channel: Telegram
) -> None:
    """The drill-down stays one message; without buttons the old ones go."""
    lan = server.chat(LAN)
    first = await channel.send(to_lan("Toàn tỉnh", buttons=((Button("Xã A", "dem 1"),),)))
    again = await channel.send(to_lan("Xã A", replaces=first.provider_id))
    assert again == first
    assert [(heard.text, heard.labels) for heard in lan.messages.values()] == [("Xã A", [])]


async def test_an_edit_that_changes_nothing_has_succeeded(
    server: TelegramServer, channel: Telegram
) -> None:
    """Pressing the same button twice is no error of anybody."""
    first = await channel.send(to_lan("Toàn tỉnh"))
    assert await channel.send(to_lan("Toàn tỉnh", replaces=first.provider_id)) == first


async def test_an_edit_cannot_bring_the_contact_key(
    server: TelegramServer, channel: Telegram
) -> None:
    """Telegram edits inline keyboards only, so the key comes with a message of its own."""
    first = await channel.send(to_lan("Đồng ý?"))
    await channel.send(to_lan("Số?", asks_contact="Gửi số", replaces=first.provider_id))
    assert not server.chat(LAN).last.is_edit
    assert server.chat(LAN).last.asks_contact == "Gửi số"


@pytest.mark.parametrize(
    "message",
    [
        to_lan("ă" * 4097),
        to_lan("𝒟" * 2049),  # two UTF-16 units each
        to_lan(""),
        to_lan(" \n"),
        to_lan("nửa chữ \ud835"),
        to_lan("x", replaces="web-7"),
        Outbound(to=Address("telegram:tg1", "lan"), text="x"),
    ],
)
async def test_what_telegram_would_never_take_is_rejected_here(
    server: TelegramServer, channel: Telegram, message: Outbound
) -> None:
    """Handlers split long texts; a channel that cut one would cut a list of names."""
    with pytest.raises(Rejected):
        await channel.send(message)
    with pytest.raises(ValueError, match=r"."):
        channel.in_response(message)
    assert server.bot.calls == {}


async def test_the_longest_text_arrives(server: TelegramServer, channel: Telegram) -> None:
    """4096 UTF-16 units are allowed, however many bytes they take."""
    await channel.send(to_lan("𝒟" * 2047 + "ẵẵ"))
    assert len(server.chat(LAN).last.text) == 2049


RENDERED = [
    to_lan("Đã điểm danh đồng chí <Lan> & Ba"),
    to_lan("Chọn:", buttons=((Button("Đồng ý", "yes"),), (Button("Không", "no"),))),
    to_lan("Số?", asks_contact="Gửi số"),
]


@pytest.mark.parametrize("message", RENDERED)
async def test_a_response_carries_the_same_message(
    server: TelegramServer, channel: Telegram, message: Outbound
) -> None:
    """People see no difference between the two ways."""
    await channel.send(message)
    call = json.loads(channel.in_response(message))
    method = call.pop("method")
    server.bot.execute(method, call)
    sent, carried = (
        (heard.text, heard.buttons, heard.asks_contact) for heard in server.chat(LAN).heard
    )
    assert sent == carried


async def test_a_response_can_edit(server: TelegramServer, channel: Telegram) -> None:
    """One message that changes, also when the hook's response carries the change."""
    first = await channel.send(to_lan("Toàn tỉnh"))
    call = json.loads(channel.in_response(to_lan("Xã A", replaces=first.provider_id)))
    server.bot.execute(call.pop("method"), call)
    assert server.chat(LAN).last.is_edit


TYPEABLE = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=60,
)


@given(text=TYPEABLE, labels=st.lists(st.lists(TYPEABLE, min_size=1, max_size=3), max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_text_and_labels_survive(text: str, labels: list[list[str]]) -> None:
    """Names come from rosters: whatever they hold, Telegram takes the message and shows it."""

    async def send() -> None:
        async with TelegramServer() as server:
            lan = server.chat(LAN)
            channel = Telegram("tg1", TOKEN, server.url)
            rows = tuple(tuple(Button(label, "x") for label in row) for row in labels)
            await channel.send(to_lan(text, buttons=rows))
            call = json.loads(channel.in_response(to_lan(text, buttons=rows)))
            server.bot.execute(call.pop("method"), call)
            await channel.close()
        for heard in lan.heard:
            assert heard.text == text.strip()
            assert heard.labels == [label for row in labels for label in row]

    asyncio.run(send())
