"""Whether units form one tree: one root, no cycle, every superior known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.roster.rows import Fault, KnownUnit, UnitRow, code_key
from domain.roster.tables import PARENT

# Kinds of unit, folded.
PARTY_GROUP = "to dang"
CELL_KIND = "chi bo"


def parents(rows: Sequence[UnitRow], known: Sequence[KnownUnit]) -> dict[str, str | None]:
    """Each unit's superior by key, once the file is imported."""
    tree = {code_key(unit.code): _key(unit.parent) for unit in known if not unit.is_closed}
    return tree | {code_key(row.code): _key(row.parent) for row in rows}


def _key(code: str | None) -> str | None:
    return None if code is None else code_key(code)


def tree_faults(rows: Sequence[UnitRow], known: Sequence[KnownUnit]) -> list[Fault]:
    """Superiors that do not exist, roots beside the one, and units that lie above themselves."""
    tree = parents(rows, known)
    faults = []
    for row in rows:
        if row.parent is not None and code_key(row.parent) not in tree:
            faults.append(row.place.fault(PARENT, f"không có đơn vị mang mã {row.parent}"))
    return faults + _root_faults(rows, tree) + _cycle_faults(rows, tree)


def _root_faults(rows: Sequence[UnitRow], tree: Mapping[str, str | None]) -> list[Fault]:
    roots = [key for key, parent in tree.items() if parent is None]
    if rows and not roots:
        return [rows[0].place.fault(PARENT, "không có đơn vị cao nhất (để trống mã cấp trên)")]
    listed = [row for row in rows if row.parent is None]
    first_is_allowed = len(roots) == len(listed)  # no root beside those of the file
    return [
        row.place.fault(PARENT, "để trống, nhưng đã có một đơn vị cao nhất khác")
        for row in listed[1 if first_is_allowed else 0 :]
        if len(roots) > 1
    ]


def _cycle_faults(rows: Sequence[UnitRow], tree: Mapping[str, str | None]) -> list[Fault]:
    on_cycle = cycles(tree)
    return [
        row.place.fault(PARENT, "đơn vị là cấp trên của chính mình (vòng lặp)")
        for row in rows
        if code_key(row.code) in on_cycle
    ]


def cycles(tree: Mapping[str, str | None]) -> set[str]:
    """The units from which going up comes back."""
    settled: set[str] = set()
    found: set[str] = set()
    for start in tree:
        trail: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in tree and at not in settled and at not in trail:
            trail[at] = None
            at = tree[at]
        if at is not None and at in trail:
            steps = list(trail)
            found.update(steps[steps.index(at) :])
        settled.update(trail)
    return found


def above_cells(tree: Mapping[str, str | None], kinds: Mapping[str, str]) -> set[str]:
    """Units with other units below them, which list no members, but for cells with party groups.

    A secretary has rights over all below, so a secretary must sit in a cell. `kinds` are folded.
    """
    superiors = {
        parent for key, parent in tree.items() if parent is not None and kinds[key] != PARTY_GROUP
    }
    return {key for key in superiors if not kinds.get(key, "").startswith(CELL_KIND)}
