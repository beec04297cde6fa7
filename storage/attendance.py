"""Attendance: recorded once, corrected with a reason, never erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, tuple_, update

from domain.attendance import Entry, Record, Status, Via
from storage.database import Db, Tx
from storage.insert import insert_new
from storage.people import record_of
from storage.schema import attendance, attendance_log


@dataclass(frozen=True, slots=True)
class Recorded:
    """What stands now, and whether this entry made it so."""

    record: Record
    is_new: bool


async def record(tx: Tx, entries: Sequence[Entry], now: datetime) -> list[Recorded]:
    """Write entries; the first for a session and member counts, later ones change nothing."""
    known = await _known(tx, entries)
    new: dict[tuple[int, int], Entry] = {}
    for entry in entries:
        key = (entry.session_id, entry.member_id)
        if key not in new and (key not in known or known[key].status is Status.VOID):
            new[key] = entry
    if new:
        await _write(tx, [new[key] for key in new if key not in known])
        await _overwrite(tx, [new[key] for key in new if key in known])
        await log(tx, "recorded", list(new.values()), now)
    return [_recorded(entry, new, known) for entry in entries]


async def _known(tx: Tx, entries: Sequence[Entry]) -> dict[tuple[int, int], Record]:
    keys = [(entry.session_id, entry.member_id) for entry in entries]
    rows = await tx.execute(
        select(attendance).where(tuple_(attendance.c.session_id, attendance.c.member_id).in_(keys))
    )
    return {(row.session_id, row.member_id): record_of(row) for row in rows}


async def _write(tx: Tx, entries: list[Entry]) -> None:
    if entries:
        await tx.execute(insert_new(tx, attendance), [_values(entry) for entry in entries])


async def _overwrite(tx: Tx, entries: list[Entry]) -> None:
    """An entry that was taken back may be followed by a real one."""
    for entry in entries:
        await tx.execute(
            update(attendance)
            .where(
                attendance.c.session_id == entry.session_id,
                attendance.c.member_id == entry.member_id,
            )
            .values(**_values(entry), left_at=None)
        )


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "session_id": entry.session_id,
        "member_id": entry.member_id,
        "venue_id": entry.venue_id,
        "at": entry.at,
        "status": entry.status,
        "via": entry.via,
        "by_member_id": entry.by_member_id,
        "is_offline": entry.is_offline,
    }


def _recorded(
    entry: Entry, new: dict[tuple[int, int], Entry], known: dict[tuple[int, int], Record]
) -> Recorded:
    key = (entry.session_id, entry.member_id)
    if key not in new:
        return Recorded(known[key], is_new=False)
    first = new[key]
    return Recorded(first.record, is_new=first is entry)


async def log(
    tx: Tx, action: str, entries: Sequence[Entry], now: datetime, reason: str | None = None
) -> None:
    """Append a version to the history of each entry."""
    made = {"logged_at": now, "action": action, "reason": reason}
    await tx.execute(
        insert(attendance_log), [_values(entry) | made | {"mark": entry.mark} for entry in entries]
    )


async def marked(db: Db, marks: Sequence[str]) -> dict[str, Entry]:
    """What these marks of clerks' phones have recorded already, whatever became of it."""
    rows = await db.execute(select(attendance_log).where(attendance_log.c.mark.in_(marks)))
    return {row.mark: entry_of(row) for row in rows}


async def get(db: Db, session_id: int, member_id: int) -> Entry | None:
    """The entry as it stands, void or not."""
    row = (
        await db.execute(
            select(attendance).where(
                attendance.c.session_id == session_id, attendance.c.member_id == member_id
            )
        )
    ).first()
    return entry_of(row) if row else None


def entry_of(row: Any) -> Entry:
    return Entry(
        session_id=row.session_id,
        member_id=row.member_id,
        venue_id=row.venue_id,
        at=row.at,
        status=Status(row.status),
        via=Via(row.via),
        by_member_id=row.by_member_id,
        is_offline=row.is_offline,
    )


async def check_out(tx: Tx, session_id: int, member_id: int, at: datetime, now: datetime) -> None:
    """Write when somebody left; the first time counts."""
    result = await tx.execute(
        update(attendance)
        .where(
            attendance.c.session_id == session_id,
            attendance.c.member_id == member_id,
            attendance.c.left_at.is_(None),
        )
        .values(left_at=at)
    )
    entry = await get(tx, session_id, member_id)
    if result.rowcount and entry:
        await log(tx, "checked_out", [entry], now)


async def void(tx: Tx, entry: Entry, *, by_member_id: int, reason: str, now: datetime) -> None:
    """Take an entry back; it stays in the log with the reason."""
    await tx.execute(
        update(attendance)
        .where(
            attendance.c.session_id == entry.session_id,
            attendance.c.member_id == entry.member_id,
        )
        .values(status=Status.VOID)
    )
    taken_back = replace(entry, status=Status.VOID, by_member_id=by_member_id)
    await log(tx, "voided", [taken_back], now, reason)
