"""What an import changes for each member: their data, and the dated steps of where they belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from domain.members import Position
from domain.roster import tables as column
from domain.roster.changes import Belonging, Details, MemberChange
from domain.roster.identity import GIVEN
from domain.roster.rows import Fault, Known, KnownMember, MemberRow, Place, Roster, code_key


class MemberDiff:
    """Collects what happens to each member."""

    def __init__(
        self, known: Known, roster: Roster, as_of: date, hash_phone: Callable[[str], bytes]
    ) -> None:
        self.changes: list[MemberChange] = []
        self.faults: list[Fault] = []
        self.last_given = known.last_given
        self.counts = dict.fromkeys(
            (
                "members_listed",
                "members_new",
                "members_moved",
                "members_changed",
                "members_removed",
                "secretaries",
            ),
            0,
        )
        self._roster, self._as_of, self._hash = roster, as_of, hash_phone
        self._taken = {code_key(member.code) for member in known.members}
        self._taken |= {code_key(row.code) for row in roster.members if row.code}

    def add(self, row: MemberRow, member: KnownMember | None) -> None:
        """What becomes of a row of the file."""
        self.counts["members_listed"] += 1
        self.counts["secretaries"] += row.position != Position.MEMBER
        if member is None:
            self._begin(row)
            return
        details = self._details(row, member)
        change = self._belonging(row, member, details)
        if change is None and details is None:
            return
        moves = code_key(row.cell) != code_key(member.cell)
        self.counts["members_moved" if moves else "members_changed"] += 1
        self.changes.append(change or MemberChange(id=member.id, details=details))

    def remove(self, gone: Sequence[KnownMember]) -> None:
        """End what still holds of those who are no longer listed."""
        for member in gone:
            if member.from_on > self._as_of:
                self._too_early(Place("", None), member)
            self.counts["members_removed"] += 1
            self.changes.append(MemberChange(id=member.id, ends=member.membership_id))

    def _begin(self, row: MemberRow) -> None:
        self.counts["members_new"] += 1
        phone = self._hash(row.phone) if row.phone else None
        details = Details(row.code or self._give(), row.name, row.birth_year, phone)
        self.changes.append(MemberChange(id=None, details=details, belongs=_belonging(row, None)))

    def _give(self) -> str:
        while True:
            self.last_given += 1
            code = GIVEN.format(self.last_given)
            if code_key(code) not in self._taken:
                return code

    def _details(self, row: MemberRow, member: KnownMember) -> Details | None:
        """The member's own data where it changes; a column that is absent changes nothing."""
        has = self._roster.columns
        before = Details(member.code, member.name, member.birth_year, member.phone_hash)
        same_code = row.code is None or code_key(row.code) == code_key(member.code)
        phone = self._hash(row.phone) if row.phone else None
        after = Details(
            member.code if same_code else row.code or member.code,
            row.name,
            row.birth_year if column.BIRTH_YEAR in has else member.birth_year,
            phone if column.PHONE in has else member.phone_hash,
        )
        return after if after != before else None

    def _belonging(
        self, row: MemberRow, member: KnownMember, details: Details | None
    ) -> MemberChange | None:
        """The dated step from the last membership to what the row says; None: it goes on."""
        before = Belonging(code_key(member.cell), member.status, member.position)
        belongs = _belonging(row, (member, self._roster.columns))
        is_same = before == Belonging(code_key(belongs.cell), belongs.status, belongs.position)
        if is_same and member.to_on is None:
            return None
        last_day = member.from_on if member.to_on is None else member.to_on
        if self._as_of < last_day:
            self._too_early(row.place, member)
        rewrites = member.from_on == self._as_of or (is_same and member.to_on == self._as_of)
        return MemberChange(
            id=member.id,
            details=details,
            rewrites=member.membership_id if rewrites else None,
            ends=member.membership_id if not rewrites and member.to_on is None else None,
            belongs=belongs,
        )

    def _too_early(self, place: Place, member: KnownMember) -> None:
        last = member.from_on if member.to_on is None else member.to_on
        reason = f"{member.code} đã có thay đổi ngày {last:%d/%m/%Y}, sau ngày --as-of"
        self.faults.append(place.fault(column.MEMBER_CODE, reason))


def _belonging(row: MemberRow, before: tuple[KnownMember, frozenset[str]] | None) -> Belonging:
    """Where and how the row says the member belongs."""
    if before is None:
        return Belonging(row.cell, row.status.value, row.position.value)
    member, has = before
    return Belonging(
        row.cell,
        row.status.value if column.STATUS in has else member.status,
        row.position.value if column.POSITION in has else member.position,
    )
