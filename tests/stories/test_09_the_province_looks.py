"""Story 9: the province looks, and so do the commune and the cell."""

from __future__ import annotations

import asyncio
import io
import struct
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import psutil
from python_calamine import CalamineWorkbook

from domain.messages import Capabilities
from domain.rights import Role
from handlers.texts import common
from storage import outbox
from tests.stories.phones import Got, Phone
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


async def test_the_picture_and_the_table_come_by_themselves(town: Town, channel: str) -> None:
    """One press each; what arrives is a real picture and a real workbook, with today's numbers."""
    tam = await town.registered("tam", channel)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    town.at("07:20")
    await town.came(10)
    town.at("08:05")
    await tam.types("/dem")
    picture = await tam.gets("Biểu đồ")
    assert picture.kind == "photo"
    assert size_of(picture.content)[0] == 1080
    assert "Tỉnh ủy Tiền Giang, 08:05: có mặt 10/29 triệu tập" in picture.says
    assert tam.labels == ["Diễn biến", "Theo đơn vị"]

    curve = await tam.gets("Diễn biến")
    assert size_of(curve.content) == (1080, 1350)
    assert "Hội nghị trực tuyến\n" in curve.says

    await tam.presses("Theo đơn vị")
    assert tam.last.startswith("Học tập, quán triệt"), "words below a picture are not edited"
    table = await tam.gets("Tải .xlsx")
    assert (table.kind, table.name) == ("document", "NQTW4-TG.xlsx")
    rows = rows_of(table.content)
    assert rows[1] == ["Số liệu lúc 08:05, 09/12/2016"]
    by_unit = {row[1]: dict(zip(rows[3], row, strict=True)) for row in rows[4:]}
    for name, came, obliged in (
        ("Đảng ủy xã Thân Cửu Nghĩa", 10, 28),
        ("Đảng ủy xã Tân Lý", 0, 1),
        ("Tỉnh ủy Tiền Giang", 10, 29),
    ):
        assert by_unit[name]["Đã học tập"] == came
        assert by_unit[name]["Phải học"] == obliged


async def test_who_cannot_see_the_picture_hears_its_numbers(town: Town) -> None:
    tam = await town.registered("tam", "web")
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    town.at("07:20")
    await town.came(10)
    await tam.types("/dem")
    picture = await tam.gets("Biểu đồ")
    assert picture.says.startswith(
        "Tỉnh ủy Tiền Giang. Đã học tập 10/29 phải học (34,5%). "
        "Đảng ủy xã Tân Lý: 0/1 (0,0%); Đảng ủy xã Thân Cửu Nghĩa: 10/28 (35,7%)\n"
    )


async def test_a_picture_shows_no_more_than_its_receiver_may_see(town: Town, either: str) -> None:
    """Neither to whoever forges the button, nor where a role ended after it was pressed."""
    hoa = await town.registered("hoa", either)
    campaign = town.hall.venue.session.campaign.id
    assert await hoa.types(f"/bars {campaign} 1") == str(common.NOT_YOURS)
    async with town.app.database.write() as tx:
        address, number = await town.address_of("hoa"), town.number_of("hoa")
        about, until = {"campaign": campaign, "unit": 1}, town.now + timedelta(minutes=1)
        await outbox.order(tx, address, number, "bars", about, town.now, expires_at=until)
    assert await hoa.hears() == str(common.NOT_YOURS)


async def test_impatience_brings_one_picture(town: Town, channel: str) -> None:
    """What is under way is not begun again."""
    hoa = await town.registered("hoa", channel)
    campaign = town.hall.venue.session.campaign.id
    address, number = await town.address_of("hoa"), town.number_of("hoa")
    about, until = {"campaign": campaign, "unit": 99}, town.now + timedelta(minutes=1)
    async with town.app.database.write() as tx:
        for _ in range(3):
            await outbox.order(tx, address, number, "bars", about, town.now, expires_at=until)
    await hoa.hears()
    await town.quiet()
    assert hoa.said == 1


async def test_a_drawing_that_dies_leaves_the_numbers(town: Town, either: str) -> None:
    """Whatever becomes of the child, whoever asked is answered."""
    tam = await town.registered("tam", either)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    town.at("08:05")
    await tam.types("/dem")
    got, _ = await asyncio.gather(tam.gets("Biểu đồ"), end_the_child())
    assert got.kind == ""
    assert tam.last.startswith(
        "Chưa vẽ được biểu đồ. Số liệu:\nTỉnh ủy Tiền Giang, 08:05: có mặt 0"
    )
    assert "Đảng ủy xã Tân Lý: 0/1 (0,0%)" in tam.last
    assert f"{town.address}/bang" in tam.last


async def end_the_child() -> None:
    """As the system does that runs out of memory."""
    while True:
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if "reports.pictures" in child.cmdline():
                    child.kill()
                    return
        await asyncio.sleep(0.01)


async def test_a_messenger_without_files_gets_the_numbers(town: Town) -> None:
    """And where to see more of them; nothing is drawn in vain."""
    channels = cast(dict[str, Capabilities], town.app.house.channels)
    channels["web"] = replace(channels["web"], max_caption=0)
    tam = await town.registered("tam", "web")
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    town.at("08:05")
    await tam.types("/dem")
    for label in ("Biểu đồ", "Tải .xlsx"):
        got = await tam.gets(label)
        assert got.kind == ""
        assert tam.last.startswith("Tỉnh ủy Tiền Giang, 08:05: có mặt 0/29")
        assert tam.last.endswith(f"Xem đầy đủ trên bảng điều hành: {town.address}/bang")
        await tam.presses("Theo đơn vị")


async def test_before_the_doors_open_there_is_no_curve(town: Town, either: str) -> None:
    tam = await town.registered("tam", either)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    town.at("06:00")
    campaign = town.hall.venue.session.campaign.id
    about, until = {"campaign": campaign, "unit": 1}, town.now + timedelta(minutes=1)
    address, number = await town.address_of("tam"), town.number_of("tam")
    async with town.app.database.write() as tx:
        await outbox.order(tx, address, number, "curve", about, town.now, expires_at=until)
    assert (await tam.hears()).startswith("Chưa đến giờ điểm danh.")


async def test_a_cell_is_drawn_without_names(town: Town, either: str) -> None:
    hoa = await town.registered("hoa", either)
    town.at("07:20")
    await hoa.types("/dem")
    assert "Chi bộ ấp 3, 07:20: có mặt 0/24" in (await hoa.gets("Biểu đồ")).says
    table = str(rows_of((await pressed_again(hoa)).content))
    assert "Chi bộ ấp 3" in table
    assert "Lê Văn Ba" not in table


async def pressed_again(phone: Phone) -> Got:
    await phone.presses("Theo đơn vị")
    return await phone.gets("Tải .xlsx")


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, as a PNG's header says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def rows_of(xlsx: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx))
    rows = book.get_sheet_by_index(0).to_python()
    return [row[: len(row)] if any(row[1:]) else row[:1] for row in rows]
