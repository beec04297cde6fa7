"""What a rehearsal needs of a whole province at once, and no conversation ever does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, literal, select

from domain.attendance import Status, Via
from storage.database import Db, Tx
from storage.schema import (
    Instant,
    accounts,
    attendance,
    attendance_log,
    consents,
    members,
    sessions,
    venues,
)


async def link(
    tx: Tx, channel: str, chats: Mapping[str, str], versions: Mapping[str, int], now: datetime
) -> None:
    """Give members (by code) accounts with these chats, and consent to each purpose.

    The proof is written as if they had been asked; a code that no member has is a KeyError.
    """
    ids = {row.code: row.id for row in await tx.execute(select(members.c.code, members.c.id))}
    agreed = {f"{purpose}_consent": version for purpose, version in versions.items()}
    rows = [
        {
            "channel": channel,
            "chat_id": chat_id,
            "member_id": ids[code],
            "created_at": now,
            "linked_at": now,
            **agreed,
        }
        for code, chat_id in chats.items()
    ]
    await tx.execute(insert(accounts), rows)
    for purpose, version in versions.items():
        await _prove(tx, channel, purpose, version, now)


async def _prove(tx: Tx, channel: str, purpose: str, version: int, now: datetime) -> None:
    linked = select(
        accounts.c.id, literal(purpose), literal(version), literal(True), literal(now, Instant)
    ).where(accounts.c.channel == channel, accounts.c.linked_at == now)
    columns = ["account_id", "purpose", "text_version", "is_given", "at"]
    await tx.execute(insert(consents).from_select(columns, linked))


@dataclass(frozen=True, slots=True)
class Attended:
    """One entry as it stands, by the codes that people know."""

    member: str
    venue: str
    at: datetime
    status: Status
    via: Via
    by: str | None


async def attended(db: Db, session: str) -> list[Attended]:
    """Every entry of the sessions of this code."""
    by = members.alias()
    rows = await db.execute(
        select(
            members.c.code,
            venues.c.code,
            attendance.c.at,
            attendance.c.status,
            attendance.c.via,
            by.c.code,
        )
        .select_from(attendance)
        .join(sessions, sessions.c.id == attendance.c.session_id)
        .join(members, members.c.id == attendance.c.member_id)
        .join(venues, venues.c.id == attendance.c.venue_id)
        .outerjoin(by, by.c.id == attendance.c.by_member_id)
        .where(sessions.c.code == session)
    )
    return [
        Attended(member, venue, at, Status(status), Via(via), by_code)
        for member, venue, at, status, via, by_code in rows
    ]


async def logged(db: Db) -> dict[str, int]:
    """How often each action stands in the history of attendance."""
    rows = await db.execute(
        select(attendance_log.c.action, func.count()).group_by(attendance_log.c.action)
    )
    return {str(action): int(count) for action, count in rows}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody recorded just now, by name."""

    name: str
    venue: str
    at: datetime


async def latest(db: Db, session_id: int, most: int) -> list[Newcomer]:
    """Who was recorded last, the newest first; for a stage whose people are all made up."""
    rows = await db.execute(
        select(members.c.name, venues.c.name, attendance.c.at)
        .select_from(attendance)
        .join(members, members.c.id == attendance.c.member_id)
        .join(venues, venues.c.id == attendance.c.venue_id)
        .where(attendance.c.session_id == session_id, attendance.c.status != Status.VOID)
        .order_by(attendance.c.id.desc())
        .limit(most)
    )
    return [Newcomer(*row) for row in rows]
