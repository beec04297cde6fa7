"""Where the Tiền Giang morning happens: real place names, a made-up grouping.

The tree has the levels in force since 2025 (province, commune, grassroots organisation, cell);
the parts of a commune bear the names of communes of 2016. Army and police are left out: their
members must not be listed.
"""

from __future__ import annotations

from typing import NamedTuple


class Commune(NamedTuple):
    kind: str  # "xã" | "phường"
    name: str
    parts: tuple[str, ...]  # besides its seat; each has a hall of its own

    @property
    def has_high_school(self) -> bool:
        """The larger communes have one, with a hall that serves as another venue."""
        return len(self.parts) >= 3


COMMUNES = (
    Commune("xã", "Thân Cửu Nghĩa", ("Tân Lý Đông", "Tân Lý Tây", "Long An")),
    Commune("xã", "Tân Hiệp", ("Tân Hương", "Tân Hội Đông", "Tam Hiệp")),
    Commune("xã", "Long Định", ("Nhị Bình", "Đông Hòa", "Điềm Hy")),
    Commune("xã", "Vĩnh Kim", ("Kim Sơn", "Song Thuận", "Phú Phong", "Bàn Long")),
    Commune("xã", "Bình Trưng", ("Dưỡng Điềm", "Hữu Đạo")),
    Commune("xã", "Long Hưng", ("Thạnh Phú", "Bình Đức")),
    Commune("xã", "Cái Bè", ("Đông Hòa Hiệp", "Hòa Khánh", "Hậu Thành")),
    Commune("xã", "An Hữu", ("An Thái Đông", "An Thái Trung", "Hòa Hưng")),
    Commune("xã", "Tân Thanh", ("Tân Hưng", "Mỹ Lương", "An Cư")),
    Commune("xã", "Hậu Mỹ Trinh", ("Hậu Mỹ Bắc A", "Hậu Mỹ Bắc B", "Hậu Mỹ Phú")),
    Commune("xã", "Mỹ Đức Tây", ("Mỹ Đức Đông", "Mỹ Lợi A", "Mỹ Lợi B")),
    Commune("xã", "Thiện Trí", ("Thiện Trung", "Mỹ Trung", "Mỹ Hội")),
    Commune("xã", "Bình Phú", ("Cẩm Sơn", "Phú An", "Phú Nhuận")),
    Commune("xã", "Hiệp Đức", ("Hội Xuân", "Tân Phong", "Ngũ Hiệp")),
    Commune("xã", "Long Tiên", ("Long Trung", "Mỹ Long", "Tam Bình")),
    Commune("xã", "Mỹ Thành Nam", ("Mỹ Thành Bắc", "Phú Cường", "Thạnh Lộc")),
    Commune("xã", "Mỹ Phước Tây", ("Mỹ Hạnh Đông", "Mỹ Hạnh Trung", "Tân Hội")),
    Commune("xã", "Chợ Gạo", ("Long Bình Điền", "Song Bình", "Xuân Đông", "Hòa Định")),
    Commune("xã", "Lương Hòa Lạc", ("Thanh Bình", "Phú Kiết")),
    Commune("xã", "Mỹ Tịnh An", ("Hòa Tịnh", "Trung Hòa", "Tân Bình Thạnh")),
    Commune("xã", "Tân Thuận Bình", ("Quơn Long", "Đăng Hưng Phước")),
    Commune("xã", "An Thạnh Thủy", ("Bình Phan", "Bình Phục Nhứt", "Bình Ninh")),
    Commune("xã", "Vĩnh Bình", ("Thạnh Nhựt", "Thạnh Trị", "Yên Luông")),
    Commune("xã", "Đồng Sơn", ("Bình Nhì", "Đồng Thạnh", "Thành Công")),
    Commune("xã", "Long Bình", ("Long Vĩnh", "Vĩnh Hựu", "Bình Tân")),
    Commune("xã", "Tân Hòa", ("Phước Trung", "Bình Nghị", "Tăng Hòa", "Tân Thành")),
    Commune("xã", "Vàm Láng", ("Gia Thuận", "Kiểng Phước", "Tân Phước", "Tân Tây")),
    Commune("xã", "Tân Điền", ("Bình Ân", "Tân Đông")),
    Commune("xã", "Mỹ Phước", ("Phước Lập", "Thạnh Mỹ", "Thạnh Tân")),
    Commune("xã", "Hưng Thạnh", ("Phú Mỹ", "Tân Hòa Thành")),
    Commune("xã", "Tân Hòa Đông", ("Tân Hòa Tây", "Thạnh Hòa", "Tân Lập 1", "Tân Lập 2")),
    Commune("xã", "Tân Phú", ("Tân Thạnh", "Tân Thới")),
    Commune("xã", "Phú Thạnh", ("Phú Đông", "Phú Tân")),
    Commune("phường", "Mỹ Tho", ("Phường 1", "Phường 4", "Phường 7")),
    Commune("phường", "Tân Long", ("Phường 2", "Phường 3", "Phường 8")),
    Commune("phường", "Đạo Thạnh", ("Phường 5", "Phường 6", "Phường 10")),
    Commune("phường", "Mỹ Phong", ("Phường 9", "Tân Mỹ Chánh")),
    Commune("phường", "Trung An", ("Phước Thạnh", "Thới Sơn")),
    Commune("phường", "Gò Công", ("Phường 1", "Phường 2", "Phường 3")),
    Commune("phường", "Long Thuận", ("Long Hưng", "Long Chánh", "Long Hòa")),
    Commune("phường", "Bình Xuân", ("Bình Đông", "Tân Trung")),
    Commune("phường", "Cai Lậy", ("Phường 1", "Phường 3", "Phường 5")),
    Commune("phường", "Nhị Mỹ", ("Nhị Quý", "Phú Quý", "Long Khánh")),
    Commune("phường", "Thanh Hòa", ("Tân Bình", "Phường 2")),
)


class Bloc(NamedTuple):
    name: str
    bodies: tuple[str, ...]  # grassroots organisations
    cells: int  # of each
    venue: str


PROVINCIAL_HALL = "Hội trường UBND tỉnh"

BLOCS = (
    Bloc(
        "Đảng bộ các cơ quan Đảng tỉnh",
        ("Văn phòng Tỉnh ủy", "Ban Tổ chức Tỉnh ủy", "Ban Tuyên giáo và Dân vận Tỉnh ủy"),
        3,
        PROVINCIAL_HALL,
    ),
    Bloc(
        "Đảng bộ Ủy ban nhân dân tỉnh",
        ("Văn phòng UBND tỉnh", "Sở Nội vụ", "Sở Tài chính", "Sở Tư pháp", "Sở Xây dựng"),
        4,
        PROVINCIAL_HALL,
    ),
    Bloc(
        "Đảng bộ Sở Giáo dục và Đào tạo",
        ("Trường Chính trị tỉnh", "Trường THPT Chuyên Tiền Giang", "Cơ quan Sở"),
        5,
        "Hội trường Trường Chính trị tỉnh",
    ),
    Bloc(
        "Đảng bộ Trường Đại học Tiền Giang",
        ("Khối Phòng, Ban", "Khối Khoa", "Khối Trung tâm"),
        5,
        "Hội trường Trường Đại học Tiền Giang",
    ),
    Bloc(
        "Đảng bộ Khối Doanh nghiệp tỉnh",
        ("Công ty Cấp nước", "Điện lực Tiền Giang", "Bưu điện tỉnh", "Ngân hàng Công Thương"),
        5,
        "Hội trường Khối Doanh nghiệp tỉnh",
    ),
)
