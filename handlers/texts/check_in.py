"""Checking in and out at a venue."""

from __future__ import annotations

from datetime import datetime

from domain.attendance import Reason, Refusal
from domain.text import clock, day, same_day
from handlers.texts.sentence import Text

ASK_VENUE_CODE = Text("Đề nghị đồng chí nhập mã đang hiển thị tại hội trường.")
NOT_CHECKED_IN_YET = Text("Đồng chí chưa được điểm danh.")
HOW_TO_CHECK_IN = Text(
    "Đề nghị đồng chí quét mã hoặc nhập sáu chữ số đang hiển thị tại hội trường."
)
CODE_HAS_SIX = Text(
    "Mã chưa đúng: mã điểm danh gồm sáu chữ số. Đề nghị nhập mã đang hiển thị tại hội trường."
)
WHICH_VENUE = Text("Đồng chí đang dự tại điểm cầu nào?")


def checked_in(name: str, venue: str, at: datetime) -> Text:
    return Text(
        "Đã điểm danh đồng chí {name} tại {venue} lúc {time}.",
        name=name,
        venue=venue,
        time=clock(at),
    )


def already_recorded(at: datetime, now: datetime) -> Text:
    if same_day(at, now):
        return Text("Đồng chí đã điểm danh lúc {time}, không cần thực hiện lại.", time=clock(at))
    return Text(
        "Đồng chí đã điểm danh lúc {time}, ngày {day}, không cần thực hiện lại.",
        time=clock(at),
        day=day(at),
    )


def other_venue(planned: str, venue: str) -> Text:
    return Text(
        "Theo kế hoạch, đồng chí dự tại {planned}. Đồng chí xác nhận dự tại {venue}?",
        planned=planned,
        venue=venue,
    )


OTHER_VENUE_DECLINED = Text(
    "Đã ghi nhận. Đề nghị đồng chí đến điểm cầu theo kế hoạch hoặc gặp cán bộ phụ trách điểm danh."
)
CHECKED_OUT = Text("Đã ghi nhận đồng chí dự đến hết buổi học.")
SCAN_TAKEN = Text(
    "Lượt quét này đã được dùng trên một tài khoản khác. Đề nghị đồng chí quét lại mã."
)


def too_early(opens_at: datetime) -> Text:
    return Text(
        "Chưa đến giờ điểm danh. Bắt đầu từ {time}, ngày {day}.",
        time=clock(opens_at),
        day=day(opens_at),
    )


CLOSED = Text("Đã hết giờ điểm danh. Đề nghị đồng chí gặp cán bộ phụ trách điểm danh.")
REGISTER_FIRST = Text("Đồng chí chưa đăng ký. Đề nghị nhập mã đăng ký do chi bộ cấp.")
WRONG_CODE = Text("Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình.")
_REFUSALS = {
    Reason.UNKNOWN_CODE: WRONG_CODE,
    Reason.STALE_CODE: WRONG_CODE,
    Reason.CLOSED: CLOSED,
    Reason.NOT_REGISTERED: REGISTER_FIRST,
    Reason.NOT_EXPECTED: Text(
        "Đồng chí không thuộc thành phần của hội nghị này. Đề nghị gặp cán bộ phụ trách điểm danh."
    ),
    Reason.NOT_CHECKED_IN: Text(
        "Chưa ghi nhận đồng chí có mặt tại buổi này. Đề nghị gặp cán bộ phụ trách điểm danh."
    ),
}


def refused(refusal: Refusal) -> Text:
    if refusal.reason is Reason.TOO_EARLY and refusal.session:
        return too_early(refusal.session.opens_at)
    return _REFUSALS[refusal.reason]
