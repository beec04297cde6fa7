"""Tables that are taken along."""

from __future__ import annotations

import asyncio

from reports.tables import MEDIA_TYPE, Table, as_of, workbook
from web.doors.dashboard import Download

__all__ = ["as_of", "sheet"]


async def sheet(name: str, table: Table) -> Download:
    """The table as a file; writing it holds up nobody else."""
    return Download(f"{name}.xlsx", await asyncio.to_thread(workbook, table), MEDIA_TYPE)
