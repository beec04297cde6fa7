"""The figures of a unit."""

from __future__ import annotations

from datetime import datetime

from domain.text import clock, number, rate
from handlers.texts.sentence import Text

BY_UNIT = Text("Theo đơn vị")
SLOW_VENUES = Text("Điểm cầu chậm")
ALL_VENUES = Text("Các điểm cầu")
ONE_UP = Text("Cấp trên")
CHOOSE_SCOPE = Text("Chọn đơn vị:")


def counted_unit(unit: str, now: datetime, present: int, summoned: int, roll: int) -> Text:
    return Text(
        "{unit}, {time}: có mặt {present}/{summoned} triệu tập ({rate}; tổng số {roll})",
        unit=unit,
        time=clock(now),
        present=number(present),
        summoned=number(summoned),
        rate=rate(present, summoned),
        roll=number(roll),
    )


def counted_venues(venues: int, slow: int) -> Text:
    return Text(
        "{venues} điểm cầu, {slow} điểm cầu dưới 50%.", venues=number(venues), slow=number(slow)
    )


def counted_rest(obliged: int, present: int, excused: int, missing: int) -> Text:
    """Of another whole than those summoned: it is named, and its parts add up to it."""
    return Text(
        "Trong {obliged} đồng chí phải học: có mặt {present} ({rate}); vắng có lý do {excused}; "
        "chưa ghi nhận {missing}.",
        obliged=number(obliged),
        present=number(present),
        rate=rate(present, obliged),
        excused=number(excused),
        missing=number(missing),
    )


BY_OBLIGED = Text("Có mặt trên số phải học của từng đơn vị:")


def counted_row(name: str, part: int, whole: int) -> str:
    return f"{name}: {number(part)}/{number(whole)} ({rate(part, whole)})"


SLOW_HEADING = Text("Các điểm cầu dưới 50% số triệu tập:")
NO_SLOW_VENUES = Text("Không có điểm cầu nào dưới 50% số triệu tập.")
VENUES_HEADING = Text("Các điểm cầu, có mặt trên số triệu tập:")
