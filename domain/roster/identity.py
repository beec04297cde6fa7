"""Who on the list is whom on the roll: by code, else by cell, name, birth year and phone.

Namesakes who agree in all of it pair by count. Where it stays open who is meant, that is a fault:
a wrong pairing would hand one person's record to another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from domain.roster import tables as column
from domain.roster.rows import Fault, KnownMember, MemberRow, Roster, code_key
from domain.text import fold

GIVEN = "DVT{:06d}"  # a code given to a member who came without one
_IS_GIVEN = re.compile(r"DVT\d{6,}")

T = TypeVar("T")


@dataclass(slots=True)
class Identified:
    """Each row with its member (None: new), and the members whom no row names."""

    pairs: list[tuple[MemberRow, KnownMember | None]] = field(default_factory=list)
    missing: list[KnownMember] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def identify(
    members: Sequence[KnownMember],
    roster: Roster,
    hash_phone: Callable[[str], bytes],
    removed_from: frozenset[str] = frozenset(),
) -> Identified:
    """Pair rows with members. In the cells `removed_from`, who has no row will be removed."""
    by_code = {code_key(member.code): member for member in members}
    found: dict[int, KnownMember] = {}
    for index, row in enumerate(roster.members):
        if row.code is not None and (member := by_code.get(code_key(row.code))):
            found[index] = member
    matcher = _Matcher(roster, hash_phone, removed_from, found)
    claimed = {member.id for member in found.values()}
    matcher.match_groups([member for member in members if member.id not in claimed])
    claimed = {member.id for member in found.values()}
    result = Identified(
        pairs=[(row, found.get(index)) for index, row in enumerate(roster.members)],
        missing=[m for m in members if m.to_on is None and m.id not in claimed],
        faults=matcher.faults,
    )
    result.warnings = [*matcher.warnings, *_possible_moves(result)]
    return result


class _Matcher:
    """Pairs the rows without a known code, group by group: same cell, same folded name."""

    def __init__(
        self,
        roster: Roster,
        hash_phone: Callable[[str], bytes],
        removed_from: frozenset[str],
        found: dict[int, KnownMember],
    ) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[str] = []
        self._rows = roster.members
        self._has = roster.columns
        self._hash, self._removed_from = hash_phone, removed_from
        self._found = found
        self._paired = {member.id for member in found.values()}

    def match_groups(self, members: Iterable[KnownMember]) -> None:
        known = _grouped(members, lambda m: (code_key(m.cell), fold(m.name)))
        open_rows = [index for index in range(len(self._rows)) if index not in self._found]
        rows = _grouped(open_rows, self._place_and_name)
        for key, group in rows.items():
            self._match_group(group, known.get(key, []))
            self.warnings += _twins(self._rows[index] for index in group)

    def _place_and_name(self, index: int) -> tuple[str, str]:
        return (code_key(self._rows[index].cell), fold(self._rows[index].name))

    def _match_group(self, rows: list[int], members: list[KnownMember]) -> None:
        uncoded = [index for index in rows if self._rows[index].code is None]
        current = [member for member in members if member.to_on is None]
        rows_left, members_left = self._match_equal(uncoded, current)
        rows_left, members_left = self._match_completed(rows_left, members_left)
        if rows_left and members_left:
            self._conflict(rows_left, members_left)
            return
        ended = [member for member in members if member.to_on is not None]
        self._match_returned(rows_left, ended)
        coded = [index for index in rows if self._rows[index].code is not None]
        given = [m for m in members_left if _IS_GIVEN.fullmatch(m.code)]
        self._match_newly_coded(coded, given)

    def _match_equal(
        self, rows: list[int], members: list[KnownMember]
    ) -> tuple[list[int], list[KnownMember]]:
        """Same birth year and phone: by count."""
        by_key = _grouped(members, self._member_key)
        rows_left: list[int] = []
        for key, equal_rows in _grouped(rows, self._row_key).items():
            rows_left += self._match_namesakes(equal_rows, by_key.get(key, []))
        return rows_left, self._unpaired(members)

    def _match_namesakes(self, rows: list[int], members: list[KnownMember]) -> list[int]:
        """Those who also stand as they stood first, then the others if only one reading is left."""
        rows_left = self._match_standing(rows, members, is_spelled_alike=True)
        rows_left = self._match_standing(rows_left, members, is_spelled_alike=False)
        members_left = self._unpaired(members)
        paired = {self._member_standing(m) for m in members if m not in members_left}
        has_twin = any(self._member_standing(member) in paired for member in members_left)
        if rows_left and members_left:
            return self._match_changed(rows_left, members_left, has_twin=has_twin)
        if has_twin and rows and code_key(members[0].cell) in self._removed_from:
            self._conflict(rows, members_left)  # which of the two is gone
        return rows_left

    def _match_standing(
        self, rows: list[int], members: list[KnownMember], *, is_spelled_alike: bool
    ) -> list[int]:
        """Who stands as somebody stood: An before Ân, whose names fold to the same."""
        standing = _grouped(
            self._unpaired(members),
            lambda m: (is_spelled_alike and m.name, self._member_standing(m)),
        )
        rows_left = []
        for index in rows:
            name = is_spelled_alike and self._rows[index].name
            if same := standing.get((name, self._row_standing(index))):
                self._pair(index, same.pop())
            else:
                rows_left.append(index)
        return rows_left

    def _match_changed(
        self, rows: list[int], members: list[KnownMember], *, has_twin: bool
    ) -> list[int]:
        """Namesakes whose status or office changed; the rows that are left are new."""
        are_alike = (
            len({self._row_standing(index) for index in rows}) == 1
            and len({self._member_standing(member) for member in members}) == 1
        )
        if has_twin or not are_alike or len(rows) < len(members):
            self._conflict(rows, members)
            return []
        for index, member in zip(rows, members, strict=False):
            self._pair(index, member)
        return rows[len(members) :]

    def _match_completed(
        self, rows: list[int], members: list[KnownMember]
    ) -> tuple[list[int], list[KnownMember]]:
        """A birth year or phone came or went, and nothing contradicts: still the same person."""
        for index in rows:
            fitting = [member for member in members if self._fits(index, member)]
            rivals = [i for i in rows if fitting and self._fits(i, fitting[0])]
            if len(fitting) == len(rivals) == 1:
                self._pair(index, fitting[0])
        return [index for index in rows if index not in self._found], self._unpaired(members)

    def _match_returned(self, rows: list[int], ended: list[KnownMember]) -> None:
        """Members who had left this cell and are listed again."""
        by_key = _grouped(sorted(ended, key=lambda m: (m.to_on, -m.id)), self._member_key)
        for index in rows:
            if equal := by_key.get(self._row_key(index)):
                self._pair(index, equal.pop())

    def _match_newly_coded(self, rows: list[int], members: list[KnownMember]) -> None:
        """A member whose code was only given may now come with their own."""
        by_key = _grouped(members, self._member_key)
        for key, equal_rows in _grouped(rows, self._row_key).items():
            equal = by_key.get(key, [])
            if len(equal) == len(equal_rows) == 1:
                self._pair(equal_rows[0], equal[0])
            elif equal:
                self._conflict(equal_rows, equal)
        self._match_completed([i for i in rows if i not in self._found], self._unpaired(members))

    def _fits(self, index: int, member: KnownMember) -> bool:
        return all(
            None in (one, other) or one == other
            for one, other in zip(self._row_key(index), self._member_key(member), strict=True)
        )

    def _row_key(self, index: int) -> tuple[int | None, bytes | None]:
        row = self._rows[index]
        return (row.birth_year, self._hash(row.phone) if row.phone else None)

    def _member_key(self, member: KnownMember) -> tuple[int | None, bytes | None]:
        """What the file can be compared with: a column it does not have tells nothing."""
        return (
            member.birth_year if column.BIRTH_YEAR in self._has else None,
            member.phone_hash if column.PHONE in self._has else None,
        )

    def _row_standing(self, index: int) -> tuple[str | None, str | None]:
        row = self._rows[index]
        return (
            row.status.value if column.STATUS in self._has else None,
            row.position.value if column.POSITION in self._has else None,
        )

    def _member_standing(self, member: KnownMember) -> tuple[str | None, str | None]:
        return (
            member.status if column.STATUS in self._has else None,
            member.position if column.POSITION in self._has else None,
        )

    def _pair(self, index: int, member: KnownMember) -> None:
        self._found[index] = member
        self._paired.add(member.id)

    def _unpaired(self, members: list[KnownMember]) -> list[KnownMember]:
        return [member for member in members if member.id not in self._paired]

    def _conflict(self, rows: list[int], members: list[KnownMember]) -> None:
        codes = ", ".join(member.code for member in members)
        reason = (
            f"chưa rõ có phải {codes} hay không: cùng chi bộ, cùng họ tên, khác năm sinh hoặc"
            " số điện thoại, hoặc trùng hoàn toàn; đề nghị ghi mã đảng viên"
        )
        self.faults += [self._rows[i].place.fault(column.FULL_NAME, reason) for i in rows]


def _grouped(items: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    groups: defaultdict[Hashable, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _twins(group: Iterable[MemberRow]) -> list[str]:
    """Rows that nothing tells apart: two people as like as not, but perhaps one listed twice."""
    uncoded = [row for row in group if row.code is None]
    return [
        f"{first.place.sheet}, dòng {', '.join(str(row.place.row) for row in (first, *others))}: "
        f"trùng hoàn toàn (chi bộ, họ tên, năm sinh, số điện thoại), được giữ là {len(others) + 1} "
        "người. Nếu là một người, đề nghị chỉ để một dòng; nếu không, nên ghi thêm năm sinh hoặc "
        "mã đảng viên."
        for first, *others in _grouped(uncoded, lambda r: (r.birth_year, r.phone)).values()
        if others
    ]


def _possible_moves(result: Identified) -> list[str]:
    """Rows without a code that look like somebody missing from another cell."""
    gone = {(fold(m.name), m.birth_year): m.code for m in result.missing if m.birth_year}
    return [
        f"{row.place.sheet}, dòng {row.place.row}: có thể là {gone[key]} chuyển đến từ chi bộ"
        " khác. Nếu đúng, đề nghị ghi mã này vào cột “Mã đảng viên”."
        for row, member in result.pairs
        if member is None and row.code is None and (key := (fold(row.name), row.birth_year)) in gone
    ]
