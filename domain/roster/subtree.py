"""What an import may touch: whoever coordinates a unit brings in that unit, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from domain.roster.changes import Changes, MemberChange
from domain.roster.rows import Fault, Known, KnownMember, KnownUnit, code_key


def outside(changes: Changes, known: Known, top: KnownUnit) -> list[Fault]:
    """Everything that an import would change beyond a unit, by code: names are not told."""
    inside = {code_key(unit.code) for unit in known.units if unit.path.startswith(top.path)}
    reasons = [*_units(changes, known, top, inside), *_members(changes, known, inside)]
    return [Fault("", None, None, reason) for reason in reasons]


def new_phones(changes: Changes, known: Known) -> Iterator[KnownMember]:
    """Members who get a telephone number: whoever holds that telephone can register as them."""
    before = {member.id: member for member in known.members}
    for change in changes.members:
        member = before.get(change.id) if change.id else None
        phone = change.details.phone_hash if change.details else None
        if member is not None and phone is not None and phone != member.phone_hash:
            yield member


def _units(changes: Changes, known: Known, top: KnownUnit, inside: set[str]) -> Iterator[str]:
    before = {unit.id: unit for unit in known.units}
    for change in changes.units:
        unit = before.get(change.id) if change.id else None
        parent = code_key(change.parent) if change.parent else None
        stays = unit is not None and parent == (code_key(unit.parent) if unit.parent else None)
        if unit is not None and code_key(unit.code) not in inside:
            yield f"đơn vị {unit.code} không thuộc {top.name}"
        elif parent not in inside and not (unit is not None and unit.id == top.id and stays):
            yield f"đơn vị {change.code} được xếp ngoài {top.name}"
        else:
            inside.add(code_key(change.code))


def _members(changes: Changes, known: Known, inside: set[str]) -> Iterator[str]:
    before = {member.id: member for member in known.members}
    for change in changes.members:
        member = before.get(change.id) if change.id else None
        if member and member.to_on is None and code_key(member.cell) not in inside:
            yield (
                f"mã đảng viên {member.code} đang thuộc đơn vị khác; "
                "chuyển sinh hoạt giữa hai đơn vị do cấp trên trực tiếp nhập"
            )
        elif cell := _cell_outside(change, inside):
            yield f"đơn vị {cell} không thuộc phạm vi được nhập"


def _cell_outside(change: MemberChange, inside: set[str]) -> str | None:
    if change.belongs is None or code_key(change.belongs.cell) in inside:
        return None
    return change.belongs.cell
