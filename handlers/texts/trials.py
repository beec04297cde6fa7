"""What is said about a hall's rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import clock, day, number
from handlers.texts.sentence import Text

NOT_THE_DAYS_CODE = Text(
    "Đây là mã chạy thử, không tính điểm danh. Đề nghị nhập mã đang hiển thị tại hội trường."
)
SEE_LIST = Text("Điểm cầu chưa chạy thử")


def tried(venue: str) -> Text:
    return Text(
        "Chạy thử tại {venue}: điện thoại này dùng được. Mã chạy thử không tính điểm danh.",
        venue=venue,
    )


def untried(session: str, starts_at: datetime, halls: int, whole: int) -> Text:
    """For the coordinators of the campaign, the day before and in the morning."""
    return Text(
        "Kính gửi cấp ủy: còn {halls}/{whole} điểm cầu chưa chạy thử xong cho {session} ({time}, "
        "{day}). Đề nghị đôn đốc.",
        halls=number(halls),
        whole=number(whole),
        session=session,
        time=clock(starts_at),
        day=day(starts_at),
    )


def hall(venue: str, contacts: Sequence[str]) -> Text:
    if not contacts:
        return Text("{venue}: chưa có người liên hệ", venue=venue)
    return Text("{venue}: {contacts}", venue=venue, contacts="; ".join(contacts))


ALL_READY = Text("Tất cả điểm cầu đã chạy thử xong.")
