"""Reviewing an entry that somebody else made."""

from __future__ import annotations

from datetime import datetime

from domain.text import clock, day
from handlers.texts.sentence import Text

KEEP_ENTRY = Text("Giữ nguyên")
VOID_ENTRY = Text("Hủy ghi nhận")
REVIEW_ASKED = Text(
    "Đã chuyển đề nghị xem lại đến người có trách nhiệm. Đồng chí sẽ được báo kết quả."
)
REVIEW_OPEN = Text("Đề nghị xem lại của đồng chí đang được xử lý.")
NOTHING_TO_REVIEW = Text("Không có ghi nhận nào để xem lại.")
ASK_REASON = Text("Đề nghị đồng chí nhập lý do.")
REVIEW_SETTLED = Text("Đề nghị xem lại này đã được giải quyết.")
NOT_YOUR_OWN = Text("Người đã xác nhận không tự giải quyết đề nghị xem lại.")


def review_to_settle(name: str, cell: str, by: str, venue: str, at: datetime) -> Text:
    return Text(
        "Đồng chí {name}, {cell}, đề nghị xem lại: {by} đã xác nhận có mặt tại {venue} lúc {time}, "
        "ngày {day}.",
        name=name,
        cell=cell,
        by=by,
        venue=venue,
        time=clock(at),
        day=day(at),
    )


def entry_kept(reason: str) -> Text:
    return Text("Kết quả xem lại: giữ nguyên ghi nhận có mặt. Lý do: {reason}", reason=reason)


def entry_voided(reason: str) -> Text:
    return Text("Kết quả xem lại: đã hủy ghi nhận có mặt. Lý do: {reason}", reason=reason)


def corrected(name: str) -> Text:
    return Text("Đã hủy ghi nhận có mặt của đồng chí {name}.", name=name)


def kept(name: str) -> Text:
    return Text("Đã giữ nguyên ghi nhận có mặt của đồng chí {name}.", name=name)


def your_entry_voided(session: str, reason: str) -> Text:
    return Text(
        "Ghi nhận có mặt của đồng chí tại {session} đã được hủy. Lý do: {reason}",
        session=session,
        reason=reason,
    )
