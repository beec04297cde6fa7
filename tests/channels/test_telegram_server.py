"""The rehearsal's Bot API server: what it lets pass decides what the other tests are worth."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import telegram
from aiohttp import web

from channels.telegram import Telegram
from domain.messages import Address, Button, Inbound, Outbound, Unavailable
from rehearsal import bot_api
from rehearsal.bot_api import Refusal, Violation
from rehearsal.telegram_chat import Silence
from rehearsal.telegram_limits import Limits
from rehearsal.telegram_server import TOKEN, TelegramServer
from tests.channels import bot_api_table
from tests.channels.lan import SECRET

TO = {"chat_id": 67, "text": "x"}


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {**TO, "reply_markup": {"inline_keyboard": list(rows)}}


# What a call may hold.


def test_the_table_is_what_the_library_says() -> None:
    """A new version brings new parameters: `python -m tests.channels.bot_api_table`."""
    assert bot_api_table.TABLE.read_text(encoding="utf-8") == bot_api_table.rendered()


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "method sendMesage": ("sendMesage", TO),
    "has no 'txt'": ("sendMessage", {"chat_id": 67, "txt": "x"}),
    "text is missing": ("sendMessage", {"chat_id": 67}),
    "text: must be a string": ("sendMessage", {"chat_id": 67, "text": 5}),
    "chat_id: must be an integer or must be a string": ("sendMessage", {**TO, "chat_id": None}),
    "message_id: must be an integer": ("editMessageText", {**TO, "message_id": "5"}),
    "disable_notification: must be true or false": (
        "sendMessage",
        {**TO, "disable_notification": 1},
    ),
    "reply_markup: InlineKeyboardMarkup must be an object": (
        "editMessageText",
        {**TO, "message_id": 1, "reply_markup": "{}"},
    ),
    "must be an array": ("sendMessage", {**TO, "reply_markup": {"inline_keyboard": [{}]}}),
    "InlineKeyboardButton has no 'data'": (
        "sendMessage",
        keyboard([{"text": "Đồng ý", "data": "yes"}]),
    ),
    "InlineKeyboardMarkup has no 'keyboard'": (  # a reply keyboard cannot be edited in
        "editMessageText",
        {**TO, "message_id": 1, "reply_markup": {"keyboard": [["x"]]}},
    ),
    "message text is empty": ("sendMessage", {**TO, "text": " \n"}),
    "message is too long": ("sendMessage", {**TO, "text": "𝒟" * 2049}),
    "message identifier is not specified": ("editMessageText", TO),
    "BUTTON_DATA_INVALID": (
        "sendMessage",
        keyboard([{"text": "x", "callback_data": "đ" * 33}]),
    ),
    "a button's text is empty": ("sendMessage", keyboard([{"text": "", "callback_data": "x"}])),
    "exactly one of": ("sendMessage", keyboard([{"text": "x"}])),
    "a row has": ("sendMessage", keyboard([{"text": "x", "callback_data": "x"}] * 9)),
    "reply markup is too long": (
        "sendMessage",
        keyboard(*[[{"text": "x", "callback_data": "x"}] * 8] * 13),
    ),
    "can't parse entities": ("sendMessage", {**TO, "text": "<b>x", "parse_mode": "HTML"}),
    "message caption is too long": (
        "sendPhoto",
        {"chat_id": 67, "photo": "id", "caption": "x" * 1025},
    ),
    "max_connections": ("setWebhook", {"url": "http://127.0.0.1/", "max_connections": 101}),
    "secret token": ("setWebhook", {"url": "http://127.0.0.1/", "secret_token": "bí mật"}),
    "BOT_COMMAND_INVALID": (
        "setMyCommands",
        {"commands": [{"command": "điểmdanh", "description": "x"}]},
    ),
    "BOT_COMMAND_DESCRIPTION_INVALID": (
        "setMyCommands",
        {"commands": [{"command": "toi", "description": ""}]},
    ),
    "MESSAGE_TOO_LONG": ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_call_against_the_bot_api_is_a_violation(wrong: str) -> None:
    """Telegram would refuse it, or do something else than was meant, on the morning itself."""
    method, given = WRONG[wrong]
    with pytest.raises(Violation) as caught:
        bot_api.check(method, given)
    assert wrong in caught.value.description


RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {**TO, "text": "𝒟" * 2048}),
    ("sendMessage", {**TO, "chat_id": "@kenh"}),
    ("sendMessage", {**TO, "text": f"<b>{'x' * 4096}</b>", "parse_mode": "HTML"}),
    ("sendMessage", keyboard([{"text": "x", "callback_data": "đ" * 32}])),
    ("sendMessage", keyboard([{"text": "x", "url": "https://dia-chi.vn"}])),
    ("sendMessage", {**TO, "reply_markup": {"remove_keyboard": True}}),
    ("sendMessage", {**TO, "reply_markup": {"keyboard": [["x"], ["y", "z"]]}}),
    ("editMessageText", {**TO, "message_id": 1, "reply_markup": {"inline_keyboard": []}}),
    ("setMyCommands", {"commands": [], "language_code": "vi", "scope": {"type": "default"}}),
]


@pytest.mark.parametrize(("method", "given"), RIGHT)
def test_a_call_as_documented_passes(method: str, given: dict[str, Any]) -> None:
    """A check that is stricter than Telegram would forbid what users may need."""
    bot_api.check(method, given)


SEEN = [
    ("HTML", '<b>Đã <i>điểm</i></b> &lt;danh&gt; <a href="x">đây</a>', "Đã điểm <danh> đây"),
    ("HTML", "Lan & Ba", "Lan & Ba"),
    (
        "MarkdownV2",
        r"*Đã* _điểm_ __danh__ ~x~ `a*b` \. [đây](http://x)",
        "Đã điểm danh x a*b . đây",
    ),
    ("MarkdownV2", "```\nmột.hai\n```", "\nmột.hai\n"),
    ("Markdown", "*Đã* _điểm_", "Đã điểm"),
    (None, "<b>*x*</b>", "<b>*x*</b>"),
]
UNSEEN = [
    ("HTML", "<b>x"),
    ("HTML", "<b><i>x</b></i>"),
    ("HTML", "x</b>"),
    ("HTML", "<h1>x</h1>"),
    ("HTML", "1 < 2"),
    ("MarkdownV2", "17.12"),
    ("MarkdownV2", "*x"),
    ("MarkdownV2", "*_x*_"),
    ("MarkdownV2", "`x"),
    ("Markdown", "_x"),
    ("BBCode", "x"),
]


@pytest.mark.parametrize(("mode", "text", "seen"), SEEN)
def test_lengths_count_what_is_seen(mode: str | None, text: str, seen: str) -> None:
    """Marks do not count towards the 4096."""
    assert bot_api.plain(text, mode) == seen


@pytest.mark.parametrize(("mode", "text"), UNSEEN)
def test_marks_that_do_not_match_are_refused(mode: str, text: str) -> None:
    """A name with a "<" in it would otherwise pass every test and fail in the hall."""
    with pytest.raises(Violation, match="parse entities"):
        bot_api.plain(text, mode)


# Answers.


async def test_the_library_s_own_client_is_understood(server: TelegramServer) -> None:
    """It sends forms and files where ours sends JSON; both are Telegram's."""
    async with telegram.Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Vâng", None, "y")]])
        sent = await bot.send_message(67, "Đồng ý?", reply_markup=markup, protect_content=True)
        await bot.edit_message_text("Đã đồng ý", 67, sent.message_id)
        await bot.send_document(67, b"bao cao", caption="Báo cáo", filename="bao-cao.txt")
        await bot.send_photo(67, "id")
        await bot.set_webhook("http://127.0.0.1:9/", secret_token=SECRET)
        info = await bot.get_webhook_info()
        await bot.delete_webhook()
        await bot.set_my_commands([("toi", "Của tôi")])
    lan = server.chat(67)
    assert lan.texts == ["Đồng ý?", "Đã đồng ý", "Báo cáo", ""]
    assert lan.last.file == "photo"
    assert (info.url, info.pending_update_count) == ("http://127.0.0.1:9/", 0)


