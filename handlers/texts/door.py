"""Sentences about the page at the door: its link, and what becomes of the marks made there."""

from __future__ import annotations

from datetime import datetime

from domain.door import BEFORE_OPENING, Fault
from domain.sessions import Session
from domain.text import clock, day
from handlers.texts.sentence import Text

OPEN_DOOR_PAGE = Text("Trang điểm danh tại cửa")
ENTERED_OFFLINE = Text("Ghi nhận này được nhập khi mất mạng và gửi sau.")


def door_link(venue: str, minutes: int, url: str) -> Text:
    return Text(
        "Trang điểm danh tại cửa của {venue}: {url}\n"
        "Đường dẫn chỉ dành cho đồng chí, dùng một lần, trong {minutes} phút. Đề nghị mở trên "
        "thiết bị sẽ dùng tại cửa, khi còn mạng.",
        venue=venue,
        minutes=minutes,
        url=url,
    )


def present(name: str, at: datetime) -> Text:
    return Text("Đã ghi nhận đồng chí {name} lúc {time}.", name=name, time=clock(at))


def present_before(name: str, at: datetime) -> Text:
    return Text("Đồng chí {name} đã được ghi nhận lúc {time}.", name=name, time=clock(at))


def present_elsewhere(name: str, at: datetime, venue: str) -> Text:
    return Text(
        "Đồng chí {name} đã được ghi nhận lúc {time} tại {venue}.",
        name=name,
        time=clock(at),
        venue=venue,
    )


def not_taken(fault: Fault, session: Session) -> Text:
    """Why a mark does not count, and what to do."""
    if fault is Fault.TOO_EARLY:
        opens_at = session.opens_at - BEFORE_OPENING
        return Text(
            "Giờ ghi nhận sớm hơn {time}, ngày {day}. Đề nghị ghi nhận lại.",
            time=clock(opens_at),
            day=day(opens_at),
        )
    return _FAULTS[fault]


_FAULTS = {
    Fault.UNKNOWN: Text("Không có đồng chí nào khớp. Đề nghị tìm theo tên."),
    Fault.ONESELF: Text("Cán bộ không tự xác nhận cho mình. Đề nghị đồng chí tự điểm danh."),
    Fault.NOT_EXPECTED: Text("Đồng chí này không thuộc thành phần của đợt học tập."),
    Fault.IN_FUTURE: Text("Giờ ghi nhận chưa đến. Đề nghị xem lại giờ của máy và ghi nhận lại."),
    Fault.TOO_LATE: Text("Thời gian xác nhận của buổi này đã hết."),
    Fault.MARK_USED: Text("Mã lượt ghi đã dùng cho người khác. Đề nghị ghi nhận lại."),
}
