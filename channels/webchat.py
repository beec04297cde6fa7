"""The web chat: a browser's page is the messenger, a table is its mailbox.

A page says things through the web's own door, which knows the visitor by the cookie; so nothing is
parsed or polled here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime

import msgspec

from domain.messages import (
    Address,
    Capabilities,
    Inbound,
    Malformed,
    Outbound,
    Receipt,
    Rejected,
)

NAME = "web"
CAPABILITIES = Capabilities(
    max_text=4000,
    max_caption=4000,
    has_buttons=True,
    can_edit=True,
    messages_in_response=20,
    needs_own_consent=False,  # the page is served by the organisation's own machine
    many_accounts_per_member=True,
)

# Shows a message in its chat, or edits the one it replaces; the id it stands under, None where
# there was nothing to edit.
Show = Callable[[Outbound], Awaitable[int | None]]


class WebChat:
    """The door to people's browsers."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, show: Show) -> None:
        self._show = show

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Inbound]:
        """No hook belongs to the web chat."""
        raise Malformed("the web chat has no hook")

    async def poll(self) -> AsyncIterator[list[Inbound]]:
        """Nothing is ever to be fetched: pages come by themselves."""
        nothing: tuple[list[Inbound], ...] = ()
        for batch in nothing:
            yield batch

    def in_response(self, message: Outbound) -> bytes:
        """The message as JSON; a page reads it from its chat, where `send` puts it."""
        rows = [[[button.label, button.command] for button in row] for row in message.buttons]
        answer = {"text": message.text, "buttons": rows, "replaces": message.replaces}
        return msgspec.json.encode(answer)

    async def acknowledge(self, inbound: Inbound) -> None:
        """The page sees its answer; nothing spins."""

    async def send(self, message: Outbound) -> Receipt:
        """Show the message; it stands in the chat when this returns."""
        shown_as = await self._show(message)
        if shown_as is None:
            raise Rejected("the message to edit is gone")
        return Receipt(str(shown_as))

    async def close(self) -> None:
        """There is no connection to let go of."""


def said(
    chat_id: str,
    external_id: str,
    received_at: datetime,
    *,
    text: str = "",
    command: str | None = None,
    pressed_on: str | None = None,
) -> Inbound:
    """What a page says as an Inbound; a typed "/start r-…" and a pressed button are commands."""
    if command is None and text.startswith("/"):
        command, text = text[1:], ""
    name, _, argument = (command or "").strip().partition(" ")
    return Inbound(
        sender=Address(NAME, chat_id),
        external_id=external_id,
        received_at=received_at,
        text=text,
        command=name or None,
        argument=argument.strip(),
        pressed_on=pressed_on,
    )
