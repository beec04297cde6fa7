"""A broadcast, from choosing whom it is for to knowing whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.broadcasts import Audience, Fault, Progress, State, Unfit, counted
from domain.text import clock, day, number
from handlers.texts.sentence import Lines, Sentences, Text
from handlers.texts.stamps import SECRET

# --- whom it is for --------------------------------------------------------------------------

OTHER_CAMPAIGN = Text("Đợt khác")
AUDIENCES = {
    Audience.NOT_REGISTERED: Text("Chưa đăng ký"),
    Audience.NOT_RECORDED: Text("Chưa điểm danh"),
    Audience.ESSAY: Text("Chưa nộp bài"),
    Audience.SECRETARIES: Text("Bí thư chi bộ"),
    Audience.ALL: Text("Tất cả"),
}


def audience_button(audience: Audience, count: int, obligation: str | None) -> Text:
    """ "Chưa nộp bài (540)"; the obligation is named where there are several."""
    label = AUDIENCES[audience]
    if obligation is not None:
        label = Text("{audience}: {what}", audience=label, what=obligation)
    return Text("{audience} ({count})", audience=label, count=number(count))


def send_to(unit: str, campaign: str | None) -> Text:
    return Lines(Text("Gửi cho ({unit}):", unit=unit), campaign)


CHOOSE_WHERE = Text("Chọn đơn vị nhận:")
NOBODY_MEANT = Text("Không có đồng chí nào thuộc diện này.")


def nobody_reachable(count: int, unit: str) -> Text:
    return Text(
        "{count} đồng chí thuộc {unit} chưa đăng ký nhận tin; đề nghị thông báo trực tiếp.",
        count=number(count),
        unit=unit,
    )


# --- composing -------------------------------------------------------------------------------

SEND = Text("Gửi")
ASK_TEXT = Text(
    "Nội dung? Có thể dùng {name} và {cell} để ghi tên, chi bộ của từng người nhận.",
    name="{tên}",
    cell="{chi_bộ}",
)
TEXT_ONLY = Text("Chưa gửi được tệp trong thông báo. Đề nghị đồng chí nhập nội dung bằng chữ.")


def unfit(why: Unfit) -> Text:
    match why.fault:
        case Fault.EMPTY:
            return Text("Nội dung trống. Đề nghị đồng chí nhập lại.")
        case Fault.SECRET:
            return SECRET
        case Fault.UNKNOWN_PLACEHOLDER:
            return Text(
                "Không có mục {typed}. Chỉ dùng được {name} và {cell}. Đề nghị đồng chí nhập lại.",
                typed=why.placeholder,
                name="{tên}",
                cell="{chi_bộ}",
            )
        case Fault.TOO_LONG:
            return Text(
                "Nội dung dài quá {over} ký tự. Đề nghị đồng chí rút gọn rồi nhập lại.",
                over=number(why.over),
            )


SAMPLE_NAME = "Nguyễn Văn A"  # where the sender may not see a real one
SAMPLE_CELL = "Chi bộ 1"


def message_from(speaker: str, text: str) -> Text:
    return Text("{speaker}:\n{text}", speaker=speaker, text=text)


def preview(name: str, message: Text, count: int, unit: str, unreached: int) -> Text:
    return Lines(
        Text("Xem trước (mẫu gửi {name}):", name=name),
        message,
        "",
        will_go_to(count, unit, unreached),
    )


def will_go_to(count: int, unit: str, unreached: int) -> Text:
    if not unreached:
        return Text("Sẽ gửi tới {count} đồng chí thuộc {unit}.", count=number(count), unit=unit)
    return Text(
        "Sẽ gửi tới {count} đồng chí thuộc {unit}; {unreached} đồng chí chưa đăng ký nhận tin.",
        count=number(count),
        unit=unit,
        unreached=number(unreached),
    )


def waits_for_release(since: datetime) -> Text:
    return Text(
        "Đơn vị đang tạm ngừng gửi từ {time}, ngày {day}; tin sẽ được gửi khi mở lại.",
        time=clock(since),
        day=day(since),
    )


def goes_on(at: datetime) -> Text:
    """The quiet hours have begun, or it is a holiday."""
    return Text("Ngoài giờ gửi tin; sẽ gửi từ {time}, ngày {day}.", time=clock(at), day=day(at))


# --- a second person -------------------------------------------------------------------------

AGREE_TO_SEND = Text("Đồng ý gửi")


def needs_second(above: int) -> Text:
    return Text(
        "Trên {above} người nhận cần thêm một cán bộ điều phối của đơn vị này hoặc cấp trên đồng "
        "ý; hiện chưa liên lạc được đồng chí nào.",
        above=number(above),
    )


def proposed(names: Sequence[str]) -> Text:
    return Text("Đã chuyển đề nghị gửi đến đồng chí {names}.", names=", ".join(names))


def proposal(author: str, message: Text, count: int, unit: str, unreached: int) -> Text:
    return Lines(
        Text("Đồng chí {author} đề nghị gửi nội dung sau:", author=author),
        message,
        "",
        will_go_to(count, unit, unreached),
    )


AGREED = Text("Đã đồng ý gửi.")
DECLINED = Text("Đã trả lời không đồng ý gửi.")


def was_declined(name: str) -> Text:
    return Text("Đồng chí {name} không đồng ý gửi thông báo.", name=name)


NO_LONGER = Text("Nội dung này không còn hiệu lực. Đề nghị đồng chí soạn lại nếu cần.")
NOTHING_SENT = Text("Đã hủy. Chưa có tin nào được gửi.")

# --- how far it has got ----------------------------------------------------------------------

PAUSE = Text("Tạm dừng")
RESUME = Text("Gửi tiếp")
LIST = Text("Danh sách")


def progress(state: State, figures: Progress) -> Text:
    how_far = counted(figures.settled, figures.posted)
    match state:
        case State.PAUSED:
            return Text("Tạm dừng {how_far}", how_far=how_far)
        case State.CANCELLED:
            left = counted(figures.left, figures.posted)
            return Text("Đã hủy khi đang gửi {how_far}", how_far=left)
        case State.DONE:
            return Text("Đã gửi xong {how_far}", how_far=how_far)
        case _:
            return Text("Đang gửi {how_far}", how_far=how_far)


def waiting(figures: Progress, why: Text) -> Text:
    how_far = counted(figures.settled, figures.posted)
    return Lines(Text("Đang chờ gửi {how_far}", how_far=how_far), why)


def report(figures: Progress, gone: int = 0) -> Text:
    """What became of everybody; why somebody was not reached is never said.

    `gone`: counted in the preview, and not meant any more when it was sent.
    """
    return Sentences(
        Text("Đã gửi {sent}/{all}.", sent=number(figures.sent), all=number(figures.posted)),
        Text("{count} đồng chí không còn trong diện gửi.", count=number(gone)) if gone else None,
        Text(
            "Chưa liên lạc được {count} đồng chí; đề nghị thông báo trực tiếp.",
            count=number(figures.to_be_called),
        )
        if figures.to_be_called
        else None,
        Text("Chưa rõ kết quả {count} tin.", count=number(figures.ambiguous))
        if figures.ambiguous
        else None,
        Text("Không gửi {count} tin (đã hủy hoặc không còn cần).", count=number(figures.skipped))
        if figures.skipped
        else None,
    )


def call_list(count: int) -> Text:
    return Text("Chưa liên lạc được {count} đồng chí:", count=number(count))


def called_people(cell: str, names: Sequence[str]) -> str:
    return f"{cell}: {', '.join(names)}"


def called_count(cell: str, count: int) -> Text:
    return Text("{cell}: {count} đồng chí", cell=cell, count=number(count))


NOBODY_TO_CALL = Text("Không có đồng chí nào cần thông báo trực tiếp.")
