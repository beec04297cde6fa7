"""Story 8: anh Dũng, commune coordinator, speaks to those who have not come."""

from __future__ import annotations

import pytest

from domain.rights import Role
from storage import holds
from tests.stories.cast import UNITS
from tests.stories.phones import Phone
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
