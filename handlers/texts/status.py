"""What a member is told about themselves."""

from __future__ import annotations

from datetime import datetime

from domain.attendance import Record
from domain.members import Status
from domain.sessions import Session
from domain.text import clock, day
from handlers.texts.sentence import Text
from handlers.texts.wording import due

_STANDINGS = {
    Status.FULL: Text("chính thức"),
    Status.PROBATIONARY: Text("dự bị"),
    Status.EXEMPT: Text("miễn sinh hoạt"),
    Status.REDUCED: Text("giảm sinh hoạt"),
    Status.AWAY: Text("tạm vắng"),
    Status.PAUSED: Text("tạm dừng"),
}


def my_identity(name: str, cell: str, status: Status) -> Text:
    return Text(
        "Đồng chí {name}, {cell} ({status}).", name=name, cell=cell, status=_STANDINGS[status]
    )


def my_sessions(attended: int, all_sessions: int) -> Text:
    return Text(
        "Đồng chí đã dự {attended}/{sessions} buổi.", attended=attended, sessions=all_sessions
    )


def my_record(session: str, record: Record, venue: str) -> Text:
    return Text(
        "{session}: đã điểm danh lúc {time}, ngày {day}, tại {venue}.",
        session=session,
        time=clock(record.at),
        day=day(record.at),
        venue=venue,
    )


def my_next(session: Session, venue: str | None) -> Text:
    if venue is None:
        return Text(
            "{session}: {time}, ngày {day}.",
            session=session.title,
            time=clock(session.starts_at),
            day=day(session.starts_at),
        )
    return Text(
        "{session}: {time}, ngày {day}, tại {venue}.",
        session=session.title,
        time=clock(session.starts_at),
        day=day(session.starts_at),
        venue=venue,
    )


def my_missed(session: Session) -> Text:
    return Text(
        "{session}, ngày {day}: chưa ghi nhận.", session=session.title, day=day(session.starts_at)
    )


NO_SESSIONS_YET = Text("Chưa có buổi học nào được lên lịch.")


def my_obligation(title: str, due_at: datetime) -> Text:
    return Text("{title}: hạn {time}, {day}.", title=title, time=clock(due_at), day=day(due_at))


def my_essay(title: str, due_at: datetime) -> Text:
    return Text("{title}: chưa ghi nhận (hạn {due}).", title=title, due=due(due_at))


def my_essay_received(title: str, at: datetime) -> Text:
    return Text("{title}: đã nhận ngày {day}.", title=title, day=day(at))


def my_essay_accepted(title: str) -> Text:
    return Text("{title}: đã đạt yêu cầu.", title=title)


def my_essay_returned(title: str, due_at: datetime) -> Text:
    return Text("{title}: cần bổ sung (hạn {due}).", title=title, due=due(due_at))


IS_MUTED = Text("Đồng chí đang tắt nhắc việc; thông báo kết quả và thông báo chung vẫn được gửi.")
