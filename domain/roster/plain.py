"""The cells of a plain sheet: found by name below one unit, created where they are new."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.roster.fields import LONGEST_NAME
from domain.roster.rows import Fault, KnownUnit, Place, Placement, UnitRow, code_key
from domain.roster.tables import CELL, Line
from domain.roster.tree import CELL_KIND
from domain.text import fold

ROOT_CODE, ROOT_NAME, ROOT_KIND = "DU", "Đảng ủy", "đảng ủy xã"
_PREFIX = re.compile(r"(chi bo|cb)\b[\s.:]*")
_PREFIX_SHOWN = re.compile(r"(?i)^cb[\s.:]+")


class CellNames:
    """Codes for the names in column `Chi bộ`, the same ones at every import."""

    def __init__(self, known: Sequence[KnownUnit], placement: Placement, sheet: str) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[str] = []
        self.created: list[UnitRow] = []
        self._place = Place(sheet, None)
        self._taken = {code_key(unit.code) for unit in known}
        open_units = [unit for unit in known if not unit.is_closed]
        self.under = self._find_under(open_units, placement)
        self._codes = {} if self.faults else self._cells_below(open_units)
        self._next = 1

    def code(self, line: Line, faults: list[Fault]) -> str:
        """The code of the cell that this row names."""
        name = line[CELL]
        key = _name_key(name)
        if not key or name.startswith("=") or len(name) > LONGEST_NAME:
            reason = "không phải tên một chi bộ" if name else "để trống"
            faults.append(line.fault(CELL, reason))
            return ""
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = [self._create(line, name)]
        if len(found) > 1:
            reason = f"có nhiều chi bộ tên này ({', '.join(found)}); đề nghị nhập bằng mã chi bộ"
            faults.append(line.fault(CELL, reason))
        return found[0]

    def _create(self, line: Line, name: str) -> str:
        while code_key(code := f"{self.under}-CB{self._next:02d}") in self._taken:
            self._next += 1
        self._taken.add(code_key(code))
        full = name if "chi bo" in fold(name) else f"Chi bộ {_PREFIX_SHOWN.sub('', name)}"
        row = UnitRow(place=line.place, code=code, name=full, kind="chi bộ", parent=self.under)
        self.created.append(row)
        return code

    def _cells_below(self, known: Sequence[KnownUnit]) -> dict[str, list[str]]:
        top = next((u.path for u in known if code_key(u.code) == code_key(self.under)), None)
        superiors = {unit.parent for unit in known}
        codes: dict[str, list[str]] = {}
        for unit in known:
            is_cell = fold(unit.kind).startswith(CELL_KIND) or unit.code not in superiors
            if top and unit.path.startswith(top) and unit.path != top and is_cell:
                codes.setdefault(_name_key(unit.name), []).append(unit.code)
        return codes

    def _find_under(self, known: Sequence[KnownUnit], placement: Placement) -> str:
        """The unit to import into; a new one where there is none yet."""
        if placement.under is None:
            return self._only_root(known, placement)
        key = code_key(placement.under)
        found = next((unit.code for unit in known if code_key(unit.code) == key), None)
        if found is not None:
            return found
        roots = [unit.code for unit in known if unit.parent is None]
        if roots and placement.unit_name is None:
            reason = (
                f"không có đơn vị mang mã {placement.under}; thêm --unit-name để lập đơn vị mới"
            )
            self.faults.append(self._place.fault(None, reason))
        return self._new_unit(placement.under, placement.unit_name, roots[0] if roots else None)

    def _only_root(self, known: Sequence[KnownUnit], placement: Placement) -> str:
        root = next((unit for unit in known if unit.parent is None), None)
        if root is None:
            return self._new_unit(ROOT_CODE, placement.unit_name, None)
        if any(unit.parent not in (None, root.code) for unit in known):
            reason = "thiếu --under MÃ: chưa rõ danh sách này của đơn vị nào"
            self.faults.append(self._place.fault(None, reason))
        return root.code

    def _new_unit(self, code: str, name: str | None, parent: str | None) -> str:
        if name is None:
            self.warnings.append(f"Đơn vị {code} được đặt tên “{ROOT_NAME}”; xem --unit-name.")
        self.created.append(
            UnitRow(
                place=self._place, code=code, name=name or ROOT_NAME, kind=ROOT_KIND, parent=parent
            )
        )
        return code


def _name_key(name: str) -> str:
    """ "Chi bộ ấp 3", "CB Ấp 3" and "ấp 3" are one cell."""
    return _PREFIX.sub("", fold(name), count=1).strip() or fold(name)
