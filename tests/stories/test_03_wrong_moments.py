"""Story 3: wrong moments, wrong codes, another hall."""

from __future__ import annotations

from tests.stories.town import Town

STALE = "Mã chưa đúng hoặc đã đổi. Đề nghị nhập mã mới nhất trên màn hình."
CLOSED = "Đã hết giờ điểm danh. Đề nghị đồng chí gặp cán bộ phụ trách điểm danh."
LOCKED = (
    "Đồng chí nhập sai nhiều lần. Vui lòng thử lại sau 15 phút hoặc gặp cán bộ phụ trách điểm danh."
)


async def test_yesterdays_photo_of_the_code(town: Town, channel: str) -> None:
    town.at("07:20", day="2016-12-08")
    photo = town.hall.qr()
    town.at("07:20")
    minh = await town.registered("minh", channel)
    assert await minh.scans(photo) == STALE


async def test_a_code_outlives_the_screen_by_a_minute(town: Town, channel: str) -> None:
    """Codes that die under people's thumbs are the loudest complaint elsewhere."""
    minh = await town.registered("minh", channel)
    town.at("07:20:29")
    digits = town.hall.digits
    town.at("07:21:29")
    assert (await minh.types(digits)).startswith("Đã điểm danh")


async def test_before_opening_and_after_closing(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("06:59:59")
    assert await minh.scans(town.hall.qr()) == (
        "Chưa đến giờ điểm danh. Bắt đầu từ 07:00, ngày 09/12/2016."
    )
    assert (await minh.types(town.hall.digits)).startswith("Chưa đến giờ điểm danh.")
    town.at("11:30")
    assert await minh.scans(town.hall.qr()) == CLOSED
    assert await minh.types(town.hall.digits) == CLOSED
    assert await town.record_of("minh") is None


async def test_the_sixth_wrong_try_waits_while_a_scan_passes(town: Town, channel: str) -> None:
    """Guessing is stopped; whoever stands in the hall is not."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" != town.hall.digits)
    for _ in range(5):
        assert await minh.types(wrong) == STALE
    assert await minh.types(wrong) == LOCKED
    assert await minh.types(town.hall.digits) == LOCKED
    town.at("07:21")
    assert "sau 14 phút" in await minh.types(wrong)
    assert (await minh.scans(town.hall.qr())).startswith("Đã điểm danh đồng chí Trần Văn Minh")


async def test_after_a_quarter_of_an_hour_typing_works_again(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:20")
    for _ in range(5):
        await minh.types("000000")
    town.at("07:35")
    assert (await minh.types(town.hall.digits)).startswith("Đã điểm danh")


async def test_an_old_code_is_never_held_against_him(town: Town, channel: str) -> None:
    """Slow fingers, a photograph of an hour ago or of yesterday: honest, only late."""
    minh = await town.registered("minh", channel)
    town.at("07:30")
    stale = town.hall.digits
    town.at("11:25", day="2016-12-09")
    for _ in range(7):
        assert await minh.types(stale) == STALE
    assert (await minh.types(town.hall.digits)).startswith("Đã điểm danh")


async def test_a_stranger_with_an_old_code_is_not_locked_out_either(
    town: Town, channel: str
) -> None:
    """Bà Lan types slowly and is not registered yet: the screen has moved on each time."""
    lan = town.phone(channel)
    town.at("07:12")
    stale = town.hall.digits
    town.at("07:16")
    for _ in range(7):
        assert await lan.types(stale) == STALE
    heard = await lan.types(town.hall.digits)
    assert heard.startswith("Đã ghi nhận giờ nhập mã: 07:16.")


async def test_another_communes_hall_after_a_confirmation(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:20")
    assert await minh.scans(town.other_hall.qr()) == (
        "Theo kế hoạch, đồng chí dự tại Hội trường UBND xã. "
        "Đồng chí xác nhận dự tại Nhà văn hóa huyện?"
    )
    assert minh.labels == ["Xác nhận", "Không"]
    town.at("07:24")  # the code on the wall has changed since
    assert await minh.presses("Xác nhận") == (
        "Đã điểm danh đồng chí Trần Văn Minh tại Nhà văn hóa huyện lúc 07:20."
    )


async def test_he_meant_his_own_hall_after_all(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:20")
    await minh.types(town.other_hall.digits)
    assert (await minh.presses("Không")).startswith("Đã ghi nhận. Đề nghị đồng chí đến điểm cầu")
    assert await town.record_of("minh") is None
    assert (await minh.scans(town.hall.qr())).startswith("Đã điểm danh")
