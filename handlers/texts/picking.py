"""Choosing people from a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import clock, day, same_day
from handlers.texts.sentence import Text
from handlers.texts.wording import listed

DONE = Text("Xong")


def who_is_present(venue: str) -> Text:
    return Text(
        "Những đồng chí nào có mặt tại {venue}? Bấm tên, gõ một phần tên, hoặc gõ số "
        "(ví dụ: 1-3 5).",
        venue=venue,
    )


WHO_IS_EXCUSED = Text(
    "Những đồng chí nào vắng có lý do? Bấm tên, gõ một phần tên, hoặc gõ số (ví dụ: 1-3 5)."
)
WHO_GETS_CODE = Text("Cấp mã đăng ký cho đồng chí nào? Bấm tên, gõ một phần tên, hoặc gõ số.")
WHOSE_ENTRY = Text("Đính chính cho đồng chí nào? Bấm tên, gõ một phần tên, hoặc gõ số.")
NOBODY_LEFT = Text("Không còn đồng chí nào chưa ghi nhận.")
NOBODY_HERE = Text("Danh sách trống.")


def not_in_list(typed: str) -> Text:
    return Text('Không có đồng chí nào khớp với "{typed}".', typed=typed)


def is_recorded(name: str, at: datetime, now: datetime) -> Text:
    if same_day(at, now):
        return Text("Đồng chí {name} đã được ghi nhận lúc {time}.", name=name, time=clock(at))
    return Text(
        "Đồng chí {name} đã được ghi nhận lúc {time}, ngày {day}.",
        name=name,
        time=clock(at),
        day=day(at),
    )


def bad_numbers(highest: int) -> Text:
    return Text("Danh sách có số từ 1 đến {highest}. Đề nghị đồng chí gõ lại.", highest=highest)


def chosen(names: Sequence[str]) -> Text:
    return Text("Đã chọn {count}: {names}", count=len(names), names=listed(names))
