"""Telephone numbers as Vietnamese people write them."""

import pytest

from domain.phones import e164, phone_hash


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("(091) 234-5678", "+84912345678"),
        ("+84912345678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084 912 345 678", "+84912345678"),
        ("912345678", "+84912345678"),  # a spreadsheet took the zero for a number's
        ("'0912345678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("01682345678", "+84382345678"),  # eleven digits until 2018
        ("+84 168 234 5678", "+84382345678"),
        ("1682345678", "+84382345678"),
        ("0123 456 7890", "+84834567890"),
        ("0199 345 6789", "+84593456789"),
        ("0273 3872 123", "+842733872123"),  # a landline in Tiền Giang
    ],
)
def test_every_spelling_is_one_number(written: str, number: str) -> None:
    """The same telephone is found however it was written."""
    assert e164(written) == number
    assert e164(number) == number


@pytest.mark.parametrize(
    "written", ["", "12345", "0012345", "không có", "091234567", "09123456789", "a0912345678"]
)
def test_what_is_no_number(written: str) -> None:
    """Nothing is made up from digits that reach nobody."""
    assert e164(written) is None


def test_the_hash_tells_numbers_apart_only_with_the_key() -> None:
    """What is stored cannot be turned back or compared without the key file."""
    assert phone_hash(b"a", "+84912345678") == phone_hash(b"a", "+84912345678")
    assert phone_hash(b"a", "+84912345678") != phone_hash(b"b", "+84912345678")
    assert phone_hash(b"a", "+84912345678") != phone_hash(b"a", "+84912345679")
