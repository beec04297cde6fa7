"""What a secretary is told about the cell, and a clerk about the hall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import clock, day, number
from handlers.texts.sentence import Lines, Text
from handlers.texts.wording import numbered

CONFIRM_PRESENT = Text("Xác nhận có mặt")
EXCUSE = Text("Lý do vắng")
HAND_OUT = Text("Cấp mã đăng ký")
CORRECT = Text("Đính chính")


def cell_heading(cell: str, session: str, starts_at: datetime, now: datetime) -> Text:
    return Text(
        "{cell} – {session} {day} ({time})",
        cell=cell,
        session=session,
        day=day(starts_at),
        time=clock(now),
    )


def present_breakdown(present: int, confirmed: int) -> Text:
    return Text(
        "có mặt {present} (tự điểm danh {by_self}; cán bộ xác nhận {confirmed})",
        present=number(present),
        by_self=number(present - confirmed),
        confirmed=number(confirmed),
    )


def cell_numbers(summoned: int, present: int, confirmed: int, excused: int, missing: int) -> Text:
    return Text(
        "Triệu tập {summoned}; {present}; vắng có lý do {excused}; chưa ghi nhận {missing}.",
        summoned=number(summoned),
        present=present_breakdown(present, confirmed),
        excused=number(excused),
        missing=number(missing),
    )


def exempt_present(count: int) -> Text:
    return Text("Ngoài ra {count} đồng chí được miễn sinh hoạt có dự.", count=number(count))


MOST_LINES = 12
NO_BREAK = "\u00a0"


def not_recorded_names(names: Sequence[str], own: str | None) -> Text:
    """Each on a line; of many, one after the other, none of them broken at a line's end."""
    if len(names) <= MOST_LINES:
        return Text("Chưa ghi nhận:\n{names}", names=Lines(*numbered(names, own)))
    return Text("Chưa ghi nhận: {names}", names=Unbroken(*numbered(names, own)))


class Unbroken(Lines):
    """Told apart by dots; none is broken at a line's end."""

    def into(self, language: str) -> str:
        return " · ".join(super().into(language).replace(" ", NO_BREAK).splitlines())


CHOOSE_HALL = Text("Đề nghị đồng chí chọn điểm cầu:")


def hall_numbers(
    venue: str,
    present: int,
    summoned: int,
    listed: int,
    confirmed: int,
    excused: int,
    missing: int,
    now: datetime,
) -> Text:
    """Those called and those on the list are both named where they differ."""
    values = {
        "venue": venue,
        "time": clock(now),
        "present": number(present),
        "expected": number(summoned),
        "listed": number(listed),
        "by_self": number(present - confirmed),
        "confirmed": number(confirmed),
        "excused": number(excused),
        "missing": number(missing),
    }
    if summoned == listed:
        return Text(
            "{venue} ({time}): có mặt {present}/{expected} (tự điểm danh {by_self}; cán bộ xác "
            "nhận {confirmed}); vắng có lý do {excused}; chưa ghi nhận {missing}.",
            **values,
        )
    return Text(
        "{venue} ({time}): có mặt {present}/{expected} triệu tập (danh sách {listed}; tự điểm danh "
        "{by_self}; cán bộ xác nhận {confirmed}); vắng có lý do {excused}; chưa ghi nhận "
        "{missing}.",
        **values,
    )


def hall_screen(url: str) -> Text:
    return Text("Màn hình: {url}", url=url)
