"""An entry by somebody else may be wrong: others settle it, with a reason, nothing is erased."""

from __future__ import annotations

import pytest

from domain.attendance import Status
from domain.rights import Role
from tests.stories.phones import Phone
from tests.stories.town import Town

NOT_YOURS = "Nội dung này không thuộc phạm vi của đồng chí."


@pytest.fixture
def channel(either: str) -> str:
    return either


async def hoa_confirmed_ba(town: Town, channel: str) -> tuple[Phone, Phone]:
    town.at("07:40")
    hoa, ba = await town.registered("hoa", channel), await town.registered("ba", channel)
    await hoa.scans(town.slip_of("ba"))
    await hoa.presses("Xác nhận")
    await ba.hears()
    return hoa, ba


async def test_the_inspector_settles_it(town: Town, channel: str) -> None:
    """Both versions stay in the log, with the reason."""
    thanh = await town.registered("thanh", channel)
    await town.grants("thanh", Role.INSPECTOR, hall=town.hall)
    hoa, ba = await hoa_confirmed_ba(town, channel)
    heard = await ba.presses("Đề nghị xem lại")
    assert heard == (
        "Đã chuyển đề nghị xem lại đến người có trách nhiệm. Đồng chí sẽ được báo kết quả."
    )
    assert await ba.presses("Đề nghị xem lại") == "Đề nghị xem lại của đồng chí đang được xử lý."
    assert await thanh.hears() == (
        "Đồng chí Lê Văn Ba, Chi bộ ấp 3, đề nghị xem lại: Lê Thị Hoa đã xác nhận có mặt tại "
        "Hội trường UBND xã lúc 07:40, ngày 09/12/2016."
    )
    assert thanh.labels == ["Giữ nguyên", "Hủy ghi nhận"]
    assert await thanh.presses("Hủy ghi nhận") == "Đề nghị đồng chí nhập lý do."
    heard = await thanh.types("Đồng chí Ba ở nhà, đã gọi điện hỏi.")
    assert heard == "Đã hủy ghi nhận có mặt của đồng chí Lê Văn Ba."
    assert await ba.hears() == (
        "Kết quả xem lại: đã hủy ghi nhận có mặt. Lý do: Đồng chí Ba ở nhà, đã gọi điện hỏi."
    )
    entry = await town.record_of("ba")
    assert entry is not None
    assert entry.status is Status.VOID
    assert await town.history_of("ba") == [
        ("recorded", None),
        ("disputed", None),
        ("voided", "Đồng chí Ba ở nhà, đã gọi điện hỏi."),
    ]
    assert (await ba.scans(town.hall.qr())).startswith("Đã điểm danh đồng chí Lê Văn Ba")
    assert "chưa ghi nhận" in await hoa.types("/chibo")


async def test_the_commune_settles_where_there_is_no_inspector(town: Town, channel: str) -> None:
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    _, ba = await hoa_confirmed_ba(town, channel)
    await ba.presses("Đề nghị xem lại")
    await dung.hears()
    await dung.presses("Giữ nguyên")
    assert await dung.types("có chữ ký") == "Đã giữ nguyên ghi nhận có mặt của đồng chí Lê Văn Ba."
    assert await ba.hears() == ("Kết quả xem lại: giữ nguyên ghi nhận có mặt. Lý do: có chữ ký")
    assert (await town.history_of("ba"))[-1] == ("upheld", "có chữ ký")


async def test_the_province_settles_where_the_commune_has_nobody(town: Town, channel: str) -> None:
    """Whoever is asked must be able to answer, although they see no names otherwise."""
    tam = await town.registered("tam", channel)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    _, ba = await hoa_confirmed_ba(town, channel)
    await ba.presses("Đề nghị xem lại")
    await tam.hears()
    await tam.presses("Hủy ghi nhận")
    assert (await tam.types("nhầm người")).startswith("Đã hủy ghi nhận có mặt của đồng chí Lê Văn")


async def test_after_the_inspectors_day_the_commune_is_asked(town: Town, channel: str) -> None:
    """He objects a week later: the inspector's role is over, nobody is asked in vain."""
    thanh, dung = await town.registered("thanh", channel), await town.registered("dung", channel)
    await town.grants("thanh", Role.INSPECTOR, hall=town.hall)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    _, ba = await hoa_confirmed_ba(town, channel)
    town.at("08:00", day="2016-12-16")
    await ba.presses("Đề nghị xem lại")
    assert "Lê Văn Ba" in await dung.hears()
    assert thanh.said == 0


async def test_the_accused_settles_nothing(town: Town, channel: str) -> None:
    """An inspector who confirmed him is not his judge: the commune is."""
    thanh, dung = await town.registered("thanh", channel), await town.registered("dung", channel)
    await town.grants("thanh", Role.INSPECTOR, hall=town.hall)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    town.at("07:40")
    ba, hoa = await town.registered("ba", channel), await town.registered("hoa", channel)
    await thanh.scans(town.slip_of("ba"))
    await thanh.presses("Xác nhận")
    await ba.hears()
    await ba.presses("Đề nghị xem lại")
    await dung.hears()
    assert await thanh.types("/settle 1 keep") == (
        "Người đã xác nhận không tự giải quyết đề nghị xem lại."
    )
    assert await hoa.types("/settle 1 keep") == NOT_YOURS
    assert await ba.types("/settle 1 void") == NOT_YOURS


async def test_ones_own_check_in_is_nobodys_fault(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    town.at("07:20")
    await minh.scans(town.hall.qr())
    assert await minh.types("/review 1") == "Không có ghi nhận nào để xem lại."


async def test_the_commune_corrects_with_a_reason(town: Town, channel: str) -> None:
    """Nobody objected, yet it is wrong: the member is told, the history kept."""
    dung, minh = await town.registered("dung", channel), await town.registered("minh", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    town.at("07:20")
    await minh.scans(town.hall.qr())
    await dung.types("/dem")
    await dung.presses("Chi bộ ấp 3")
    await dung.presses("Đính chính")
    await dung.types("tran van minh")
    assert dung.last == "Đề nghị đồng chí nhập lý do."
    assert await dung.types("điểm danh từ nhà") == (
        "Đã hủy ghi nhận có mặt của đồng chí Trần Văn Minh."
    )
    assert await minh.hears() == (
        "Ghi nhận có mặt của đồng chí tại Hội nghị trực tuyến đã được hủy. Lý do: điểm danh từ nhà"
    )
    assert await town.history_of("minh") == [("recorded", None), ("voided", "điểm danh từ nhà")]


async def test_a_very_long_reason_still_reaches_him(town: Town, channel: str) -> None:
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    _, ba = await hoa_confirmed_ba(town, channel)
    await ba.presses("Đề nghị xem lại")
    await dung.hears()
    await dung.presses("Hủy ghi nhận")
    await dung.types("dài " * 1000)
    assert (await ba.hears()).startswith("Kết quả xem lại: đã hủy ghi nhận có mặt. Lý do: dài dài")
