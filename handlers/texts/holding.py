"""Holding back what is sent to a unit."""

from __future__ import annotations

from datetime import datetime

from domain.text import clock, day, number
from handlers.texts.sentence import Text

HOLDS_WHAT = Text(
    "Khi tạm ngừng, mọi tin nhắc, mời và thông báo gửi tới đơn vị được giữ lại; tin trả lời vẫn "
    "được gửi. Tin quá hạn trong lúc tạm ngừng sẽ không gửi nữa."
)


def sends(unit: str) -> Text:
    return Text("{unit}: đang gửi bình thường.", unit=unit)


def is_held(unit: str, since: datetime) -> Text:
    return Text(
        "{unit}: đang tạm ngừng gửi từ {time}, ngày {day}.",
        unit=unit,
        time=clock(since),
        day=day(since),
    )


def held_back(count: int) -> Text:
    return Text("Đang giữ lại {count} tin.", count=number(count))


def hold_unit(unit: str) -> Text:
    return Text("Tạm ngừng gửi: {unit}", unit=unit)


def lift_unit(unit: str) -> Text:
    return Text("Gửi trở lại: {unit}", unit=unit)
