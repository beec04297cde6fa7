"""Entries for somebody else, and the duty of making them at a venue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import clock
from handlers.texts.sentence import Sentences, Text
from handlers.texts.wording import listed

# --- a duty ----------------------------------------------------------------------------------

AS_CLERK = Text("cán bộ phụ trách điểm danh")


def role_given(role: str, venue: str) -> Text:
    names = {"clerk": AS_CLERK, "inspector": Text("cán bộ theo dõi điểm cầu")}
    return Text("Đồng chí là {role} tại {venue}.", role=names[role], venue=venue)


LINK_USED = Text("Đường dẫn này đã được dùng hoặc đã hết hạn. Đề nghị liên hệ người gửi.")
CODE_OF_SOMEBODY_ELSE = Text(
    "Mã này được cấp cho người khác. Tài khoản này đã đăng ký và không thay đổi."
)

# --- present ---------------------------------------------------------------------------------

ASK_REVIEW = Text("Đề nghị xem lại")


def confirm_present(names: Sequence[str]) -> Text:
    return Text("Xác nhận {count} đồng chí có mặt: {names}?", count=len(names), names=listed(names))


MOST_NAMED = 5  # of what is done; the question before it has named more


def confirmed(new: Sequence[str], before: Sequence[str]) -> Text:
    return Sentences(
        Text(
            "Đã xác nhận {count} đồng chí có mặt: {names}.",
            count=len(new),
            names=listed(new, MOST_NAMED),
        )
        if new
        else None,
        Text(
            "{count} đồng chí đã được ghi nhận trước đó: {names}.",
            count=len(before),
            names=listed(before, MOST_NAMED),
        )
        if before
        else None,
    )


NOBODY_CONFIRMED = Text("Chưa xác nhận đồng chí nào.")
NOBODY_CHOSEN = Text("Chưa chọn đồng chí nào. Bấm tên hoặc gõ số.")
WHICH_OF_THEM = Text("Đồng chí nào?")


def confirm_one(name: str, venue: str) -> Text:
    return Text("Xác nhận đồng chí {name} có mặt tại {venue}?", name=name, venue=venue)


def they_are_recorded(name: str, at: datetime) -> Text:
    return Text("Đồng chí {name} đã được ghi nhận có mặt lúc {time}.", name=name, time=clock(at))


def you_were_confirmed(name: str, position: Text, at: datetime) -> Text:
    return Text(
        "Đồng chí {name}, {position}, đã xác nhận đồng chí có mặt lúc {time}. Nếu chưa đúng, đề "
        'nghị bấm "{button}".',
        name=name,
        position=position,
        time=clock(at),
        button=ASK_REVIEW,
    )


AS_SUPERIOR = Text("cán bộ cấp trên")
_POSITIONS = {
    "bí thư": Text("Bí thư chi bộ"),
    "phó bí thư": Text("Phó Bí thư chi bộ"),
    "đảng viên": Text("đảng viên"),
}


def position(on_roll: str) -> Text:
    return _POSITIONS[on_roll]


CONFIRMING_ENDED = Text("Thời gian xác nhận của buổi này đã hết.")

# --- excused ---------------------------------------------------------------------------------

EXCUSE_CATEGORIES = {
    "work": Text("Công tác"),
    "health": Text("Sức khỏe"),
    "family": Text("Việc gia đình"),
    "other": Text("Khác"),
}
CHOOSE_CATEGORY = Text("Đề nghị chọn lý do: công tác, sức khỏe, việc gia đình, khác.")


def excused(names: Sequence[str], category: Text) -> Text:
    return Text(
        "Đã ghi nhận {count} đồng chí vắng có lý do ({category}): {names}.",
        count=len(names),
        category=category,
        names=listed(names, MOST_NAMED),
    )
