"""The table of units, for whoever goes on counting elsewhere."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from reports import tables
from reports.tables import Table


@pytest.mark.parametrize(
    "name", ["=1+1", "+84", "-1", "@SUM(A1)", "http://x", "\tChi bộ", "mailto:x"]
)
def test_a_name_that_looks_like_a_formula_stays_a_name(name: str) -> None:
    """Whoever named a unit must not reckon on the reader's machine."""
    table = Table(
        title=name,
        as_of=tables.as_of(datetime(2016, 12, 9, 1, 5, tzinfo=UTC)),
        heading=[name, "Đã học tập"],
        rows=[[name, 10]],
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(tables.workbook(table)))
    rows = book.get_sheet_by_index(0).to_python()
    assert [rows[0][0], rows[3][0], rows[4][0]] == [name] * 3
    assert rows[1][0] == "Số liệu lúc 08:05, 09/12/2016"
    assert rows[4][1] == 10
