"""Every sentence the bot says. Vietnamese is the source; other languages are in locales/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.attendance import Reason, Record, Refusal
from domain.codes import Scan
from domain.sessions import Session
from domain.text import clock, day, number, rate, same_day
from locales import load_catalogue

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


class Text:
    """A sentence that is put into somebody's language when it is sent."""

    def __init__(self, source: str, **values: Any) -> None:
        self.source = source
        self.values = values

    def into(self, language: str) -> str:
        sentence = load_catalogue(language).get(self.source) or self.source
        return sentence.format(
            **{
                name: value.into(language) if isinstance(value, Text) else value
                for name, value in self.values.items()
            }
        )

    def __str__(self) -> str:
        return self.into("vi")

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class Lines(Text):
    """Several sentences, one below the other."""

    def __init__(self, *parts: Text | str | None) -> None:
        super().__init__("")
        self.parts = [part for part in parts if part is not None]

    def into(self, language: str) -> str:
        return "\n".join(p if isinstance(p, str) else p.into(language) for p in self.parts)


class Sentences(Lines):
    """Several sentences in one line."""

    def into(self, language: str) -> str:
        return " ".join(p if isinstance(p, str) else p.into(language) for p in self.parts)


# --- buttons ---------------------------------------------------------------------------------

AGREE = Text("Đồng ý")
DISAGREE = Text("Không đồng ý")
DETAILS = Text("Xem chi tiết")
USE_BROWSER = Text("Dùng trình duyệt")
SIGN_ON_PAPER = Text("Ký danh sách giấy")
NO_CODE = Text("Tôi chưa có mã")
SHARE_PHONE = Text("Chia sẻ số điện thoại của tôi")
CHOOSE_UNIT = Text("Chọn đơn vị")
RIGHT = Text("Đúng")
NOT_ME = Text("Không phải tôi")
CONFIRM = Text("Xác nhận")
NO = Text("Không")
CANCEL = Text("Hủy")
DONE = Text("Xong")
CHANGE = Text("Sửa")
BACK = Text("Quay lại")
NEXT_PAGE = Text("Trang sau")
PREVIOUS_PAGE = Text("Trang trước")
SKIP = Text("Bỏ qua")
NONE_OF_THEM = Text("Không đúng")
ASK_REVIEW = Text("Đề nghị xem lại")
KEEP_ENTRY = Text("Giữ nguyên")
VOID_ENTRY = Text("Hủy ghi nhận")
CONFIRM_PRESENT = Text("Xác nhận có mặt")
EXCUSE = Text("Lý do vắng")
HAND_OUT = Text("Cấp mã đăng ký")
CORRECT = Text("Đính chính")
CHECK_IN = Text("Điểm danh")
MY_STATUS = Text("Của tôi")
MY_CELL = Text("Chi bộ")
COUNTS = Text("Số liệu")
HELP = Text("Trợ giúp")
BY_UNIT = Text("Theo đơn vị")
SLOW_VENUES = Text("Điểm cầu chậm")
ALL_VENUES = Text("Các điểm cầu")
ONE_UP = Text("Cấp trên")
REFRESH = Text("Cập nhật")
OTHER_CAMPAIGN = Text("Đợt khác")

EXCUSE_CATEGORIES = {
    "work": Text("Công tác"),
    "health": Text("Sức khỏe"),
    "family": Text("Việc gia đình"),
    "other": Text("Khác"),
}

# --- greeting and consent --------------------------------------------------------------------

RECORDS_VERSION = 1  # raise it whenever the sentence below changes: consent is to a text
FOREIGN_VERSION = 1


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


def records_consent(unit: str) -> Text:
    return Text(
        "Hệ thống lưu họ tên, chi bộ, tình trạng tham dự và nộp bài để {unit} tổng hợp báo cáo. "
        "Trong đó có dữ liệu cá nhân nhạy cảm theo quy định của pháp luật.",
        unit=unit,
    )


PLEASE_CHOOSE = Text("Đề nghị đồng chí xem chi tiết rồi chọn:")


