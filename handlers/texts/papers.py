"""What is handed in on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import day
from handlers.texts.sentence import Text
from handlers.texts.wording import inside

PAPERS = Text("Nhận bản giấy")
RECEIVE = Text("Đã nhận")
NOT_RECEIVED = Text("Chưa nhận được")
PASSED_ON = Text("Đã chuyển đến chi bộ để xác nhận. Đồng chí sẽ được báo khi được ghi nhận.")
NOTHING_OWED = Text("Không còn bài nào của đồng chí cần ghi nhận.")
NOBODY_OWES = Text("Không còn đồng chí nào chưa nộp.")
NO_OBLIGATION = Text("Không có bài nào cần nộp trong đợt này.")
CHOOSE_OBLIGATION = Text("Ghi nhận bài nào?")
LEFT_OPEN = Text("Chưa ghi nhận. Đồng chí có thể ghi nhận sau ở mục chi bộ.")


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
