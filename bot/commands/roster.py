"""`import-roster`: compare a file with the roll, say what changes, change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.refusal import Refused
from bot.sheets import read_sheets
from domain.phones import phone_hash
from domain.roster.changes import Changes
from domain.roster.diff import diff
from domain.roster.reading import read_roster
from domain.roster.rows import Fault, Known, Placement, RosterFaults, Sheet
from domain.text import day, local, number
from storage import audit, roster
from storage.database import Database

FURTHEST = timedelta(days=400)  # a later day is a slip of the hand
NOBODY = "LƯU Ý: trong tệp không có dòng đảng viên nào. Đề nghị xem có đúng tệp, đúng trang không."
LONGEST_TABLE = 500  # faults; more are listed line by line


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an import did, or would do."""

    as_of: date
    is_dry_run: bool
    counts: Mapping[str, int]
    warnings: Sequence[str]

    @property
    def is_unchanged(self) -> bool:
        return not any(self.counts[name] for name in _CHANGING)


_CHANGING = (
    "units_new",
    "units_changed",
    "units_closed",
    "members_new",
    "members_moved",
    "members_changed",
    "members_removed",
)
COUNTED = {
    "members_listed": "Đảng viên trong danh sách",
    "secretaries": "Trong đó bí thư, phó bí thư",
    "units_new": "Đơn vị mới",
    "units_changed": "Đơn vị thay đổi",
    "units_closed": "Đơn vị kết thúc",
    "members_new": "Đảng viên mới",
    "members_moved": "Đảng viên chuyển chi bộ",
    "members_changed": "Đảng viên thay đổi thông tin",
    "members_removed": "Đảng viên đưa ra khỏi danh sách",
}


async def import_roster(
    database: Database,
    key: bytes,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    as_of: date | None = None,
    remove_missing: bool = False,
    under: str | None = None,
    unit_name: str | None = None,
    say: Callable[[str], None],
) -> Summary:
    """Bring the roll to what the files say. Raises RosterFaults, listed on stderr, or changes it.

    `key` is the key that phone numbers are hashed with; `say` hears the summary line by line.
    """
    screen = Console(stderr=True)
    today = local(datetime.now(UTC)).date()
    as_of = as_of or today
    if as_of > today + FURTHEST:
        raise Refused(
            f"Ngày {day(as_of)} (--as-of) còn hơn {FURTHEST.days} ngày nữa mới đến; đề nghị xem "
            "lại năm."
        )
    try:
        sheets = await read_sheets(paths)
        async with database.read() as db:
            known = await roster.load(db)
        placement = Placement(under, unit_name)
        changes = compare(
            sheets, known, placement, key, as_of, today, remove_missing=remove_missing
        )
    except RosterFaults as faulty:
        show_faults(screen, faulty.faults)
        raise
    if not dry_run:
        await _apply(database, changes, screen)
    summary = Summary(
        as_of=as_of, is_dry_run=dry_run, counts=changes.counts, warnings=changes.warnings
    )
    if not dry_run and not summary.is_unchanged:
        async with database.write() as tx:
            counts = dict(summary.counts)
            await audit.note(tx, None, "roster.imported", "roll", datetime.now(UTC), counts)
    _tell(summary, remove_missing, say)
    return summary


def compare(
    sheets: Sequence[Sheet],
    known: Known,
    placement: Placement,
    key: bytes,
    as_of: date,
    today: date,
    *,
    remove_missing: bool = False,
) -> Changes:
    """What the sheets change of what is known. Raises RosterFaults."""
    found = read_roster(sheets, known.units, max(as_of, today), placement)
    return diff(known, found, as_of, partial(phone_hash, key), remove_missing=remove_missing)


async def _apply(database: Database, changes: Changes, screen: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    is_watched = screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=not is_watched) as progress:
        task = progress.add_task("Đang nhập đảng viên", total=len(changes.members))
        try:
            await roster.apply(database, changes, lambda count: progress.advance(task, count))
        except roster.RollChanged as error:
            # Slices that came before stay; what they brought is right, and is not brought again.
            reason = "một lần nhập khác vừa thay đổi danh sách; đề nghị chạy lại để nhập nốt"
            screen.print(f"Chưa nhập xong: {reason}.", markup=False)
            raise RosterFaults([Fault("", None, None, reason)]) from error


def show_faults(screen: Console, faults: Sequence[Fault]) -> None:
    """Every fault with its place; as a table where a person looks, as lines elsewhere."""
    screen.print(f"Không nhập được: {len(faults)} lỗi, chưa có gì thay đổi.", markup=False)
    if not screen.is_terminal or len(faults) > LONGEST_TABLE:
        for fault in faults:
            screen.print(_line(fault), markup=False, highlight=False, soft_wrap=True)
        return
    table = Table("Trang", "Dòng", "Cột", "Lý do")
    for fault in faults:
        cells = (fault.sheet, str(fault.row or ""), fault.column or "", fault.reason)
        table.add_row(*map(Text, cells))  # plain: brackets in a sheet's name are no markup
    screen.print(table)


def _line(fault: Fault) -> str:
    places = [
        fault.sheet,
        f"dòng {fault.row}" if fault.row else "",
        f"cột {fault.column}" if fault.column else "",
    ]
    place = ", ".join(part for part in places if part)
    return f"{place}: {fault.reason}" if place else fault.reason


def _tell(summary: Summary, remove_missing: bool, say: Callable[[str], None]) -> None:
    for warning in summary.warnings:
        say(f"Lưu ý: {warning}")
    for name, words in COUNTED.items():
        if summary.counts[name] or name == "members_listed":
            say(f"{words}: {number(summary.counts[name])}")
    missing = summary.counts["members_missing"]
    if missing and not remove_missing:
        say(
            f"Có {number(missing)} đảng viên không còn trong tệp, vẫn giữ nguyên"
            " (--remove-missing để đưa ra khỏi danh sách)."
        )
    if not summary.counts["members_listed"]:
        say(NOBODY)
    if summary.is_unchanged:
        say("Không có gì thay đổi.")
    elif summary.is_dry_run:
        say(f"Mới chỉ thử, chưa thay đổi gì (tính từ ngày {day(summary.as_of)}).")
    else:
        say(f"Đã nhập danh sách, tính từ ngày {day(summary.as_of)}.")
