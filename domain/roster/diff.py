"""The difference between what is known and what a file says, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from domain.roster import tables as column
from domain.roster.changes import Changes, UnitChange
from domain.roster.identity import identify
from domain.roster.members import MemberDiff
from domain.roster.rows import Fault, Known, Place, Roster, RosterFaults, code_key
from domain.roster.units import in_scope, unit_changes, unit_counts


def diff(
    known: Known,
    roster: Roster,
    as_of: date,
    hash_phone: Callable[[str], bytes],
    *,
    remove_missing: bool = False,
) -> Changes:
    """Compare; raises RosterFaults where it stays open who is who, or a date is impossible."""
    units = unit_changes(known.units, roster, remove_missing)
    scope = in_scope(known.units, roster)
    identified = identify(
        known.members, roster, hash_phone, scope if remove_missing else frozenset()
    )
    members = MemberDiff(known, roster, as_of, hash_phone)
    for row, member in identified.pairs:
        members.add(row, member)
    missing = [member for member in identified.missing if code_key(member.cell) in scope]
    if remove_missing:
        members.remove(missing)
    faults = [*identified.faults, *members.faults, *_stranded(units, members, known)]
    if faults:
        raise RosterFaults(sorted(faults, key=lambda fault: (fault.sheet, fault.row or 0)))
    return Changes(
        as_of=as_of,
        revision=known.revision,
        units=units,
        members=members.changes,
        last_given=members.last_given,
        counts={
            **unit_counts(units, known.units),
            **members.counts,
            "members_missing": len(missing),
        },
        warnings=[*roster.warnings, *identified.warnings],
        missing=[] if remove_missing else [member.id for member in missing],
    )


def _stranded(units: Sequence[UnitChange], members: MemberDiff, known: Known) -> list[Fault]:
    """Members who would be left in a unit that is closed."""
    closed = {code_key(unit.code): unit.code for unit in units if unit.is_closed}
    if not closed:
        return []
    moved = {change.id for change in members.changes if change.ends or change.belongs}
    left = {
        closed[code_key(member.cell)]
        for member in known.members
        if member.to_on is None and code_key(member.cell) in closed and member.id not in moved
    }
    reason = "không còn trong danh sách đơn vị nhưng vẫn còn đảng viên"
    return [Place(column.UNITS, None).fault(column.CODE, f"{code} {reason}") for code in left]
