"""Story 1: bà Lan, 67, for the first time, in the hall."""

from __future__ import annotations

from tests.stories.town import Town


async def test_ba_lan_comes_for_the_first_time(town: Town, channel: str) -> None:
    """Scan first, then say who she is: the hour of the scan is the hour that counts."""
    lan = town.phone(channel)
    town.at("07:12")
    heard = await lan.scans(town.hall.qr())
    assert heard == (
        "Đã ghi nhận giờ quét mã: 07:12. Trước khi hoàn tất, đề nghị đồng chí đọc và chọn:\n"
        "Hệ thống lưu họ tên, chi bộ, tình trạng tham dự và nộp bài để Đảng ủy xã Thân Cửu Nghĩa "
        "tổng hợp báo cáo. Trong đó có dữ liệu cá nhân nhạy cảm theo quy định của pháp luật."
    )
    assert lan.labels == ["Xem chi tiết", "Đồng ý", "Không đồng ý"]
    await lan.presses("Đồng ý")
    if channel == "telegram":
        assert lan.last == (
            "Tin nhắn Telegram được lưu trên máy chủ ở nước ngoài. Đồng chí có đồng ý sử dụng "
            "không?"
        )
        assert lan.labels == ["Đồng ý", "Dùng trình duyệt", "Ký danh sách giấy"]
        await lan.presses("Đồng ý")
    assert lan.last == "Đề nghị đồng chí nhập mã đăng ký do chi bộ cấp."
    assert lan.labels == ["Tôi chưa có mã"]
    town.at("07:15")
    code = town.code_of("lan").lower()
    heard = await lan.types(f"{code[:4]} {code[4:]}")
    assert heard == "Đồng chí là Nguyễn Thị Lan (1950), Chi bộ ấp 3, đúng không?"
    assert lan.labels == ["Đúng", "Không phải tôi"]
    heard = await lan.presses("Đúng")
    assert heard == "Đã điểm danh đồng chí Nguyễn Thị Lan tại Hội trường UBND xã lúc 07:12."
    assert lan.steps == (5 if channel == "telegram" else 4)
