"""Registration codes: a person types them, on any keyboard, in the middle of a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import typed_digits
from domain.personal_codes import registration_code, registration_code_in


@given(st.binary(min_size=16, max_size=32), st.integers(1, 10**9), st.integers(1, 9))
def test_registration_codes_survive_a_vietnamese_keyboard(
    key: bytes, member: int, serial: int
) -> None:
    """Eight characters, none of which a keyboard turns into another; read back as people type."""
    code = registration_code(key, member, serial)
    assert len(code) == 8
    assert not set(code) & set("AEIOUYWD01")
    assert any(c.isdigit() for c in code)
    for spelling in (code.lower(), f"{code[:4]} {code[4:]}", f" {code[:4]}-{code[4:].lower()} "):
        assert registration_code_in(spelling) == code
    assert typed_digits(code) is None
    assert code != registration_code(key, member, serial + 1)


SAID = (
    "kính gửi đồng chí mã của tôi là đăng ký chưa có phiếu cấp lại giúp buổi học nghị quyết "
    "chi bộ ấp hội trường xã UBND HĐND BCH TW HTX TCXD 04-NQ/TW 20-HD/BTGTW 28-KH/TU 07:30 "
    "09/12/2016 9-12 0912 345 678 2345 BCHT TPHCM 24 tháng năm khóa XII, xin cảm ơn."
)


@given(st.lists(st.sampled_from(SAID.split()), max_size=14).map(" ".join))
def test_ordinary_sentences_hold_no_code(said: str) -> None:
    assert registration_code_in(f"kính gửi {said}") is None


@given(
    st.binary(min_size=16, max_size=32),
    st.sampled_from(["Mã: {}", "mã của tôi là {}", "Mã đăng ký: {}.", "{} ạ", "Em gửi mã {} nhé"]),
)
def test_a_code_is_found_in_a_sentence(key: bytes, said: str) -> None:
    """One of them; of two nobody knows which is meant."""
    code, other = registration_code(key, 1, 1), registration_code(key, 2, 1)
    assert registration_code_in(said.format(code)) == code
    assert registration_code_in(said.format(code.lower())) == code
    assert registration_code_in(f"mã {code} hay mã {other}") is None


@pytest.mark.parametrize("said", ["Mã 6L2J 9QKQ", "ma 6l2j-9qkq", "Mã của tôi: 6L2J9QKQ"])
def test_halves_apart_in_a_sentence(said: str) -> None:
    assert registration_code_in(said) == "6L2J9QKQ"


@given(st.text(max_size=80))
def test_junk_is_harmless(junk: str) -> None:
    registration_code_in(junk)
