"""The roll: what is known of it, and applying an import in slices that block nobody.

A slice is one durable transaction. A crash between two leaves a roll that is right as far as it
got; importing the same file again completes it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from domain.roster.changes import Belonging, Changes, Details, MemberChange, UnitChange
from domain.roster.rows import Known, KnownMember, KnownUnit, code_key
from domain.text import fold
from storage import revisions
from storage.database import Database, Db, Tx
from storage.insert import insert as upsert
from storage.insert import insert_new
from storage.schema import members, memberships, units
from storage.schema import revisions as numbers

SLICE = 1000  # rows a write: the writer is held for well under half a second
PATHS_SLICE = 10_000  # of which a row takes some 10 µs

# Names in `revisions`, beside those that processes watch.
ROLL = "roll"  # grows with every import, so that two cannot mix
GIVEN_CODES = "given codes"  # number of the last one; a number is never given twice


class RollChanged(Exception):
    """Another import began meanwhile; compare again."""


# --- reading ---------------------------------------------------------------------------------


async def load(db: Db) -> Known:
    """Every unit, and every member with the last of their memberships."""
    known = await revisions.read(db)
    rows = (await db.execute(select(units).order_by(units.c.id))).all()
    codes, paths = {row.id: row.code for row in rows}, _paths(rows)
    return Known(
        units=[_known_unit(row, codes, paths[row.id]) for row in rows],
        members=[_known_member(row, codes) async for row in await db.stream(_LAST_MEMBERSHIPS)],
        last_given=known.get(GIVEN_CODES, 0),
        revision=known.get(ROLL, 0),
    )


_last = (
    select(memberships.c.member_id, func.max(memberships.c.id).label("id"))
    .group_by(memberships.c.member_id)
    .subquery()
)
_LAST_MEMBERSHIPS = (
    select(
        members.c.id,
        members.c.code,
        members.c.name,
        members.c.birth_year,
        members.c.phone_hash,
        memberships.c.id.label("membership_id"),
        memberships.c.unit_id,
        memberships.c.status,
        memberships.c.position,
        memberships.c.from_on,
        memberships.c.to_on,
    )
    .join(_last, _last.c.member_id == members.c.id)
    .join(memberships, memberships.c.id == _last.c.id)
    .order_by(members.c.id)
)


def _known_unit(row: Any, codes: Mapping[int, str], path: str) -> KnownUnit:
    return KnownUnit(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent=codes.get(row.parent_id),
        path=path,
        is_headcount_only=row.is_headcount_only,
        is_closed=row.closed_on is not None,
    )


def _known_member(row: Any, codes: Mapping[int, str]) -> KnownMember:
    return KnownMember(
        id=row.id,
        code=row.code,
        name=row.name,
        birth_year=row.birth_year,
        phone_hash=row.phone_hash,
        membership_id=row.membership_id,
        cell=codes[row.unit_id],
        status=row.status,
        position=row.position,
        from_on=row.from_on,
        to_on=row.to_on,
    )


# --- writing ---------------------------------------------------------------------------------


async def apply(
    database: Database, changes: Changes, progress: Callable[[int], None] = lambda members: None
) -> None:
    """Units first, then members; `progress` hears how many members each slice held.

    Raises RollChanged if another import came between.
    """
    run = _Run(database, changes)
    if changes.units or changes.members:
        await run.take_roll()
    for units_slice in _by_depth(changes.units):
        await run.write_units(units_slice)
    await run.mend_paths()
    last = len(changes.members) - 1
    for start in range(0, len(changes.members), SLICE):
        people = changes.members[start : start + SLICE]
        await run.write_members(people, is_last=start + SLICE > last)
        progress(len(people))


def _by_depth(changes: Sequence[UnitChange]) -> Iterator[Sequence[UnitChange]]:
    """Slices in which no unit's superior is new in the same slice."""
    batch: list[UnitChange] = []
    new: set[str] = set()
    for change in changes:
        if len(batch) == SLICE or (change.parent is not None and code_key(change.parent) in new):
            yield batch
            batch, new = [], set()
        batch.append(change)
        if change.id is None:
            new.add(code_key(change.code))
    if batch:
        yield batch


