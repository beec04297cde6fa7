"""What an import changes in the tree of units."""

from __future__ import annotations

from collections.abc import Sequence

from domain.roster.changes import UnitChange
from domain.roster.rows import KnownUnit, Roster, UnitRow, code_key
from domain.roster.tree import parents


def unit_changes(
    known: Sequence[KnownUnit], roster: Roster, remove_missing: bool
) -> list[UnitChange]:
    """Changed and new units, superiors first."""
    by_key = {code_key(unit.code): unit for unit in known}
    changes = []
    for row in _superiors_first(roster.units):
        before = by_key.get(code_key(row.code))
        after = _unit_change(row, before)
        if before is None or after != _unchanged(before):
            changes.append(after)
    if remove_missing and roster.lists_units:
        listed = {code_key(row.code) for row in roster.units}
        scope = in_scope(known, roster)
        changes += [
            _unchanged(unit, is_closed=True)
            for key, unit in by_key.items()
            if key in scope and key not in listed and not unit.is_closed
        ]
    return changes


def _unit_change(row: UnitRow, before: KnownUnit | None) -> UnitChange:
    is_same_parent = before is not None and _key(before.parent) == _key(row.parent)
    says, knew = row.is_headcount_only, before is not None and before.is_headcount_only
    return UnitChange(
        id=None if before is None else before.id,
        code=row.code if before is None else before.code,
        name=row.name,
        kind=row.kind,
        parent=before.parent if before is not None and is_same_parent else row.parent,
        is_headcount_only=knew if says is None else says,
        is_closed=False,
    )


def _key(code: str | None) -> str | None:
    return None if code is None else code_key(code)


def _unchanged(unit: KnownUnit, *, is_closed: bool | None = None) -> UnitChange:
    return UnitChange(
        id=unit.id,
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        parent=unit.parent,
        is_headcount_only=unit.is_headcount_only,
        is_closed=unit.is_closed if is_closed is None else is_closed,
    )


def _superiors_first(rows: Sequence[UnitRow]) -> list[UnitRow]:
    tree = parents(rows, ())
    depths: dict[str, int] = {}
    for start in tree:
        trail = []
        at: str | None = start
        while at is not None and at in tree and at not in depths:
            trail.append(at)
            at = tree[at]
        depth = depths.get(at, 0) if at is not None else 0
        for key in reversed(trail):
            depth += 1
            depths[key] = depth
    return sorted(rows, key=lambda row: depths[code_key(row.code)])


def in_scope(known: Sequence[KnownUnit], roster: Roster) -> frozenset[str]:
    """The known units below the topmost ones that the file speaks of."""
    tops = [unit.path for unit in known if code_key(unit.code) in roster.scope]
    return frozenset(
        code_key(unit.code) for unit in known if any(unit.path.startswith(top) for top in tops)
    )


def unit_counts(changes: Sequence[UnitChange], known: Sequence[KnownUnit]) -> dict[str, int]:
    was_closed = {unit.id: unit.is_closed for unit in known}
    new = sum(change.id is None for change in changes)
    closed = sum(
        change.is_closed and change.id is not None and not was_closed[change.id]
        for change in changes
    )
    return {
        "units_new": new,
        "units_changed": len(changes) - new - closed,
        "units_closed": closed,
    }
