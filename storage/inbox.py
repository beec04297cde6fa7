"""What was answered to each update, so that its second delivery gets the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, tuple_

from domain.messages import Address, Outbound
from storage import wire
from storage.database import Db, Tx
from storage.schema import inbox

# Telegram resends for 24 h; a browser may come back with an unsent message the day after.
KEPT = timedelta(hours=48)
FORGOTTEN_AT_ONCE = 5000  # a whole morning's rows at once would hold up the writer

Key = tuple[str, str]  # channel, external id


async def replies(
    db: Db, senders: Sequence[tuple[Address, str]]
) -> dict[Key, tuple[Outbound, ...]]:
    """The answers already given to these updates."""
    keys = [(address.channel, external_id) for address, external_id in senders]
    rows = await db.execute(
        select(inbox).where(tuple_(inbox.c.channel, inbox.c.external_id).in_(keys))
    )
    to = {(address.channel, external_id): address for address, external_id in senders}
    return {
        (row.channel, row.external_id): tuple(
            wire.load(message, to[row.channel, row.external_id]) for message in row.reply
        )
        for row in rows
    }


async def store(tx: Tx, replies: Iterable[tuple[Key, Sequence[Outbound]]], now: datetime) -> None:
    """Keep what the response carries. A key that is there already raises IntegrityError."""
    rows = [
        {
            "channel": channel,
            "external_id": external_id,
            "reply": [wire.dump(message) for message in messages],
            "received_at": now,
        }
        for (channel, external_id), messages in replies
    ]
    if rows:
        await tx.execute(insert(inbox), rows)


async def forget(tx: Tx, now: datetime) -> bool:
    """Drop some of what no messenger will deliver again; whether there may be more."""
    old = (
        select(inbox.c.channel, inbox.c.external_id)
        .where(inbox.c.received_at < now - KEPT)
        .limit(FORGOTTEN_AT_ONCE)
    )
    dropped = await tx.execute(
        delete(inbox).where(tuple_(inbox.c.channel, inbox.c.external_id).in_(old))
    )
    return dropped.rowcount == FORGOTTEN_AT_ONCE
