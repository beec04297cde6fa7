"""Which key file a database goes with: known by a mark that the key leaves, and nobody can undo."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select, update

from domain.personal_codes import code_hash, registration_code
from storage.database import Db, Tx
from storage.schema import invitations, key_mark, members

WORDS = "the installation's key"


async def is_needed(db: Db) -> bool:
    """Whether a key was used here already, so that only that one will do."""
    used = or_(
        exists(select(key_mark.c.mark)),
        exists(select(invitations.c.id)),
        exists(select(members.c.id)),
    )
    return bool(await db.scalar(select(used)))


async def fits(db: Db, key: bytes) -> bool:
    """Whether this is the key. A database older than the mark is asked for a code's hash instead;
    one that has neither fits any."""
    mark = await db.scalar(select(key_mark.c.mark))
    if mark is not None:
        return hmac.compare_digest(mark, code_hash(key, WORDS))
    newest = (
        await db.execute(select(invitations).order_by(invitations.c.id.desc()).limit(1))
    ).first()
    if newest is None:
        return True
    code = registration_code(key, newest.member_id, newest.serial)
    return hmac.compare_digest(newest.code_hash, code_hash(key, code))


async def is_left(db: Db) -> bool:
    return bool(await db.scalar(select(exists(select(key_mark.c.mark)))))


async def leave(tx: Tx, key: bytes) -> None:
    """From now on no other key will do."""
    await tx.execute(delete(key_mark))
    await tx.execute(insert(key_mark).values(mark=code_hash(key, WORDS)))


async def replace(tx: Tx, key: bytes, now: datetime) -> None:
    """Go on with another key: what only the lost one could tell apart is given up."""
    await leave(tx, key)
    await tx.execute(
        update(invitations).where(invitations.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    await tx.execute(update(members).values(phone_hash=None))