class _Run:
    """One import on its way into the database."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database, self._changes = database, changes
        self._revision = changes.revision
        self._ids: dict[str, int] = {}
        self._is_first = False

    async def take_roll(self) -> None:
        """From here on an import that compared with an older roll stops."""
        async with self._database.write() as tx:
            await tx.execute(insert_new(tx, numbers).values(name=ROLL, number=0))
            taken = await tx.execute(
                update(numbers)
                .where(numbers.c.name == ROLL, numbers.c.number == self._revision)
                .values(number=self._revision + 1)
            )
            if taken.rowcount != 1:
                raise RollChanged
            rows = (await tx.execute(select(units.c.id, units.c.code))).all()
        self._revision += 1
        self._ids = {code_key(row.code): row.id for row in rows}
        self._is_first = not rows

    @asynccontextmanager
    async def _slice(self) -> AsyncIterator[Tx]:
        """A write, then as long a pause, so that a running bot gets its turns."""
        async with self._database.write() as tx:
            began = time.monotonic()
            row = select(numbers.c.number).where(numbers.c.name == ROLL).with_for_update()
            if await tx.scalar(row) != self._revision:
                raise RollChanged
            yield tx
        await asyncio.sleep(time.monotonic() - began)

    async def write_units(self, changes: Sequence[UnitChange]) -> None:
        async with self._slice() as tx:
            old = [self._unit(change) | {"key": change.id} for change in changes if change.id]
            new = [self._unit(change) for change in changes if change.id is None]
            if old:
                await tx.execute(_UPDATE_UNIT, old)
            if new:
                # Since when the first units exist is not known. Their paths follow.
                opened_on = None if self._is_first else self._changes.as_of
                rows = await tx.execute(
                    insert(units).returning(units.c.id, units.c.code),
                    [unit | {"path": "", "opened_on": opened_on} for unit in new],
                )
                self._ids |= {code_key(row.code): row.id for row in rows.all()}
            await revisions.bump(tx, revisions.TREE)

    def _unit(self, change: UnitChange) -> dict[str, Any]:
        return {
            "code": change.code,
            "name": change.name,
            "folded": fold(change.name),
            "kind": change.kind,
            "parent_id": None if change.parent is None else self._ids[code_key(change.parent)],
            "is_headcount_only": change.is_headcount_only,
            "closed_on": self._changes.as_of if change.is_closed else None,
        }

    async def mend_paths(self) -> None:
        """Give every unit the path that its superiors make: new and moved ones and all below.

        Many in one write, since half a moved subtree would answer for nobody.
        """
        async with self._database.read() as db:
            rows = (await db.execute(_TREE)).all()
        paths = _paths(rows)
        stale = [
            {"key": row.id, "new_path": paths[row.id]} for row in rows if row.path != paths[row.id]
        ]
        for start in range(0, len(stale), PATHS_SLICE):
            async with self._database.write() as tx:
                await tx.execute(_UPDATE_PATH, stale[start : start + PATHS_SLICE])
                await revisions.bump(tx, revisions.TREE)

    async def write_members(self, changes: Sequence[MemberChange], *, is_last: bool) -> None:
        as_of = self._changes.as_of
        ended = [{"key": change.ends, "day": as_of} for change in changes if change.ends]
        details = [
            _details(change.details) | {"key": change.id}
            for change in changes
            if change.id and change.details
        ]
        rewritten = [
            self._belonging(change.belongs) | {"key": change.rewrites}
            for change in changes
            if change.rewrites and change.belongs
        ]
        async with self._slice() as tx:
            for statement, rows in (
                (_UPDATE_MEMBER, details),
                (_END, ended),
                (_REWRITE, rewritten),
                (insert(memberships), await self._begun(tx, changes)),
            ):
                if rows:
                    await tx.execute(statement, rows)
            await _remember_given(tx, self._changes.last_given)
            if is_last:
                await revisions.bump(tx, revisions.TREE)

    async def _begun(self, tx: Tx, changes: Sequence[MemberChange]) -> list[dict[str, Any]]:
        """The memberships that begin; inserts the new members they are for."""
        new = [_details(change.details) for change in changes if not change.id and change.details]
        ids: dict[str, int] = {}
        if new:
            rows = await tx.execute(insert(members).returning(members.c.id, members.c.code), new)
            ids = {row.code: row.id for row in rows.all()}
        return [
            self._belonging(change.belongs)
            | {
                "member_id": change.id or ids[change.details.code if change.details else ""],
                "from_on": self._changes.as_of,
            }
            for change in changes
            if change.belongs and not change.rewrites
        ]

    def _belonging(self, belongs: Belonging) -> dict[str, Any]:
        return {
            "unit_id": self._ids[code_key(belongs.cell)],
            "status": belongs.status,
            "position": belongs.position,
        }


_TREE = select(units.c.id, units.c.parent_id, units.c.path)
_UPDATE_UNIT = update(units).where(units.c.id == bindparam("key"))
_UPDATE_PATH = _UPDATE_UNIT.values(path=bindparam("new_path"))
_UPDATE_MEMBER = update(members).where(members.c.id == bindparam("key"))
_END = (
    update(memberships).where(memberships.c.id == bindparam("key")).values(to_on=bindparam("day"))
)
_REWRITE = update(memberships).where(memberships.c.id == bindparam("key")).values(to_on=None)


def _details(details: Details) -> dict[str, Any]:
    return {
        "code": details.code,
        "name": details.name,
        "folded": fold(details.name),
        "birth_year": details.birth_year,
        "phone_hash": details.phone_hash,
    }


def _paths(rows: Sequence[Any]) -> dict[int | None, str]:
    """Every unit's path as its superiors make it; what is stored may be older after a crash."""
    parents = {row.id: row.parent_id for row in rows}
    paths: dict[int | None, str] = {None: "/"}

    def path(unit: int | None) -> str:
        if unit not in paths:
            paths[unit] = f"{path(parents[unit])}{unit}/"
        return paths[unit]

    for row in rows:
        path(row.id)
    return paths


async def _remember_given(tx: Tx, last_given: int) -> None:
    if last_given:
        statement = upsert(tx, numbers).values(name=GIVEN_CODES, number=last_given)
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=[numbers.c.name], set_={"number": last_given}
            )
        )
