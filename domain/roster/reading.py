"""From sheets to a roster, or to the list of everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.roster import fields as fields
from domain.roster import tables as column
from domain.roster.plain import CellNames
from domain.roster.rows import (
    Fault,
    KnownUnit,
    MemberRow,
    Placement,
    Roster,
    RosterFaults,
    Sheet,
    UnitRow,
    code_key,
)
from domain.roster.tables import Line, Table, find_tables, lacks_plain, named_as
from domain.roster.tree import above_cells, parents, tree_faults
from domain.text import fold


def read_roster(
    sheets: Sequence[Sheet],
    known: Sequence[KnownUnit],
    today: date,
    placement: Placement = Placement(),  # noqa: B008 - frozen
) -> Roster:
    """What the sheets say; raises RosterFaults with every fault they have.

    `known` are the units that exist, which a file may refer to without listing them.
    """
    tables = find_tables(sheets)
    units, members = _choose(tables, column.UNITS), _choose(tables, column.MEMBERS)
    if plain := _plain(tables):
        chosen, faults = plain, _too_many(plain)
    elif lone := _meant_as_plain(sheets, [*units, *members], placement):
        raise RosterFaults([lacks_plain(lone)])
    else:
        chosen, faults = [*units, *members], _too_many(units) + _too_many(members)
        faults += _missing(units, column.UNITS) + _missing(members, column.MEMBERS)
        faults += _misplaced(placement)
    faults += [fault for table in chosen for fault in table.faults()]
    if faults:
        sound = [table for table in chosen if not table.faults()]
        raise RosterFaults(faults + [f for table in sound for f in _field_faults(table, today)])
    warnings = _ignored(sheets, chosen)
    if chosen[0].kind == column.CELL:
        return _read_plain(chosen[0], known, today, placement, warnings)
    return _read_listed(chosen[0], chosen[1], known, today, warnings)


def is_plain(sheets: Sequence[Sheet]) -> bool:
    """Whether this is a list without codes, which needs a unit to stand below."""
    tables = find_tables(sheets)
    listed = [*_choose(tables, column.UNITS), *_choose(tables, column.MEMBERS)]
    return bool(_plain(tables) or _meant_as_plain(sheets, listed, Placement()))


def _plain(tables: Sequence[Table]) -> list[Table]:
    """The tables that name their cells, unless others are there that have codes."""
    units, members = _choose(tables, column.UNITS), _choose(tables, column.MEMBERS)
    has_codes = len(units) > 0 or (len(members) > 0 and not members[0].missing)
    return [] if has_codes else _choose(tables, column.CELL)


def _field_faults(table: Table, today: date) -> list[Fault]:
    """What is wrong in a table's own rows, when another table cannot be read at all."""
    faults: list[Fault] = []
    if table.kind == column.UNITS:
        units = [_unit(line, column.TOTALS in table.columns, faults) for line in table.lines()]
        return faults + _repeated([(row.code, row) for row in units], column.CODE)
    members = [_member(line, "", today, faults) for line in table.lines()]
    return faults + _repeated([(row.code, row) for row in members], column.MEMBER_CODE)


def _meant_as_plain(
    sheets: Sequence[Sheet], tables: Sequence[Table], placement: Placement
) -> Sheet | None:
    """The one sheet of a list without codes, whose headings are not those that we know."""
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if len(filled) != 1 or named_as(filled[0]) is not None:
        return None
    has_codes = any({column.CELL_CODE, column.PARENT} & set(table.columns) for table in tables)
    return None if has_codes and placement == Placement() else filled[0]


def _choose(tables: Sequence[Table], kind: str) -> list[Table]:
    """The table called so; else the complete ones; else the one that comes nearest."""
    candidates = [table for table in tables if table.kind == kind]
    named = [table for table in candidates if named_as(table.sheet) is not None]
    complete = [table for table in candidates if not table.missing]
    return named or complete or sorted(candidates, key=lambda table: len(table.missing))[:1]


def _too_many(tables: Sequence[Table]) -> list[Fault]:
    return [
        Fault(table.sheet.name, None, None, "có nhiều trang cùng loại; đề nghị chỉ để một trang")
        for table in tables[1:]
    ]


def _missing(tables: Sequence[Table], name: str) -> list[Fault]:
    return [] if tables else [Fault(name, None, None, "không thấy trang này trong tệp")]


def _misplaced(placement: Placement) -> list[Fault]:
    if placement == Placement():
        return []
    return [Fault("", None, None, "--under và --unit-name chỉ dùng cho danh sách không có mã")]


def _ignored(sheets: Sequence[Sheet], chosen: Sequence[Table]) -> list[str]:
    """What of the file is not looked at, so that nobody believes it was."""
    read = [table.sheet for table in chosen]
    warnings = [
        f"Bỏ qua trang “{sheet.name}”." for sheet in sheets if sheet not in read and any(sheet.rows)
    ]
    for table in chosen:
        warnings += [
            f"Bỏ qua cột “{name}” của trang “{table.sheet.name}”." for name in table.unknown
        ]
    return warnings


# --- two sheets, with codes ------------------------------------------------------------------


