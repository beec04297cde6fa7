"""What is said to secretaries about lagging cells, and to their superiors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.lagging import Lag, Why
from domain.members import Position
from domain.nudging import Kind
from domain.text import clock, day, number, rate
from handlers.texts import MOST_NAMES, Lines, Sentences, Text

# --- buttons ---------------------------------------------------------------------------------

PAPER = Text("Đã thu bản giấy, đang nhập")
COPY = Text("Chép tin cho nhóm Zalo")
TOMORROW = Text("Nhắc lại ngày mai")
WHY = Text("Vì sao được đôn đốc")
TURN_OFF = Text("Tắt: Đôn đốc chi bộ")
TURN_ON = Text("Bật: Đôn đốc chi bộ")


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
        return Text("{title} {campaign}", title=title[:1].lower() + title[1:], campaign=campaign)
    if kind is Kind.ATTENDANCE:
        return Text("học tập {campaign}", campaign=campaign)
    return Text("{session}", session=title)


# --- a nudge ---------------------------------------------------------------------------------

_OFFICES = {Position.SECRETARY: Text("Bí thư"), Position.DEPUTY: Text("Phó Bí thư")}
PLEASE_NUDGE = Text("Đề nghị đồng chí quan tâm, đôn đốc.")

_WHOLE = {
    "xã": Text("toàn xã"),
    "phường": Text("toàn phường"),
    "đặc khu": Text("toàn đặc khu"),
}


def whole_of(kind: str) -> Text:
    """How the unit is called with whose total a cell is compared."""
    found = (text for word, text in _WHOLE.items() if word in kind.casefold())
    return next(found, Text("toàn Đảng bộ"))


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


def compared(said: Text, scope: Text, done: int, whole: int) -> Text:
    return Text(
        "{said} ({scope} {done}/{whole}, đạt {rate}).",
        said=said,
        scope=scope,
        done=number(done),
        whole=number(whole),
        rate=rate(done, whole),
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


def not_handed_in(names: Sequence[str]) -> Text:
    return Text("Chưa nộp: {names}", names=_numbered(names))


def not_recorded(names: Sequence[str]) -> Text:
    return Text("Chưa ghi nhận: {names}", names=_numbered(names))


def _numbered(names: Sequence[str]) -> str:
    shown = [f"{place} {name}" for place, name in enumerate(names[:MOST_NAMES], 1)]
    more = [f"… (+{len(names) - MOST_NAMES})"] if len(names) > MOST_NAMES else []
    return " · ".join(shown + more)


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
        Lines(Text("{place}. {said}", place=place, said=_Capital(said)), names)
        for place, (said, names) in enumerate(topics, 1)
    ]
    heading = Text("Kính gửi đồng chí {office} {cell}:", office=office, cell=cell)
    return Lines(heading, *parts, PLEASE_NUDGE)


class _Capital(Lines):
    """A sentence that begins here."""

    def into(self, language: str) -> str:
        said = super().into(language)
        return said[:1].upper() + said[1:]


# --- what a secretary does about it ----------------------------------------------------------


def reminded(count: int, unreached: Sequence[str]) -> Text:
    if not unreached:
        return Text("Đã nhắc {count} đồng chí.", count=number(count))
    more = f" … (+{len(unreached) - MOST_NAMES})" if len(unreached) > MOST_NAMES else ""
    return Text(
        "Đã nhắc {count}; {left} đồng chí chưa đăng ký nhận tin: {names}",
        count=number(count),
        left=number(len(unreached)),
        names=", ".join(unreached[:MOST_NAMES]) + more,
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


# --- what her people read --------------------------------------------------------------------


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


def please_come(session: str, starts_at: datetime, venue: str) -> Text:
    return Text(
        "Kính mời đồng chí dự {session} lúc {time}, ngày {day}, tại {venue}.",
        session=session,
        time=clock(starts_at),
        day=day(starts_at),
        venue=venue,
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


# --- to the superior -------------------------------------------------------------------------


def digest_heading(unit: str, stuck: int, cells: int, now: datetime) -> Text:
    return Text(
        "Kính gửi {unit}: còn {stuck}/{cells} chi bộ chưa chuyển biến sau khi được đôn đốc, tính "
        "đến {time}, ngày {day}.",
        unit=unit,
        stuck=number(stuck),
        cells=number(cells),
        time=clock(now),
        day=day(now),
    )


def digest_topic(what: Text, due_at: datetime) -> Text:
    return Text("{what} (hạn {day}):", what=_Capital(what), day=day(due_at))


def digest_line(cell: str, done: int, whole: int, told: int) -> Text:
    if not told:
        return Text(
            "{cell}: {done}/{whole}, chưa liên lạc được bí thư",
            cell=cell,
            done=number(done),
            whole=number(whole),
        )
    return Text(
        "{cell}: {done}/{whole}, đã đôn đốc {told} lần",
        cell=cell,
        done=number(done),
        whole=number(whole),
        told=told,
    )


def nobody_stuck(unit: str) -> Text:
    return Text("{unit}: không còn chi bộ nào trong danh sách này.", unit=unit)


# --- why -------------------------------------------------------------------------------------

NEVER_NUDGED = Text("Đơn vị chưa được đôn đốc trong 60 ngày qua.")
_UNREACHED = Text("Chưa liên lạc được bí thư chi bộ.")
_NOT_SENT = Text("Tin này không được gửi.")


def why(cell: str, on: date, what: Text, lag: Lag, *, was_sent: bool, was_missed: bool) -> Text:
    """One sentence with its numbers."""
    nudged = Text(
        "{cell} được đôn đốc ngày {day} về {what}: {done}/{whole} ({rate}), {reason}.",
        cell=cell,
        day=f"{on:%d/%m}",
        what=what,
        done=number(lag.done),
        whole=number(lag.whole),
        rate=rate(lag.done, lag.whole),
        reason=_reason(lag),
    )
    if was_sent:
        return nudged
    return Sentences(nudged, _UNREACHED if was_missed else _NOT_SENT)


def _reason(lag: Lag) -> Text:
    expected = f"{lag.expected * 100:.1f}%".replace(".", ",")
    if lag.why is Why.OVERDUE:
        return Text("đã quá hạn")
    if lag.why is Why.NOTHING_YET:
        return Text("đã quá nửa thời gian (theo đường kỳ vọng cần {expected})", expected=expected)
    if lag.why is Why.HALL_EMPTY:
        return Text("kế hoạch yêu cầu {expected} số được triệu tập", expected=expected)
    return Text(
        "theo đường kỳ vọng cần {expected}, chênh quá {margin} điểm",
        expected=expected,
        margin=f"{lag.margin * 100:.0f}",
    )


def nudges_ahead(at: datetime, people: int, cells: int) -> Text:
    """What the next morning would send, if nothing changed until then."""
    return Text(
        "Đôn đốc chi bộ: {time}, {day}, {people} người, {cells} chi bộ",
        time=clock(at),
        day=day(at),
        people=number(people),
        cells=number(cells),
    )


# Of no use to anybody else, so not in the menu that a messenger shows to all.
COORDINATOR_COMMANDS = {
    "lich": Text("lịch nhắc của đợt học tập"),
    "tamngung": Text("tạm ngừng gửi tin đến đơn vị, gửi trở lại"),
}

# --- holds -----------------------------------------------------------------------------------

HOLDS_WHAT = Text(
    "Khi tạm ngừng, mọi tin nhắc, mời và thông báo gửi tới đơn vị được giữ lại; tin trả lời vẫn "
    "được gửi. Tin quá hạn trong lúc tạm ngừng sẽ không gửi nữa."
)


def sends(unit: str) -> Text:
    return Text("{unit}: đang gửi bình thường.", unit=unit)


def is_held(unit: str, since: datetime) -> Text:
    return Text(
        "{unit}: đang tạm ngừng gửi từ {time}, ngày {day}.",
        unit=unit,
        time=clock(since),
        day=day(since),
    )


def held_back(count: int) -> Text:
    return Text("Đang giữ lại {count} tin.", count=number(count))


def hold_unit(unit: str) -> Text:
    return Text("Tạm ngừng gửi: {unit}", unit=unit)


def lift_unit(unit: str) -> Text:
    return Text("Gửi trở lại: {unit}", unit=unit)
