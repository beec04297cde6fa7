"""Messages as JSON, for the inbox and the outbox."""

from __future__ import annotations

from typing import Any

from domain.messages import Address, Button, Lane, Outbound


def dump(message: Outbound) -> dict[str, Any]:
    """What must be kept to send the message later; its address and lane have columns.

    A file is not kept: whatever brings one is written by a recipe when it leaves.
    """
    if message.file is not None:
        raise ValueError("a message with a file cannot wait in the post")
    return {
        "text": message.text,
        "buttons": [[[b.label, b.command] for b in row] for row in message.buttons],
        "asks_contact": message.asks_contact,
        "replaces": message.replaces,
    }


def load(data: dict[str, Any], to: Address, lane: str = Lane.INTERACTIVE) -> Outbound:
    return Outbound(
        to=to,
        text=data["text"],
        buttons=tuple(tuple(Button(*button) for button in row) for row in data["buttons"]),
        asks_contact=data["asks_contact"],
        replaces=data["replaces"],
        lane=Lane(lane),
    )
