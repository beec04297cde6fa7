"""Reading what people type, printing what they read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import clean, fold, number, numbers, rate


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1-3 5", [1, 2, 3, 5]),
        ("1 - 3, 5;8.", [1, 2, 3, 5, 8]),
        ("2–4", [2, 3, 4]),
        ("5 5 5-6", [5, 6]),
        ("24", [24]),
        ("0", None),
        ("25", None),
        ("3-1", [1, 2, 3]),
        ("1-2-3", None),
        ("-3", None),
        ("một", None),
        ("1 lan", None),
        ("", None),
        (" , ", None),
        ("9" * 50, None),
        ("1-9999999", None),
    ],
)
def test_numbers_of_a_list(said: str, meant: list[int] | None) -> None:
    """ "1-5 8 12" as a secretary types it; what does not fit the list is asked about."""
    assert numbers(said, 24) == meant


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_any_list_of_numbers_is_read_back(wanted: list[int]) -> None:
    for separator in (" ", ", ", ";", "  "):
        assert numbers(separator.join(map(str, wanted)), 400) == list(dict.fromkeys(wanted))


@given(st.text(max_size=40))
def test_numbers_never_leave_the_list(said: str) -> None:
    found = numbers(said, 12)
    assert found is None or (found and set(found) <= set(range(1, 13)))


@given(st.sampled_from(["Nguyễn Thị Lan", "Điểm danh", "Đặng Ngọc Ẩn", "Trần Văn Đức"]))
def test_a_name_is_the_same_in_every_spelling(name: str) -> None:
    """Composed or not, any case, any spaces, with a look-alike Ð."""
    for spelling in (
        unicodedata.normalize("NFD", name),
        name.upper(),
        f"  {name.replace(' ', '   ')}\u200b",
        name.replace("Đ", "Ð"),
        fold(name),
    ):
        assert fold(spelling) == fold(name)
    assert fold(name).isascii()


@given(st.text(max_size=60))
def test_cleaning_and_folding_settle(said: str) -> None:
    """Doing it twice changes nothing: what is stored folded is found folded."""
    assert clean(clean(said)) == clean(said)
    assert fold(fold(said)) == fold(said)


def test_full_width_and_other_digits_become_plain() -> None:
    assert clean("４８２ ９１３") == "482 913"
    assert clean("٤٨٢") == "482"


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_rate_is_rounded_half_up_and_last(part: int, whole: int) -> None:
    printed = rate(part, whole)
    assert printed.endswith("%")
    tenths = int(printed[:-1].replace(",", ""))
    assert abs(tenths * whole - 1000 * part) * 2 <= whole
    assert rate(28029, 42989) == "65,2%"
    assert rate(1, 0) == "–"
    assert number(28029) == "28.029"
