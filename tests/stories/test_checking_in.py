"""Every way into a session, and out of it."""

from __future__ import annotations

import pytest

from domain.attendance import Status, Via
from domain.codes import CodeKind
from domain.rights import Role
from tests.stories.town import Town


@pytest.fixture
def channel(either: str) -> str:
    return either


async def test_the_qr_opened_in_telegram_itself(town: Town, channel: str) -> None:
    """Telegram's own scanner follows the code without our page in between."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    code = town.hall.qr().rpartition("/")[2]
    assert (await minh.opens(f"c-{code}")).startswith("Đã điểm danh đồng chí Trần Văn Minh")
    assert minh.steps == 1


async def test_one_scan_is_one_persons(town: Town, channel: str) -> None:
    """A landing page's ticket, sent on to a friend at home, is worth nothing."""
    town.at("07:20")
    landing = await town.app.doors().halls.stamp(town.hall.qr().rpartition("/")[2])
    assert landing is not None
    minh, ba = await town.registered("minh", channel), await town.registered("ba", channel)
    await minh.opens(f"c-{landing.ticket}")
    taken = "Lượt quét này đã được dùng trên một tài khoản khác. Đề nghị đồng chí quét lại mã."
    assert await ba.opens(f"c-{landing.ticket}") == taken
    stranger = town.phone(channel)
    assert await stranger.opens(f"c-{landing.ticket}") == taken
    assert (await minh.opens(f"c-{landing.ticket}")).startswith("Đồng chí đã điểm danh lúc 07:20")


async def test_late_is_present(town: Town, channel: str) -> None:
    minh, ba = await town.registered("minh", channel), await town.registered("ba", channel)
    town.at("07:45")
    await minh.scans(town.hall.qr())
    town.at("07:46")
    assert (await ba.scans(town.hall.qr())).startswith("Đã điểm danh đồng chí Lê Văn Ba")
    on_time, late = await town.record_of("minh"), await town.record_of("ba")
    assert on_time is not None
    assert late is not None
    assert (on_time.status, late.status) == (Status.PRESENT, Status.LATE)


async def test_exempt_members_are_welcome_and_counted_apart(town: Town, channel: str) -> None:
    tho, dung = await town.registered("tho", channel), await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    town.at("07:20")
    assert (await tho.scans(town.hall.qr())).startswith("Đã điểm danh đồng chí Cao Văn Thọ")
    assert "Đảng ủy xã Thân Cửu Nghĩa, 07:20: có mặt 0/28 triệu tập" in await dung.types("/dem")
    await dung.presses("Chi bộ ấp 5")
    assert "Ngoài ra 1 đồng chí được miễn sinh hoạt có dự." in dung.last


async def test_leaving_at_the_end(town: Town, channel: str) -> None:
    """Its own code; who never came is sent to the clerk."""
    minh, ba = await town.registered("minh", channel), await town.registered("ba", channel)
    town.at("07:20")
    await minh.scans(town.hall.qr())
    town.at("11:20")
    code = town.hall.qr(CodeKind.CHECK_OUT)
    assert await minh.scans(code) == "Đã ghi nhận đồng chí dự đến hết buổi học."
    assert await minh.scans(code) == "Đã ghi nhận đồng chí dự đến hết buổi học."
    assert (await ba.types(town.hall.digits_of(CodeKind.CHECK_OUT))).startswith(
        "Chưa ghi nhận đồng chí có mặt tại buổi này."
    )
    assert await town.history_of("minh") == [("recorded", None), ("checked_out", None)]


async def test_the_poster_at_the_door_is_counted_apart(town: Town, channel: str) -> None:
    """It can be photographed at leisure, so it is known for what it is."""
    minh = await town.registered("minh", channel)
    town.at("07:10")
    poster = town.hall.qr(CodeKind.POSTER)
    town.at("07:40")
    assert (await minh.scans(poster)).startswith("Đã điểm danh đồng chí Trần Văn Minh")
    entry = await town.record_of("minh")
    assert entry is not None
    assert entry.via is Via.POSTER


