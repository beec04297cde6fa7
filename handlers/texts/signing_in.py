"""Opening the dashboard from the chat."""

from __future__ import annotations

from datetime import timedelta

from handlers.texts.common import whole_minutes
from handlers.texts.sentence import Text

NOT_FOR_YOU = Text("Bảng điều hành dành cho cấp ủy và bí thư chi bộ. Tình trạng của đồng chí: /toi")
OPENED = Text(
    "Bảng điều hành của đồng chí vừa được mở trên một trình duyệt. Nếu không phải đồng chí, đề "
    "nghị báo người quản trị hệ thống."
)


def link(url: str, life: timedelta) -> Text:
    return Text(
        "Đường dẫn mở bảng điều hành, dùng một lần trong {minutes} phút:\n{url}",
        minutes=whole_minutes(life),
        url=url,
    )
