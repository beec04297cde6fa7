"""The greeting, and what is asked before anything is kept."""

from __future__ import annotations

from domain.codes import Scan
from domain.text import clock
from handlers.texts.sentence import Lines, Text

AGREE = Text("Đồng ý")
DISAGREE = Text("Không đồng ý")
DETAILS = Text("Xem chi tiết")
USE_BROWSER = Text("Dùng trình duyệt")
SIGN_ON_PAPER = Text("Ký danh sách giấy")


def greeting(unit: str) -> Text:
    return Text(
        "Kính chào đồng chí. Đây là công cụ hỗ trợ điểm danh, nhắc lịch học tập do {unit} sử dụng.",
        unit=unit,
    )


def scan_stamped(scan: Scan) -> Text:
    if scan.is_typed:
        return Text("Đã ghi nhận giờ nhập mã: {time}.", time=clock(scan.at))
    return Text("Đã ghi nhận giờ quét mã: {time}.", time=clock(scan.at))


BEFORE_FINISHING = Text("Trước khi hoàn tất, đề nghị đồng chí đọc và chọn:")
RECORDS_VERSION = 1  # raise it whenever the sentence below changes: consent is to a text


def records_consent(unit: str) -> Text:
    return Text(
        "Hệ thống lưu họ tên, chi bộ, tình trạng tham dự và nộp bài để {unit} tổng hợp báo cáo. "
        "Trong đó có dữ liệu cá nhân nhạy cảm theo quy định của pháp luật.",
        unit=unit,
    )


PLEASE_CHOOSE = Text("Đề nghị đồng chí xem chi tiết rồi chọn:")


def consent_details(unit: str) -> Text:
    return Lines(
        Text("Dữ liệu được lưu:"),
        Text("- họ tên, năm sinh, chi bộ, chức vụ;"),
        Text("- giờ và nơi điểm danh, tình trạng nộp bài;"),
        Text("- số điện thoại, chỉ ở dạng mã băm có khóa;"),
        Text("- nội dung nhập tại trang trò chuyện; nhật ký ai đã làm gì."),
        Text("Không thu thập số giấy tờ, ảnh chân dung hay vị trí."),
        "",
        Text("Người được xem tên:"),
        Text("- đồng chí và bí thư chi bộ;"),
        Text("- cán bộ phụ trách điểm danh và cán bộ theo dõi tại điểm cầu;"),
        Text("- cấp ủy cấp trên trực tiếp."),
        Text("Các cấp cao hơn chỉ xem số lượng."),
        "",
        Text(
            "Đồng chí có quyền rút lại sự đồng ý, xem, sửa hoặc đề nghị xóa dữ liệu: liên hệ "
            "{unit}.",
            unit=unit,
        ),
        Text("Không đồng ý thì ký danh sách giấy, kết quả có giá trị như nhau."),
    )


FOREIGN_VERSION = 1
FOREIGN_CONSENT = Text(
    "Tin nhắn Telegram được lưu trên máy chủ ở nước ngoài. Đồng chí có đồng ý sử dụng không?"
)
REFUSAL_RESPECTED = Text(
    "Đã ghi nhận. Đề nghị đồng chí ký danh sách tại điểm cầu; kết quả có giá trị như nhau."
)


def use_browser(url: str) -> Text:
    return Text("Đề nghị đồng chí mở trang này bằng trình duyệt: {url}", url=url)
