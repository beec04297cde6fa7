"""The phones and browsers of a member, and stopping those that were lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, tuple_, update

from domain.messages import Address
from storage import door_sessions, invitations
from storage.database import Db, Tx
from storage.schema import accounts, dialogues, outbox


async def count(db: Db, member_id: int) -> int:
    """How many phones and browsers are a member's."""
    return (
        await db.scalar(
            select(func.count())
            .select_from(accounts)
            .where(accounts.c.member_id == member_id, accounts.c.expires_at.is_(None))
        )
        or 0
    )


async def stop_all(tx: Tx, member_id: int, now: datetime) -> int:
    """Make strangers of all of a member's chats and paper of all their slips; returns how many.

    What waits for these chats is not sent any more. What was recorded of the member stays.
    """
    await invitations.revoke_all(tx, member_id, now)
    await door_sessions.revoke_all(tx, member_id, now)
    return await _stop(tx, accounts.c.member_id == member_id, now)


async def stop(tx: Tx, address: Address, now: datetime) -> None:
    """Make a stranger of this one chat; slips and the member's other chats stay as they are."""
    is_it = and_(accounts.c.channel == address.channel, accounts.c.chat_id == address.chat_id)
    await _stop(tx, is_it, now)


async def _stop(tx: Tx, which: ColumnElement[bool], now: datetime) -> int:
    rows = (
        await tx.execute(select(accounts.c.id, accounts.c.channel, accounts.c.chat_id).where(which))
    ).all()
    ids = [row.id for row in rows]
    if not ids:
        return 0
    await tx.execute(delete(dialogues).where(dialogues.c.account_id.in_(ids)))
    await tx.execute(
        update(accounts)
        .where(accounts.c.id.in_(ids))
        .values(
            member_id=None,
            linked_at=None,
            records_consent=None,
            foreign_consent=None,
            # A browser's token opens its chat no more: what stands there is not the finder's.
            secret_hash=None,
        )
    )
    await tx.execute(
        update(outbox)
        .where(
            and_(
                tuple_(outbox.c.channel, outbox.c.chat_id).in_(
                    [(row.channel, row.chat_id) for row in rows]
                ),
                # What is "sending" has left already.
                outbox.c.state.in_(("pending", "held", "leased")),
            )
        )
        .values(state="skipped", settled_at=now, lease_until=None, error="stopped")
    )
    return len(ids)
