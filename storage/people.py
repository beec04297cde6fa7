"""Who is this: accounts, members and the cells they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Row, Select, and_, bindparam, insert, or_, select, tuple_, update

from domain.attendance import Record, Status, Via
from domain.members import Position
from domain.members import Status as Standing
from domain.messages import Address
from domain.people import Cell, Dialogue, Member, Person
from domain.text import fold, local
from storage.database import Db, Tx
from storage.insert import insert_new, new_id
from storage.named import named
from storage.schema import accounts, attendance, consents, dialogues, members, memberships, units


def current(today: date) -> Any:
    """The condition that a membership holds on that day."""
    day = bindparam(None, today, Date)
    return and_(
        memberships.c.from_on <= day, or_(memberships.c.to_on.is_(None), memberships.c.to_on > day)
    )


MEMBER_COLUMNS = (
    members.c.id.label("member_id"),
    members.c.code.label("member_code"),
    members.c.name.label("member_name"),
    members.c.birth_year,
    memberships.c.status,
    memberships.c.position,
    units.c.id.label("cell_id"),
    units.c.name.label("cell_name"),
    units.c.path.label("cell_path"),
)


_ACCOUNT_COLUMNS = (
    accounts.c.id,
    accounts.c.channel,
    accounts.c.chat_id,
    accounts.c.language,
    accounts.c.records_consent,
    accounts.c.foreign_consent,
    # A dashboard's chat answers, and is never one where its owner is told something.
    or_(accounts.c.is_reachable, accounts.c.expires_at.is_not(None)).label("is_reachable"),
    accounts.c.wrong_tries,
    accounts.c.wrong_since,
    accounts.c.locked_until,
)


def select_members(today: date) -> Select[Any]:
    """Members with the cell they belong to on that day."""
    return (
        select(*MEMBER_COLUMNS)
        .select_from(members)
        .join(memberships, and_(memberships.c.member_id == members.c.id, current(today)))
        .join(units, units.c.id == memberships.c.unit_id)
    )


def member_of(row: Row[Any]) -> Member:
    return Member(
        id=row.member_id,
        code=row.member_code,
        name=row.member_name,
        birth_year=row.birth_year,
        cell=Cell(row.cell_id, row.cell_name, row.cell_path),
        status=row.status,
        position=row.position,
    )


async def get_member(db: Db, member_id: int, now: datetime) -> Member | None:
    row = (
        await db.execute(select_members(local(now).date()).where(members.c.id == member_id))
    ).first()
    return member_of(row) if row else None


async def get_members(db: Db, member_ids: Sequence[int], now: datetime) -> dict[int, Member]:
    """These members by id; who is on no roll any more is left out."""
    rows = await db.execute(select_members(local(now).date()).where(members.c.id.in_(member_ids)))
    return {row.member_id: member_of(row) for row in rows}


async def get_member_by_code(db: Db, code: str, now: datetime) -> Member | None:
    """Whoever is on the roll under this code, in whatever case it was typed."""
    row = await named(db, select_members(local(now).date()), (members.c.code, code))
    return member_of(row) if row else None


def select_ids(member_ids: Sequence[int]) -> Select[Any]:
    """These members, as a statement."""
    return select(members.c.id).where(members.c.id.in_(member_ids))


async def members_of_cell(db: Db, cell_id: int, now: datetime) -> list[Member]:
    """The roll of a cell, by name."""
    rows = await db.execute(
        select_members(local(now).date())
        .where(units.c.id == cell_id)
        .order_by(members.c.folded, members.c.id)
    )
    return [member_of(row) for row in rows]


async def told_apart(db: Db, member: Member, now: datetime) -> str:
    """Their name; with the birth year where the cell has another of that name."""
    other = await db.scalar(
        select_members(local(now).date())
        .where(
            units.c.id == member.cell.id,
            members.c.folded == fold(member.name),
            members.c.id != member.id,
        )
        .limit(1)
    )
    return f"{member.name} ({member.birth_year})" if other and member.birth_year else member.name


async def who(db: Db, addresses: Sequence[Address], now: datetime) -> list[Person]:
    """The persons behind these chats, in the same order; strangers have no account."""
    today = local(now).date()
    statement = (
        select(
            *_ACCOUNT_COLUMNS,
            *MEMBER_COLUMNS,
            dialogues.c.name,
            dialogues.c.state,
            dialogues.c.version,
        )
        .select_from(accounts)
        .outerjoin(
            memberships,
            and_(
                memberships.c.member_id == accounts.c.member_id,
                current(today),
                lasts(now),
            ),
        )
        .outerjoin(members, members.c.id == memberships.c.member_id)
        .outerjoin(units, units.c.id == memberships.c.unit_id)
        .outerjoin(
            dialogues,
            and_(dialogues.c.account_id == accounts.c.id, dialogues.c.expires_at > now),
        )
        .where(
            tuple_(accounts.c.channel, accounts.c.chat_id).in_(
                [(address.channel, address.chat_id) for address in addresses]
            )
        )
    )
    rows = {Address(row.channel, row.chat_id): row for row in await db.execute(statement)}
    member_ids = [row.member_id for row in rows.values() if row.member_id is not None]
    records = await records_of(db, member_ids)
    return [
        _person(address, rows[address], records) if address in rows else Person(address=address)
        for address in addresses
    ]


def _person(address: Address, row: Row[Any], records: dict[int, dict[int, Record]]) -> Person:
    is_member = row.member_code is not None
    return Person(
        address=address,
        account_id=row.id,
        is_reachable=row.is_reachable,
        member=member_of(row) if is_member else None,
        language=row.language,
        records_consent=row.records_consent,
        foreign_consent=row.foreign_consent,
        wrong_tries=row.wrong_tries,
        wrong_since=row.wrong_since,
        locked_until=row.locked_until,
        dialogue=Dialogue(row.name, row.state, row.version) if row.version is not None else None,
        records=records.get(row.member_id, {}) if is_member else {},
    )


async def records_of(db: Db, member_ids: Sequence[int]) -> dict[int, dict[int, Record]]:
    """What is recorded of these members, by member and session, without void entries."""
    found: dict[int, dict[int, Record]] = {}
    if not member_ids:
        return found
    rows = await db.execute(
        select(attendance).where(
            attendance.c.member_id.in_(member_ids), attendance.c.status != Status.VOID
        )
    )
    for row in rows:
        found.setdefault(row.member_id, {})[row.session_id] = record_of(row)
    return found


def record_of(row: Row[Any]) -> Record:
    return Record(
        session_id=row.session_id,
        venue_id=row.venue_id,
        at=row.at,
        status=Status(row.status),
        via=Via(row.via),
        left_at=row.left_at,
    )


async def account(tx: Tx, person: Person, now: datetime) -> int:
    """The id of the person's account, made on the first occasion."""
    if person.account_id is not None:
        return person.account_id
    known = await tx.scalar(
        select(accounts.c.id).where(
            accounts.c.channel == person.address.channel,
            accounts.c.chat_id == person.address.chat_id,
        )
    )
    if known is not None:
        return int(known)
    result = await tx.execute(
        insert(accounts).values(
            channel=person.address.channel, chat_id=person.address.chat_id, created_at=now
        )
    )
    return new_id(result)


