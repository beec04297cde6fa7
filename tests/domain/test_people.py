"""What people are called where others bear the same name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.people import Cell, Member, told_apart

CELLS = st.builds(lambda n: Cell(n, f"Chi bộ ấp {n}", f"/1/{n}/"), st.integers(1, 3))
PEOPLE = st.lists(
    st.tuples(st.sampled_from(["Lan", "lan", "Ba"]), CELLS, st.none() | st.integers(1950, 1953)),
    max_size=8,
).map(lambda rows: [somebody(i, *row) for i, row in enumerate(rows)])


def somebody(number: int, name: str, cell: Cell, year: int | None) -> Member:
    return Member(
        id=number, code=f"DV{number}", name=name, birth_year=year, cell=cell,
        status="chính thức", position="đảng viên",
    )  # fmt: skip


@given(PEOPLE)
def test_no_two_of_a_roll_are_called_the_same(roll: list[Member]) -> None:
    """Whoever presses a name knows whose it is, whatever the roll leaves out."""
    called = told_apart(roll)
    assert called.keys() == {one.id for one in roll}
    assert len(set(called.values())) == len(roll)


def test_a_name_alone_is_enough_where_nobody_shares_it() -> None:
    ap3, ap5 = Cell(3, "Chi bộ ấp 3", "/1/3/"), Cell(5, "Chi bộ ấp 5", "/1/5/")
    in_hall = [somebody(1, "Lan", ap3, 1950), somebody(2, "Lan", ap5, 1950)]
    assert told_apart(in_hall) == {1: "Lan (Chi bộ ấp 3)", 2: "Lan (Chi bộ ấp 5)"}
    in_cell = [somebody(1, "Lan", ap3, 1950), somebody(2, "Lan", ap3, 1962)]
    assert told_apart(in_cell) == {1: "Lan (1950)", 2: "Lan (1962)"}
    assert told_apart(in_cell[:1]) == {1: "Lan"}
