"""Finding the tables in sheets that people made: titles above, columns in any order, extras."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.roster.rows import Fault, Place, Sheet
from domain.text import clean, fold

CODE, NAME, KIND, PARENT, TOTALS = "Mã", "Tên", "Loại", "Mã cấp trên", "Chỉ nhập tổng số"
MEMBER_CODE, FULL_NAME, CELL_CODE, CELL = "Mã đảng viên", "Họ và tên", "Mã chi bộ", "Chi bộ"
POSITION, STATUS = "Chức vụ", "Tình trạng"
BIRTH_YEAR, PHONE = "Năm sinh", "Số điện thoại"
ORDINAL = "STT"

UNITS, MEMBERS = "Đơn vị", "Đảng viên"

_UNIT_HEADINGS = {
    CODE: ("ma", "ma don vi"),
    NAME: ("ten", "ten don vi"),
    KIND: ("loai", "loai don vi"),
    PARENT: ("ma cap tren", "ma don vi cap tren", "cap tren"),
    TOTALS: ("chi nhap tong so",),
    ORDINAL: ("stt", "tt", "so tt", "so thu tu"),
}
_MEMBER_HEADINGS = {
    MEMBER_CODE: ("ma dang vien", "ma dv", "ma"),
    FULL_NAME: ("ho va ten", "ho ten", "ho va ten dang vien", "ho ten dang vien"),
    CELL_CODE: ("ma chi bo",),
    CELL: ("chi bo", "ten chi bo", "chi bo sinh hoat"),
    POSITION: ("chuc vu", "chuc vu dang"),
    STATUS: ("tinh trang",),
    BIRTH_YEAR: ("nam sinh", "ngay sinh", "ngay thang nam sinh"),
    PHONE: ("so dien thoai", "dien thoai", "sdt", "so dt", "dt", "so dien thoai di dong"),
    ORDINAL: ("stt", "tt", "so tt", "so thu tu"),
}
REQUIRED = {
    UNITS: (CODE, NAME, KIND, PARENT),
    MEMBERS: (FULL_NAME, CELL_CODE, POSITION, STATUS),
    CELL: (FULL_NAME, CELL),  # a plain sheet, which names its cells
}

SEARCHED_ROWS = 60  # the headings stand somewhere in these
MOST_SHOWN, LONGEST_SHOWN = 12, 40  # headings, and letters of one, in a fault


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, by heading."""

    place: Place
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def fault(self, column: str, reason: str) -> Fault:
        return self.place.fault(column, reason)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose headings were found. `kind` is a key of REQUIRED."""

    sheet: Sheet
    kind: str
    heading_row: int  # index in sheet.rows
    columns: Mapping[str, int]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        return [column for column in REQUIRED[self.kind] if column not in self.columns]

    def faults(self) -> list[Fault]:
        place = Place(self.sheet.name, self.heading_row + 1)
        lacking = f"thiếu cột này; thấy: {shown(self.sheet, self.heading_row)}"
        return [place.fault(column, lacking) for column in self.missing] + [
            place.fault(column, "cột này có hai lần") for column in self.repeated
        ]

    def lines(self) -> Iterator[Line]:
        """The rows below the headings, without blank ones and without repeated headings."""
        places = [(c, i) for c, i in self.columns.items() if c != ORDINAL]
        for index, row in enumerate(self.sheet.rows):
            if index <= self.heading_row or not any(row):
                continue
            values = {c: text for c, i in places if i < len(row) and (text := clean(row[i]))}
            if values and not self._is_heading(index, row, values):
                yield Line(Place(self.sheet.name, index + 1), values)

    def _is_heading(self, index: int, row: Sequence[str], values: Mapping[str, str]) -> bool:
        if index == self.heading_row + 1:
            return _is_enumeration([cell.strip(" ()") for cell in row if cell.strip()])
        return len(values) > 1 and all(
            _key(text) in _headings(self.kind)[column] for column, text in values.items()
        )


def _is_enumeration(texts: Sequence[str]) -> bool:
    """ "A B 1 2 3" or "(1) (2) (3)": columns are often numbered below their headings."""
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 3]
    letters = [text for text in texts if len(text) == 1 and text.isalpha()]
    return (
        len(numbers) > 2
        and len(numbers) + len(letters) == len(texts)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def _headings(kind: str) -> Mapping[str, tuple[str, ...]]:
    return _UNIT_HEADINGS if kind == UNITS else _MEMBER_HEADINGS


@lru_cache(maxsize=4096)
def _key(heading: str) -> str:
    """ "HỌ  và tên (*)" -> "ho va ten"."""
    words = re.sub(r"\([^)]*\)", " ", fold(heading))
    return " ".join(re.findall(r"[a-z0-9]+", words))


def find_tables(sheets: Sequence[Sheet]) -> list[Table]:
    """The tables that could be units or members; sheets with neither are left out."""
    return [table for sheet in sheets if (table := _table(sheet)) is not None]


def _table(sheet: Sheet) -> Table | None:
    """The kind that the sheet's name says, else the one that more of its headings fit."""
    named = named_as(sheet)
    candidates = [_best(sheet, kind) for kind in (MEMBERS, UNITS) if named in (None, kind)]
    best = max(candidates, key=lambda table: len(set(table.columns) - {ORDINAL}))
    if named is None and len(set(best.columns) - {ORDINAL}) < 2:
        return None
    return best