async def test_a_violation_fails_the_test_that_made_it() -> None:
    """A method in a hook's response is never answered: without this nobody would notice."""
    server = TelegramServer()
    await server.__aenter__()
    with pytest.raises(Refusal):
        server.bot.execute("sendMessage", {"chat_id": 67})
    with pytest.raises(AssertionError, match="text is missing"):
        await server.__aexit__(None, None, None)


async def test_bots_are_told_apart_by_their_tokens(server: TelegramServer) -> None:
    """Each has its own chats; a token that nobody was given opens nothing."""
    lan = server.add_bot("222:other").chat(67, "Lan")
    other, nobody = (Telegram("x", token, server.url) for token in ("222:other", "333:nobody"))
    await other.send(Outbound(to=Address("telegram:x", "67"), text="x"))
    with pytest.raises(Unavailable, match="token"):
        await nobody.send(Outbound(to=Address("telegram:x", "67"), text="x"))
    await other.close()
    await nobody.close()
    assert (lan.texts, server.chat(67).texts) == (["x"], [])


async def test_a_second_poller_gets_a_conflict(server: TelegramServer) -> None:
    """As there: the newer one wins, the older is told why."""
    first = asyncio.ensure_future(server.bot.get_updates({"timeout": 5}))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(server.bot.get_updates({"timeout": 5}))
    with pytest.raises(Refusal, match="409"):
        await first
    await server.chat(67).types("x", answers=0)
    assert len(await second) == 1
    server.bot.execute("setWebhook", {"url": "http://127.0.0.1:9/"})
    with pytest.raises(Refusal, match="webhook is active"):
        await server.bot.get_updates({})