def _read_listed(
    unit_table: Table,
    member_table: Table,
    known: Sequence[KnownUnit],
    today: date,
    warnings: list[str],
) -> Roster:
    faults: list[Fault] = []
    says_totals = column.TOTALS in unit_table.columns
    units = [_unit(line, says_totals, faults) for line in unit_table.lines()]
    if not units:
        faults.append(Fault(unit_table.sheet.name, None, None, "không có đơn vị nào"))
    faults += _repeated([(unit.code, unit) for unit in units], column.CODE)
    faults += tree_faults([unit for unit in units if unit.code], known)
    members = [
        _member(line, line[column.CELL_CODE], today, faults) for line in member_table.lines()
    ]
    faults += _member_faults(members, units, known)
    if faults:
        raise RosterFaults(sorted(faults, key=_by_place))
    listed = {code_key(unit.code) for unit in units}
    return Roster(
        units=units,
        members=members,
        warnings=warnings,
        columns=frozenset(member_table.columns),
        scope=frozenset(
            code_key(unit.code)
            for unit in units
            if unit.parent is None or code_key(unit.parent) not in listed
        ),
        lists_units=True,
    )


def _unit(line: Line, says_totals: bool, faults: list[Fault]) -> UnitRow:
    code = fields.code(line, column.CODE, faults)
    if not code:
        faults.append(line.fault(column.CODE, "để trống"))
    return UnitRow(
        place=line.place,
        code=code,
        name=fields.full_name(line, column.NAME, faults),
        kind=fields.kind(line, faults),
        parent=fields.code(line, column.PARENT, faults) or None,
        is_headcount_only=fields.is_headcount_only(line, faults) if says_totals else None,
    )


def _member(line: Line, cell: str, today: date, faults: list[Fault]) -> MemberRow:
    return MemberRow(
        place=line.place,
        code=fields.code(line, column.MEMBER_CODE, faults) or None,
        name=fields.full_name(line, column.FULL_NAME, faults),
        cell=cell,
        position=fields.position(line, faults),
        status=fields.status(line, faults),
        birth_year=fields.birth_year(line, today, faults),
        phone=fields.phone(line, faults),
    )


def _repeated(rows: Sequence[tuple[str | None, UnitRow | MemberRow]], heading: str) -> list[Fault]:
    first: dict[str, UnitRow | MemberRow] = {}
    faults = []
    for code, row in rows:
        if not code:
            continue
        before = first.setdefault(code_key(code), row)
        if before is not row:
            faults.append(row.place.fault(heading, f"mã {code} đã có ở dòng {before.place.row}"))
    return faults


def _member_faults(
    members: Sequence[MemberRow], units: Sequence[UnitRow], known: Sequence[KnownUnit]
) -> list[Fault]:
    faults = _repeated([(row.code, row) for row in members], column.MEMBER_CODE)
    tree = parents(units, known)
    kinds = {code_key(unit.code): fold(unit.kind) for unit in known}
    kinds |= {code_key(unit.code): fold(unit.kind) for unit in units}
    superiors = above_cells(tree, kinds)
    totals = _headcount_only(units, known)
    for row in members:
        reason = _wrong_cell(row.cell, tree, superiors, totals)
        if reason is not None:
            faults.append(row.place.fault(column.CELL_CODE, reason))
    return faults


def _headcount_only(units: Sequence[UnitRow], known: Sequence[KnownUnit]) -> set[str]:
    flags = {code_key(unit.code): unit.is_headcount_only for unit in known}
    for unit in units:
        if unit.is_headcount_only is not None:
            flags[code_key(unit.code)] = unit.is_headcount_only
    return {key for key, is_set in flags.items() if is_set}


def _wrong_cell(
    cell: str, tree: dict[str, str | None], superiors: set[str], totals: set[str]
) -> str | None:
    key = code_key(cell)
    if not cell:
        return "để trống"
    if key not in tree:
        return f"không có chi bộ mang mã {cell}"
    if key in superiors:
        return f"{cell} là cấp trên của đơn vị khác, không phải chi bộ"
    if key in totals:
        return f"{cell} chỉ nhập tổng số, không liệt kê đảng viên"
    return None


def _by_place(fault: Fault) -> tuple[str, int]:
    return (fault.sheet, fault.row or 0)


# --- one plain sheet, without codes ----------------------------------------------------------


def _read_plain(
    table: Table,
    known: Sequence[KnownUnit],
    today: date,
    placement: Placement,
    warnings: list[str],
) -> Roster:
    faults: list[Fault] = []
    cells = CellNames(known, placement, table.sheet.name)
    members = [_member(line, cells.code(line, faults), today, faults) for line in table.lines()]
    if not members:
        faults.append(Fault(table.sheet.name, None, None, "không có đảng viên nào"))
    faults += cells.faults + _repeated([(row.code, row) for row in members], column.MEMBER_CODE)
    if faults:
        raise RosterFaults(sorted(faults, key=_by_place))
    if column.BIRTH_YEAR not in table.columns:
        warnings.append("Không có cột “Năm sinh”: người trùng họ tên sẽ khó phân biệt.")
    return Roster(
        units=cells.created,
        members=members,
        warnings=warnings + cells.warnings,
        columns=frozenset(table.columns),
        scope=frozenset([code_key(cells.under)]),
        lists_units=False,
    )