def shown(sheet: Sheet, row: int) -> str:
    """The headings that stand in this row, for whoever looks for the wrong one."""
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    found = [heading[:LONGEST_SHOWN] for cell in cells if (heading := clean(cell))]
    rest = ", …" if len(found) > MOST_SHOWN else ""
    return (", ".join(found[:MOST_SHOWN]) or "không có gì") + rest


def lacks_plain(sheet: Sheet) -> Fault:
    """What keeps this sheet from being read as a plain list."""
    best = _best(sheet, MEMBERS)
    missing = [column for column in REQUIRED[CELL] if column not in best.columns]
    row = best.heading_row
    if not best.columns:  # no heading is known: the first row with several cells stands for them
        rows = enumerate(sheet.rows[:SEARCHED_ROWS])
        row = next((i for i, cells in rows if sum(bool(clean(c)) for c in cells) > 1), 0)
    reason = f"không thấy cột {', '.join(missing)}; thấy: {shown(sheet, row)}"
    return Fault(sheet.name, None, None, reason)


def named_as(sheet: Sheet) -> str | None:
    """UNITS or MEMBERS where the sheet (or the .csv file) is called so."""
    squeezed = _key(sheet.name).replace(" ", "")
    return {"donvi": UNITS, "dangvien": MEMBERS}.get(squeezed)


def _best(sheet: Sheet, kind: str) -> Table:
    tables = [_at(sheet, kind, index) for index in range(min(len(sheet.rows), SEARCHED_ROWS))]
    return max(
        tables or [Table(sheet, kind, 0, {}, (), ())],
        key=lambda table: (len(table.columns), -table.heading_row),
    )


def _at(sheet: Sheet, kind: str, index: int) -> Table:
    """The table if the headings stood in this row."""
    columns: dict[str, int] = {}
    repeated, unknown = [], []
    for position, cell in enumerate(sheet.rows[index]):
        key = _key(cell) if len(cell) < 100 else ""
        column = next((c for c, keys in _headings(kind).items() if key in keys), None)
        if column is None:
            unknown += [clean(cell)] if cell.strip() else []
        elif column in columns:
            repeated.append(column)
        else:
            columns[column] = position
    if kind == MEMBERS and CELL in columns and CELL_CODE not in columns:
        kind = CELL
    elif kind == MEMBERS and CELL in columns:  # beside the code, the cell's name says nothing new
        del columns[CELL]
    return Table(sheet, kind, index, columns, tuple(repeated), tuple(unknown))