def consent_details(unit: str) -> Text:
    return Text(
        "Dữ liệu được lưu: họ tên, năm sinh, chi bộ, chức vụ, giờ và nơi điểm danh, tình trạng "
        "nộp bài; số điện thoại chỉ ở dạng mã băm có khóa; nội dung nhập tại trang trò chuyện; "
        "nhật ký ai đã làm gì. Người được xem tên: đồng chí, bí thư chi bộ, cán bộ phụ trách điểm "
        "danh và cán bộ theo dõi tại điểm cầu, cấp ủy cấp trên trực tiếp; các cấp cao hơn chỉ "
        "xem số lượng. Không thu thập "
        "số giấy tờ, ảnh chân dung hay vị trí. Đồng chí có quyền rút lại sự đồng ý, xem, sửa hoặc "
        "đề nghị xóa dữ liệu: liên hệ {unit}. Không đồng ý thì ký danh sách giấy, kết quả có giá "
        "trị như nhau.",
        unit=unit,
    )


FOREIGN_CONSENT = Text(
    "Tin nhắn Telegram được lưu trên máy chủ ở nước ngoài. Đồng chí có đồng ý sử dụng không?"
)
REFUSAL_RESPECTED = Text(
    "Đã ghi nhận. Đề nghị đồng chí ký danh sách tại điểm cầu; kết quả có giá trị như nhau."
)


def use_browser(url: str) -> Text:
    return Text("Đề nghị đồng chí mở trang này bằng trình duyệt: {url}", url=url)


# --- registration ----------------------------------------------------------------------------

ASK_REGISTRATION_CODE = Text("Đề nghị đồng chí nhập mã đăng ký do chi bộ cấp.")
WRONG_REGISTRATION_CODE = Text(
    "Mã đăng ký chưa đúng. Đề nghị đồng chí kiểm tra lại hoặc liên hệ chi bộ."
)
CODE_WAS_USED = Text("Mã này đã được dùng. Đề nghị đồng chí xin mã mới ở chi bộ.")
CODE_HAS_EIGHT = Text("Mã đăng ký gồm tám chữ và số, ví dụ K7P4 9QXM.")
REGISTERED = Text("Đã đăng ký. Cảm ơn đồng chí.")
SCAN_WAITED_TOO_LONG = Text(
    "Giờ quét mã đã quá 15 phút. Đề nghị đồng chí quét lại mã tại hội trường."
)
REGISTERED_ALREADY = Text("Đồng chí đã đăng ký trên tài khoản này.")
CODE_OF_SOMEBODY_ELSE = Text(
    "Mã này được cấp cho người khác. Tài khoản này đã đăng ký và không thay đổi."
)
MEMBER_HAS_ACCOUNT = Text(
    "Đồng chí đã đăng ký trên một tài khoản khác. Nếu đã đổi điện thoại, đề nghị liên hệ bí thư "
    "chi bộ."
)
ANOTHER_BROWSER = Text(
    "Tài khoản của đồng chí vừa được mở trên một trình duyệt khác. Nếu không phải đồng chí, đề "
    "nghị báo bí thư chi bộ."
)
NOT_YOU = Text(
    "Đã ghi nhận. Đề nghị đồng chí nhập mã trên phiếu của mình; nếu nhầm phiếu, đề nghị hỏi lại "
    "chi bộ."
)
PHONE_NOT_OWN = Text("Đề nghị đồng chí chia sẻ số điện thoại của chính mình.")
PHONE_NOT_FOUND = Text(
    "Chưa tìm thấy qua số điện thoại này. Đề nghị đồng chí chọn đơn vị hoặc nhập mã đăng ký."
)
REGISTER_FIRST = Text("Đồng chí chưa đăng ký. Đề nghị nhập mã đăng ký do chi bộ cấp.")
HOW_WITHOUT_CODE = Text("Đồng chí có thể chọn đơn vị để đề nghị bí thư chi bộ xác nhận.")
OR_SHARE_PHONE = Text("Hoặc chia sẻ số điện thoại đã đăng ký với chi bộ, bằng nút phía dưới.")
SESSION_CLOSED_MEANWHILE = Text(
    "Buổi học đã kết thúc trước khi tài khoản được xác nhận; đề nghị đồng chí gặp cán bộ phụ trách "
    "điểm danh."
)


def is_this_you(name: str, cell: str) -> Text:
    return Text("Đồng chí là {name}, {cell}, đúng không?", name=name, cell=cell)


def locked(minutes: int) -> Text:
    return Text(
        "Đồng chí nhập sai nhiều lần. Vui lòng thử lại sau {minutes} phút hoặc gặp cán bộ phụ "
        "trách điểm danh.",
        minutes=minutes,
    )


# --- claims ----------------------------------------------------------------------------------


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


