"""The web chat's door: a table is the mailbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.webchat import WebChat, said
from domain.messages import Address, Channel, Malformed, Outbound, Rejected

AT = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)
MESSAGE = Outbound(to=Address("web", "lan"), text="Đã đăng ký. Cảm ơn đồng chí.")


async def test_sending_is_showing() -> None:
    shown: list[Outbound] = []

    async def show(message: Outbound) -> int:
        shown.append(message)
        return 7

    channel: Channel = WebChat(show)
    assert (await channel.send(MESSAGE)).provider_id == "7"
    assert shown == [MESSAGE]


async def test_an_edit_of_something_gone_is_rejected() -> None:
    async def show(message: Outbound) -> None:
        return None

    with pytest.raises(Rejected):
        await WebChat(show).send(MESSAGE)


async def test_there_is_no_hook_and_nothing_to_poll() -> None:
    async def show(message: Outbound) -> int:
        return 1

    channel = WebChat(show)
    with pytest.raises(Malformed):
        channel.parse({}, b"{}")
    assert [batch async for batch in channel.poll()] == []


@pytest.mark.parametrize(
    ("spoken", "heard"),
    [
        ({"text": "482 913"}, ("482 913", None, "")),
        ({"text": "/start r-K7P49QXM"}, ("", "start", "r-K7P49QXM")),
        ({"text": "/toi"}, ("", "toi", "")),
        ({"command": "confirm 12 3", "pressed_on": "7"}, ("", "confirm", "12 3")),
    ],
)
def test_what_a_page_says(spoken: dict[str, str], heard: tuple[str, str | None, str]) -> None:
    inbound = said("lan", "lan:1", AT, **spoken)
    assert (inbound.text, inbound.command, inbound.argument) == heard
    assert inbound.pressed_on == spoken.get("pressed_on")
