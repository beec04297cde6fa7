"""`apply`: bring a plan into force and say what that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import holidays
from rich.console import Console

from bot import toml_file
from bot.refusal import Refused
from domain.fields import PlanFault
from domain.plan import Plan, PlanFaults
from domain.plan_file import read_with_faults
from domain.text import clock, day, local, number
from storage import plan as plans
from storage.database import Database
from storage.plan_changes import Change, ChangeKind, Changes, Difference

_SUBJECTS = {
    "campaign": "đợt học tập",
    "session": "buổi học",
    "venue": "điểm cầu",
    "obligation": "nội dung phải nộp",
}
_FIELDS = {
    "title": "tên",
    "name": "tên",
    "unit": "đơn vị",
    "documents": "văn bản",
    "opens_on": "ngày mở đợt",
    "cutoff_on": "ngày chốt số liệu",
    "complete": "cách tính đã học",
    "arrivals": "người vừa đến trên màn hình",
    "lagging": "cách đôn đốc",
    "kind": "loại",
    "starts_at": "bắt đầu",
    "ends_at": "kết thúc",
    "opens_at": "mở điểm danh",
    "late_at": "đến muộn tính từ",
    "closes_at": "đóng điểm danh",
    "codes": "mã điểm danh",
    "has_check_out": "điểm danh lúc về",
    "capacity": "sức chứa",
    "summoned": "triệu tập",
    "contact": "người liên hệ",
    "units": "đơn vị",
    "due_at": "hạn nộp",
    "is_handwritten": "viết tay",
    "remind_days": "ngày nhắc",
    "exempt": "không phải nộp",
    "deadlines": "hạn riêng",
}


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


# --- days on which nobody should be called ---------------------------------------------------


def on_holidays(plan: Plan) -> list[PlanFault]:
    """Dates of the plan that fall on a public holiday or at Tết."""
    dates = list(_dates(plan))
    known = holidays.country_holidays("VN", years={on.year for _, on in dates}, language="vi")
    return [
        PlanFault(place, f"ngày {day(on)} là ngày nghỉ lễ ({known[on]})")
        for place, on in dates
        if on in known
    ]


def _dates(plan: Plan) -> Iterator[tuple[str, date]]:
    for session in plan.sessions:
        first, last = local(session.starts_at).date(), local(session.ends_at).date()
        yield f"{session.place}.starts_at", first
        if last != first:
            yield f"{session.place}.ends_at", last
    for obligation in plan.obligations:
        yield f"{obligation.place}.due_at", local(obligation.due_at).date()
        for name in ("due_by_level", "due_by_unit"):
            for key, due_at in getattr(obligation, name).items():
                yield f"{obligation.place}.{name}.{key}", local(due_at).date()


# --- what changed, in words ------------------------------------------------------------------


def described(changes: Changes) -> Iterator[str]:
    """Additions by number, each change and removal in a line of its own."""
    if not changes.changes:
        yield "Không có gì thay đổi."
        return
    added = [change.subject for change in changes.changes if change.kind is ChangeKind.ADDED]
    if added:
        parts = (
            f"{number(added.count(key))} {_SUBJECTS[key]}" for key in _SUBJECTS if key in added
        )
        yield f"Đã thêm: {', '.join(parts)}."
    for change in changes.changes:
        if change.kind is ChangeKind.REMOVED:
            yield f"Đã bỏ {_named(change)}."
        elif change.kind is ChangeKind.CHANGED:
            told = "; ".join(_difference(one) for one in change.differences)
            yield f"Đã sửa {_named(change)}: {told}."


def _named(change: Change) -> str:
    return f"{_SUBJECTS[change.subject]} {change.code}"


def _difference(one: Difference) -> str:
    label = _FIELDS[one.field]
    if isinstance(one.old, dict):
        return label
    if isinstance(one.old, list) and isinstance(one.new, list):
        more = [str(value) for value in one.new if value not in one.old]
        less = [str(value) for value in one.old if value not in one.new]
        parts = [f"thêm {', '.join(more)}"] * bool(more) + [f"bớt {', '.join(less)}"] * bool(less)
        return f"{label} {', '.join(parts) or 'đổi thứ tự'}"
    return f"{label} {_value(one.old)} → {_value(one.new)}"


def _value(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "có" if value else "không"
        case datetime():
            return f"{clock(value)} {day(value)}"
        case date():
            return day(value)
        case int():
            return number(value)
    return str(value)
