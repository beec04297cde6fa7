"""What every conversation says."""

from __future__ import annotations

from datetime import timedelta

from handlers.texts.sentence import Text

CONFIRM = Text("Xác nhận")
NO = Text("Không")
CANCEL = Text("Hủy")
CHANGE = Text("Sửa")
BACK = Text("Quay lại")
NEXT_PAGE = Text("Trang sau")
PREVIOUS_PAGE = Text("Trang trước")
REFRESH = Text("Cập nhật")
CHOOSE_UNIT = Text("Chọn đơn vị")


def paging(page: int, pages: int) -> Text | None:
    if pages <= 1:
        return None
    return Text("(trang {page}/{pages})", page=page + 1, pages=pages)


NO_SESSION_NOW = Text("Hiện không có buổi học nào đang mở.")
NO_CAMPAIGN = Text("Chưa có đợt học tập nào trong phạm vi của đồng chí.")
NOT_YOURS = Text("Nội dung này không thuộc phạm vi của đồng chí.")
INTERRUPTED = Text("Hệ thống tạm gián đoạn. Đề nghị ký danh sách giấy; cán bộ sẽ nhập sau.")
CHOOSE_BELOW = Text("Đồng chí vui lòng chọn mục dưới đây.")


def locked(minutes: int) -> Text:
    return Text(
        "Đồng chí nhập sai nhiều lần. Vui lòng thử lại sau {minutes} phút hoặc gặp cán bộ phụ "
        "trách điểm danh.",
        minutes=minutes,
    )


MINUTE = timedelta(minutes=1)


def whole_minutes(left: timedelta) -> int:
    """Rounded up, at least one."""
    return max(1, -(-left // MINUTE))
