"""What a hook call of Telegram says: recorded updates, and whatever else may be posted there."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.telegram import Telegram
from domain.messages import Address, Attachment, Contact, Malformed, Unauthorized
from rehearsal.telegram_server import TOKEN, TelegramServer
from tests.channels.lan import LAN, NOW, SECRET, inbound

HEADERS = {"x-telegram-bot-api-secret-token": SECRET}
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
