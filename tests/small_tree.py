"""A tree of units and a roll, written straight into a test's own database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert, select, update

from domain.text import fold
from storage.database import Tx
from storage.schema import members, memberships, units

LONG_AGO = date(2010, 1, 1)


async def plant(
    tx: Tx, tree: Mapping[str, str | None], *, kinds: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Units by code, each with the code of its superior; superiors come first. Their ids."""
    ids: dict[str, int] = {}
    paths: dict[str | None, str] = {None: "/"}
    for number, (code, parent) in enumerate(tree.items(), start=1):
        ids[code], paths[code] = number, f"{paths[parent]}{number}/"
    await tx.execute(
        insert(units),
        [
            {
                "id": ids[code],
                "code": code,
                "name": f"Đơn vị {code}",
                "folded": fold(f"Đơn vị {code}"),
                "kind": (kinds or {}).get(code, "chi bộ"),
                "parent_id": ids[parent] if parent else None,
                "path": paths[code],
            }
            for code, parent in tree.items()
        ],
    )
    return ids


async def enrol(
    tx: Tx, cell: str, codes: list[str], *, status: str = "chính thức", on: date = LONG_AGO
) -> None:
    """Put members on the roll of a cell."""
    unit_id = await tx.scalar(select(units.c.id).where(units.c.code == cell))
    rows = [{"code": code, "name": f"Đồng chí {code}", "folded": fold(code)} for code in codes]
    await tx.execute(insert(members), rows)
    found = await tx.execute(select(members.c.id).where(members.c.code.in_(codes)))
    standing = {"unit_id": unit_id, "status": status, "position": "đảng viên", "from_on": on}
    await tx.execute(insert(memberships), [{"member_id": row.id, **standing} for row in found])


async def move(
    tx: Tx, code: str, on: date, *, cell: str | None = None, status: str = "chính thức"
) -> None:
    """From that day the member belongs elsewhere, or has another standing; no cell: has left."""
    member_id = await tx.scalar(select(members.c.id).where(members.c.code == code))
    await tx.execute(
        update(memberships)
        .where(memberships.c.member_id == member_id, memberships.c.to_on.is_(None))
        .values(to_on=on)
    )
    if cell is not None:
        unit_id = await tx.scalar(select(units.c.id).where(units.c.code == cell))
        await tx.execute(
            insert(memberships).values(
                member_id=member_id,
                unit_id=unit_id,
                status=status,
                position="đảng viên",
                from_on=on,
            )
        )
