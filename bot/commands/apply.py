"""`apply`: bring a plan into force and say what that changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bot import toml_file
from bot.holidays import on_holidays
from bot.plan_words import described
from bot.refusal import Refused
from domain.plan import PlanFaults
from domain.plan_file import read_with_faults
from storage import plan as plans
from storage.database import Database


async def apply(database: Database, path: Path, *, now: datetime) -> None:
    """Make the campaign be as the file says. Raises PlanFaults, listed on stderr, or changes it."""
    screen = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        plan, faults = read_with_faults(_read(path))
        async with database.write() as tx:
            changes = await plans.apply(tx, plan, now, faults=faults)
    except PlanFaults as refused:
        screen.print(f"Kế hoạch có {len(refused.faults)} lỗi, chưa có gì thay đổi.")
        for fault in refused.faults:
            screen.print(str(fault))
        raise
    for oddity in (*changes.oddities, *on_holidays(plan)):
        screen.print(f"Lưu ý: {oddity}")
    for line in described(changes):
        screen.print(line)


def _read(path: Path) -> dict[str, Any]:
    try:
        return toml_file.read(path)
    except toml_file.Unreadable as why:
        raise Refused(f"{path}: {why.fault}. Cách sửa: {why.remedy}.") from None
