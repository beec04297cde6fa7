"""Reading what people type and printing what they read, the Vietnamese way."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

# Vietnam has kept UTC+7 without summer time since 1975; no time-zone database is needed.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

_MARKS = re.compile(r"[\u0300-\u036f]")
# Of đ, and of the look-alike ð of Icelandic, which older keyboards type.
_BARRED_D = str.maketrans("đð", "dd")
_SPACES = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u00ad]+")


def clean(text: str) -> str:
    """The same words, composed (NFC), with ASCII digits and single plain spaces.

    Full-width characters, as some keyboards type them, become plain ones.
    """
    text = "".join(_narrow(character) for character in text)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _narrow(character: str) -> str:
    if "\uff01" <= character <= "\uff5e":  # full-width forms of ASCII
        return chr(ord(character) - 0xFEE0)
    if not character.isascii() and character.isdecimal():
        return str(unicodedata.decimal(character))
    return character


def fold(text: str) -> str:
    """For comparing and searching: lower case, without marks, đ as d."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", clean(text).lower()))
    return plain.translate(_BARRED_D)


def initials(name: str) -> str:
    """ "Nguyễn Thị Lan" -> "N.T.L." """
    return "".join(f"{word[0].upper()}." for word in clean(name).split())


def number(value: int) -> str:
    """28029 -> "28.029"."""
    return f"{value:,}".replace(",", ".")


def rate(part: int, whole: int) -> str:
    """28029, 42989 -> "65,2%"; rounded half up, last; "–" without a denominator."""
    if whole <= 0:
        return "–"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10}%"


def local(at: datetime) -> datetime:
    return at.astimezone(VIETNAM)


def from_local(at: datetime) -> datetime:
    """A wall-clock time in Vietnam as an instant in UTC."""
    return at.replace(tzinfo=VIETNAM).astimezone(UTC)


def clock(at: datetime) -> str:
    """07:12"""
    return f"{local(at):%H:%M}"


def day(at: datetime | date) -> str:
    """09/12/2016"""
    if isinstance(at, datetime):
        at = local(at)
    return f"{at:%d/%m/%Y}"


def same_day(one: datetime, other: datetime) -> bool:
    return local(one).date() == local(other).date()


def numbers(text: str, highest: int) -> list[int] | None:
    """ "1-3 5, 8" -> [1, 2, 3, 5, 8]; None where it is no list of numbers up to `highest`."""
    if not re.fullmatch(r"[\d\s,;.\-–]+", text) or not re.search(r"\d", text):
        return None
    found: list[int] = []
    for part in re.split(r"[\s,;.]+", re.sub(r"\s*[-–]\s*", "-", text.strip())):
        if not part:
            continue
        ends = part.split("-")
        if len(ends) > 2 or not all(end.isdigit() and len(end) < 7 for end in ends):
            return None
        first, last = sorted((int(ends[0]), int(ends[-1])))
        if not 1 <= first <= last <= highest:
            return None
        found += [value for value in range(first, last + 1) if value not in found]
    return found
