"""Reading sheets that strangers made: each file in a process of its own, with little to lose.

A zip bomb, or a cell stored a million rows away, ends the child; its limits are in
`bot.sheet_child`. Whatever happens there, here it is a fault with a reason.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

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
    output = await _run_child(path)
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


async def _run_child(path: Path) -> bytes | None:
    """What the child wrote, None if it was killed, crashed or took too long."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sheet_child",
        os.fspath(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a crash writes its stack there
        env=_environment(),
    )
    try:
        output, _ = await asyncio.wait_for(child.communicate(), TIMEOUT)
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return output if child.returncode == 0 else None


def _environment() -> dict[str, str]:
    """Our own without the settings: a file that takes the child over finds no token."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("DIEMDANH_")
    } | {
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def _sheets(answer: list[dict[str, list[str] | str]]) -> Iterator[Sheet]:
    """The child's lines: {"sheet": name}, then {"row": [...]} for each of its rows."""
    rows: list[list[str]] = []
    for line in answer:
        if "sheet" in line:
            rows = []
            yield Sheet(str(line["sheet"]), rows)
        elif "row" in line:
            rows.append(list(line["row"]))
