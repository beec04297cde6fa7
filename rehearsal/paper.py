"""The scenario as the files that a province would hand over: a roster workbook and a plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from rehearsal import morning
from rehearsal.scenario import Scenario, Venue

UNIT_HEADERS = ("Mã", "Tên", "Loại", "Mã cấp trên")
MEMBER_HEADERS = (
    "Mã đảng viên", "Họ và tên", "Mã chi bộ", "Chức vụ", "Tình trạng", "Năm sinh", "Số điện thoại",
)  # fmt: skip

Row = tuple[str | int | None, ...]


def unit_rows(scenario: Scenario) -> Iterator[Row]:
    yield UNIT_HEADERS
    for unit in scenario.units:
        yield (unit.code, unit.name, unit.kind, unit.parent)


def member_rows(scenario: Scenario) -> Iterator[Row]:
    yield MEMBER_HEADERS
    for each in scenario.members:
        yield (
            each.code, each.name, each.cell, each.position, each.status, each.birth_year,
            each.phone,
        )  # fmt: skip


def write_roster(scenario: Scenario, path: Path) -> None:
    """A workbook of two sheets, as `import-roster` takes it."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for name, rows in (
            ("Đơn vị", unit_rows(scenario)),
            ("Đảng viên", member_rows(scenario)),
        ):
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)


def plan_toml(scenario: Scenario) -> str:
    """The campaign with its one session and all venues, as `apply` takes it."""
    return _HEAD + "".join(_venue(venue) for venue in scenario.venues) + _TAIL


def _venue(venue: Venue) -> str:
    units = ", ".join(f'"{code}"' for code in venue.units)
    return (
        "\n  [[sessions.venues]]\n"
        f'  code = "{venue.code}"\n'
        f'  name = "{venue.name}"\n'
        f"  capacity = {venue.capacity}\n"
        f"  summoned = {venue.summoned}\n"
        f"  units = [{units}]\n"
    )


_HEAD = f"""\
[campaign]
code = "{morning.CAMPAIGN}"
title = "Học tập, quán triệt Nghị quyết Trung ương 4 khóa XII"
unit = "TG"
documents = ["04-NQ/TW", "20-HD/BTGTW", "28-KH/TU"]
opens_on = 2016-11-22
cutoff_on = 2017-04-12

[[sessions]]
code = "{morning.SESSION}"
title = "Hội nghị trực tuyến toàn tỉnh"
kind = "main"
starts_at = {morning.STARTS_AT:%Y-%m-%dT%H:%M:%S}
ends_at = {morning.ENDS_AT:%Y-%m-%dT%H:%M:%S}
opens_before = "30m"
late_after = "15m"
closes_after = "0m"
codes = "rotating"
check_out = false
"""

_TAIL = """
[[obligations]]
code = "BTH"
kind = "essay"
title = "Bài thu hoạch"
due_at = 2017-01-31T17:00:00
handwritten = true
remind_days = [7, 3, 1, 0, -1, -3]
exempt = ["miễn sinh hoạt"]

[attendance]
complete = "any"

[lagging]
margin = 0.15
on_day = false
"""
