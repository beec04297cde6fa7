"""What a superior is told about cells that stay behind, and why a cell was nudged."""

from __future__ import annotations

from datetime import date, datetime

from domain.lagging import Lag, Why
from domain.text import clock, day, number, rate
from handlers.texts.sentence import Sentences, Text
from handlers.texts.wording import Capital

WHY = Text("Vì sao được đôn đốc")


def digest_heading(unit: str, stuck: int, cells: int, now: datetime, *, are_cells: bool) -> Text:
    return Text(
        "Kính gửi {unit}: còn {stuck}/{cells} {kind} chưa chuyển biến sau khi được đôn đốc, tính "
        "đến {time}, ngày {day}.",
        kind=Text("chi bộ") if are_cells else Text("đơn vị"),
        unit=unit,
        stuck=number(stuck),
        cells=number(cells),
        time=clock(now),
        day=day(now),
    )


def digest_topic(what: Text, due_at: datetime) -> Text:
    return Text("{what} (hạn {day}):", what=Capital(what), day=day(due_at))


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
    return Text("{unit}: không còn đơn vị nào trong danh sách này.", unit=unit)


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


def lags_in(what: Text, lag: Lag) -> Text:
    """The same of this moment, for whoever looks at a table."""
    return Text(
        "{what}: {done}/{whole}, {reason}",
        what=what,
        done=number(lag.done),
        whole=number(lag.whole),
        reason=_reason(lag),
    )


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
