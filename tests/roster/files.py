"""Roster files as people make them, and the way they are imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from bot.commands.roster import Summary, import_roster
from domain.roster.rows import Fault, RosterFaults
from storage.database import Database
from storage.schema import audit, members, memberships, metadata, units

KEY = b"k" * 32
DAY = date(2016, 11, 1)

UNIT_HEADINGS: list[Any] = ["Mã", "Tên", "Loại", "Mã cấp trên"]
MEMBER_HEADINGS: list[Any] = [
    "Mã đảng viên",
    "Họ và tên",
    "Mã chi bộ",
    "Chức vụ",
    "Tình trạng",
    "Năm sinh",
    "Số điện thoại",
]
UNITS: list[list[Any]] = [
    ["DU", "Đảng ủy xã Thân Cửu Nghĩa", "đảng ủy xã", ""],
    ["AP3", "Chi bộ ấp 3", "chi bộ", "DU"],
    ["AP4", "Chi bộ ấp 4", "chi bộ", "DU"],
]
HOA: list[Any] = ["D1", "Lê Thị Hoa", "AP3", "bí thư", "chính thức", 1980, "0912345678"]
LAN: list[Any] = ["", "Nguyễn Thị Lan", "AP3", "đảng viên", "chính thức", 1950, ""]
MINH: list[Any] = ["", "Trần Văn Minh", "AP4", "đảng viên", "dự bị", 1962, "0168 234 5678"]

Rows = Sequence[Sequence[Any]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Sheets by name, each a list of rows from the very first row on."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    book.close()
    return path


def roster(path: Path, members: Rows, units: Rows = UNITS) -> Path:
    """The two sheets of the contract."""
    return workbook(
        path,
        {"Đơn vị": [UNIT_HEADINGS, *units], "Đảng viên": [MEMBER_HEADINGS, *members]},
    )


async def bring_in(database: Database, *paths: Path, as_of: date = DAY, **options: Any) -> Summary:
    return await import_roster(
        database, KEY, list(paths), as_of=as_of, say=lambda line: None, **options
    )


async def faults_of(database: Database, *paths: Path, **options: Any) -> list[Fault]:
    """The faults of files that must be refused, and must leave the database as it was."""
    before = await everything(database)
    try:
        await bring_in(database, *paths, **options)
    except RosterFaults as faulty:
        assert await everything(database) == before
        return faulty.faults
    raise AssertionError("nothing was refused")


async def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables: what "nothing changed" means."""
    async with database.read() as db:
        return {
            table.name: [tuple(row) for row in (await db.execute(select(table))).all()]
            for table in metadata.sorted_tables
            if table is not audit
        }


async def roll(database: Database, day: date = DAY) -> list[tuple[str, str, str, str, str]]:
    """Who belongs where on that day: (code, name, cell, status, position), by name."""
    async with database.read() as db:
        rows = await db.execute(
            select(
                members.c.code,
                members.c.name,
                units.c.code,
                memberships.c.status,
                memberships.c.position,
            )
            .join(memberships, memberships.c.member_id == members.c.id)
            .join(units, units.c.id == memberships.c.unit_id)
            .where(
                memberships.c.from_on <= day,
                memberships.c.to_on.is_(None) | (memberships.c.to_on > day),
            )
            .order_by(members.c.name, members.c.id)
        )
        return [tuple(row) for row in rows.all()]