async def test_an_offset_confirms_and_a_limit_cuts(server: TelegramServer) -> None:
    """What was not confirmed comes again."""
    for text in ("một", "hai", "ba"):
        await server.chat(67).types(text, answers=0)
    first = await server.bot.get_updates({"limit": 2})
    assert first == await server.bot.get_updates({"limit": 2})
    rest = await server.bot.get_updates({"offset": first[-1]["update_id"] + 1})
    assert [update["message"]["text"] for update in rest] == ["ba"]
    await server.chat(67).redelivers(answers=0)
    after = rest[0]["update_id"] + 1
    assert await server.bot.get_updates({"offset": after}) == rest
    assert await server.bot.get_updates({"offset": after}) == []


async def test_kinds_that_were_not_asked_for_do_not_come(server: TelegramServer) -> None:
    """A bot that forgot callback_query would wait for presses for ever."""
    await server.bot.get_updates({"allowed_updates": ["callback_query"]})
    await server.chat(67).types("x", answers=0)
    assert server.bot.pending == {}


def test_limits_are_telegrams() -> None:
    """1 a second per chat, 20 a minute per group, 30 a second for all; the answer says how long."""
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    limits.count(1)
    with pytest.raises(Refusal) as caught:
        limits.count(1)
    assert caught.value.parameters == {"retry_after": 1}
    for chat in range(2, 31):
        limits.count(chat)
    with pytest.raises(Refusal):
        limits.count(31)
    for second in range(1, 21):
        now[0] = second + 0.5
        limits.count(-5)
    now[0] = 22
    with pytest.raises(Refusal) as caught:
        limits.count(-5)
    assert caught.value.parameters == {"retry_after": 40}


async def test_limits_can_be_switched_on(server: TelegramServer) -> None:
    """Delivery's own limiter is tried against them."""
    server.bot.limits = Limits()
    server.bot.execute("sendMessage", TO)
    with pytest.raises(Refusal, match="429"):
        server.bot.execute("sendMessage", TO)
    server.bot.execute("sendMessage", TO, in_response=True)  # whether these count is not known