def claim_filed(claim_number: str) -> Text:
    return Text(
        "Đã chuyển đề nghị đến chi bộ. Số đối chiếu của đồng chí: {number}. Đề nghị đọc số này cho "
        "đồng chí Bí thư.",
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


# --- check-in --------------------------------------------------------------------------------

ASK_VENUE_CODE = Text("Đề nghị đồng chí nhập mã đang hiển thị tại hội trường.")
CHECKED_OUT = Text("Đã ghi nhận đồng chí dự đến hết buổi học.")
SCAN_TAKEN = Text(
    "Lượt quét này đã được dùng trên một tài khoản khác. Đề nghị đồng chí quét lại mã."
)
OTHER_VENUE_DECLINED = Text(
    "Đã ghi nhận. Đề nghị đồng chí đến điểm cầu theo kế hoạch hoặc gặp cán bộ phụ trách điểm danh."
)
WHICH_VENUE = Text("Đồng chí đang dự tại điểm cầu nào?")


def checked_in(name: str, venue: str, at: datetime) -> Text:
    return Text(
        "Đã điểm danh đồng chí {name} tại {venue} lúc {time}.",
        name=name,
        venue=venue,
        time=clock(at),
    )


def already_recorded(at: datetime, now: datetime) -> Text:
    if same_day(at, now):
        return Text("Đồng chí đã điểm danh lúc {time}, không cần thực hiện lại.", time=clock(at))
    return Text(
        "Đồng chí đã điểm danh lúc {time}, ngày {day}, không cần thực hiện lại.",
        time=clock(at),
        day=day(at),
    )


def other_venue(planned: str, venue: str) -> Text:
    return Text(
        "Theo kế hoạch, đồng chí dự tại {planned}. Đồng chí xác nhận dự tại {venue}?",
        planned=planned,
        venue=venue,
    )


def too_early(opens_at: datetime) -> Text:
    return Text(
        "Chưa đến giờ điểm danh. Bắt đầu từ {time}, ngày {day}.",
        time=clock(opens_at),
        day=day(opens_at),
    )


CLOSED = Text("Đã hết giờ điểm danh. Đề nghị đồng chí gặp cán bộ phụ trách điểm danh.")
_REFUSALS = {
    Reason.UNKNOWN_CODE: Text("Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình."),
    Reason.STALE_CODE: Text("Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình."),
    Reason.CLOSED: CLOSED,
    Reason.NOT_REGISTERED: REGISTER_FIRST,
    Reason.NOT_EXPECTED: Text(
        "Đồng chí không thuộc thành phần của hội nghị này. Đề nghị gặp cán bộ phụ trách điểm danh."
    ),
    Reason.NOT_CHECKED_IN: Text(
        "Chưa ghi nhận đồng chí có mặt tại buổi này. Đề nghị gặp cán bộ phụ trách điểm danh."
    ),
}


def refused(refusal: Refusal) -> Text:
    if refusal.reason is Reason.TOO_EARLY and refusal.session:
        return too_early(refusal.session.opens_at)
    return _REFUSALS[refusal.reason]


# --- confirming ------------------------------------------------------------------------------


def who_is_present(venue: str) -> Text:
    return Text(
        "Những đồng chí nào có mặt tại {venue}? Bấm tên, gõ một phần tên, hoặc gõ số "
        "(ví dụ: 1-3 5).",
        venue=venue,
    )


WHO_IS_EXCUSED = Text(
    "Những đồng chí nào vắng có lý do? Bấm tên, gõ một phần tên, hoặc gõ số (ví dụ: 1-3 5)."
)
WHO_GETS_CODE = Text("Cấp mã đăng ký cho đồng chí nào? Bấm tên, gõ một phần tên, hoặc gõ số.")
WHOSE_ENTRY = Text("Đính chính cho đồng chí nào? Bấm tên, gõ một phần tên, hoặc gõ số.")
WHICH_OF_THEM = Text("Đồng chí nào?")
AS_CLERK = Text("cán bộ phụ trách điểm danh")
AS_SUPERIOR = Text("cán bộ cấp trên")
_POSITIONS = {
    "bí thư": Text("Bí thư chi bộ"),
    "phó bí thư": Text("Phó Bí thư chi bộ"),
    "đảng viên": Text("đảng viên"),
}
MY_HALL = Text("Điểm cầu")
NOBODY_LEFT = Text("Không còn đồng chí nào chưa ghi nhận.")
NOBODY_HERE = Text("Danh sách trống.")
NOBODY_CONFIRMED = Text("Chưa xác nhận đồng chí nào.")
NOBODY_CHOSEN = Text("Chưa chọn đồng chí nào. Bấm tên hoặc gõ số.")


def not_in_list(typed: str) -> Text:
    return Text('Không có đồng chí nào khớp với "{typed}".', typed=typed)


def bad_numbers(highest: int) -> Text:
    return Text("Danh sách có số từ 1 đến {highest}. Đề nghị đồng chí gõ lại.", highest=highest)


MOST_LINES = 12
NO_BREAK = "\u00a0"
MOST_NAMES = 30  # in one message; a hall's paper list may hold hundreds


def _names(names: Sequence[str]) -> str:
    more = f" … (+{len(names) - MOST_NAMES})" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def chosen(names: Sequence[str]) -> Text:
    return Text("Đã chọn {count}: {names}", count=len(names), names=_names(names))


def confirm_present(names: Sequence[str]) -> Text:
    return Text("Xác nhận {count} đồng chí có mặt: {names}?", count=len(names), names=_names(names))


def confirmed(new: int, before: int) -> Text:
    if before:
        return Text(
            "Đã xác nhận {new} đồng chí có mặt; {before} đồng chí đã được ghi nhận trước đó.",
            new=new,
            before=before,
        )
    return Text("Đã xác nhận {new} đồng chí có mặt.", new=new)


def position(on_roll: str) -> Text:
    return _POSITIONS[on_roll]


def they_are_recorded(name: str, at: datetime) -> Text:
    return Text("Đồng chí {name} đã được ghi nhận có mặt lúc {time}.", name=name, time=clock(at))


def confirm_one(name: str, venue: str) -> Text:
    return Text("Xác nhận đồng chí {name} có mặt tại {venue}?", name=name, venue=venue)


def you_were_confirmed(name: str, position: Text, at: datetime) -> Text:
    return Text(
        "Đồng chí {name}, {position}, đã xác nhận đồng chí có mặt lúc {time}. Nếu chưa đúng, đề "
        'nghị bấm "{button}".',
        name=name,
        position=position,
        time=clock(at),
        button=ASK_REVIEW,
    )


CONFIRMING_ENDED = Text("Thời gian xác nhận của buổi này đã hết.")
NO_SESSION_NOW = Text("Hiện không có buổi học nào đang mở.")
CHOOSE_CATEGORY = Text("Đề nghị chọn lý do: công tác, sức khỏe, việc gia đình, khác.")


def excused(count: int, category: Text) -> Text:
    return Text(
        "Đã ghi nhận {count} đồng chí vắng có lý do: {category}.", count=count, category=category
    )


def handed_out(name: str, code: str, url: str) -> Text:
    return Text(
        "Mã đăng ký của đồng chí {name}: {code}\nHoặc mở: {url}", name=name, code=code, url=url
    )


def codes_from_above(name: str) -> Text:
    return Text(
        "Đồng chí {name} giữ nhiệm vụ rộng hơn phạm vi của đồng chí: mã đăng ký và thiết bị do cấp "
        "trên hoặc người quản trị hệ thống giải quyết.",
        name=name,
    )


STOP_DEVICES = Text("Ngừng dùng thiết bị cũ và cấp mã mới")
ONE_MORE_CODE = Text("Cấp thêm mã")


def uses_devices(name: str, count: int) -> Text:
    return Text("Đồng chí {name} đang dùng {count} thiết bị.", name=name, count=count)


def devices_stopped(count: int) -> Text:
    return Text("Đã ngừng {count} thiết bị cũ.", count=count)


# --- reviews ---------------------------------------------------------------------------------

REVIEW_ASKED = Text(
    "Đã chuyển đề nghị xem lại đến người có trách nhiệm. Đồng chí sẽ được báo kết quả."
)
REVIEW_OPEN = Text("Đề nghị xem lại của đồng chí đang được xử lý.")
NOTHING_TO_REVIEW = Text("Không có ghi nhận nào để xem lại.")
ASK_REASON = Text("Đề nghị đồng chí nhập lý do.")
REVIEW_SETTLED = Text("Đề nghị xem lại này đã được giải quyết.")
NOT_YOUR_OWN = Text("Người đã xác nhận không tự giải quyết đề nghị xem lại.")


def review_to_settle(name: str, cell: str, by: str, venue: str, at: datetime) -> Text:
    return Text(
        "Đồng chí {name}, {cell}, đề nghị xem lại: {by} đã xác nhận có mặt tại {venue} lúc {time}, "
        "ngày {day}.",
        name=name,
        cell=cell,
        by=by,
        venue=venue,
        time=clock(at),
        day=day(at),
    )


def entry_kept(reason: str) -> Text:
    return Text("Kết quả xem lại: giữ nguyên ghi nhận có mặt. Lý do: {reason}", reason=reason)


def entry_voided(reason: str) -> Text:
    return Text("Kết quả xem lại: đã hủy ghi nhận có mặt. Lý do: {reason}", reason=reason)


def corrected(name: str) -> Text:
    return Text("Đã hủy ghi nhận có mặt của đồng chí {name}.", name=name)


def kept(name: str) -> Text:
    return Text("Đã giữ nguyên ghi nhận có mặt của đồng chí {name}.", name=name)


def your_entry_voided(session: str, reason: str) -> Text:
    return Text(
        "Ghi nhận có mặt của đồng chí tại {session} đã được hủy. Lý do: {reason}",
        session=session,
        reason=reason,
    )


# --- answers ---------------------------------------------------------------------------------


def my_identity(name: str, cell: str, status: str) -> Text:
    return Text("Đồng chí {name}, {cell} ({status}).", name=name, cell=cell, status=status)


def my_sessions(attended: int, all_sessions: int) -> Text:
    return Text(
        "Đồng chí đã dự {attended}/{sessions} buổi.", attended=attended, sessions=all_sessions
    )


def my_record(session: str, record: Record, venue: str) -> Text:
    return Text(
        "{session}: đã điểm danh lúc {time}, ngày {day}, tại {venue}.",
        session=session,
        time=clock(record.at),
        day=day(record.at),
        venue=venue,
    )


def my_next(session: Session, venue: str | None) -> Text:
    if venue is None:
        return Text(
            "{session}: {time}, ngày {day}.",
            session=session.title,
            time=clock(session.starts_at),
            day=day(session.starts_at),
        )
    return Text(
        "{session}: {time}, ngày {day}, tại {venue}.",
        session=session.title,
        time=clock(session.starts_at),
        day=day(session.starts_at),
        venue=venue,
    )


def my_missed(session: Session) -> Text:
    return Text(
        "{session}, ngày {day}: chưa ghi nhận.", session=session.title, day=day(session.starts_at)
    )


def my_obligation(title: str, due_at: datetime) -> Text:
    return Text("{title}: hạn {time}, {day}.", title=title, time=clock(due_at), day=day(due_at))


NO_SESSIONS_YET = Text("Chưa có buổi học nào được lên lịch.")


def cell_heading(cell: str, session: str, starts_at: datetime, now: datetime) -> Text:
    return Text(
        "{cell} – {session} {day} ({time})",
        cell=cell,
        session=session,
        day=day(starts_at),
        time=clock(now),
    )


def present_breakdown(present: int, confirmed: int) -> Text:
    return Text(
        "có mặt {present} (tự điểm danh {by_self}; cán bộ xác nhận {confirmed})",
        present=number(present),
        by_self=number(present - confirmed),
        confirmed=number(confirmed),
    )


def cell_numbers(summoned: int, present: int, confirmed: int, excused: int, missing: int) -> Text:
    return Text(
        "Triệu tập {summoned}; {present}; vắng có lý do {excused}; chưa ghi nhận {missing}.",
        summoned=number(summoned),
        present=present_breakdown(present, confirmed),
        excused=number(excused),
        missing=number(missing),
    )


def exempt_present(count: int) -> Text:
    return Text("Ngoài ra {count} đồng chí được miễn sinh hoạt có dự.", count=number(count))


def not_recorded_names(names: Sequence[str]) -> Text:
    """Each on a line; of many, one after the other, none of them broken at a line's end."""
    numbered = [f"{number} {name}" for number, name in enumerate(names[:MOST_NAMES], 1)]
    if len(names) <= MOST_LINES:
        return Text("Chưa ghi nhận:\n{names}", names="\n".join(numbered))
    whole = [one.replace(" ", NO_BREAK) for one in numbered]
    more = [f"… (+{len(names) - MOST_NAMES})"] if len(names) > MOST_NAMES else []
    return Text("Chưa ghi nhận: {names}", names=" · ".join(whole + more))


CHOOSE_HALL = Text("Đề nghị đồng chí chọn điểm cầu:")


def claim_button(name: str) -> Text:
    return Text("Xin liên kết: {name}", name=name[:40])


def hall_numbers(
    venue: str,
    present: int,
    summoned: int,
    listed: int,
    confirmed: int,
    missing: int,
    now: datetime,
) -> Text:
    """Those called and those on the list are both named where they differ."""
    values = {
        "venue": venue,
        "time": clock(now),
        "present": number(present),
        "expected": number(summoned),
        "listed": number(listed),
        "by_self": number(present - confirmed),
        "confirmed": number(confirmed),
        "missing": number(missing),
    }
    if summoned == listed:
        return Text(
            "{venue} ({time}): có mặt {present}/{expected} (tự điểm danh {by_self}; cán bộ xác "
            "nhận {confirmed}); chưa ghi nhận {missing}.",
            **values,
        )
    return Text(
        "{venue} ({time}): có mặt {present}/{expected} triệu tập (danh sách {listed}; tự điểm danh "
        "{by_self}; cán bộ xác nhận {confirmed}); chưa ghi nhận {missing}.",
        **values,
    )


def hall_screen(url: str) -> Text:
    return Text("Màn hình: {url}", url=url)


def counted_unit(unit: str, now: datetime, present: int, summoned: int, roll: int) -> Text:
    return Text(
        "{unit}, {time}: có mặt {present}/{summoned} triệu tập ({rate}; tổng số {roll})",
        unit=unit,
        time=clock(now),
        present=number(present),
        summoned=number(summoned),
        rate=rate(present, summoned),
        roll=number(roll),
    )


def counted_venues(venues: int, slow: int) -> Text:
    return Text(
        "{venues} điểm cầu, {slow} điểm cầu dưới 50%.", venues=number(venues), slow=number(slow)
    )


def counted_rest(excused: int, missing: int) -> Text:
    return Text(
        "Vắng có lý do {excused}; chưa ghi nhận {missing}.",
        excused=number(excused),
        missing=number(missing),
    )


def paging(page: int, pages: int) -> Text | None:
    if pages <= 1:
        return None
    return Text("(trang {page}/{pages})", page=page + 1, pages=pages)


def counted_row(name: str, part: int, whole: int) -> str:
    return f"{name}: {number(part)}/{number(whole)} ({rate(part, whole)})"


SLOW_HEADING = Text("Các điểm cầu dưới 50% số triệu tập:")
NO_SLOW_VENUES = Text("Không có điểm cầu nào dưới 50% số triệu tập.")
VENUES_HEADING = Text("Các điểm cầu:")
NO_CAMPAIGN = Text("Chưa có đợt học tập nào trong phạm vi của đồng chí.")
CHOOSE_CAMPAIGN = Text("Chọn đợt học tập:")
CHOOSE_SCOPE = Text("Chọn đơn vị:")

# --- roles -----------------------------------------------------------------------------------


def role_given(role: str, venue: str) -> Text:
    names = {
        "clerk": Text("cán bộ phụ trách điểm danh"),
        "inspector": Text("cán bộ theo dõi điểm cầu"),
    }
    return Text("Đồng chí là {role} tại {venue}.", role=names[role], venue=venue)


LINK_USED = Text("Đường dẫn này đã được dùng hoặc đã hết hạn. Đề nghị liên hệ người gửi.")
NOT_YOURS = Text("Nội dung này không thuộc phạm vi của đồng chí.")

# --- always ----------------------------------------------------------------------------------

REGISTER = Text("Đăng ký")
NOT_UNDERSTOOD = Text(
    "Hệ thống chưa hiểu nội dung đồng chí gửi. Đồng chí vui lòng chọn mục dưới đây."
)
INTERRUPTED = Text("Hệ thống tạm gián đoạn. Đề nghị ký danh sách giấy; cán bộ sẽ nhập sau.")
CHOOSE_BELOW = Text("Đồng chí vui lòng chọn mục dưới đây.")
DIALOGUE_ENDED = Text("Đã dừng.")
NOTHING_TO_STOP = Text("Không có nội dung nào đang chờ.")
CHOOSE_LANGUAGE = Text("Đề nghị đồng chí chọn ngôn ngữ:")
LANGUAGE_SET = Text("Đã chuyển sang tiếng Việt.")
FILES_NOT_YET = Text("Hệ thống chưa nhận tệp. Đề nghị đồng chí nhắn bằng chữ.")


def help_text(lines: Sequence[Text]) -> Text:
    return Lines(Text("Đồng chí có thể gõ hoặc bấm:"), *lines)


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

MINUTE = timedelta(minutes=1)


def whole_minutes(left: timedelta) -> int:
    """Rounded up, at least one."""
    return max(1, -(-left // MINUTE))
