"""Tables that are taken along."""

from __future__ import annotations

import asyncio
from datetime import datetime

from domain.text import clock, day
from reports.tables import Table, workbook
from web.doors.dashboard import Download

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_of(at: datetime) -> str:
    """What stands above every table: the instant of its figures."""
    return f"Số liệu lúc {clock(at)}, {day(at)}"


async def sheet(name: str, table: Table) -> Download:
    """The table as a file; writing it holds up nobody else."""
    return Download(f"{name}.xlsx", await asyncio.to_thread(workbook, table), XLSX)
