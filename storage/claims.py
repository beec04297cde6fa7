""" "I have no code": what strangers say of themselves, settled by the secretary of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from storage.database import Db, Tx
from storage.insert import new_id
from storage.schema import accounts, claims

RECIPE = "claims"
LIFE = timedelta(hours=24)  # unless a scan waits for longer
MOST_OPEN = 50  # of one cell; the newest is of somebody who waits now, the oldest gives way


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
    created_at: datetime
    channel: str
    chat_id: str
    language: str | None


async def file(tx: Tx, now: datetime, *, keep_until: datetime | None = None, **values: Any) -> int:
    """Put a claim before the secretary, in place of this account's earlier one."""
    await _withdraw(tx, claims.c.account_id == values["account_id"])
    newest = (
        select(claims.c.id)
        .where(claims.c.unit_id == values["unit_id"], *_is_open(now))
        .order_by(claims.c.id.desc())
        .limit(MOST_OPEN - 1)
    )
    await _withdraw(tx, claims.c.unit_id == values["unit_id"], claims.c.id.not_in(newest))
    expires_at = max(now + LIFE, keep_until or now)
    result = await tx.execute(
        insert(claims).values(created_at=now, expires_at=expires_at, state="open", **values)
    )
    return new_id(result)


async def _withdraw(tx: Tx, *which: Any) -> None:
    await tx.execute(
        update(claims).where(claims.c.state == "open", *which).values(state="withdrawn")
    )


def _is_open(now: datetime) -> tuple[Any, Any]:
    return claims.c.state == "open", claims.c.expires_at > now


async def get(db: Db, claim_id: int, now: datetime) -> Claim | None:
    row = (await db.execute(_claims(now).where(claims.c.id == claim_id))).first()
    return _claim(row) if row else None


async def open_of_cell(db: Db, unit_id: int, now: datetime) -> list[Claim]:
    """The newest first: whoever filed it stands there."""
    statement = _claims(now).where(claims.c.unit_id == unit_id).order_by(claims.c.id.desc())
    return [_claim(row) for row in await db.execute(statement)]


async def of_account(db: Db, account_id: int, now: datetime) -> Claim | None:
    """What this account waits for."""
    row = (await db.execute(_claims(now).where(claims.c.account_id == account_id))).first()
    return _claim(row) if row else None


def _claims(now: datetime) -> Any:
    return (
        select(claims, accounts.c.channel, accounts.c.chat_id, accounts.c.language)
        .join(accounts, accounts.c.id == claims.c.account_id)
        .where(*_is_open(now))
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
        created_at=row.created_at,
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
