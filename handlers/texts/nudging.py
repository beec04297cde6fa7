"""What a secretary is told about a lagging cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.members import Position
from domain.nudging import Kind
from domain.text import clock, day, number, rate
from handlers.texts.sentence import Lines, Text
from handlers.texts.wording import Capital, Dotted, inside, numbered

# --- buttons ---------------------------------------------------------------------------------

PAPER = Text("Đã thu bản giấy, đang nhập")
COPY = Text("Chép tin cho nhóm Zalo")
TOMORROW = Text("Nhắc lại ngày mai")


def remind(count: int) -> Text:
    return Text("Nhắc {count} đồng chí", count=number(count))


def remind_about(count: int, what: Text) -> Text:
    return Text("Nhắc {count} đồng chí: {what}", count=number(count), what=what)


def paper_about(what: Text) -> Text:
    return Text("Đã thu bản giấy: {what}", what=what)


# --- topics ----------------------------------------------------------------------------------


def topic(kind: Kind, title: str, campaign: str) -> Text:
    """ "bài thu hoạch NQTW4", "học tập NQTW4", "Hội nghị trực tuyến"."""
    if kind is Kind.OBLIGATION:
        return Text("{title} {campaign}", title=inside(title), campaign=campaign)
    if kind is Kind.ATTENDANCE:
        return Text("học tập {campaign}", campaign=campaign)
    return Text("{session}", session=title)


def handed_in(done: int, whole: int, what: Text, due_at: datetime) -> Text:
    return Text(
        "đến nay có {done}/{whole} {what} đã nộp; hạn {day}",
        done=number(done),
        whole=number(whole),
        what=what,
        day=day(due_at),
    )


def attended(done: int, whole: int, campaign: str, due_at: datetime, excused: int) -> Text:
    if excused:
        return Text(
            "đến nay có {done}/{whole} đảng viên đã học tập {campaign}, ngoài ra {excused} vắng có "
            "lý do; hạn {day}",
            done=number(done),
            whole=number(whole),
            campaign=campaign,
            excused=number(excused),
            day=day(due_at),
        )
    return Text(
        "đến nay có {done}/{whole} đảng viên đã học tập {campaign}; hạn {day}",
        done=number(done),
        whole=number(whole),
        campaign=campaign,
        day=day(due_at),
    )


def hall(session: str, present: int, summoned: int, at: datetime) -> Text:
    return Text(
        "đến {time}, {session} có mặt {present}/{summoned} đồng chí được triệu tập ({rate}).",
        time=clock(at),
        session=session,
        present=number(present),
        summoned=number(summoned),
        rate=rate(present, summoned),
    )


_WHOLE = {
    "xã": Text("toàn xã"),
    "phường": Text("toàn phường"),
    "đặc khu": Text("toàn đặc khu"),
}


def whole_of(kind: str) -> Text:
    """How the unit is called with whose total a cell is compared."""
    found = (text for word, text in _WHOLE.items() if word in kind.casefold())
    return next(found, Text("toàn Đảng bộ"))


def compared(said: Text, scope: Text, done: int, whole: int) -> Text:
    return Text(
        "{said} ({scope} {done}/{whole}, đạt {rate}).",
        said=said,
        scope=scope,
        done=number(done),
        whole=number(whole),
        rate=rate(done, whole),
    )


def not_handed_in(names: Sequence[str]) -> Text:
    return Text("Chưa nộp: {names}", names=Dotted(*numbered(names)))


def not_recorded(names: Sequence[str], own: str | None = None) -> Text:
    return Text("Chưa ghi nhận: {names}", names=Dotted(*numbered(names, own)))


# --- the message -----------------------------------------------------------------------------

_OFFICES = {Position.SECRETARY: Text("Bí thư"), Position.DEPUTY: Text("Phó Bí thư")}
PLEASE_NUDGE = Text("Đề nghị đồng chí quan tâm, đôn đốc.")


def nudge(position: str, cell: str, topics: Sequence[tuple[Text, Text]]) -> Text:
    """Each topic with the names that are missing; the salutation stands before the first."""
    office = _OFFICES[Position(position)]
    if len(topics) == 1:
        [(said, names)] = topics
        first = Text(
            "Kính gửi đồng chí {office} {cell}: {said}", office=office, cell=cell, said=said
        )
        return Lines(first, names, PLEASE_NUDGE)
    parts = [
        Lines(Text("{place}. {said}", place=place, said=Capital(said)), names)
        for place, (said, names) in enumerate(topics, 1)
    ]
    heading = Text("Kính gửi đồng chí {office} {cell}:", office=office, cell=cell)
    return Lines(heading, *parts, PLEASE_NUDGE)