async def test_a_session_with_static_codes(town: Town, channel: str) -> None:
    """A class in a village school prints its code the day before."""
    minh = await town.registered("minh", channel)
    town.at("16:00", day="2016-12-19")
    printed, digits = town.makeup_hall.qr(), town.makeup_hall.digits
    town.at("09:00", day="2016-12-20")
    assert (await minh.scans(printed)).endswith("tại Trường Chính trị tỉnh lúc 09:00.")
    assert (await minh.types(digits)).startswith("Đồng chí đã điểm danh lúc 09:00")
    entry = await town.record_of("minh", town.makeup_hall)
    assert entry is not None


async def test_the_same_digits_on_two_walls(town: Town, channel: str) -> None:
    """Who belongs to one of them is meant; whoever belongs to neither is asked."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    await town.shows_the_same_digits(town.hall, town.other_hall)
    assert (await minh.types(town.hall.digits)).endswith("tại Hội trường UBND xã lúc 07:20.")
    stranger = town.phone(channel)
    assert await stranger.types(town.hall.digits) == "Đồng chí đang dự tại điểm cầu nào?"
    assert stranger.labels == ["Hội trường UBND xã", "Nhà văn hóa huyện"]
    heard = await stranger.presses("Nhà văn hóa huyện")
    assert heard.startswith("Đã ghi nhận giờ quét mã: 07:20.")
    assert "Đảng ủy xã Tân Lý" in heard


async def test_a_rival_scan_while_the_first_is_written(town: Town, channel: str) -> None:
    """Two taps of an impatient thumb: one entry, and both are answered kindly."""
    import asyncio

    minh = await town.registered("minh", channel)
    other = await town.registered("ba", channel)
    town.at("07:20")
    first, second = await asyncio.gather(
        minh.types(town.hall.digits), other.types(town.hall.digits)
    )
    assert first.startswith("Đã điểm danh đồng chí Trần Văn Minh")
    assert second.startswith("Đã điểm danh đồng chí Lê Văn Ba")


@pytest.mark.parametrize("payload", ["", "xin-chao", "AQAAAAE" + "x" * 19, "đểm", "=" * 26])
async def test_what_is_no_code_of_ours(town: Town, channel: str, payload: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:20")
    assert (await minh.opens(f"c-{payload}")).startswith("Mã chưa đúng hoặc đã đổi.")


async def test_my_own_status(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:20")
    await minh.scans(town.hall.qr())
    assert await minh.types("/toi") == (
        "Đồng chí Trần Văn Minh, Chi bộ ấp 3 (chính thức).\n"
        "Đồng chí đã dự 1/1 buổi.\n"
        "Hội nghị trực tuyến: đã điểm danh lúc 07:20, ngày 09/12/2016, tại Hội trường UBND xã.\n"
        "Buổi học bổ sung: 07:30, ngày 20/12/2016, tại Trường Chính trị tỉnh."
    )


@pytest.mark.parametrize("said", ["48291", "4829 133", "DD 48291", "/diemdanh 48291"])
async def test_a_digit_too_few_or_too_many(town: Town, channel: str, said: str) -> None:
    """ "Not understood" would not tell her that she has only missed a key."""
    minh = await town.registered("minh", channel)
    assert await minh.types(said) == (
        "Mã chưa đúng: mã điểm danh gồm sáu chữ số. Đề nghị nhập mã đang hiển thị tại hội trường."
    )


@pytest.mark.parametrize("said", ["tôi có mặt", "toi co mat", "Có mặt."])
async def test_saying_that_one_is_here(town: Town, channel: str, said: str) -> None:
    """It is answered with the way to show it."""
    minh = await town.registered("minh", channel)
    assert await minh.types(said) == (
        "Đề nghị đồng chí quét mã hoặc nhập sáu chữ số đang hiển thị tại hội trường."
    )


async def test_muting_is_not_the_first_key_of_ones_status(town: Town, channel: str) -> None:
    """The one solid key below one's own name should not be the one that silences reminders."""
    minh = await town.registered("minh", channel)
    await minh.types("/toi")
    assert minh.labels == ["Điểm danh", "Trợ giúp", "Tắt nhắc việc"]
    await minh.types("/language en")
    assert "(full member)" in await minh.types("/me")
