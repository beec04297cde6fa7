"""Clerks and inspectors: people without phones, slips, the hall's numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from domain.attendance import Via
from domain.rights import Role
from storage.schema import venues
from tests.stories.phones import Phone
from tests.stories.town import Town


@pytest.fixture
def channel(either: str) -> str:
    return either


async def clerk(town: Town, channel: str, who: str = "cuc") -> Phone:
    await town.grants(who, Role.CLERK, hall=town.hall)
    town.at("07:20")
    return await town.registered(who, channel)


async def test_a_clerk_opens_a_members_slip(town: Town, channel: str) -> None:
    """It means "present", and never binds the clerk's phone."""
    cuc, lan = await clerk(town, channel), await town.registered("lan", channel)
    assert await cuc.scans(town.slip_of("lan")) == (
        "Xác nhận đồng chí Nguyễn Thị Lan (1950) có mặt tại Hội trường UBND xã?"
    )
    assert await cuc.presses("Xác nhận") == (
        "Đã điểm danh đồng chí Nguyễn Thị Lan tại Hội trường UBND xã lúc 07:20."
    )
    assert (await lan.hears()).startswith(
        "Đồng chí Bùi Thị Cúc, cán bộ phụ trách điểm danh, đã xác nhận đồng chí có mặt lúc 07:20."
    )
    assert await town.owner_of(cuc) == town.number_of("cuc")
    entry = await town.record_of("lan")
    assert entry is not None
    assert (entry.via, entry.by_member_id) == (Via.CLERK, town.number_of("cuc"))
    await cuc.scans(town.slip_of("lan"))
    assert await cuc.presses("Xác nhận") == (
        "Đồng chí Nguyễn Thị Lan đã được ghi nhận có mặt lúc 07:20."
    )


async def test_the_clerk_thinks_better_of_it(town: Town, channel: str) -> None:
    cuc = await clerk(town, channel)
    await cuc.scans(town.slip_of("lan"))
    assert await cuc.presses("Không") == "Chưa xác nhận đồng chí nào."
    assert await town.record_of("lan") is None


async def test_somebody_from_another_hall_came_here(town: Town, channel: str) -> None:
    """The clerk sees her: that counts, wherever the plan expected her."""
    cuc = await clerk(town, channel)
    await cuc.scans(town.slip_of("xuan"))
    assert (await cuc.presses("Xác nhận")).startswith("Đã điểm danh đồng chí Lý Thị Xuân")


async def test_the_secretary_opens_a_slip_of_her_cell(town: Town, channel: str) -> None:
    hoa = await town.registered("hoa", channel)
    town.at("07:20")
    await hoa.scans(town.slip_of("bon"))
    assert (await hoa.presses("Xác nhận")).startswith("Đã điểm danh đồng chí Phạm Thị Bốn")
    entry = await town.record_of("bon")
    assert entry is not None
    assert entry.via is Via.CONFIRMED
    assert (await hoa.scans(town.slip_of("cuc"))).startswith("Mã này được cấp cho người khác.")


async def test_the_hall_in_pages_and_numbers(town: Town, channel: str) -> None:
    """28 people on the list, eight to a page; numbers reach over all pages."""
    cuc = await clerk(town, channel)
    assert (await cuc.types("/diemcau")).startswith(
        "Hội trường UBND xã (07:20): có mặt 0/28 (tự điểm danh 0; cán bộ xác nhận 0)"
    )
    link = cuc.last.rpartition("Màn hình: ")[2]
    assert "Hội trường UBND xã" in (await town.browser().get(link)).text, "for the projector"
    await cuc.presses("Xác nhận có mặt")
    assert "(trang 1/4)" in cuc.last
    await cuc.presses("Trang sau")
    assert "(trang 2/4)" in cuc.last
    assert (await cuc.types("1-20 25")).startswith("Xác nhận 21 đồng chí có mặt: ")
    heard = await cuc.presses("Xác nhận")
    assert heard.startswith("Đã xác nhận 21 đồng chí có mặt: ")
    assert heard.endswith(" … (+16).")
    await cuc.presses("Quay lại")
    assert "có mặt 21/28 (tự điểm danh 0; cán bộ xác nhận 21)" in cuc.last
    assert cuc.said == 1


async def test_paper_is_entered_until_the_next_day(town: Town, channel: str) -> None:
    """Names stay with the door until then, and not a day longer."""
    cuc = await clerk(town, channel)
    town.at("11:00", day="2016-12-10")
    await cuc.scans(town.slip_of("lan"))
    assert (await cuc.presses("Xác nhận")).startswith("Đã điểm danh đồng chí Nguyễn Thị Lan")
    town.at("11:31", day="2016-12-10")
    assert (await cuc.types("/hall v1")) == "Nội dung này không thuộc phạm vi của đồng chí."
    assert (await cuc.scans(town.slip_of("bon"))).startswith("Mã này được cấp cho người khác.")


async def test_a_code_is_handed_out_once(town: Town, channel: str) -> None:
    """Hoa reads it to ông Minh; asking again shows the same one."""
    hoa = await town.registered("hoa", channel)
    town.at("07:20")
    await hoa.types("/chibo")
    await hoa.presses("Cấp mã đăng ký")
    heard = await hoa.types("minh")
    code = town.code_of("minh")
    assert heard.startswith(
        f"Mã đăng ký của đồng chí Trần Văn Minh (1948): {code[:4]} {code[4:]}\n"
    )
    assert town.slip_of("minh") in heard


async def test_a_hall_has_one_figure(town: Town, channel: str) -> None:
    """The door, the committee and the projector say the same: the obliged who are recorded here,
    a guest from another hall among them; who need not come stands apart."""
    cuc = await clerk(town, channel)
    for who in ("xuan", "tho", "lan"):
        await cuc.scans(town.slip_of(who))
        await cuc.presses("Xác nhận")
    async with town.app.database.write() as tx:
        await tx.execute(
            update(venues).where(venues.c.id == town.hall.venue.id).values(summoned=20)
        )
    town.app.schedules.forget()
    assert (await cuc.types("/diemcau")).startswith(
        "Hội trường UBND xã (07:20): có mặt 2/20 triệu tập (danh sách 28; tự điểm danh 0; cán bộ "
        "xác nhận 2); vắng có lý do 0; chưa ghi nhận 27.\n"
        "Ngoài ra 1 đồng chí được miễn sinh hoạt có dự."
    )
    link = cuc.last.rpartition("Màn hình: ")[2]
    assert "2/20" in (await town.browser().get(link)).text
    await town.grants("dung", Role.COORDINATOR, unit="TG")
    dung = await town.registered("dung", channel)
    await dung.types("/dem")
    await dung.presses("Các điểm cầu")
    assert "Hội trường UBND xã: 2/20 (" in dung.last
