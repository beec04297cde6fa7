"""Story 9: the province looks, and so do the commune and the cell."""

from __future__ import annotations

from domain.rights import Role
from tests.stories.town import Town


async def test_down_to_the_commune_and_the_cell_in_one_message(town: Town, channel: str) -> None:
    """Numbers for the province; names begin where the right to see them does."""
    tam = await town.registered("tam", channel)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    town.at("07:20")
    await town.came(10)
    town.at("08:05")
    assert await tam.types("/dem") == (
        "Học tập, quán triệt Nghị quyết Trung ương 4 khóa XII\n"
        "Tỉnh ủy Tiền Giang, 08:05: có mặt 10/29 triệu tập (34,5%; tổng số 30); "
        "2 điểm cầu, 2 điểm cầu dưới 50%.\n"
        "Trong 29 đồng chí phải học: có mặt 10 (34,5%); vắng có lý do 0; chưa ghi nhận 19.\n"
        "Có mặt trên số phải học của từng đơn vị:\n"
        "Đảng ủy xã Thân Cửu Nghĩa: 10/28 (35,7%)\n"
        "Đảng ủy xã Tân Lý: 0/1 (0,0%)"
    )
    await tam.presses("Điểm cầu chậm")
    assert tam.last == (
        "Các điểm cầu dưới 50% số triệu tập:\n"
        "Nhà văn hóa huyện: 0/1 (0,0%)\n"
        "Hội trường UBND xã: 10/28 (35,7%)"
    )
    await tam.presses("Theo đơn vị")
    await tam.presses("Đảng ủy xã Thân Cửu Nghĩa")
    assert "Đảng ủy xã Thân Cửu Nghĩa, 08:05: có mặt 10/28 triệu tập" in tam.last
    assert "Chi bộ ấp 3: 10/24 (41,7%)" in tam.last
    await tam.presses("Chi bộ ấp 3")
    assert "Chi bộ ấp 3, 08:05: có mặt 10/24 triệu tập" in tam.last
    assert "Lê Văn Ba" not in tam.last, "a province sees numbers"
    await tam.presses("Cấp trên")
    assert tam.last.splitlines()[1].startswith("Đảng ủy xã Thân Cửu Nghĩa")
    assert tam.said == 1, "all in one message"


async def test_the_committee_directly_above_sees_names(town: Town, channel: str) -> None:
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    town.at("07:20")
    await dung.types("/dem")
    await dung.presses("Chi bộ ấp 3")
    assert "Chưa ghi nhận: 1\u00a0" in dung.last
    assert "Lê\u00a0Văn\u00a0Ba" in dung.last


async def test_names_may_be_granted_to_a_higher_level(town: Town, channel: str) -> None:
    tam = await town.registered("tam", channel)
    await town.grants("tam", Role.COORDINATOR, unit="TG", sees_names=True)
    town.at("07:20")
    await tam.types("/dem")
    await tam.presses("Đảng ủy xã Tân Lý")
    await tam.presses("Chi bộ ấp 3")
    assert "Lý Thị Xuân" in tam.last


async def test_the_secretary_sees_the_numbers_of_her_cell_only(town: Town, channel: str) -> None:
    hoa = await town.registered("hoa", channel)
    town.at("07:20")
    assert "Chi bộ ấp 3, 07:20: có mặt 0/24 triệu tập" in await hoa.types("/dem")
    assert "Cấp trên" not in hoa.labels


async def test_a_member_has_no_counts(town: Town, channel: str) -> None:
    minh = await town.registered("minh", channel)
    assert await minh.types("/dem") == "Nội dung này không thuộc phạm vi của đồng chí."
