"""Story 8: anh Dũng, commune coordinator, speaks to those who have not come."""

from __future__ import annotations

import asyncio

import pytest

from domain.rights import Role
from storage import holds
from tests.stories.cast import UNITS
from tests.stories.phones import Phone
from tests.stories.test_06_the_essay_is_due import its_three_days_before
from tests.stories.town import Town

TEXT = "Đề nghị các đồng chí có mặt trước 07:45."
LETTER = f"Đảng ủy xã Thân Cửu Nghĩa:\n{TEXT}"


@pytest.fixture
async def dung(town: Town, channel: str) -> Phone:
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    return await town.registered("dung", channel)


async def until(phone: Phone, words: str) -> None:
    """Wait for a message or an edit that says just this."""
    while phone.last != words:
        await phone.hears()


async def test_from_the_audience_to_the_call_list(town: Town, channel: str, dung: Phone) -> None:
    """Exact numbers, one message that follows, a report, and whom to call."""
    people = [await town.registered(who, channel) for who in ("lan", "minh", "ba")]
    hoa = await town.registered("hoa", channel)
    town.at("07:40")
    await town.came(["hoa"])
    assert (await dung.types("/nhac")).startswith("Gửi cho (Đảng ủy xã Thân Cửu Nghĩa):")
    assert dung.labels == [
        "Chưa điểm danh (26)",
        "Chưa đăng ký (23)",
        "Bí thư chi bộ (1)",
        "Tất cả (28)",
        "Chọn đơn vị",
    ]
    assert (await dung.presses("Chưa điểm danh (26)")).startswith("Nội dung?")
    assert await dung.types(TEXT) == (
        f"Xem trước (mẫu gửi Nguyễn Thị Lan):\n{LETTER}\n\n"
        "Sẽ gửi tới 4 đồng chí thuộc Đảng ủy xã Thân Cửu Nghĩa; "
        "22 đồng chí chưa đăng ký nhận tin."
    )
    said = dung.said
    assert (await dung.presses("Gửi")).startswith("Đang gửi 0/4")
    assert [await one.hears() for one in people] == [LETTER] * 3
    assert await dung.hears() == LETTER, "he has not come either"
    town.at("07:41")
    await until(dung, "Đã gửi 4/4. Chưa liên lạc được 22 đồng chí; đề nghị thông báo trực tiếp.")
    assert "Đã gửi xong 4/4 ▓▓▓▓▓▓▓▓" in dung.texts
    assert dung.said == said + 2, "his own letter and the report; all else was edited"
    assert hoa.said == 0, "she is here"
    names = await dung.presses("Danh sách")
    assert names.startswith("Chưa liên lạc được 22 đồng chí:\nChi bộ ấp 3: Đặng Văn A01, ")
    assert "\nChi bộ ấp 5: Bùi Thị Cúc, Hồ Thị Tâm, Phan Văn Thanh" in names
    assert "Cao Văn Thọ" not in names, "who is exempt is not missing"


async def test_those_who_owe_the_essay_and_a_trembling_thumb(
    town: Town, channel: str, dung: Phone
) -> None:
    """Word for word as it was agreed; pressed twice, it is sent once; who is done hears nothing."""
    await its_three_days_before(town)
    lan, minh = [await town.registered(who, channel) for who in ("lan", "minh")]
    hoa = await town.registered("hoa", channel)
    await hoa.types(f"/handin 1 {town.number_of('minh')}")
    assert "Đã nhận bài thu hoạch" in await minh.hears()
    assert (await dung.types("/nhac")).startswith("Gửi cho (Đảng ủy xã Thân Cửu Nghĩa):")
    assert "Chưa nộp bài (26)" in dung.labels
    assert (await dung.presses("Chưa nộp bài (26)")).startswith("Nội dung?")
    words = "Đề nghị các đồng chí nộp bài trước thứ Sáu."
    preview = await dung.types(words)
    assert preview.startswith("Xem trước (mẫu gửi Nguyễn Thị Lan):\n")
    assert preview.endswith(
        "Sẽ gửi tới 3 đồng chí thuộc Đảng ủy xã Thân Cửu Nghĩa; 23 đồng chí chưa đăng ký nhận tin."
    )
    assert dung.labels == ["Gửi", "Sửa", "Hủy"]
    assert (await dung.presses("Gửi")).startswith("Đang gửi 0/3 ░░░░░░░░")
    assert dung.labels == ["Tạm dừng", "Hủy"]
    await dung.types("/sending go 1")
    town.at("08:01", "2017-02-14")
    await until(dung, "Đã gửi 3/3. Chưa liên lạc được 23 đồng chí; đề nghị thông báo trực tiếp.")
    assert dung.labels == ["Danh sách"]
    letter = f"Đảng ủy xã Thân Cửu Nghĩa:\n{words}"
    assert [await lan.hears(), await hoa.hears()] == [letter] * 2
    await town.quiet()
    assert (lan.said, minh.said) == (1, 1), "once; and he has heard nothing but his receipt"


