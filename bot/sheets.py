"""Reading sheets that strangers made: each file in a process of its own, with little to lose.

A zip bomb, or a cell stored a million rows away, ends the child; its limits are in
`bot.sheet_child`. Whatever happens there, here it is a fault with a reason.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import children
from domain.roster.rows import Fault, RosterFaults, Sheet

LARGEST_FILE = 40 * 1024 * 1024  # bytes; a province's roll takes 3 MB
TIMEOUT = 120  # seconds by the clock; the child's own limit counts processor time

_KINDS = (".xlsx", ".csv")
_ENDED = (
    "không đọc được: tệp hỏng, quá lớn, hoặc có ô dữ liệu nằm rất xa bảng;"
    " đề nghị chép phần bảng sang một tệp mới"
)


class UnreadableFile(RosterFaults):
    """Files that cannot be read at all."""


async def read_sheets(paths: Sequence[Path]) -> list[Sheet]:
    """The sheets of all files, or UnreadableFile with a fault for each file that has none."""
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    for path in paths:
        found, reason = await _read(path)
        sheets += found
        if reason is not None:
            faults.append(Fault(path.name, None, None, reason))
    if faults:
        raise UnreadableFile(faults)
    return sheets


async def _read(path: Path) -> tuple[list[Sheet], str | None]:
    reason = _refused(path)
    if reason is not None:
        return [], reason
    output = await children.run("bot.sheet_child", os.fspath(path), seconds=TIMEOUT)
    if output is None:
        return [], _ENDED
    answer = [json.loads(line) for line in output.splitlines()]
    if not answer or "end" not in answer[-1]:
        return [], answer[-1]["fault"] if answer and "fault" in answer[-1] else _ENDED
    return list(_sheets(answer)), None


def _refused(path: Path) -> str | None:
    """What needs no look into the file."""
    if not path.is_file():
        return "không có tệp này"
    if path.suffix.lower() not in _KINDS:
        return "chỉ nhận tệp .xlsx hoặc .csv"
    size = path.stat().st_size
    if size > LARGEST_FILE:
        return f"lớn hơn {LARGEST_FILE // 1024**2} MB"
    return None if size else "tệp rỗng"


def _sheets(answer: list[dict[str, list[str] | str]]) -> Iterator[Sheet]:
    """The child's lines: {"sheet": name}, then {"row": [...]} for each of its rows."""
    rows: list[list[str]] = []
    for line in answer:
        if "sheet" in line:
            rows = []
            yield Sheet(str(line["sheet"]), rows)
        elif "row" in line:
            rows.append(list(line["row"]))
