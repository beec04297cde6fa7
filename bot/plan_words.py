"""What a plan changes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from domain.text import clock, day, number
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
            told = "; ".join(difference(one) for one in change.differences)
            yield f"Đã sửa {_named(change)}: {told}."


def _named(change: Change) -> str:
    return f"{_SUBJECTS[change.subject]} {change.code}"


def difference(one: Difference) -> str:
    """One field, before and after."""
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
