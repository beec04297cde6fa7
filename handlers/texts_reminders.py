"""Every sentence about what falls due and what is handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.reminders import Rule, days_left
from domain.sessions import Session
from domain.text import clock, day, number
from handlers.texts import Sentences, Text

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


def due(at: datetime) -> str:
    """17:00, 17/02/2017"""
    return f"{clock(at)}, {day(at)}"


def inside(title: str) -> str:
    """A title within a sentence: "Bài thu hoạch" -> "bài thu hoạch"; "BTH số 2" stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


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


# --- one's own -------------------------------------------------------------------------------

MUTE = Text("Tắt nhắc việc")
UNMUTE = Text("Bật nhắc việc")
IS_MUTED = Text("Đồng chí đang tắt nhắc việc; thông báo kết quả và thông báo chung vẫn được gửi.")
NOW_MUTED = Text(
    "Đã tắt nhắc việc. Thông báo kết quả và thông báo chung vẫn được gửi đến đồng chí."
)
NOW_UNMUTED = Text("Đã bật nhắc việc.")


def my_essay(title: str, due_at: datetime) -> Text:
    return Text("{title}: chưa ghi nhận (hạn {due}).", title=title, due=due(due_at))


def my_essay_received(title: str, at: datetime) -> Text:
    return Text("{title}: đã nhận ngày {day}.", title=title, day=day(at))


def my_essay_accepted(title: str) -> Text:
    return Text("{title}: đã đạt yêu cầu.", title=title)


def my_essay_returned(title: str, due_at: datetime) -> Text:
    return Text("{title}: cần bổ sung (hạn {due}).", title=title, due=due(due_at))


# --- on paper --------------------------------------------------------------------------------

ON_PAPER = Text("Đã nộp bản giấy")
RECEIVE = Text("Đã nhận")
NOT_RECEIVED = Text("Chưa nhận được")
PAPERS = Text("Nhận bản giấy")
PASSED_ON = Text("Đã chuyển đến chi bộ để xác nhận. Đồng chí sẽ được báo khi được ghi nhận.")
NOTHING_OWED = Text("Không còn bài nào của đồng chí cần ghi nhận.")
NOBODY_OWES = Text("Không còn đồng chí nào chưa nộp.")
NO_OBLIGATION = Text("Không có bài nào cần nộp trong đợt này.")
CHOOSE_OBLIGATION = Text("Ghi nhận bài nào?")
LEFT_OPEN = Text("Chưa ghi nhận. Đồng chí có thể ghi nhận sau ở mục chi bộ.")


def on_paper(title: str) -> Text:
    """The button where a message is about several."""
    return Text("Đã nộp bản giấy: {what}", what=inside(title))


def says_handed_in(name: str, title: str, campaign: str) -> Text:
    return Text(
        "Đồng chí {name} báo đã nộp bản giấy {what} {campaign}. Đề nghị đồng chí xác nhận đã nhận.",
        name=name,
        what=inside(title),
        campaign=campaign,
    )


def who_handed_in(title: str, campaign: str) -> Text:
    return Text(
        "Đã nhận {what} {campaign} của những đồng chí nào? Bấm tên, gõ một phần tên, hoặc gõ số "
        "(ví dụ: 1-18).",
        what=inside(title),
        campaign=campaign,
    )


def confirm_received(title: str, names: Sequence[str], listed: Text) -> Text:
    return Text(
        "Ghi nhận {count} đồng chí đã nộp {what}? {listed}",
        count=len(names),
        what=inside(title),
        listed=listed,
    )


def received(title: str, new: int, before: int) -> Text:
    if before:
        return Text(
            "Đã ghi nhận {what} của {new} đồng chí; {before} đồng chí đã được ghi nhận trước đó.",
            what=inside(title),
            new=new,
            before=before,
        )
    return Text("Đã ghi nhận {what} của {new} đồng chí.", what=inside(title), new=new)


def yours_received(title: str, at: datetime) -> Text:
    return Text("Đã nhận {what} của đồng chí, ngày {day}.", what=inside(title), day=day(at))


# --- the coordinator's view ------------------------------------------------------------------

RULES: Mapping[Rule, Text] = {
    Rule.DEADLINE: Text("Nhắc hạn nộp"),
    Rule.INVITATION: Text("Mời dự buổi học"),
    Rule.MAKEUP: Text("Mời học bổ sung"),
    Rule.MORNING: Text("Nhắc sáng ngày học"),
}
TIMETABLE = Text("Lịch nhắc")
NOTHING_AHEAD = Text("không còn lượt gửi nào")
IS_OFF = Text("đang tắt")


def rule_heading(campaign: str) -> Text:
    return Text("Lịch nhắc của {campaign}:", campaign=campaign)


def rule_ahead(rule: Rule, title: str, at: datetime, people: int, cells: int) -> Text:
    return Text(
        "{rule} ({what}): {time}, {day}, {people} người, {cells} chi bộ",
        rule=RULES[rule],
        what=title,
        time=clock(at),
        day=day(at),
        people=number(people),
        cells=number(cells),
    )


def rule_done(rule: Rule) -> Text:
    return Text("{rule}: {state}", rule=RULES[rule], state=NOTHING_AHEAD)


def rule_off(line: Text) -> Text:
    return Text("{line} – {state}", line=line, state=IS_OFF)


def turn_off(rule: Rule) -> Text:
    return Text("Tắt: {rule}", rule=RULES[rule])


def turn_on(rule: Rule) -> Text:
    return Text("Bật: {rule}", rule=RULES[rule])
