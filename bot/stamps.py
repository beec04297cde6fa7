"""What bears a secret stamp goes no further: it is answered, counted, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot import metrics
from domain.messages import Inbound, Outbound
from domain.secrets_stamp import has_secret_stamp
from handlers.texts import stamps as texts
from storage import audit
from storage.database import Database, is_away

log = structlog.get_logger("stamps")


def is_stamped(*words: str | None) -> bool:
    """Whether a text, a caption, or what was typed behind a command bears a stamp."""
    return any(has_secret_stamp(one) for one in words if one)


async def refuse(
    database: Database, inbound: Inbound, now: Callable[[], datetime]
) -> tuple[Outbound, ...]:
    """Message 42. That it happened is written down; not who it was, nor a word of theirs.

    The answer goes back at once and never into the inbox or the post, where a chat would be named.
    """
    channel = inbound.sender.channel
    metrics.STAMPED.labels(channel).inc()
    try:
        async with database.write() as tx:
            await audit.note(tx, None, "secret.refused", f"channel {channel}", now())
    except Exception as error:
        if not is_away(error):
            raise
        # Brought again, it would come in a second time: the counter has it.
        log.warning("secret_not_noted", channel=channel, error=type(error).__name__)
    return (Outbound(to=inbound.sender, text=str(texts.SECRET)),)
