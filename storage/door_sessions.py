"""Browsers that are signed in to a hall's page at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select, update

from storage.database import Db, Tx
from storage.schema import door_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSession:
    """Whose browser it is, and at which hall."""

    id: int
    member_id: int
    venue_id: int
    expires_at: datetime


async def add_link(
    tx: Tx,
    member_id: int,
    venue_id: int,
    link_hash: bytes,
    now: datetime,
    *,
    link_expires_at: datetime,
    expires_at: datetime,
) -> None:
    """A one-time link that signs one browser in."""
    await tx.execute(
        insert(door_sessions).values(
            member_id=member_id,
            venue_id=venue_id,
            link_hash=link_hash,
            created_at=now,
            link_expires_at=link_expires_at,
            expires_at=expires_at,
        )
    )


async def of_link(db: Db, link_hash: bytes, now: datetime) -> DoorSession | None:
    """What a link that was not used yet opens; looking consumes nothing."""
    return _session(
        (await db.execute(select(door_sessions).where(_is_unused(link_hash, now)))).first()
    )


async def sign_in(tx: Tx, link_hash: bytes, token_hash: bytes, now: datetime) -> DoorSession | None:
    """Use a link up; it signs in once."""
    statement = (
        update(door_sessions)
        .where(_is_unused(link_hash, now))
        .values(token_hash=token_hash, signed_in_at=now)
        .returning(door_sessions)
    )
    return _session((await tx.execute(statement)).first())


def _is_unused(link_hash: bytes, now: datetime) -> Any:
    return and_(
        door_sessions.c.link_hash == link_hash,
        door_sessions.c.token_hash.is_(None),
        door_sessions.c.revoked_at.is_(None),
        door_sessions.c.link_expires_at > now,
    )


async def of_token(db: Db, token_hash: bytes, now: datetime) -> DoorSession | None:
    """The browser with this cookie, while it is signed in."""
    return _session(
        (
            await db.execute(
                select(door_sessions).where(
                    door_sessions.c.token_hash == token_hash,
                    door_sessions.c.revoked_at.is_(None),
                    door_sessions.c.expires_at > now,
                )
            )
        ).first()
    )


def _session(row: Any) -> DoorSession | None:
    if row is None:
        return None
    return DoorSession(
        id=row.id, member_id=row.member_id, venue_id=row.venue_id, expires_at=row.expires_at
    )


async def count_wrong(tx: Tx, session_id: int, wrong: int, most: int, now: datetime) -> None:
    """Count cards and slips that nobody has; beyond `most` the browser is signed out."""
    tries = await tx.scalar(
        update(door_sessions)
        .where(door_sessions.c.id == session_id)
        .values(wrong_tries=door_sessions.c.wrong_tries + wrong)
        .returning(door_sessions.c.wrong_tries)
    )
    if tries is not None and tries > most:
        await revoke(tx, session_id, now)


async def revoke(tx: Tx, session_id: int, now: datetime) -> None:
    await tx.execute(
        update(door_sessions).where(door_sessions.c.id == session_id).values(revoked_at=now)
    )


async def revoke_all(tx: Tx, member_id: int, now: datetime) -> None:
    """Sign out every browser of a member, and make their links void."""
    await tx.execute(
        update(door_sessions)
        .where(door_sessions.c.member_id == member_id, door_sessions.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
