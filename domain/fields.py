"""Reading a TOML table field by field: every fault is kept with its place, none stops the reading.

A field with a fault reads as a stand-in of the right type; `Faults.free_of` tells the checks that
compare fields which values are real.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from domain.text import clean, from_local

Choice = TypeVar("Choice", bound=StrEnum)

NOWHERE = datetime(2000, 1, 1, tzinfo=UTC)  # the stand-in for an instant
YEARS = range(2000, 2101)

# Codes are typed after commands, in paths such as NQTW4/HN and in other programs' arguments.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")
_LONGEST = timedelta(days=7)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class PlanFault:
    """What is wrong, and where: "sessions[0].venues[2].units"."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass
class Faults:
    found: list[PlanFault] = field(default_factory=list)

    def add(self, place: str, reason: str) -> None:
        self.found.append(PlanFault(place, reason))

    def free_of(self, *places: str) -> bool:
        """Whether nothing was found at these places, so that their values are real."""
        return not any(fault.place in places for fault in self.found)


def quoted(text: object) -> str:
    return f"“{text}”"


class Fields:
    """The fields of one table."""

    def __init__(self, values: Any, place: str, faults: Faults) -> None:
        self.place = place
        self.faults = faults
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self._read: list[str] = []
        if not isinstance(values, dict):
            faults.add(place, "phải là một bảng (các dòng “tên = giá trị”)")

    def at(self, key: str) -> str:
        spelled = key if _BARE_KEY.fullmatch(key) else f'"{key}"'
        return f"{self.place}.{spelled}" if self.place else spelled

    def fault(self, key: str, reason: str) -> None:
        self.faults.add(self.at(key), reason)

    def has(self, key: str) -> bool:
        self._read.append(key)
        return key in self._values

    def done(self) -> None:
        """Whatever was not asked for does not belong here."""
        for key in self._values:
            if key not in self._read:
                near = difflib.get_close_matches(key, self._read, 1)
                hint = f"; có phải là {quoted(near[0])} không?" if near else ""
                self.fault(key, f"không có mục này{hint}")

    def _take(self, key: str) -> Any:
        if self.has(key):
            return self._values[key]
        self.fault(key, "còn thiếu")
        return None

    def text(self, key: str, longest: int = 300) -> str:
        return self._text(self.at(key), self._take(key), longest)

    def _text(self, place: str, value: Any, longest: int) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self.faults.add(place, "phải là chữ, đặt trong ngoặc kép")
            return ""
        text = clean(value)
        if not text or not text.isprintable() or len(text) > longest:
            self.faults.add(place, f"phải có từ 1 đến {longest} ký tự đọc được")
        return text

    def code(self, key: str) -> str:
        text = self._text(self.at(key), self._take(key), 300)
        if text and not _CODE.fullmatch(text):
            self.fault(
                key,
                f"mã {quoted(text)} chỉ được gồm chữ không dấu, số và các dấu . _ - "
                "(tối đa 32 ký tự, bắt đầu bằng chữ hoặc số)",
            )
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        if not self.has(key):
            return ()
        values = self._values[key]
        if not isinstance(values, list):
            self.fault(key, 'phải là một danh sách, ví dụ ["A", "B"]')
            return ()
        return tuple(
            self._text(f"{self.at(key)}[{index}]", value, 100) for index, value in enumerate(values)
        )

    def choice(self, key: str, default: Choice) -> Choice:
        if not self.has(key):
            return default
        return self._choice(key, self._values[key], type(default)) or default

    def needed_choice(self, key: str, kinds: type[Choice]) -> Choice:
        value = self._take(key)
        first = next(iter(kinds))
        return first if value is None else self._choice(key, value, kinds) or first

    def _choice(self, key: str, value: Any, kinds: type[Choice]) -> Choice | None:
        if isinstance(value, str) and clean(value) in [kind.value for kind in kinds]:
            return kinds(clean(value))
        self.fault(key, f"phải là một trong: {', '.join(quoted(kind.value) for kind in kinds)}")
        return None

    def flag(self, key: str, default: bool) -> bool:
        value = self._values[key] if self.has(key) else default
        if not isinstance(value, bool):
            self.fault(key, "phải là true hoặc false")
            return default
        return value

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        if not self.has(key):
            return None
        value = self._values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            self.fault(key, f"phải là số nguyên từ {lowest} đến {highest}")
            return None
        return value

    def wholes(self, key: str, default: Iterable[int], lowest: int, highest: int) -> list[int]:
        values = self._values[key] if self.has(key) else list(default)
        if not isinstance(values, list) or not all(
            isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
            for value in values
        ):
            self.fault(key, f"phải là danh sách số nguyên từ {lowest} đến {highest}")
            return []
        return values

    def share(self, key: str, default: float) -> float:
        value = self._values[key] if self.has(key) else default
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            self.fault(key, "phải là số từ 0 đến 1, ví dụ 0.15")
            return default
        return float(value)

    def duration(self, key: str, default: str) -> timedelta:
        value = self._values[key] if self.has(key) else default
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if not match or not value:
            self.fault(key, 'phải là khoảng thời gian, ví dụ "30m", "1h", "1h30m", "90s"')
            return timedelta(0)
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        if length > _LONGEST:
            self.fault(key, "không được dài quá 7 ngày")
        return length

    def day(self, key: str) -> date:
        value = self._take(key)
        if value is None:
            return NOWHERE.date()
        if not isinstance(value, date) or isinstance(value, datetime) or value.year not in YEARS:
            self.fault(key, "phải là một ngày không đặt trong ngoặc kép, ví dụ 2016-11-22")
            return NOWHERE.date()
        return value

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def instant(self, key: str) -> datetime:
        """A time on the clock in Vietnam; one with an offset of its own keeps it."""
        value = self._take(key)
        if value is None:
            return NOWHERE
        if not isinstance(value, datetime) or value.year not in YEARS:
            self.fault(key, "phải là ngày giờ không đặt trong ngoặc kép, ví dụ 2016-12-09T07:30:00")
            return NOWHERE
        return value.astimezone(UTC) if value.tzinfo else from_local(value)

    def table(self, key: str) -> Fields:
        """A table within; one that is not there reads as empty."""
        return Fields(self._values[key] if self.has(key) else {}, self.at(key), self.faults)

    def needed_table(self, key: str) -> Fields:
        if self.has(key):
            return self.table(key)
        self.fault(key, "còn thiếu")
        return Fields({}, self.at(key), Faults())  # its fields need not be missed one by one

    def tables(self, key: str) -> list[Fields]:
        values = self._values[key] if self.has(key) else []
        if not isinstance(values, list):
            self.fault(key, f"phải là danh sách, mỗi phần mở đầu bằng [[{key}]]")
            return []
        return [
            Fields(value, f"{self.at(key)}[{index}]", self.faults)
            for index, value in enumerate(values)
        ]

    def instants(self) -> dict[str, datetime]:
        """Every field as an instant, by its key."""
        return {clean(key): self.instant(key) for key in self._values}
