"""Properties of any roster at all, without files: reading, comparing and applying in memory."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.members import Position, Status
from domain.roster.changes import Changes
from domain.roster.diff import diff
from domain.roster.reading import read_roster
from domain.roster.rows import Known, KnownMember, KnownUnit, RosterFaults, Sheet, code_key

DAY, LATER = date(2016, 11, 1), date(2016, 12, 1)
TODAY = date(2026, 1, 1)
TREE = Sheet(
    "Đơn vị",
    [
        ["Mã", "Tên", "Loại", "Mã cấp trên"],
        ["DU", "Đảng ủy xã", "đảng ủy xã", ""],
        *[[f"C{number}", f"Chi bộ {number}", "chi bộ", "DU"] for number in range(3)],
    ],
)
HEADINGS = ["Mã đảng viên", "Họ và tên", "Mã chi bộ", "Chức vụ", "Tình trạng"]
HEADINGS += ["Năm sinh", "Số điện thoại"]

# Few names, years and cells, so that namesakes are the rule.
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Nguyễn Văn An", "Nguyễn  Văn  Ân", "Trần Thị Bé"]),
        st.sampled_from(["C0", "C1", "c2"]),
        st.sampled_from([position.value for position in Position]),
        st.sampled_from([status.value.upper() for status in Status]),
        st.sampled_from(["", "1950", "1962"]),
        st.sampled_from(["", "0912345678", "+84 912 345 678", "0168 234 5678"]),
    ),
    max_size=12,
)
CODED = st.lists(st.booleans(), min_size=12, max_size=12)


def sheets(people: list[tuple[str, ...]], coded: list[bool]) -> list[Sheet]:
    rows = [[f"D{index}" if coded[index] else "", *person] for index, person in enumerate(people)]
    return [TREE, Sheet("Đảng viên", [HEADINGS, *rows])]


def compare(known: Known, files: list[Sheet], day: date) -> Changes:
    return diff(known, read_roster(files, known.units, TODAY), day, str.encode)


def applied(known: Known, changes: Changes) -> Known:
    """What the roll is after these changes: the rules of storage, written down once more."""
    units = {code_key(unit.code): unit for unit in known.units}
    for change in changes.units:
        path = (units[code_key(change.parent)].path if change.parent else "/") + change.code + "/"
        units[code_key(change.code)] = KnownUnit(
            id=change.id or len(units) + 1,
            code=change.code,
            name=change.name,
            kind=change.kind,
            parent=change.parent,
            path=path,
            is_headcount_only=change.is_headcount_only,
            is_closed=change.is_closed,
        )
    members = {member.id: member for member in known.members}
    for step in changes.members:
        before = members.get(step.id or 0)
        key = before.id if before else len(members) + 1
        details = step.details or before
        belongs = step.belongs
        assert details is not None
        members[key] = KnownMember(
            id=key,
            code=details.code,
            name=details.name,
            birth_year=details.birth_year,
            phone_hash=details.phone_hash,
            membership_id=key,
            cell=belongs.cell if belongs else before.cell if before else "",
            status=belongs.status if belongs else before.status if before else "",
            position=belongs.position if belongs else before.position if before else "",
            from_on=changes.as_of if belongs else before.from_on if before else changes.as_of,
            to_on=changes.as_of if step.ends and not belongs else None,
        )
    return Known(
        units=list(units.values()),
        members=list(members.values()),
        last_given=changes.last_given,
        revision=changes.revision + 1,
    )


@given(PEOPLE, CODED)
def test_the_same_roster_twice_changes_nothing(
    people: list[tuple[str, ...]], coded: list[bool]
) -> None:
    """Importing is idempotent, whatever namesakes there are."""
    files = sheets(people, coded)
    once = applied(Known(), compare(Known(), files, DAY))
    again = compare(once, files, LATER)
    assert (again.units, again.members) == ([], [])
    assert len(once.members) == len(people)


@given(PEOPLE, CODED, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(
    people: list[tuple[str, ...]], coded: list[bool], random: Random
) -> None:
    """A list sorted differently is the same list."""
    files = sheets(people, coded)
    once = applied(Known(), compare(Known(), files, DAY))
    rows = list(files[1].rows[1:])
    random.shuffle(rows)
    again = compare(once, [TREE, Sheet("Đảng viên", [HEADINGS, *rows])], LATER)
    assert again.members == []


@settings(max_examples=200)
@given(PEOPLE, PEOPLE, CODED)
def test_after_an_import_the_roll_is_what_the_file_says(
    before: list[tuple[str, ...]], after: list[tuple[str, ...]], coded: list[bool]
) -> None:
    """Either it is refused as ambiguous, or everybody listed is there as listed, nobody twice."""
    once = applied(Known(), compare(Known(), sheets(before, coded), DAY))
    files = sheets(after, coded)
    try:
        changes = diff(
            once, read_roster(files, once.units, TODAY), LATER, str.encode, remove_missing=True
        )
    except RosterFaults:
        return
    then = applied(once, changes)
    listed = Counter(
        (" ".join(name.split()), cell.upper(), status.lower(), position)
        for name, cell, position, status, *_ in after
    )
    stands = Counter(
        (member.name, member.cell.upper(), member.status, member.position)
        for member in then.members
        if member.to_on is None
    )
    assert stands == listed
    assert len({code_key(member.code) for member in then.members}) == len(then.members)
