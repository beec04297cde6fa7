"""Registering with a code."""

from __future__ import annotations

from handlers.texts.sentence import Text

NO_CODE = Text("Tôi chưa có mã")
RIGHT = Text("Đúng")
NOT_ME = Text("Không phải tôi")
ASK_REGISTRATION_CODE = Text("Đề nghị đồng chí nhập mã đăng ký do chi bộ cấp.")
OR_TYPE_CODE = Text("Nếu đã được cấp mã đăng ký, đồng chí có thể nhập mã.")
WRONG_REGISTRATION_CODE = Text(
    "Mã đăng ký chưa đúng. Đề nghị đồng chí kiểm tra lại hoặc liên hệ chi bộ."
)
CODE_WAS_USED = Text("Mã này đã được dùng. Đề nghị đồng chí xin mã mới ở chi bộ.")
CODE_HAS_EIGHT = Text("Mã đăng ký gồm tám ký tự, có cả chữ và số, ví dụ K7P4 9QXM.")


def is_this_you(name: str, cell: str) -> Text:
    return Text("Đồng chí là {name}, {cell}, đúng không?", name=name, cell=cell)


NOT_YOU = Text(
    "Đã ghi nhận. Đề nghị đồng chí nhập mã trên phiếu của mình; nếu nhầm phiếu, đề nghị hỏi lại "
    "chi bộ."
)
REGISTERED = Text("Đã đăng ký. Cảm ơn đồng chí.")
REGISTERED_ALREADY = Text("Đồng chí đã đăng ký trên tài khoản này.")
MEMBER_HAS_ACCOUNT = Text(
    "Đồng chí đã đăng ký trên một tài khoản khác. Nếu đã đổi điện thoại, đề nghị liên hệ bí thư "
    "chi bộ."
)
ANOTHER_BROWSER = Text(
    "Tài khoản của đồng chí vừa được mở trên một trình duyệt khác. Nếu không phải đồng chí, đề "
    "nghị báo bí thư chi bộ."
)
SCAN_WAITED_TOO_LONG = Text(
    "Giờ quét mã đã quá 15 phút. Đề nghị đồng chí quét lại mã tại hội trường."
)
