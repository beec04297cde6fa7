"""Bà Lan on Telegram: her chat, what the bot may send there, what it hears from there."""

from datetime import UTC, datetime
from typing import Any

from channels.telegram import Telegram
from domain.messages import Address, Inbound, Outbound

SECRET = "b1-mat_2016"
NOW = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)
LAN = 67
LAN_AT = Address("telegram:tg1", str(LAN))


def to_lan(text: str, **more: Any) -> Outbound:
    return Outbound(to=LAN_AT, text=text, **more)


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


async def take(channel: Telegram) -> list[str]:
    """The texts of one batch, which is not confirmed."""
    poll = channel.poll()
    batch = await anext(poll)
    await poll.aclose()  # type: ignore[attr-defined]
    return [inbound.text for inbound in batch]
