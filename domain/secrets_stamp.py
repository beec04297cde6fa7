"""State secrets do not belong here: a stamp such as "TỐI MẬT" is seen before anything is kept.

A stamp stands alone, on a line of its own or at the very beginning of a text or a caption, in
capitals with their marks. Nothing is folded, since folded words are innocent: "Tôi mất điện
thoại", "có mặt", "gắn bó mật thiết". A filter cannot prove that a text holds no secret.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_STAMPS = (["TUYỆT", "MẬT"], ["TỐI", "MẬT"], ["MẬT"])
_COPY = ["bản", "số"]  # "MẬT (Bản số 1)"

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_BREAKS = re.compile(r"[\n\r\t\v\f\u0085\u2028\u2029|]+")  # a tab parts the columns of a heading
_WORD = re.compile(r"[^\W\d_]+")  # letters only: frames, stars and numbers do not matter
# "T Ố I  M Ậ T", as headings are set: single letters, always as far apart as the first two
_SPACED = re.compile(r"(?<![^\W\d_])[^\W\d_]([\W_]{1,3})[^\W\d_](?:\1[^\W\d_])*(?![^\W\d_])")


def has_secret_stamp(text: str) -> bool:
    """Whether a text or a caption carries a stamp."""
    # Full-width letters become plain ones, and marks typed apart are joined to theirs.
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    parts = _BREAKS.split(plain)
    lines = [_SPACED.sub(_together, part) for part in parts if _WORD.search(part)]
    return any(_stands_alone(line) for line in lines) or _begins(lines[:1])


def _together(spaced: re.Match[str]) -> str:
    word = "".join(_WORD.findall(spaced[0]))
    return re.sub("^(TUYỆT|TỐI)MẬT", r"\1 MẬT ", word)


def _stands_alone(line: str) -> bool:
    words = _WORD.findall(line)
    rest = words
    while length := _stamp(rest):
        rest = rest[length:]
    return len(rest) < len(words) and [word.lower() for word in rest] in ([], _COPY)


def _stamp(words: Sequence[str]) -> int:
    """How many of these words are a stamp."""
    return next((len(s) for s in _STAMPS if list(words[: len(s)]) == s), 0)


def _begins(first: Sequence[str]) -> bool:
    """ "TỐI MẬT báo cáo …", "MẬT: …", "MẬT Báo cáo …".

    The single word is more often no stamp: "MẬT ONG" and "MẬT khẩu" go on, a stamp does not.
    """
    for line in first:
        words = list(_WORD.finditer(line))
        length = _stamp([word.group() for word in words[:2]])
        if length == 2:
            return True
        if length == 1 and len(words) > 1:
            between = line[words[0].end() : words[1].start()]
            return words[1].group().istitle() or bool(re.match(r"\s*[:;./)\]–—-]", between))
    return False
