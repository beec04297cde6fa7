"""Venues of a session from a sheet: one row each, units by code or by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.fields import Faults, Fields
from domain.plan import PlanSession, PlanVenue
from domain.plan_file import read_venue
from domain.roster.rows import Sheet
from domain.text import clean, fold

CODE, NAME, UNITS, SUMMONED, CAPACITY = "Mã", "Tên điểm cầu", "Đơn vị", "Triệu tập", "Sức chứa"
SEARCHED_ROWS = 30  # the headings stand somewhere in these

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    CODE: ("ma", "ma diem cau"),
    NAME: ("ten diem cau", "diem cau", "ten", "hoi truong", "dia diem"),
    UNITS: ("don vi", "cac don vi", "ma don vi", "ten don vi"),
    SUMMONED: ("trieu tap", "so trieu tap", "so luong trieu tap"),
    CAPACITY: ("suc chua", "so cho"),
}
_APART = re.compile(r"\s*[;\n,]\s*")


@dataclass(frozen=True, slots=True)
class VenueUnits:
    """The units of the campaign, as a sheet may call them."""

    codes: Mapping[str, str]  # in lower case -> code
    names: Mapping[str, Sequence[str]]  # folded -> codes


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    values: Mapping[str, str]


def with_venues(
    session: PlanSession, sheets: Sequence[Sheet], units: VenueUnits
) -> tuple[PlanSession, list[str]]:
    """The session with the venues that the sheets list; those that it had besides stay.

    The second value is every fault, with its row.
    """
    found = next((table for sheet in sheets if (table := _table(sheet))), None)
    if found is None:
        return session, [f"không thấy các cột {NAME}, {UNITS}"]
    sheet, rows = found
    faults: list[str] = []
    venues = {venue.code: venue for venue in session.venues}
    seen: dict[str, int] = {}
    for row in rows:
        place = f"{sheet}, dòng {row.number}"
        known = _known(row, venues)
        code = clean(row.values.get(CODE, "")) or (known.code if known else _free(venues))
        if code in seen:
            faults.append(f"{place}: điểm cầu đã có ở dòng {seen[code]}")
        seen[code] = row.number
        venue, wrong = _venue(row, code, known, session.place, units)
        venues[code] = venue
        faults += [f"{place}, {reason}" for reason in wrong]
    if not seen:
        faults.append(f"{sheet}: không có điểm cầu nào")
    return replace(session, venues=tuple(venues.values())), faults


def _table(sheet: Sheet) -> tuple[str, list[_Row]] | None:
    """The rows below the first row that holds the headings."""
    for index, cells in enumerate(sheet.rows[:SEARCHED_ROWS]):
        columns = {name: n for n, cell in enumerate(cells) if (name := _heading(cell))}
        if NAME in columns and UNITS in columns:
            return sheet.name, list(_rows(sheet, index, columns))
    return None


def _heading(cell: str) -> str | None:
    key = " ".join(re.findall(r"[a-z0-9]+", fold(cell)))
    return next((name for name, known in _HEADINGS.items() if key in known), None)


def _rows(sheet: Sheet, heading: int, columns: Mapping[str, int]) -> Iterator[_Row]:
    for index, cells in enumerate(sheet.rows[heading + 1 :], heading + 2):
        values = {name: cells[n] for name, n in columns.items() if n < len(cells) and cells[n]}
        if values:
            yield _Row(index, values)


def _known(row: _Row, venues: Mapping[str, PlanVenue]) -> PlanVenue | None:
    """The venue that the row speaks of: by its code, else by its name."""
    if code := clean(row.values.get(CODE, "")):
        return venues.get(code)
    name = fold(row.values.get(NAME, ""))
    return next((venue for venue in venues.values() if fold(venue.name) == name), None)


def _free(venues: Mapping[str, PlanVenue]) -> str:
    taken = {code.upper() for code in venues}
    numbers = range(1, len(taken) + 2)
    return next(code for n in numbers if (code := f"V{n:03}") not in taken)


def _venue(
    row: _Row, code: str, known: PlanVenue | None, place: str, units: VenueUnits
) -> tuple[PlanVenue, list[str]]:
    wrong: list[str] = []
    values: dict[str, object] = {"code": code, "units": _units(row, units, wrong)}
    if name := row.values.get(NAME, ""):
        values["name"] = name
    for key, column in (("summoned", SUMMONED), ("capacity", CAPACITY)):
        text = clean(row.values.get(column, "")).replace(".", "")
        if text:
            is_number = text.isascii() and text.isdigit() and len(text) < 8
            values[key] = int(text) if is_number else text
        elif known is not None and (before := getattr(known, key)) is not None:
            values[key] = before
    if known is not None and known.contact is not None:
        values["contact"] = known.contact
    faults = Faults()
    venue = read_venue(Fields(values, f"{place}.venues[{code}]", faults))
    if not wrong or values["units"]:
        wrong += [f"{_column(one.place)}: {one.reason}" for one in faults.found]
    return venue, wrong


def _column(place: str) -> str:
    key = re.sub(r"\[\d+\]$", "", place).rpartition(".")[2]
    names = {"code": CODE, "name": NAME, "units": UNITS, "summoned": SUMMONED}
    return f"cột {names.get(key, CAPACITY)}"


def _units(row: _Row, units: VenueUnits, wrong: list[str]) -> list[str]:
    """A cell as a whole may be one unit, though its name has a comma."""
    text = row.values.get(UNITS, "")
    found: list[str] = []
    parts = [text] if _codes(text, units) else [part for part in _APART.split(text) if clean(part)]
    for part in parts:
        codes = _codes(part, units)
        if len(codes) == 1:
            found += codes
        elif codes:
            wrong.append(f"cột {UNITS}: có nhiều đơn vị tên “{clean(part)}”; đề nghị ghi mã")
        else:
            wrong.append(f"cột {UNITS}: không có đơn vị “{clean(part)[:80]}”")
    return found


def _codes(text: str, units: VenueUnits) -> Sequence[str]:
    code = units.codes.get(clean(text).lower())
    return [code] if code else units.names.get(fold(text), [])
