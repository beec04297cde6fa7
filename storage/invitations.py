"""Registration codes: derived from the key, stored as keyed hashes, good once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func, insert, literal, select, update

from domain.personal_codes import code_hash, registration_code
from domain.text import local
from storage.database import Db, Tx
from storage.people import select_members
from storage.schema import accounts, audit, invitations, members, memberships, units

LIFE = timedelta(days=180)
HAND_OUT = "hand_out"  # in the audit: somebody was shown a member's code in their chat
MORE_WITHIN = timedelta(hours=24)  # another scanner's browser comes soon, a found slip any time
MOST_BROWSERS = 3  # by one code
SLICE = 1000  # members a write: the writer is held for well under half a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    id: int
    member_id: int
    expires_at: datetime
    used_at: datetime | None
    is_valid: bool  # not expired, not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A member and the code to hand them."""

    member_id: int
    member_code: str
    name: str
    cell: str
    code: str
    expires_at: datetime


async def find(db: Db, key: bytes, code: str, now: datetime) -> Invitation | None:
    row = (
        await db.execute(select(invitations).where(invitations.c.code_hash == code_hash(key, code)))
    ).first()
    return _invitation(row, now) if row else None


async def get(db: Db, invitation_id: int, now: datetime) -> Invitation | None:
    row = (await db.execute(select(invitations).where(invitations.c.id == invitation_id))).first()
    return _invitation(row, now) if row else None


def _invitation(row: Any, now: datetime) -> Invitation:
    return Invitation(
        id=row.id,
        member_id=row.member_id,
        expires_at=row.expires_at,
        used_at=row.used_at,
        is_valid=row.revoked_at is None and now < row.expires_at,
    )


async def use(tx: Tx, invitation_id: int, now: datetime) -> None:
    await tx.execute(
        update(invitations)
        .where(invitations.c.id == invitation_id, invitations.c.used_at.is_(None))
        .values(used_at=now)
    )


async def opens_one_more(db: Db, one: Invitation, now: datetime) -> bool:
    """Whether a used code still opens another browser: the member's newest, soon, and not many."""
    if one.used_at is None or now - one.used_at > MORE_WITHIN:
        return False
    newest = await db.scalar(
        select(invitations.c.id)
        .where(invitations.c.member_id == one.member_id)
        .order_by(invitations.c.serial.desc())
        .limit(1)
    )
    linked = await db.scalar(
        select(func.count())
        .select_from(accounts)
        .where(accounts.c.member_id == one.member_id, accounts.c.linked_at >= one.used_at)
    )
    return newest == one.id and (linked or 0) < MOST_BROWSERS


async def roll(db: Db, unit_path: str, now: datetime) -> Sequence[Any]:
    """The members below a unit, by cell and name."""
    statement = (
        select_members(local(now).date())
        .where(units.c.path.startswith(unit_path, autoescape=True))
        .order_by(units.c.path, "member_name", "member_id")
    )
    return (await db.execute(statement)).all()


async def registered(db: Db, rows: Iterable[Any]) -> set[int]:
    """Which of these members have an account already, and so need no code."""
    ids = [row.member_id for row in rows]
    found = await db.execute(select(accounts.c.member_id).where(accounts.c.member_id.in_(ids)))
    return set(found.scalars())


async def registered_below(db: Db, unit_path: str) -> set[int]:
    """All members with any standing below a unit who have an account."""
    found = await db.execute(
        select(accounts.c.member_id)
        .distinct()
        .join(memberships, memberships.c.member_id == accounts.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(units.c.path.startswith(unit_path, autoescape=True))
    )
    return set(found.scalars())


async def invite(
    tx: Tx, key: bytes, rows: Iterable[Any], now: datetime, *, renew: bool = False
) -> tuple[list[Invited], int]:
    """A code for each of these members, and how many unused slips `renew` made void.

    Asking again gives the same valid unused code.
    """
    rows = list(rows)
    ids = [row.member_id for row in rows]
    voided = await _revoke_unused(tx, ids, now) if renew else 0
    valid = await _unused(tx, ids, now)
    serials = await _serials(tx, ids)
    new = [
        _new(key, member_id, serials.get(member_id, 0) + 1, now)
        for member_id in ids
        if member_id not in valid
    ]
    if new:
        await tx.execute(insert(invitations), new)
    valid |= {row["member_id"]: (row["serial"], row["expires_at"]) for row in new}
    return [_invited(key, row, *valid[row.member_id]) for row in rows], voided


def _new(key: bytes, member_id: int, serial: int, now: datetime) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "serial": serial,
        "code_hash": code_hash(key, registration_code(key, member_id, serial)),
        "created_at": now,
        "expires_at": now + LIFE,
    }


def _invited(key: bytes, row: Any, serial: int, expires_at: datetime) -> Invited:
    return Invited(
        member_id=row.member_id,
        member_code=row.member_code,
        name=row.member_name,
        cell=row.cell_name,
        code=registration_code(key, row.member_id, serial),
        expires_at=expires_at,
    )


async def _unused(tx: Tx, ids: list[int], now: datetime) -> dict[int, tuple[int, datetime]]:
    rows = await tx.execute(
        select(invitations.c.member_id, invitations.c.serial, invitations.c.expires_at)
        .where(
            invitations.c.member_id.in_(ids),
            invitations.c.used_at.is_(None),
            invitations.c.revoked_at.is_(None),
            invitations.c.expires_at > now,
        )
        .order_by(invitations.c.serial)
    )
    return {row.member_id: (row.serial, row.expires_at) for row in rows}


async def _serials(tx: Tx, ids: list[int]) -> dict[int, int]:
    rows = await tx.execute(
        select(invitations.c.member_id, func.max(invitations.c.serial))
        .where(invitations.c.member_id.in_(ids))
        .group_by(invitations.c.member_id)
    )
    return {row[0]: row[1] for row in rows}


async def newest_serial(db: Db, member_id: int) -> int:
    """The number of the member's newest code; 0: none was ever given."""
    found = await db.scalar(
        select(func.max(invitations.c.serial)).where(invitations.c.member_id == member_id)
    )
    return found or 0


async def _revoke_unused(tx: Tx, ids: list[int], now: datetime) -> int:
    result = await tx.execute(
        update(invitations)
        .where(
            invitations.c.member_id.in_(ids),
            invitations.c.used_at.is_(None),
            invitations.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return result.rowcount


async def revoke_all(tx: Tx, member_id: int, now: datetime) -> None:
    """No slip of this member works any more, used or not."""
    await tx.execute(
        update(invitations)
        .where(invitations.c.member_id == member_id, invitations.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


async def revoke_handed_out(tx: Tx, actor_id: int, now: datetime) -> int:
    """What this member was shown of others' codes opens nothing any more; returns how many."""
    shown = select(audit.c.id).where(
        audit.c.actor_id == actor_id,
        audit.c.action == HAND_OUT,
        audit.c.subject == literal("member ").concat(cast(invitations.c.member_id, String)),
        audit.c.at >= invitations.c.created_at,
    )
    result = await tx.execute(
        update(invitations)
        .where(
            invitations.c.used_at.is_(None),
            invitations.c.revoked_at.is_(None),
            invitations.c.expires_at > now,
            shown.exists(),
        )
        .values(revoked_at=now)
    )
    return result.rowcount


async def row_of(db: Db, member_id: int, now: datetime) -> Any | None:
    """One member as `invite` wants them."""
    statement = select_members(local(now).date()).where(members.c.id == member_id)
    return (await db.execute(statement)).first()
