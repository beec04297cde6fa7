"""What a secretary does about a nudge, and what the cell's people then read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import clock, day, number
from handlers.texts.sentence import Lines, Text
from handlers.texts.wording import listed

# --- to the secretary ------------------------------------------------------------------------


def reminded(count: int, unreached: Sequence[str]) -> Text:
    if not unreached:
        return Text("Đã nhắc {count} đồng chí.", count=number(count))
    return Text(
        "Đã nhắc {count}; {left} đồng chí chưa đăng ký nhận tin: {names}.",
        count=number(count),
        left=number(len(unreached)),
        names=listed(unreached),
    )


def reminder_goes_later(at: datetime) -> Text:
    return Text("Tin nhắc sẽ được gửi lúc {time}, ngày {day}.", time=clock(at), day=day(at))


def reminded_already(at: datetime) -> Text:
    return Text("Chi bộ đã được nhắc lúc {time} hôm nay; mỗi ngày nhắc một lần.", time=clock(at))


NOBODY_MISSING = Text("Không còn đồng chí nào cần nhắc.")


def how_many_papers(most: int) -> Text:
    return Text("Đã thu bao nhiêu bản giấy? Đề nghị đồng chí gõ số (1-{most}).", most=most)


def papers_in_hand(count: int, until: datetime) -> Text:
    return Text(
        "Đã ghi nhận {count} bản giấy đã thu, đang nhập. Tạm không đôn đốc nội dung này cho đến "
        "khi nhập xong, muộn nhất {time} ngày {day}.",
        count=number(count),
        time=clock(until),
        day=day(until),
    )


def again_tomorrow(at: datetime) -> Text:
    return Text("Sẽ nhắc lại lúc {time}, ngày {day}.", time=clock(at), day=day(at))


def to_paste(cell: str, said: Sequence[Text], link: str) -> Text:
    """For the cell's own group: counts and a link, never a name."""
    return Lines(
        Text("{cell}:", cell=cell),
        *(Text("- {said}.", said=one) for one in said),
        Text("Đề nghị các đồng chí chưa hoàn thành quan tâm thực hiện đúng hạn."),
        Text("Xem tình trạng của mình tại: {link}", link=link),
    )


# --- to the people ---------------------------------------------------------------------------


def please_hand_in(what: Text, due_at: datetime, now: datetime) -> Text:
    if now < due_at:
        return Text(
            "Chưa ghi nhận {what} của đồng chí (hạn {time}, {day}). Đề nghị đồng chí quan tâm hoàn "
            "thành.",
            what=what,
            time=clock(due_at),
            day=day(due_at),
        )
    return Text(
        "Chưa ghi nhận {what} của đồng chí (hạn {time}, {day}). Nếu đã nộp, đề nghị đồng chí báo "
        "chi bộ.",
        what=what,
        time=clock(due_at),
        day=day(due_at),
    )


def is_on(session: str, venue: str, closes_at: datetime) -> Text:
    return Text(
        "{session} đang diễn ra tại {venue}. Điểm danh đến {time}.",
        session=session,
        venue=venue,
        time=clock(closes_at),
    )


def please_attend(campaign: str) -> Text:
    return Text(
        "Chưa ghi nhận đồng chí đã học tập {campaign}. Nếu đã dự, đề nghị đồng chí báo chi bộ.",
        campaign=campaign,
    )
