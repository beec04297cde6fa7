"""Ways into the dashboard: links that the bot sends, printed codes, and what they open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Db, Tx
from storage.schema import accounts, recovery_codes, sign_in_links


async def add_link(
    tx: Tx, member_id: int, token_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    await tx.execute(
        insert(sign_in_links).values(
            member_id=member_id, token_hash=token_hash, created_at=now, expires_at=expires_at
        )
    )


async def is_good(db: Db, token_hash: bytes, now: datetime) -> bool:
    """Whether a link still opens; looking does not use it."""
    found = await db.scalar(
        select(sign_in_links.c.id).where(
            sign_in_links.c.token_hash == token_hash,
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
    )
    return found is not None


async def use_link(tx: Tx, token_hash: bytes, now: datetime) -> int | None:
    """The member whom a link lets in, once."""
    used = await tx.scalar(
        update(sign_in_links)
        .where(
            sign_in_links.c.token_hash == token_hash,
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(sign_in_links.c.member_id)
    )
    return None if used is None else int(used)


async def has_recovery(db: Db, member_id: int) -> bool:
    """Whether a printed code still opens the dashboard for this member."""
    found = await db.scalar(
        select(recovery_codes.c.id)
        .where(
            recovery_codes.c.member_id == member_id,
            recovery_codes.c.used_at.is_(None),
            recovery_codes.c.revoked_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


async def renew_recovery(
    tx: Tx, member_id: int, code_hashes: Iterable[bytes], now: datetime
) -> None:
    """Give a member these codes; those of before open nothing any more."""
    await tx.execute(
        update(recovery_codes)
        .where(
            recovery_codes.c.member_id == member_id,
            recovery_codes.c.used_at.is_(None),
            recovery_codes.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    await tx.execute(
        insert(recovery_codes),
        [{"member_id": member_id, "code_hash": one, "created_at": now} for one in code_hashes],
    )


async def use_recovery(tx: Tx, code_hash: bytes, now: datetime) -> int | None:
    """The member whom a printed code lets in, once."""
    used = await tx.scalar(
        update(recovery_codes)
        .where(
            recovery_codes.c.code_hash == code_hash,
            recovery_codes.c.used_at.is_(None),
            recovery_codes.c.revoked_at.is_(None),
        )
        .values(used_at=now)
        .returning(recovery_codes.c.member_id)
    )
    return None if used is None else int(used)


async def open_desk(
    tx: Tx, member_id: int, chat_id: str, secret_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    """A browser that is the member's until an instant; nothing but answers is ever sent to it."""
    await tx.execute(
        update(accounts)
        .where(accounts.c.member_id == member_id, accounts.c.expires_at <= now)
        .values(member_id=None)
    )
    await tx.execute(
        insert(accounts).values(
            channel="web",
            chat_id=chat_id,
            secret_hash=secret_hash,
            member_id=member_id,
            is_reachable=False,  # reminders and broadcasts go to the member's own chats
            created_at=now,
            linked_at=now,
            expires_at=expires_at,
        )
    )


async def chat_of_desk(db: Db, secret_hash: bytes, now: datetime) -> str | None:
    """The chat of a dashboard that is open."""
    found: str | None = await db.scalar(
        select(accounts.c.chat_id).where(
            accounts.c.secret_hash == secret_hash, accounts.c.expires_at > now
        )
    )
    return found


async def close_desk(tx: Tx, secret_hash: bytes) -> None:
    """Signed out: the browser is nobody's."""
    await tx.execute(
        update(accounts)
        .where(accounts.c.secret_hash == secret_hash, accounts.c.expires_at.is_not(None))
        .values(member_id=None)
    )
