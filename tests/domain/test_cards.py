"""Cards: they name a member to the door, and nobody makes one up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.personal_codes import card_token, member_of_card

KEY = b"k" * 32
MEMBERS = st.integers(min_value=0, max_value=2**32 - 1)


@given(MEMBERS)
def test_a_card_is_its_members(member: int) -> None:
    """The same on every print, and short enough for a coarse QR."""
    token = card_token(KEY, member)
    assert token == card_token(KEY, member)
    assert len(token) == 19
    assert member_of_card(KEY, token) == member


@given(MEMBERS, st.integers(min_value=0, max_value=18), st.sampled_from("ABab09-_"))
def test_a_changed_letter_is_nobodys_card(member: int, place: int, letter: str) -> None:
    """Members are numbered in order: without the key, one's own card makes no neighbour's."""
    token = card_token(KEY, member)
    changed = token[:place] + letter + token[place + 1 :]
    assert member_of_card(KEY, changed) == (member if changed == token else None)


@given(MEMBERS)
def test_another_installations_card_is_nobodys(member: int) -> None:
    assert member_of_card(b"other" * 8, card_token(KEY, member)) is None


@given(st.text(max_size=40))
def test_junk_is_nobodys_card(junk: str) -> None:
    assert member_of_card(KEY, junk) is None
