"""What falls due: essays and sessions."""

from __future__ import annotations

from datetime import datetime

from domain.reminders import days_left
from domain.sessions import Session
from domain.text import clock, day
from handlers.texts.sentence import Sentences, Text
from handlers.texts.wording import due, inside

# --- what is owed ----------------------------------------------------------------------------

NEAR = 3  # days; nearer to the deadline the bare fact is enough
PLEASE_FINISH = Text("Đề nghị đồng chí quan tâm hoàn thành.")


def owed(title: str, campaign: str, due_at: datetime, now: datetime) -> Text:
    """By the number of days that are really left when the message leaves."""
    what = {"what": inside(title), "campaign": campaign, "due": due(due_at)}
    left = days_left(due_at, now)
    if left < 0:
        return Text(
            "Chưa ghi nhận {what} {campaign} của đồng chí (hạn {due}). Nếu đã nộp, đề nghị đồng "
            "chí báo chi bộ.",
            **what,
        )
    if left == 0:
        return Text(
            "Hôm nay là hạn nộp {what} {campaign} ({due}). Nếu có khó khăn, đề nghị đồng chí báo "
            "chi bộ.",
            **what,
        )
    if left == 1:
        return Text(
            "Ngày mai là hạn nộp {what} {campaign}. Nếu có khó khăn, đề nghị đồng chí báo chi bộ.",
            **what,
        )
    remaining = Text("Còn {days} ngày đến hạn nộp {what} {campaign} ({due}).", days=left, **what)
    return Sentences(remaining, PLEASE_FINISH) if left > NEAR else remaining


ON_PAPER = Text("Đã nộp bản giấy")


def on_paper(title: str) -> Text:
    """The button where a message is about several."""
    return Text("Đã nộp bản giấy: {what}", what=inside(title))


# --- sessions --------------------------------------------------------------------------------


def invited(session: Session, venue: str) -> Text:
    return Text(
        "Kính mời đồng chí dự {session} lúc {time}, ngày {day}, tại {venue}.",
        session=session.title,
        time=clock(session.starts_at),
        day=day(session.starts_at),
        venue=venue,
    )


def invited_to_makeup(session: Session, venue: str) -> Text:
    return Text(
        "Kính mời đồng chí dự buổi bổ sung lúc {time}, ngày {day}, tại {venue}.",
        time=clock(session.starts_at),
        day=day(session.starts_at),
        venue=venue,
    )


def today(session: Session, venue: str) -> Text:
    return Text(
        "Hôm nay, {time}, đồng chí dự {session} tại {venue}. Điểm danh từ {opens}.",
        time=clock(session.starts_at),
        session=session.title,
        venue=venue,
        opens=clock(session.opens_at),
    )


# --- switched off and on ---------------------------------------------------------------------

MUTE = Text("Tắt nhắc việc")
UNMUTE = Text("Bật nhắc việc")
NOW_MUTED = Text(
    "Đã tắt nhắc việc. Thông báo kết quả và thông báo chung vẫn được gửi đến đồng chí."
)
NOW_UNMUTED = Text("Đã bật nhắc việc.")
