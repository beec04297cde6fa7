"""What the log calls each kind of entry."""

from __future__ import annotations

from collections.abc import Mapping

from domain.text import number
from storage.journal import Entry

KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "ke-hoach": (
        "Kế hoạch",
        {
            "plan_applied": "Lập hoặc sửa kế hoạch",
            "session_times": "Đổi giờ mở, đóng điểm danh",
            "rule_switched": "Bật, tắt một loại nhắc",
        },
    ),
    "danh-sach": ("Danh sách", {"roster.imported": "Nhập danh sách đảng viên"}),
    "ma": (
        "Mã và vai trò",
        {
            "hand_out": "Cấp mã đăng ký",
            "hand_out_slips": "In phiếu mã đăng ký",
            "invite": "Lập mã đăng ký",
            "cards": "In thẻ",
            "screens_renewed": "Đổi địa chỉ màn hình",
            "stop_devices": "Ngừng dùng thiết bị",
            "forget_browser": "Ngừng dùng trình duyệt",
            "claim_accepted": "Chấp nhận đề nghị đăng ký",
            "claim_refused": "Không chấp nhận đề nghị đăng ký",
            "grant": "Giao vai trò",
            "grant_link": "Giao vai trò bằng đường dẫn",
            "revoke": "Thu hồi vai trò",
            "role_by_link": "Nhận vai trò tại điểm cầu",
        },
    ),
    "diem-danh": (
        "Điểm danh",
        {
            "confirm": "Xác nhận có mặt",
            "excuse": "Ghi vắng có lý do",
            "voided": "Hủy một lượt điểm danh",
            "kept": "Giữ nguyên một lượt điểm danh",
            "trial": "Chạy thử điểm cầu",
        },
    ),
    "bai": ("Bài nộp", {"receive": "Nhận bài"}),
    "gui": (
        "Thông báo",
        {
            "remind_cell": "Nhắc cả chi bộ",
            "broadcast.confirmed": "Gửi thông báo",
            "broadcast.paused": "Tạm dừng gửi",
            "broadcast.resumed": "Gửi tiếp",
            "broadcast.cancelled": "Hủy gửi",
            "hold": "Tạm ngừng mọi tin nhắn",
            "lift_hold": "Gửi tin nhắn trở lại",
        },
    ),
    "vao": (
        "Đăng nhập",
        {
            "sign_in_link": "Lấy đường dẫn vào bảng điều hành",
            "sign_in": "Mở bảng điều hành",
            "recovery_codes": "Lập mã khôi phục",
            "door_sign_in": "Mở trang điểm danh tại cửa",
        },
    ),
    "khac": ("Khác", {"secret.refused": "Từ chối nội dung có dấu mật"}),
}

WORDS: Mapping[str, str] = {
    action: words for _, actions in KINDS.values() for action, words in actions.items()
}

_STEPS: Mapping[str, str] = {
    "open": "mở ngay",
    "close": "đóng ngay",
    "extend-15": "gia hạn 15 phút",
    "extend-30": "gia hạn 30 phút",
    "extend-60": "gia hạn 60 phút",
    "undo": "hoàn tác",
}


def said(entry: Entry) -> str:
    """What was done, with what tells one such act from another: the step, how many."""
    words = WORDS.get(entry.action, entry.action)
    if step := _STEPS.get(str(entry.detail.get("what"))):
        return f"{words}: {step}"
    people = entry.detail.get("members")
    count = len(people) if isinstance(people, list) else entry.detail.get("count")
    return f"{words} ({number(count)})" if isinstance(count, int) else words
