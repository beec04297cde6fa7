"""A tree of units and a roll, written straight into a test's own database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Table, insert, select, update

from domain.text import fold
from storage.database import Db, Tx
from storage.schema import members, memberships, units

LONG_AGO = date(2010, 1, 1)


async def plant(
    tx: Tx,
    tree: Mapping[str, str | None],
    *,
    kinds: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Units by code, each with the code of its superior; superiors come first. Their ids."""
    ids: dict[str, int] = {}
    paths: dict[str | None, str] = {None: "/"}
    called = {code: f"Đơn vị {code}" for code in tree} | dict(names or {})
    for number, (code, parent) in enumerate(tree.items(), start=1):
        ids[code], paths[code] = number, f"{paths[parent]}{number}/"
    await tx.execute(
        insert(units),
        [
            {
                "id": ids[code],
                "code": code,
                "name": called[code],
                "folded": fold(called[code]),
                "kind": (kinds or {}).get(code, "chi bộ"),
                "parent_id": ids[parent] if parent else None,
                "path": paths[code],
            }
            for code, parent in tree.items()
        ],
    )
    return ids


async def id_of(db: Db, table: Table, code: str) -> int:
    """The number of the unit, member, session … that has this code."""
    return int((await db.scalars(select(table.c.id).where(table.c.code == code))).one())


async def enrol(
    tx: Tx, cell: str, codes: list[str], *, status: str = "chính thức", on: date = LONG_AGO
) -> None:
    """Put members on the roll of a cell."""
    people = [{"code": code, "name": f"Đồng chí {code}"} for code in codes]
    await admit(tx, cell, people, status=status, on=on)


async def admit(
    tx: Tx,
    cell: str,
    people: Sequence[Mapping[str, object]],
    *,
    status: str = "chính thức",
    position: str = "đảng viên",
    on: date = LONG_AGO,
) -> None:
    """Put these people on the roll of a cell: columns of members, code and name at least."""
    await tx.execute(insert(members), [{**one, "folded": fold(str(one["name"]))} for one in people])
    codes = [one["code"] for one in people]
    found = await tx.scalars(select(members.c.id).where(members.c.code.in_(codes)))
    unit_id = await id_of(tx, units, cell)
    standing = {"unit_id": unit_id, "status": status, "position": position, "from_on": on}
    await tx.execute(insert(memberships), [{"member_id": id, **standing} for id in found])


async def move(
    tx: Tx, code: str, on: date, *, cell: str | None = None, status: str = "chính thức"
) -> None:
    """From that day the member belongs elsewhere, or has another standing; no cell: has left."""
    member_id = await id_of(tx, members, code)
    await tx.execute(
        update(memberships)
        .where(memberships.c.member_id == member_id, memberships.c.to_on.is_(None))
        .values(to_on=on)
    )
    if cell is not None:
        await tx.execute(
            insert(memberships).values(
                member_id=member_id,
                unit_id=await id_of(tx, units, cell),
                status=status,
                position="đảng viên",
                from_on=on,
            )
        )
