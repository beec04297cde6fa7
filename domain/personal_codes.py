"""The codes and tokens of one person: to register, to recover a lost way in, to show on a card.

Unlike a wall's code each is its person's own. The database holds at most its keyed hash.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct

from domain.text import clean

_MAC_BYTES = 10  # 80 bits, as of the codes on the wall

# Letters and digits that a Vietnamese keyboard leaves alone: no vowels, no Y, W or D, and no 0 or
# 1 that look like letters.
REGISTRATION_ALPHABET = "BCFGHJKLMNPQRSTVXZ23456789"
_REGISTRATION = re.compile(rf"[{REGISTRATION_ALPHABET}]{{8}}")
_HALF = rf"[{REGISTRATION_ALPHABET}]{{4}}"
_IN_WORDS = re.compile(rf"(?<!\w)(?=({_HALF})([\s.-]?)({_HALF})(?!\w))")


def registration_code(key: bytes, member_id: int, serial: int) -> str:
    """The code of a member's n-th invitation: derived, so that it need not be stored."""
    for attempt in range(1000):
        seed = f"invitation|{member_id}|{serial}|{attempt}".encode()
        number = int.from_bytes(hmac.digest(key, seed, "sha256"), "big")
        code = ""
        for _ in range(8):
            number, index = divmod(number, len(REGISTRATION_ALPHABET))
            code += REGISTRATION_ALPHABET[index]
        if any(c.isdigit() for c in code) and any(c.isalpha() for c in code):
            return code
    raise AssertionError("unreachable: one code in 12 is all letters")


def recovery_code() -> str:
    """A new code to be printed and kept in a drawer, "K7P4-9QXM-2BHT": 56 bits."""
    parts = ("".join(secrets.choice(REGISTRATION_ALPHABET) for _ in range(4)) for _ in range(3))
    return "-".join(parts)


def registration_code_in(text: str) -> str | None:
    """ "k7p4 9qxm", "mã là K7P49QXM" -> "K7P49QXM"; None where there is none, or several."""
    code = bare(text)
    if _REGISTRATION.fullmatch(code) and _is_mixed(code):
        return code
    found = {
        first + second
        for first, gap, second in _IN_WORDS.findall(clean(text).upper())
        # Halves apart, as "BCHT 2345" would be, are a code only if one of them mixes.
        if _is_mixed(first + second) and (not gap or _is_mixed(first) or _is_mixed(second))
    }
    return found.pop() if len(found) == 1 else None


def _is_mixed(code: str) -> bool:
    return not code.isdigit() and not code.isalpha()


def bare(text: str) -> str:
    """ "k7p4 - 9qxm" -> "K7P49QXM" """
    return re.sub(r"[\s\-.]", "", clean(text)).upper()


def code_hash(key: bytes, code: str) -> bytes:
    """What is stored and searched instead of a code or token."""
    return hmac.digest(key, b"code|" + code.encode(), hashlib.sha256)


# --- cards -----------------------------------------------------------------------------------

_MEMBER = struct.Struct(">I")


def card_token(key: bytes, member_id: int) -> str:
    """What a member's card carries after "/t/": 19 characters, the same on every print.

    It names the member to whoever is at the door with the right to know, and does nothing by
    itself: a card that is lost or copied opens nothing, so that it need not expire.
    """
    body = _MEMBER.pack(member_id)
    return base64.urlsafe_b64encode(body + _card_mac(key, body)).decode().rstrip("=")


def member_of_card(key: bytes, token: str) -> int | None:
    """The member whose card it is; None: no card of ours."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[: _MEMBER.size], raw[_MEMBER.size :]
    if len(body) != _MEMBER.size or not hmac.compare_digest(mac, _card_mac(key, body)):
        return None
    return int(_MEMBER.unpack(body)[0])


def _card_mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"card|" + body, "sha256")[:_MAC_BYTES]