async def chat_of_secret(db: Db, secret_hash: bytes) -> str | None:
    """The chat of the browser that holds this secret; a dashboard's secret is no browser's."""
    found: str | None = await db.scalar(
        select(accounts.c.chat_id).where(
            accounts.c.secret_hash == secret_hash, accounts.c.expires_at.is_(None)
        )
    )
    return found


def lasts(now: datetime) -> Any:
    """The condition that an account is somebody's still: a dashboard's chat ends with it."""
    return or_(accounts.c.expires_at.is_(None), accounts.c.expires_at > now)


async def add_browser(tx: Tx, chat_id: str, secret_hash: bytes, now: datetime) -> None:
    """The chat of a browser; where the secret is known already, nothing changes."""
    await tx.execute(
        insert_new(tx, accounts).values(
            channel="web", chat_id=chat_id, secret_hash=secret_hash, created_at=now
        )
    )


async def set_account(tx: Tx, account_id: int, **values: Any) -> None:
    await tx.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


@dataclass(frozen=True, slots=True)
class Chat:
    """Whose a chat is now, and the language chosen there."""

    member_id: int | None
    language: str | None


async def chats(db: Db, addresses: Sequence[Address]) -> dict[Address, Chat]:
    """Those of these chats that are known."""
    keys = [(address.channel, address.chat_id) for address in addresses]
    rows = await db.execute(
        select(
            accounts.c.channel, accounts.c.chat_id, accounts.c.member_id, accounts.c.language
        ).where(tuple_(accounts.c.channel, accounts.c.chat_id).in_(keys))
    )
    return {Address(row.channel, row.chat_id): Chat(row.member_id, row.language) for row in rows}


