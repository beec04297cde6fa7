"""The Telegram channel over real HTTP, against the rehearsal's Bot API server."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.telegram import Telegram
from domain.messages import (
    Address,
    Attachment,
    Away,
    Button,
    Contact,
    Inbound,
    Malformed,
    Outbound,
    RecipientGone,
    Rejected,
    SendError,
    Throttled,
    Unauthorized,
    Unavailable,
    Uncertain,
)
from rehearsal.telegram_server import TOKEN, TelegramServer

SECRET = "b1-mat_2016"
HEADERS = {"x-telegram-bot-api-secret-token": SECRET}
NOW = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)
LAN = 67
LAN_AT = Address("telegram:tg1", str(LAN))


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(retry_pauses=(0.02,)) as server:
        server.chat(LAN)
        yield server


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[Telegram]:
    channel = Telegram(
        "tg1", TOKEN, server.url, secret_token=SECRET, now=lambda: NOW, first_pause=0.01
    )
    yield channel
    await channel.close()


def to_lan(text: str, **more: Any) -> Outbound:
    return Outbound(to=LAN_AT, text=text, **more)


# What a hook call says.

PERSON = {"id": LAN, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
PRIVATE = {"id": LAN, "type": "private", "first_name": "Lan"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Chi bộ ấp 3"}
PHOTO = [
    {"file_id": "nho", "file_unique_id": "a", "width": 90, "height": 67, "file_size": 900},
    {"file_id": "to", "file_unique_id": "b", "width": 1280, "height": 960, "file_size": 90000},
]
DOCUMENT = {"file_id": "bai", "file_unique_id": "c", "file_name": "bai.pdf", "file_size": 5000}
STICKER = {
    "file_id": "st", "file_unique_id": "d", "type": "regular", "width": 512, "height": 512,
    "is_animated": False, "is_video": False,
}  # fmt: skip
CARD = {"phone_number": "84912345678", "first_name": "Lan"}


def message(**content: Any) -> dict[str, Any]:
    base = {"message_id": 5, "date": 1481242320, "chat": PRIVATE, "from": PERSON}
    return {"update_id": 9, "message": {**base, **content}}


def press(data: str, **content: Any) -> dict[str, Any]:
    on = {"message_id": 5, "date": 1481242320, "chat": PRIVATE, "text": "Đồng ý?"}
    query = {"id": "77", "from": PERSON, "chat_instance": "1", "data": data, "message": on}
    return {"update_id": 9, "callback_query": {**query, **content}}


def inbound(**content: Any) -> Inbound:
    return Inbound(
        **{
            "sender": LAN_AT,
            "external_id": "9",
            "received_at": NOW,
            "language": "vi",
            **content,
        }
    )


UNDERSTOOD = {
    "a text": (message(text="482913"), inbound(text="482913")),
    "a deep link": (
        message(text="/start c-abc"),
        inbound(text="/start c-abc", command="start", argument="c-abc"),
    ),
    "a command in capitals, named to this bot, over two lines": (
        message(text="/DiemDanh@diem_danh_bot  482 913\n "),
        inbound(text="/DiemDanh@diem_danh_bot  482 913\n ", command="diemdanh", argument="482 913"),
    ),
    "no command, though it begins with a slash": (
        message(text="/ xin chào"),
        inbound(text="/ xin chào"),
    ),
    "a pressed button": (
        press("confirm 12 34"),
        inbound(command="confirm", argument="12 34", pressed_on="5", press_id="77"),
    ),
    "a button on a message too old to be shown": (
        press("yes", message={"message_id": 5, "date": 0, "chat": PRIVATE}),
        inbound(command="yes", pressed_on="5", press_id="77"),
    ),
    "her own number": (
        message(contact={**CARD, "user_id": LAN}),
        inbound(contact=Contact("84912345678", is_own=True)),
    ),
    "somebody else's card, forwarded": (
        message(contact={**CARD, "user_id": 68}),
        inbound(contact=Contact("84912345678", is_own=False)),
    ),
    "a card of nobody on Telegram": (
        message(contact=CARD),
        inbound(contact=Contact("84912345678", is_own=False)),
    ),
    "a photo: the largest size": (
        message(photo=PHOTO, caption="Trang 1"),
        inbound(text="Trang 1", attachments=(Attachment("photo", "to", 90000),)),
    ),
    "a caption is text, never a command": (
        message(photo=PHOTO, caption="/huy"),
        inbound(text="/huy", attachments=(Attachment("photo", "to", 90000),)),
    ),
    "a document": (
        message(document=DOCUMENT),
        inbound(attachments=(Attachment("document", "bai", 5000),)),
    ),
    "a sticker": (message(sticker=STICKER), inbound(attachments=(Attachment("other", "st"),))),
    "a place, which is no file": (
        message(location={"latitude": 10.4, "longitude": 106.3}),
        inbound(),
    ),
    "in a group": (
        message(chat=GROUP, text="/dem"),
        inbound(
            sender=Address("telegram:tg1", "-100123"), text="/dem", command="dem", is_group=True
        ),
    ),
    "from somebody whose language is not told": (
        message(text="xin chào", **{"from": {"id": LAN, "is_bot": False, "first_name": "Lan"}}),
        inbound(text="xin chào", language=None),
    ),
    "with fields of a later Bot API": (
        message(text="xin chào", mood={"name": "vui"}),
        inbound(text="xin chào"),
    ),
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_an_update_says(channel: Telegram, name: str) -> None:
    """What handlers see of each thing that people send."""
    update, expected = UNDERSTOOD[name]
    assert channel.parse(HEADERS, json.dumps(update).encode()) == [expected]


SILENT = {
    "an edit": {"update_id": 9, "edited_message": message(text="x", edit_date=1)["message"]},
    "a channel's post": {"update_id": 9, "channel_post": message(text="x")["message"]},
    "somebody joined": message(new_chat_members=[PERSON], chat=GROUP),
    "a button of an inline message": press("yes", message=None, inline_message_id="1"),
    "a game": {
        "update_id": 9,
        "callback_query": {
            "id": "77", "from": PERSON, "chat_instance": "1", "game_short_name": "g",
            "message": press("x")["callback_query"]["message"],
        },
    },
    "blocked by the user": {
        "update_id": 9,
        "my_chat_member": {
            "chat": PRIVATE, "from": PERSON, "date": 1481242320,
            "old_chat_member": {"user": PERSON, "status": "member"},
            "new_chat_member": {"user": PERSON, "status": "kicked", "until_date": 0},
        },
    },
    "a kind of a later Bot API": {"update_id": 9, "thought": {"text": "x"}},
    "an inside that is not as documented": message(text="x", photo="none"),
    "a message without a chat": {"update_id": 9, "message": {"message_id": 5, "date": 0}},
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_an_update_that_says_nothing_is_taken(channel: Telegram, name: str) -> None:
    """Refusing it would make Telegram repeat it for a day, before anything else in that chat."""
    assert channel.parse(HEADERS, json.dumps(SILENT[name]).encode()) == []


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[]", b'"x"', b"{}", b'{"update_id": "9"}'])
def test_what_is_no_update_is_malformed(channel: Telegram, body: bytes) -> None:
    """Whoever posts such a thing is not Telegram."""
    with pytest.raises(Malformed):
        channel.parse(HEADERS, body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-telegram-bot-api-secret-token": ""},
        {"x-telegram-bot-api-secret-token": SECRET[:-1]},
        {"x-telegram-bot-api-secret-token": "bí mật"},
        {"x-telegram-bot-api-secret-token": "\udcff"},
    ],
)
def test_without_the_secret_nothing_is_read(channel: Telegram, headers: dict[str, str]) -> None:
    """Anybody can find the hook's address; the secret alone tells Telegram from the others."""
    with pytest.raises(Unauthorized):
        channel.parse(headers, b"not even looked at")


async def test_a_channel_without_a_secret_takes_no_hook_calls(server: TelegramServer) -> None:
    """An empty secret must not match an empty header."""
    polling = Telegram("tg1", TOKEN, server.url)
    with pytest.raises(Unauthorized):
        polling.parse({"x-telegram-bot-api-secret-token": ""}, b"{}")
    with pytest.raises(ValueError, match="secret"):
        await polling.set_up("https://dia-chi.vn/hooks/telegram", {})
    await polling.close()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_read_as_it_was_typed(text: str) -> None:
    """Whatever a keyboard makes reaches the handler unchanged."""
    channel = Telegram("tg1", TOKEN, secret_token=SECRET, now=lambda: NOW)
    (heard,) = channel.parse(HEADERS, json.dumps(message(text=text)).encode())
    assert heard.text == text


# What is sent.


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


# What goes wrong.

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


# Buttons, menus, webhooks, polling.


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


async def take(channel: Telegram) -> list[str]:
    """The texts of one batch, which is not confirmed."""
    poll = channel.poll()
    batch = await anext(poll)
    await poll.aclose()  # type: ignore[attr-defined]
    return [inbound.text for inbound in batch]


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
