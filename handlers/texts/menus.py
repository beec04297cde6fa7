"""What a person can choose at any time, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.texts.sentence import Lines, Text

CHECK_IN = Text("Điểm danh")
REGISTER = Text("Đăng ký")
MY_STATUS = Text("Của tôi")
MY_CELL = Text("Chi bộ")
MY_HALL = Text("Điểm cầu")
COUNTS = Text("Số liệu")
BROADCAST = Text("Gửi thông báo")
DASHBOARD = Text("Bảng điều hành")
TIMETABLE = Text("Lịch nhắc")
HELP = Text("Trợ giúp")
COMMANDS = {
    "diemdanh": Text("điểm danh: quét mã, hoặc gõ 6 số đang hiển thị tại hội trường"),
    "toi": Text("tình trạng của tôi"),
    "chibo": Text("chi bộ của tôi: ai đã có mặt, ai chưa ghi nhận"),
    "dem": Text("số liệu của đơn vị"),
    "nhac": Text("gửi thông báo, nhắc nhở đến nhiều đồng chí"),
    "bang": Text("mở bảng điều hành trên máy tính hoặc điện thoại"),
    "diemcau": Text("điểm cầu tôi phụ trách"),
    "ngonngu": Text("chọn ngôn ngữ"),
    "huy": Text("dừng việc đang làm"),
    "trogiup": Text("trợ giúp"),
}
# Of no use to anybody else, so not in the menu that a messenger shows to all.
COORDINATOR_COMMANDS = {
    "lich": Text("lịch nhắc của đợt học tập"),
    "tamngung": Text("tạm ngừng gửi tin đến đơn vị, gửi trở lại"),
}


def help_text(lines: Sequence[Text]) -> Text:
    return Lines(Text("Đồng chí có thể gõ hoặc bấm:"), *lines)


NOT_UNDERSTOOD = Text(
    "Hệ thống chưa hiểu nội dung đồng chí gửi. Đồng chí vui lòng chọn mục dưới đây."
)
DIALOGUE_ENDED = Text("Đã dừng.")
NOTHING_TO_STOP = Text("Không có nội dung nào đang chờ.")
CHOOSE_LANGUAGE = Text("Đề nghị đồng chí chọn ngôn ngữ:")
LANGUAGE_SET = Text("Đã chuyển sang tiếng Việt.")
FILES_NOT_YET = Text("Hệ thống chưa nhận tệp. Đề nghị đồng chí nhắn bằng chữ.")