async def set_reachable(tx: Tx, address: Address, *, is_reachable: bool) -> None:
    """Whether anybody is at this chat; why not is never shown to anyone."""
    await tx.execute(
        update(accounts)
        .where(accounts.c.channel == address.channel, accounts.c.chat_id == address.chat_id)
        .values(is_reachable=is_reachable)
    )


async def consent(
    tx: Tx, account_id: int, purpose: str, version: int, now: datetime, *, is_given: bool
) -> None:
    """Write down what was asked and answered; the proof is kept whatever comes later."""
    await tx.execute(
        insert(consents).values(
            account_id=account_id, purpose=purpose, text_version=version, is_given=is_given, at=now
        )
    )
    await set_account(tx, account_id, **{f"{purpose}_consent": version if is_given else None})


@dataclass(frozen=True, slots=True)
class Reach:
    """A chat where a member can be told something, and in which language."""

    address: Address
    language: str


async def reach(db: Db, member_ids: Sequence[int]) -> dict[int, list[Reach]]:
    """The reachable chats of these members, the one linked last first.

    Who is paused ("tạm dừng") is left out: no message reaches them, and no reason is kept.
    """
    rows = await db.execute(
        select(accounts.c.member_id, accounts.c.channel, accounts.c.chat_id, accounts.c.language)
        .join(memberships, memberships.c.member_id == accounts.c.member_id)
        .where(
            accounts.c.member_id.in_(member_ids),
            accounts.c.is_reachable,
            memberships.c.to_on.is_(None),
            memberships.c.status != Standing.PAUSED,
        )
        .order_by(accounts.c.linked_at.desc(), accounts.c.id.desc())
    )
    found: dict[int, list[Reach]] = {}
    for row in rows:
        chat = Reach(Address(row.channel, row.chat_id), row.language or "vi")
        found.setdefault(row.member_id, []).append(chat)
    return found


async def count_wrong_try(tx: Tx, account_id: int, now: datetime, window: timedelta) -> int:
    """One more wrong code of this account; returns how many within the window."""
    await tx.execute(
        update(accounts)
        .where(
            accounts.c.id == account_id,
            or_(accounts.c.wrong_since.is_(None), accounts.c.wrong_since <= now - window),
        )
        .values(wrong_tries=0, wrong_since=now)
    )
    tries = await tx.scalar(
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(wrong_tries=accounts.c.wrong_tries + 1)
        .returning(accounts.c.wrong_tries)
    )
    return int(tries or 0)


async def link(
    tx: Tx, account_id: int, member_id: int, now: datetime, *, is_only_one: bool
) -> bool:
    """Bind an account to a member; False where either is bound already. Never re-binds."""
    if is_only_one:
        channel = select(accounts.c.channel).where(accounts.c.id == account_id).scalar_subquery()
        taken = await tx.scalar(
            select(accounts.c.id).where(
                accounts.c.member_id == member_id, accounts.c.channel == channel
            )
        )
        if taken is not None:
            return False
    result = await tx.execute(
        update(accounts)
        .where(accounts.c.id == account_id, accounts.c.member_id.is_(None))
        .values(
            member_id=member_id, linked_at=now, wrong_tries=0, wrong_since=None, locked_until=None
        )
    )
    return bool(result.rowcount)


async def has_account(db: Db, member_id: int, channel: str) -> bool:
    found = await db.scalar(
        select(accounts.c.id)
        .where(accounts.c.member_id == member_id, accounts.c.channel == channel)
        .limit(1)
    )
    return found is not None


async def members_of_phone(db: Db, phone_hash: bytes, now: datetime) -> list[Member]:
    rows = await db.execute(
        select_members(local(now).date()).where(members.c.phone_hash == phone_hash)
    )
    return [member_of(row) for row in rows]


async def secretaries_of(db: Db, unit_id: int, now: datetime) -> list[Member]:
    """Secretary and deputy of a cell."""
    rows = await db.execute(
        select_members(local(now).date())
        .where(
            units.c.id == unit_id,
            memberships.c.position.in_([Position.SECRETARY, Position.DEPUTY]),
        )
        .order_by(memberships.c.position, members.c.id)
    )
    return [member_of(row) for row in rows]
