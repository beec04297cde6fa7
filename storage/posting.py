"""Posting to many members at once: one statement, however many they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    exists,
    literal,
    null,
    select,
    tuple_,
    update,
)

from domain.members import Status as Standing
from domain.messages import Lane
from storage.database import Db, Tx
from storage.insert import insert_new
from storage.schema import Instant, accounts, memberships, outbox


def chats_of(members: Select[Any], *, wants_reminders: bool) -> Select[Any]:
    """One chat of each of these members (a select of ids): the reachable one linked last.

    Who is paused gets nothing; who has muted reminders gets none of those.
    """
    paused = select(memberships.c.member_id).where(
        memberships.c.to_on.is_(None), memberships.c.status == Standing.PAUSED
    )
    later = accounts.alias()
    hears_later = exists().where(
        later.c.member_id == accounts.c.member_id,
        _hears(later, wants_reminders=wants_reminders),
        tuple_(later.c.linked_at, later.c.id) > tuple_(accounts.c.linked_at, accounts.c.id),
    )
    return select(accounts.c.member_id, accounts.c.channel, accounts.c.chat_id).where(
        accounts.c.member_id.in_(members),
        _hears(accounts, wants_reminders=wants_reminders),
        accounts.c.member_id.not_in(paused),
        ~hears_later,
    )


def _hears(chat: FromClause, *, wants_reminders: bool) -> ColumnElement[bool]:
    return and_(chat.c.is_reachable, ~chat.c.is_muted) if wants_reminders else chat.c.is_reachable


async def post(
    tx: Tx,
    members: Select[Any],
    now: datetime,
    *,
    recipe: str,
    lane: Lane,
    key: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    broadcast_id: int | None = None,
    is_mutable: bool = True,
) -> int:
    """Put one message each in the post, to be written by `recipe` when it leaves.

    `key`: one message per member and key, however often this is asked. `is_mutable`: whoever has
    muted reminders gets none of this, if it goes in their lane. Returns how many were new.
    """
    chats = chats_of(members, wants_reminders=lane is Lane.REMINDER and is_mutable).subquery()
    dedup = null() if key is None else literal(f"{key} ").concat(cast(chats.c.member_id, String))
    columns = {
        "channel": chats.c.channel,
        "chat_id": chats.c.chat_id,
        "member_id": chats.c.member_id,
        "lane": literal(lane.value),
        "payload": literal({}, JSON),
        "state": literal("pending"),
        "dedup_key": dedup,
        "created_at": literal(now, Instant),
        "not_before": literal(not_before or now, Instant),
        "expires_at": literal(expires_at, Instant),
        "attempts": literal(0),
        "recipe": literal(recipe),
        "broadcast_id": literal(broadcast_id),
    }
    statement = select(*(value.label(name) for name, value in columns.items())).where(
        chats.c.chat_id.is_not(None)  # SQLite wants a WHERE between SELECT and ON CONFLICT
    )
    result = await tx.execute(insert_new(tx, outbox).from_select(list(columns), statement))
    return int(result.rowcount)


async def mute(tx: Tx, member_id: int, *, is_muted: bool) -> None:
    """Whether a member wants to be reminded, on whichever chat."""
    await tx.execute(
        update(accounts).where(accounts.c.member_id == member_id).values(is_muted=is_muted)
    )


async def is_muted(db: Db, member_id: int) -> bool:
    found = await db.scalar(
        select(accounts.c.id).where(accounts.c.member_id == member_id, accounts.c.is_muted).limit(1)
    )
    return found is not None
