"""Vietnamese telephone numbers in any spelling, and the keyed hash they are found by."""

from __future__ import annotations

import hashlib
import hmac
import re

from domain.text import clean

# The mobile prefixes of eleven digits that ended in 2018, and what replaced them.
_RENUMBERED = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip

_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")
# What may stand between and around the digits; a letter means it is no number.
_SPELLING = re.compile(r"[\d\s+().,\-–/']+")


def e164(text: str) -> str | None:
    """ "0912 345 678", "(+84) 912.345.678", "912345678" -> "+84912345678"; None: no such number."""
    text = clean(text)
    if not _SPELLING.fullmatch(text):
        return None
    number = _national(re.sub(r"\D", "", text))
    number = _RENUMBERED.get(number[:4], number[:4]) + number[4:] if len(number) == 11 else number
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return "+84" + number[1:]
    return None


def _national(digits: str) -> str:
    """With the leading zero that a country code replaces and that a spreadsheet drops."""
    if digits.startswith("0084"):
        digits = digits[4:]
    elif digits.startswith("84") and len(digits) >= 11:
        digits = digits[2:]
    return digits if digits.startswith("0") else "0" + digits


def phone_hash(key: bytes, number: str) -> bytes:
    """What is stored in place of a number: the same number gives the same hash, nothing more."""
    return hmac.digest(key, number.encode(), hashlib.sha256)