async def test_at_night_it_waits_for_the_morning(town: Town, channel: str, dung: Phone) -> None:
    """Confirmed at 20:30; its author reads when it goes, and nobody is woken."""
    lan = await town.registered("lan", channel)
    town.at("20:30", "2016-12-08")
    closed = "Ngoài giờ gửi tin; sẽ gửi từ 07:00, ngày 09/12/2016."
    await dung.types("/nhac")
    await dung.presses("Tất cả (28)")
    assert (await dung.types(TEXT)).endswith(closed)
    assert await dung.presses("Gửi") == f"Đang chờ gửi 0/2 ░░░░░░░░\n{closed}"
    town.at("06:59")
    await asyncio.sleep(0.5)  # delivery looks several times
    assert lan.said == 0
    town.at("07:00")
    assert await lan.hears() == LETTER


async def test_who_came_after_the_preview_is_accounted_for(
    town: Town, channel: str, dung: Phone
) -> None:
    """Four were promised, three letters went out: the report says what became of the fourth."""
    for who in ("lan", "minh", "ba"):
        await town.registered(who, channel)
    town.at("07:40")
    await dung.types("/nhac")
    await dung.presses("Chưa điểm danh (27)")
    assert "Sẽ gửi tới 4 đồng chí" in await dung.types(TEXT)
    await town.came(["lan"])
    await dung.presses("Gửi")
    await dung.hears()
    town.at("07:41")
    await until(
        dung,
        "Đã gửi 3/3. 1 đồng chí không còn trong diện gửi. "
        "Chưa liên lạc được 23 đồng chí; đề nghị thông báo trực tiếp.",
    )


async def test_stamps_in_a_broadcast(town: Town, channel: str, dung: Phone) -> None:
    """Message 42 in place of a preview, and the text may be typed again."""
    await dung.types("/nhac")
    await dung.presses("Tất cả (28)")
    assert (await dung.types("TỐI MẬT\nKế hoạch")).startswith("Đề nghị không gửi tài liệu mật")
    assert (await dung.types(TEXT)).startswith("Xem trước")


async def test_paused_and_resumed(town: Town, channel: str, dung: Phone) -> None:
    """While ấp 3 is on hold its letters wait: time to think again, and to go on after all."""
    lan = await town.registered("lan", channel)
    async with town.app.database.write() as tx:
        await holds.place(tx, list(UNITS).index("AP3") + 1, town.number_of("dung"), town.now)
    await dung.types("/nhac")
    await dung.presses("Tất cả (28)")
    await dung.types(TEXT)
    await dung.presses("Gửi")
    await dung.hears()
    town.at("07:13")
    await until(dung, "Đang gửi 1/2 ▓▓▓▓░░░░")
    said = dung.said
    await dung.presses("Tạm dừng")
    await until(dung, "Tạm dừng 1/2 ▓▓▓▓░░░░")
    assert dung.labels == ["Gửi tiếp", "Hủy"]
    async with town.app.database.write() as tx:
        await holds.lift(tx, list(UNITS).index("AP3") + 1, town.now)
    town.at("07:30")
    await dung.presses("Gửi tiếp")
    assert await lan.hears() == LETTER
    town.at("07:31")
    await until(dung, "Đã gửi 2/2. Chưa liên lạc được 26 đồng chí; đề nghị thông báo trực tiếp.")
    assert dung.said == said + 1, "the report; all else was edited"
    assert list(lan.texts) == [LETTER]
