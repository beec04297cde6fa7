"""Tables as workbooks, for whoever goes on counting elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from domain.text import clock, day

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int | float | None

WIDEST = 60  # characters of a column


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a page shows as a table: a title, the instant of its figures, a heading and rows."""

    title: str
    as_of: str  # "Số liệu lúc 08:05, 09/12/2016"
    heading: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_of(at: datetime) -> str:
    """What stands above every table: the instant of its figures."""
    return f"Số liệu lúc {clock(at)}, {day(at)}"


def workbook(table: Table) -> bytes:
    """The table as an .xlsx; a name that looks like a formula stays a name."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Số liệu")
    bold = book.add_format({"bold": True})
    framed = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, table.as_of)
    for column, label in enumerate(table.heading):
        sheet.write_string(3, column, label, framed)
        sheet.set_column(column, column, _width(table, column))
    for number, row in enumerate(table.rows, 4):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(4, 1)
    book.close()
    return file.getvalue()


def _width(table: Table, column: int) -> int:
    longest = max((len(str(row[column] or "")) for row in table.rows), default=0)
    return min(WIDEST, max(10, len(table.heading[column]), longest) + 2)
