""" "I have no code": what strangers say of themselves, settled by the secretary of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from storage.database import Db, Tx
from storage.insert import new_id
from storage.schema import accounts, claims

LIFE = timedelta(days=7)
MOST_OPEN = 20  # of one cell: more is mischief, and would only bury the real ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    id: int
    account_id: int
    unit_id: int
    typed_name: str
    birth_year: int | None
    number: str
    wrong_numbers: int
    scan: Mapping[str, Any] | None
    state: str
    channel: str
    chat_id: str
    language: str | None


async def file(tx: Tx, now: datetime, **values: Any) -> int | None:
    """Put a claim before the secretary, in place of this account's earlier one; None: too many."""
    await tx.execute(
        update(claims)
        .where(claims.c.account_id == values["account_id"], claims.c.state == "open")
        .values(state="withdrawn")
    )
    open_claims = await tx.scalar(
        select(func.count())
        .select_from(claims)
        .where(
            claims.c.unit_id == values["unit_id"],
            claims.c.state == "open",
            claims.c.expires_at > now,
        )
    )
    if (open_claims or 0) >= MOST_OPEN:
        return None
    result = await tx.execute(
        insert(claims).values(created_at=now, expires_at=now + LIFE, state="open", **values)
    )
    return new_id(result)


async def get(db: Db, claim_id: int, now: datetime) -> Claim | None:
    row = (await db.execute(_claims(now).where(claims.c.id == claim_id))).first()
    return _claim(row) if row else None


async def open_of_cell(db: Db, unit_id: int, now: datetime) -> list[Claim]:
    rows = await db.execute(_claims(now).where(claims.c.unit_id == unit_id).order_by(claims.c.id))
    return [_claim(row) for row in rows]


def _claims(now: datetime) -> Any:
    return (
        select(claims, accounts.c.channel, accounts.c.chat_id, accounts.c.language)
        .join(accounts, accounts.c.id == claims.c.account_id)
        .where(claims.c.state == "open", claims.c.expires_at > now)
    )


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        id=row.id,
        account_id=row.account_id,
        unit_id=row.unit_id,
        typed_name=row.typed_name,
        birth_year=row.birth_year,
        number=row.number,
        wrong_numbers=row.wrong_numbers,
        scan=row.scan,
        state=row.state,
        channel=row.channel,
        chat_id=row.chat_id,
        language=row.language,
    )


async def wrong_number(tx: Tx, claim_id: int) -> None:
    await tx.execute(
        update(claims)
        .where(claims.c.id == claim_id)
        .values(wrong_numbers=claims.c.wrong_numbers + 1)
    )


async def settle(tx: Tx, claim_id: int, state: str, member_id: int | None) -> bool:
    """Decide a claim once; False where somebody was faster."""
    result = await tx.execute(
        update(claims)
        .where(claims.c.id == claim_id, claims.c.state == "open")
        .values(state=state, decided_by=member_id)
    )
    return bool(result.rowcount)
