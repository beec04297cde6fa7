"""Reading one cell of a roster: a value, or a fault that says what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from domain import phones
from domain.members import Position, Status
from domain.roster import tables as column
from domain.roster.rows import Fault
from domain.roster.tables import Line
from domain.text import fold

LONGEST_NAME = 200
LONGEST_CODE = 64
OLDEST, YOUNGEST = 120, 16  # years of age that a member may have

_STATUSES = {fold(status): status for status in Status} | {
    "": Status.FULL,
    "dang vien chinh thuc": Status.FULL,
    "dang vien du bi": Status.PROBATIONARY,
    "duoc mien sinh hoat": Status.EXEMPT,
    "duoc mien cong tac va sinh hoat dang": Status.EXEMPT,
    "duoc giam sinh hoat": Status.REDUCED,
}
_POSITIONS = {fold(position): position for position in Position} | {
    "": Position.MEMBER,
    "bi thu chi bo": Position.SECRETARY,
    "pho bi thu chi bo": Position.DEPUTY,
    "chi uy vien": Position.MEMBER,
    "cap uy vien": Position.MEMBER,
}
_YES = {"x", "v", "1", "co", "true"}
_NO = {"", "0", "khong", "false"}
_NO_PHONE = {"", "0", "x", "-", "khong", "khong co", "chua co"}
_FORMULA = ("=", "+", "-", "@", "#")
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")  # what a spreadsheet makes of a long number
_YEAR = re.compile(r"(?:\d{1,2}[./-]){0,2}(\d{4})|(\d{4})-\d\d-\d\d.*")
_PHONES_APART = re.compile(r"\s*[;/,]\s*(?=\+|0|8)|\s+-\s+(?=0)")


def full_name(line: Line, heading: str, faults: list[Fault]) -> str:
    """The name of a person or unit: words, not a formula, not a novel."""
    text = line[heading]
    reason = _wrong_text(text, LONGEST_NAME)
    if reason is None and not any(character.isalpha() for character in text):
        reason = "không có chữ nào" if text else "để trống"
    if reason is None and ("?" in text or "\ufffd" in text):
        reason = "có ký tự bị mất khi lưu tệp; đề nghị lưu lại dạng .xlsx hoặc CSV UTF-8"
    if reason is not None:
        faults.append(line.fault(heading, reason))
    return text


def code(line: Line, heading: str, faults: list[Fault]) -> str:
    """A code as text; "" where the cell is empty, which is the caller's to judge."""
    text = line[heading]
    reason = _wrong_text(text, LONGEST_CODE)
    if reason is None and _ROUNDED.fullmatch(text):
        reason = "mã đã bị bảng tính rút gọn; đề nghị định dạng cột là văn bản"
    if reason is not None:
        faults.append(line.fault(heading, reason))
    return text


def _wrong_text(text: str, longest: int) -> str | None:
    if text.startswith(_FORMULA):
        return "là công thức hoặc lỗi của bảng tính"
    if len(text) > longest:
        return f"dài hơn {longest} ký tự"
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "có ký tự điều khiển"
    return None


def kind(line: Line, faults: list[Fault]) -> str:
    text = line[column.KIND].lower()
    reason = "để trống" if not text else _wrong_text(text, LONGEST_CODE)
    if reason is not None:
        faults.append(line.fault(column.KIND, reason))
    return text


def is_headcount_only(line: Line, faults: list[Fault]) -> bool:
    folded = fold(line[column.TOTALS])
    if folded not in _YES | _NO:
        faults.append(line.fault(column.TOTALS, "chỉ ghi x hoặc để trống"))
    return folded in _YES


def status(line: Line, faults: list[Fault]) -> Status:
    found = _STATUSES.get(fold(line[column.STATUS]))
    if found is None:
        faults.append(line.fault(column.STATUS, "không phải một trong: " + ", ".join(Status)))
    return found or Status.FULL


def position(line: Line, faults: list[Fault]) -> Position:
    found = _POSITIONS.get(fold(line[column.POSITION]))
    if found is None:
        faults.append(line.fault(column.POSITION, "không phải một trong: " + ", ".join(Position)))
    return found or Position.MEMBER


def birth_year(line: Line, today: date, faults: list[Fault]) -> int | None:
    """From a year or a whole date, of which only the year is kept."""
    text = line[column.BIRTH_YEAR]
    if not text:
        return None
    match = _YEAR.fullmatch(text)
    year = int(match[1] or match[2]) if match else 0
    if not today.year - OLDEST <= year <= today.year - YOUNGEST:
        faults.append(line.fault(column.BIRTH_YEAR, "không phải năm sinh của một đảng viên"))
        return None
    return year


def phone(line: Line, faults: list[Fault]) -> str | None:
    """The first number of the cell."""
    text = line[column.PHONE]
    if fold(text) in _NO_PHONE:
        return None
    number = phones.e164(text) or phones.e164(_PHONES_APART.split(text)[0])
    if number is None:
        faults.append(line.fault(column.PHONE, "không phải số điện thoại Việt Nam"))
    return number
