"""Registering without a code: by phone number, or with the secretary's word."""

from __future__ import annotations

from domain.text import number
from handlers.texts.common import paging
from handlers.texts.sentence import Lines, Text

SHARE_PHONE = Text("Chia sẻ số điện thoại của tôi")
SKIP = Text("Bỏ qua")
NONE_OF_THEM = Text("Không đúng")


def claim_button(name: str) -> Text:
    return Text("Xin liên kết: {name}", name=name[:40])


def claims_button(count: int) -> Text:
    return Text("Xin liên kết tài khoản: {count} người", count=number(count))


SHOW_LIST = Text("Xem danh sách")
DROP_ALL = Text("Bỏ tất cả")
NOBODY_WAITS = Text("Không còn đề nghị liên kết nào đang chờ.")


def several_wait(count: int) -> Text:
    return Text("Có {count} người xin liên kết tài khoản.", count=number(count))


def drop_how_many(count: int) -> Text:
    return Text(
        "Bỏ cả {count} đề nghị liên kết? Người gửi được báo là chưa được xác nhận và có thể đề "
        "nghị lại.",
        count=number(count),
    )


def dropped(count: int) -> Text:
    return Text("Đã bỏ {count} đề nghị liên kết.", count=number(count))


HOW_WITHOUT_CODE = Text("Đồng chí có thể chọn đơn vị để đề nghị bí thư chi bộ xác nhận.")
OR_SHARE_PHONE = Text("Hoặc chia sẻ số điện thoại đã đăng ký với chi bộ, bằng nút phía dưới.")
PHONE_NOT_OWN = Text("Đề nghị đồng chí chia sẻ số điện thoại của chính mình.")
PHONE_NOT_FOUND = Text(
    "Chưa tìm thấy qua số điện thoại này. Đề nghị đồng chí chọn đơn vị hoặc nhập mã đăng ký."
)


def choose_unit(unit: str, page: int, pages: int) -> Text:
    text = Text(
        "Đề nghị đồng chí chọn đơn vị thuộc {unit}, hoặc gõ một phần tên chi bộ.", unit=unit
    )
    return Lines(text, paging(page, pages))


def which_unit(found: int, shown: int) -> Text:
    if found > shown:
        return Text("Tìm thấy {found} đơn vị. Đề nghị gõ rõ hơn hoặc chọn:", found=found)
    return Text("Đề nghị đồng chí chọn:")


NO_SUCH_UNIT = Text("Chưa tìm thấy đơn vị có tên như vậy. Đề nghị đồng chí gõ lại hoặc chọn.")


def ask_name(cell: str) -> Text:
    return Text("{cell}. Đề nghị đồng chí nhập họ và tên.", cell=cell)


ASK_BIRTH_YEAR = Text("Đề nghị đồng chí nhập năm sinh, hoặc bấm Bỏ qua.")
BAD_BIRTH_YEAR = Text("Năm sinh gồm bốn chữ số, ví dụ 1950.")
BAD_NAME = Text("Đề nghị đồng chí nhập họ và tên, từ 2 đến 100 chữ.")
NAME_HAS_ONLY_LETTERS = Text(
    "Họ và tên chỉ gồm chữ, không có số hay ký hiệu. Đề nghị đồng chí nhập lại."
)


def claim_filed(claim_number: str) -> Text:
    return Text(
        "Đã chuyển đề nghị đến chi bộ. Số đối chiếu của đồng chí: {number}. Đề nghị đọc số này cho "
        "đồng chí Bí thư.",
        number=claim_number,
    )


def claim_waits(cell: str, claim_number: str) -> Text:
    return Text(
        "Đề nghị liên kết của đồng chí đang chờ {cell} xác nhận. Số đối chiếu: {number}. Đề nghị "
        "đọc số này cho đồng chí Bí thư.",
        cell=cell,
        number=claim_number,
    )


def claim_to_settle(name: str, birth_year: int | None) -> Text:
    who = Text('"{name}"', name=name)
    if birth_year:
        who = Text('"{name}", sinh năm {year}', name=name, year=birth_year)
    return Text(
        "Có người xin liên kết tài khoản, tên {who}. Chọn đảng viên và nhập số đối chiếu do đồng "
        "chí ấy đọc:",
        who=who,
    )


def ask_claim_number(name: str) -> Text:
    return Text("Đề nghị nhập số đối chiếu do đồng chí {name} đọc.", name=name)


CHOOSE_MEMBER_FIRST = Text("Đề nghị chọn đảng viên trước, rồi nhập số.")
CLAIM_NUMBER_WRONG = Text(
    "Số đối chiếu chưa đúng. Đề nghị đồng chí hỏi lại trực tiếp người xin liên kết."
)
CLAIM_STOPPED = Text("Số đối chiếu sai nhiều lần; đề nghị này đã được dừng.")
CLAIM_SETTLED = Text("Đề nghị này đã được giải quyết.")
CLAIM_REFUSED = Text("Đề nghị liên kết chưa được xác nhận. Đề nghị đồng chí liên hệ bí thư chi bộ.")
CLAIM_DISMISSED = Text("Đã ghi nhận, không liên kết tài khoản này.")


def claim_accepted(name: str) -> Text:
    return Text("Đã liên kết tài khoản của đồng chí {name}.", name=name)


def has_account_already(name: str) -> Text:
    return Text("Đồng chí {name} đã có tài khoản trên kênh này.", name=name)


SESSION_CLOSED_MEANWHILE = Text(
    "Buổi học đã kết thúc trước khi tài khoản được xác nhận; đề nghị đồng chí gặp cán bộ phụ trách "
    "điểm danh."
)
