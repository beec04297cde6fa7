"""What is said when a secret came by mistake."""

from __future__ import annotations

from handlers.texts.sentence import Text

SECRET = Text(
    "Đề nghị không gửi tài liệu mật, nội bộ qua kênh này; xóa tin vừa gửi và báo văn phòng cấp ủy."
)
WITHHELD = Text("(Nội dung không được lưu)")
