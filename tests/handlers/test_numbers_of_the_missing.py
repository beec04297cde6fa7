"""A number beside a name means that person, in the text as in every list opened from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import Record, Status, Via
from domain.people import Cell, Member
from handlers import cell, picking
from storage.rolls import Expected, Roll

AT = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)
RECORD = Record(session_id=1, venue_id=1, at=AT, status=Status.PRESENT, via=Via.SELF, left_at=None)


def expected(number: int, name: str, standing: str, state: str) -> Expected:
    member = Member(
        id=number, code=f"DV{number}", name=name, birth_year=1950, cell=Cell(3, "ấp 3", "/1/3/"),
        status=standing, position="đảng viên",
    )  # fmt: skip
    excuse = "work" if state == "excused" else None
    return Expected(member, RECORD if state == "recorded" else None, excuse)


ROLLS = st.lists(
    st.tuples(
        st.sampled_from(["An", "Bình", "Chi", "Dũng", "Lan"]),
        st.sampled_from(["chính thức", "miễn sinh hoạt", "tạm dừng"]),
        st.sampled_from(["missing", "recorded", "excused"]),
    ),
    min_size=1,
    max_size=25,
).map(lambda rows: Roll(tuple(expected(i, *row) for i, row in enumerate(rows, 1))))


@given(ROLLS, st.integers(1, 30))
def test_number_n_of_the_text_is_number_n_of_the_list(roll: Roll, asker: int) -> None:
    """Whoever is missing, and whether or not the asker is one of them."""
    text = str(cell.missing_names(roll, asker) or "").replace("\u00a0", " ")
    read = {
        int(number): name
        for number, name in re.findall(r"(?:^|· |: )(\d+) (\w+)", text, re.MULTILINE)
    }
    for purpose in ("confirm", "excuse"):
        listed = picking.wanted(purpose, roll, asker)
        assert asker not in {one.member.id for one in listed}
        numbered = {place: one.member.name for place, one in enumerate(listed, 1)}
        assert read == {place: numbered[place] for place in read}
    assert len(read) == len(roll.missing_besides(asker))
