"""What everybody may say at any time, and what happens when we fail."""

from __future__ import annotations

import pytest

from domain.rights import Role
from tests.stories.phones import TelegramPhone
from tests.stories.town import Town

APOLOGY = "Hệ thống tạm gián đoạn. Đề nghị ký danh sách giấy; cán bộ sẽ nhập sau."
LOST = "Hệ thống chưa hiểu nội dung đồng chí gửi. Đồng chí vui lòng chọn mục dưới đây."


@pytest.fixture
def channel(either: str) -> str:
    return either


async def test_words_that_mean_nothing(town: Town, channel: str) -> None:
    """A way on is always shown: to a stranger to register, to a member their own menu."""
    stranger, hoa = town.phone(channel), await town.registered("hoa", channel)
    assert await stranger.types("xin chào") == LOST
    assert stranger.labels == ["Đăng ký"]
    assert (await stranger.presses("Đăng ký")).startswith("Kính chào đồng chí.")
    assert await hoa.types("xin chào") == LOST
    assert hoa.labels[:3] == ["Điểm danh", "Của tôi", "Chi bộ"]
    assert hoa.labels[-1] == "Trợ giúp"


async def test_an_unknown_command(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    assert await minh.types("/xyz 1 2 3") == LOST


async def test_help_lists_what_can_be_said(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    heard = await minh.types("/trogiup")
    assert heard.startswith("Đồng chí có thể gõ hoặc bấm:\n/diemdanh – ")
    assert await minh.types("Trợ giúp") == heard
    assert await minh.presses("Điểm danh") == (
        "Đề nghị đồng chí nhập mã đang hiển thị tại hội trường."
    )


async def test_help_is_of_use_to_who_asks(town: Town, channel: str) -> None:
    """Nothing that would be refused; a coordinator reads what only she may do."""
    lan, hoa = await town.registered("lan", channel), await town.registered("hoa", channel)
    heard = await lan.types("/trogiup")
    said = [line.split(" ")[0] for line in heard.splitlines()[1:]]
    assert said == ["/diemdanh", "/toi", "/ngonngu", "/huy", "/trogiup"]
    assert "/chibo" in await hoa.types("/trogiup")
    assert "/tamngung" not in hoa.last
    await town.grants("lan", Role.COORDINATOR, unit="TCN")
    heard = await lan.types("/trogiup")
    assert "/tamngung – " in heard
    assert "/lich" not in heard, "the campaign is the province's"
    await town.grants("lan", Role.COORDINATOR, unit="TG")
    assert "/lich – " in await lan.types("/trogiup")


async def test_no_button_leads_to_a_refusal(town: Town, channel: str) -> None:
    """The campaign is the province's: a commune's coordinator has no timetable to switch."""
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    dung = await town.registered("dung", channel)
    for asked in ("/trogiup", "/start", "xin chào"):
        await dung.types(asked)
        assert "Số liệu" in dung.labels
        assert "Lịch nhắc" not in dung.labels
    await town.grants("dung", Role.COORDINATOR, unit="TG")
    await dung.types("/trogiup")
    assert "Lịch nhắc" in dung.labels


async def test_stopping(town: Town, channel: str) -> None:
    hoa = await town.registered("hoa", channel)
    town.at("07:20")
    assert await hoa.types("/huy") == "Không có nội dung nào đang chờ."
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    assert await hoa.types("hủy") == "Đã dừng."
    assert await hoa.types("1-3") == LOST


async def test_in_english(town: Town, channel: str) -> None:
    """Chosen once, it holds for answers and for what comes unasked; commands have twins."""
    ba, hoa = await town.registered("ba", channel), await town.registered("hoa", channel)
    town.at("07:20")
    await ba.types("/ngonngu")
    assert ba.labels == ["Tiếng Việt", "English"]
    assert "English" in await ba.presses("English")
    assert (await ba.types("/me")).startswith("Lê Văn Ba, Chi bộ ấp 3")
    await hoa.scans(town.slip_of("ba"))
    await hoa.presses("Xác nhận")
    assert "confirmed you as present at 07:20" in await ba.hears()
    assert await ba.types("/language vi") == "Đã chuyển sang tiếng Việt."


async def test_a_dialogue_waits_a_quarter_of_an_hour(town: Town, channel: str) -> None:
    """A reason typed an hour later is no reason any more."""
    lan = town.phone(channel)
    town.at("07:12")
    await lan.scans(town.hall.qr())
    town.at("07:28")
    assert await lan.types("xin chào") == LOST


@pytest.mark.parametrize("phone", ["telegram", "web"])
async def test_a_failing_handler_answers_politely_and_the_chat_goes_on(
    town: Town, phone: str
) -> None:
    """Nothing half done stays behind, others notice nothing, and the next word is heard."""
    minh, hoa = await town.registered("minh", phone), await town.registered("hoa", phone)
    town.at("07:20")
    await town.breaks("attendance_log")
    assert await minh.types(town.hall.digits) == APOLOGY
    assert await town.record_of("minh") is None
    assert (await hoa.types("/chibo")).startswith("Chi bộ ấp 3")
    assert (await minh.types("/toi")).startswith("Đồng chí Trần Văn Minh")
    await town.is_mended()
    assert (await minh.types(town.hall.digits)).startswith("Đã điểm danh đồng chí Trần Văn Minh")


async def test_a_faulty_statement_is_our_fault_and_not_the_databases(
    town: Town, channel: str
) -> None:
    """It would fail again on every delivery: the chat must not wait a day for it."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    await town.breaks("attendance_log", how="abs(-9223372036854775808)")
    assert await minh.types(town.hall.digits) == APOLOGY
    assert (await minh.types("/toi")).startswith("Đồng chí Trần Văn Minh")


async def test_a_failing_turn_that_had_the_writer(town: Town, channel: str) -> None:
    """All or nothing: the dialogue stands as it stood."""
    hoa = await town.registered("hoa", channel)
    town.at("07:20")
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    await hoa.types("1-3")
    await town.breaks("audit")
    assert await hoa.presses("Xác nhận") == APOLOGY
    await town.is_mended()
    assert (await hoa.presses("Xác nhận")).startswith("Đã xác nhận 3 đồng chí có mặt: ")


async def test_telegram_brings_a_press_twice(town: Town) -> None:
    hoa = await town.registered("hoa", "telegram")
    assert isinstance(hoa, TelegramPhone)
    town.at("07:20")
    await hoa.scans(town.slip_of("bon"))
    first = await hoa.presses("Xác nhận")
    town.at("07:25")
    await hoa.is_brought_again()  # the same edit: Telegram shows no difference
    assert hoa.texts == [first]
    assert await town.history_of("bon") == [("recorded", None)]


async def test_a_file_is_answered(town: Town) -> None:
    """Not understood yet, and said so."""
    minh = await town.registered("minh", "telegram")
    assert isinstance(minh, TelegramPhone)
    assert await minh.sends_photo() == ("Hệ thống chưa nhận tệp. Đề nghị đồng chí nhắn bằng chữ.")


@pytest.mark.parametrize("text", ["🙂", "Tôi mất điện thoại rồi", "/", "//", "\u200b a", "1-3 5"])
async def test_odd_words_are_answered(town: Town, channel: str, text: str) -> None:
    minh = await town.registered("minh", channel)
    assert await minh.types(text) == LOST
