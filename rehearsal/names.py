"""Names as they are met in the Mekong delta: few family names, so namesakes occur."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from random import Random

# Shares in per mille, rounded; the rest is spread over the smaller ones.
_FAMILY = {
    "Nguyễn": 310, "Trần": 112, "Lê": 98, "Phạm": 66, "Huỳnh": 58, "Võ": 46, "Phan": 44,
    "Trương": 25, "Bùi": 20, "Đặng": 20, "Đỗ": 14, "Ngô": 14, "Hồ": 14, "Dương": 12, "Đoàn": 11,
    "Lý": 9, "Lâm": 9, "Đinh": 8, "Mai": 8, "Cao": 8, "Châu": 7, "Hà": 7, "Tô": 6, "Thái": 6,
    "Lưu": 6, "Trịnh": 5, "Tạ": 5, "Kiều": 4, "Từ": 4, "Ông": 2, "Tống": 3, "Quách": 3,
    "Giang": 3, "Triệu": 2, "La": 2, "Âu": 2,
}  # fmt: skip

# Middle names; the older the person, the likelier Văn and Thị.
_MIDDLE_OLD = {
    "men": {"Văn": 70, "Hữu": 6, "Thành": 6, "Ngọc": 4, "Công": 4, "Minh": 5, "Đức": 3, "Tấn": 4},
    "women": {"Thị": 86, "Ngọc": 6, "Kim": 5, "Thị Kim": 4, "Thị Ngọc": 4, "Thị Hồng": 3},
}
_MIDDLE_YOUNG = {
    "men": {
        "Văn": 24, "Minh": 12, "Thanh": 9, "Hoàng": 10, "Quốc": 9, "Hữu": 7, "Công": 6, "Đức": 6,
        "Tấn": 6, "Trọng": 4, "Phước": 4, "Duy": 5, "Anh": 3, "Chí": 4, "Nhựt": 3,
    },
    "women": {
        "Thị": 28, "Thị Ngọc": 10, "Thị Thanh": 9, "Thị Mỹ": 8, "Thị Kim": 8, "Thị Cẩm": 6,
        "Ngọc": 9, "Thanh": 6, "Thùy": 5, "Hoàng": 3, "Bích": 4, "Phương": 4, "Thị Hồng": 6,
    },
}  # fmt: skip


def _words(text: str) -> list[str]:
    return text.split()


_GIVEN = {
    "men": _words(
        "Ba Bảy Bình Cường Chiến Công Danh Dũng Dương Đạt Định Đức Giang Hai Hải Hậu Hiền Hiếu "
        "Hiệp Hoàng Hòa Hùng Hưng Khải Khanh Khánh Khoa Kiệt Lâm Lộc Lợi Long Luân Lực Mẫn Minh "
        "Nam Năm Nghĩa Nghị Nguyên Nhân Nhựt Phong Phú Phúc Phước Quang Quân Quí Sang Sáu Sơn "
        "Tài Tâm Tân Thái Thanh Thành Thắng Thiện Thịnh Thọ Thông Thuận Tiến Tín Toàn Trí Triều "
        "Trọng Trung Tuấn Tùng Út Việt Vinh Vũ Xuân"
    ),
    "women": _words(
        "Ánh Ba Bé Bích Bình Bốn Chi Cúc Diễm Diệu Dung Duyên Đào Điệp Giang Hà Hai Hạnh Hằng Hân "
        "Hiền Hoa Hòa Hồng Huệ Hường Hương Kiều Lan Lành Lệ Liên Linh Loan Lý Mai Mận Mỹ Nga Ngân "
        "Nghi Ngọc Nguyệt Nhàn Nhi Nhung Như Oanh Phấn Phượng Phương Quyên Sáu Sương Tám Tâm "
        "Thảo Thắm Thoa Thơ Thu Thúy Thủy Thư Tiên Trang Trâm Trinh Trúc Tuyền Tuyết Tư Út Vân "
        "Xuân Xuyến Yến"
    ),
}

_OLD_UNTIL = 1965
_SHARE_OF_WOMEN = 0.36


class _Urn:
    """Draws with fixed odds; the cumulated weights are added up once."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._values = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> str:
        return rng.choices(self._values, cum_weights=self._sums)[0]


_FAMILIES = _Urn(_FAMILY)
_MIDDLES = {
    (sex, is_old): _Urn(weights[sex])
    for is_old, weights in ((True, _MIDDLE_OLD), (False, _MIDDLE_YOUNG))
    for sex in ("men", "women")
}


def full_name(rng: Random, birth_year: int) -> str:
    """A name in its usual order, composed (NFC)."""
    sex = "women" if rng.random() < _SHARE_OF_WOMEN else "men"
    middle = _MIDDLES[sex, birth_year <= _OLD_UNTIL].draw(rng)
    given = rng.choice([name for name in rng.sample(_GIVEN[sex], 2) if name not in middle])
    return f"{_FAMILIES.draw(rng)} {middle} {given}"