# The hook.

Answer = Callable[[Inbound], Awaitable[web.Response]]


@asynccontextmanager
async def hooked(server: TelegramServer, answer: Answer) -> AsyncIterator[Telegram]:
    """A bot that answers its hook so."""
    channel = Telegram("tg1", TOKEN, server.url, secret_token=SECRET)

    async def hook(request: web.BaseRequest) -> web.Response:
        (inbound,) = channel.parse(request.headers, await request.read())
        return await answer(inbound)

    runner = web.ServerRunner(web.Server(hook), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await channel.set_up(f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/telegram", {})
    try:
        yield channel
    finally:
        await channel.close()
        await server.stop()
        await runner.cleanup()


async def test_a_method_in_the_response_is_executed(server: TelegramServer) -> None:
    """The cheapest way to answer: no second request."""

    async def answer(inbound: Inbound) -> web.Response:
        buttons = ((Button("Đồng ý", f"yes {inbound.text}"),),)
        text = f"{inbound.command} {inbound.argument or inbound.text}".strip()
        call = Outbound(to=inbound.sender, text=text, buttons=buttons, replaces=inbound.pressed_on)
        return web.Response(body=channel.in_response(call))

    async with hooked(server, answer) as channel:
        lan = server.chat(67)
        heard = await lan.opens("c-482913")
        assert (heard.text, heard.in_response) == ("start c-482913", True)
        assert (await lan.redelivers()).text == "start c-482913"
        assert (await lan.presses("Đồng ý")).text == "yes /start c-482913"
        assert lan.last.is_edit


async def test_updates_of_a_chat_come_in_order_until_taken(server: TelegramServer) -> None:
    """One that fails holds back its chat, and no other."""
    taken: list[str] = []
    failing = {"hai": 3}

    async def answer(inbound: Inbound) -> web.Response:
        if failing.get(inbound.text, 0):
            failing[inbound.text] -= 1
            return web.Response(status=500)
        taken.append(inbound.text)
        return web.Response()

    async with hooked(server, answer):
        for text in ("một", "hai", "ba"):
            await server.chat(67).types(text, answers=0)
        await server.chat(68, "Ba").types("khác", answers=0)
        await server.hook.idle()
        assert taken == ["một", "khác", "hai", "ba"]
        assert server.hook.statuses == {200: 4, 500: 3}


async def test_a_hook_that_is_away_is_tried_again(server: TelegramServer) -> None:
    """Nobody's message is lost while the bot restarts."""
    server.bot.execute("setWebhook", {"url": "http://127.0.0.1:9/", "secret_token": SECRET})
    await server.chat(67).types("482913", answers=0)
    await asyncio.sleep(0.05)

    async def answer(inbound: Inbound) -> web.Response:
        return web.Response(
            body=channel.in_response(Outbound(to=inbound.sender, text="Đã điểm danh"))
        )

    async with hooked(server, answer) as channel:
        assert (await server.chat(67).hears()).text == "Đã điểm danh"
        assert server.hook.statuses[0] >= 1


async def test_silence_fails_a_test_soon(server: TelegramServer) -> None:
    """A story that waits says what for."""
    lan = server.chat(67)
    with pytest.raises(Silence, match="0 of 1"):
        await lan.hears(within=0.01)
    with pytest.raises(AssertionError, match="no button 'Đồng ý'"):
        await lan.presses("Đồng ý")


async def test_what_is_heard_is_heard_once(server: TelegramServer) -> None:
    """`hears` goes on from what was awaited before, however early the messages came."""
    lan = server.chat(67)
    for text in ("một", "hai", "ba"):
        server.bot.execute("sendMessage", {"chat_id": 67, "text": text})
    assert (await lan.hears()).text == "một"
    assert (await lan.hears(2)).text == "ba"
    with pytest.raises(Silence):
        await lan.hears(within=0.01)
