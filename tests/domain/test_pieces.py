"""Texts that are longer than a messenger takes."""

from hypothesis import given
from hypothesis import strategies as st

from domain.pieces import pieces

TEXTS = st.text(st.sampled_from("aàđ𠀀😀 \n"), max_size=200)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS, st.integers(4, 50))
def test_every_piece_fits_and_no_word_is_lost(text: str, most: int) -> None:
    """Messengers count UTF-16 units, and refuse what is longer."""
    found = pieces(text, most)
    assert all(_units(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_what_fits_stays_as_it_is() -> None:
    assert pieces(" hai\ndòng ", 10) == [" hai\ndòng "]
    assert pieces("", 10) == [""]


def test_it_is_cut_between_lines_before_words() -> None:
    assert pieces("một hai\nba bốn", 10) == ["một hai", "ba bốn"]
    assert pieces("một hai ba bốn", 10) == ["một hai", "ba bốn"]
    assert pieces("a\n" + "b" * 12, 10) == ["a\nbbbbbbbb", "bbbb"]
