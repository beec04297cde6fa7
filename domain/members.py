"""The words of the roll: standing and office of a member."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Tình trạng. The value is what stands on the roll and on screen."""

    FULL = "chính thức"
    PROBATIONARY = "dự bị"
    EXEMPT = "miễn sinh hoạt"  # leaves the denominator, may attend
    REDUCED = "giảm sinh hoạt"
    AWAY = "tạm vắng"
    PAUSED = "tạm dừng"  # receives no message; no reason is ever stored


class Position(StrEnum):
    """Chức vụ. Secretary and deputy carry the secretary's rights over their cell."""

    SECRETARY = "bí thư"
    DEPUTY = "phó bí thư"
    MEMBER = "đảng viên"
