"""Story 5: no code at hand."""

from __future__ import annotations

import re

import pytest

from domain.rights import Role
from tests.stories.phones import Phone
from tests.stories.town import Town

FILED = re.compile(
    r"Đã chuyển đề nghị đến chi bộ\. Số đối chiếu của đồng chí: (\d\d)\. "
    r"Đề nghị đọc số này cho đồng chí Bí thư\."
)


async def agrees(phone: Phone) -> None:
    await phone.presses("Đồng ý")
    if phone.channel != "web":
        await phone.presses("Đồng ý")


async def goes_to_her_cell(town: Town, phone: Phone) -> None:
    """[Tôi chưa có mã], the commune, the cell."""
    await phone.presses("Tôi chưa có mã")
    if phone.channel != "web":
        await phone.hears()  # the key that shares one's number
        await phone.presses("Chọn đơn vị")
    await phone.presses("Đảng ủy xã Thân Cửu Nghĩa")
    await phone.types("ap 3")
    assert phone.last == "Chi bộ ấp 3. Đề nghị đồng chí nhập họ và tên."


def number_in(heard: str) -> str:
    filed = FILED.fullmatch(heard)
    assert filed, heard
    return filed[1]


async def test_hoa_hears_the_number_from_lan_herself(town: Town, channel: str) -> None:
    """The scan of 07:12 counts, although she is known only at nine."""
    hoa, lan = await town.registered("hoa", channel), town.phone(channel)
    town.at("07:12")
    await lan.scans(town.hall.qr())
    await agrees(lan)
    await goes_to_her_cell(town, lan)
    await lan.types("nguyen thi lan")
    assert lan.labels == ["Bỏ qua"]
    number = number_in(await lan.presses("Bỏ qua"))
    assert await hoa.hears() == (
        'Có người xin liên kết tài khoản, tên "nguyen thi lan". '
        "Chọn đảng viên và nhập số đối chiếu do đồng chí ấy đọc:"
    )
    assert hoa.labels[:2] == ["Nguyễn Thị Lan (1950)", "Nguyễn Thị Lan (1962)"]
    assert hoa.labels[-1] == "Không đúng"
    town.at("09:00")
    await hoa.presses("Nguyễn Thị Lan (1950)")
    assert hoa.last == "Đề nghị nhập số đối chiếu do đồng chí Nguyễn Thị Lan đọc."
    assert await hoa.types(number) == "Đã liên kết tài khoản của đồng chí Nguyễn Thị Lan."
    assert await lan.hears() == (
        "Đã điểm danh đồng chí Nguyễn Thị Lan tại Hội trường UBND xã lúc 07:12."
    )
    assert await town.owner_of(lan) == town.number_of("lan")


async def test_after_closing_the_scan_is_too_late_and_she_is_told(town: Town, channel: str) -> None:
    hoa, lan = await town.registered("hoa", channel), town.phone(channel)
    town.at("11:20")
    await lan.scans(town.hall.qr())
    await agrees(lan)
    await goes_to_her_cell(town, lan)
    await lan.types("nguyen thi lan")
    number = number_in(await lan.types("1950"))
    assert 'tên "nguyen thi lan", sinh năm 1950.' in await hoa.hears()
    town.at("11:31")
    await hoa.presses("Nguyễn Thị Lan (1950)")
    await hoa.types(number)
    assert (await lan.hears()).startswith("Đã đăng ký.")
    assert await town.record_of("lan") is None


async def test_whoever_is_asked_about_the_answer_is_the_same(town: Town, channel: str) -> None:
    """A stranger learns nothing about who is on the roll."""
    heard = []
    for name in ("Lê Văn Ba", "Không Có Ai", "Hack & Co"):
        stranger = town.phone(channel)
        await stranger.types("/start")
        await agrees(stranger)
        await goes_to_her_cell(town, stranger)
        heard.append(await stranger.types(name))
        heard.append(FILED.sub("filed", await stranger.presses("Bỏ qua")))
    assert heard == ["Đề nghị đồng chí nhập năm sinh, hoặc bấm Bỏ qua.", "filed"] * 3


@pytest.mark.parametrize(
    "name",
    ["xem https://evil.example", "evil.example", "<b>Lan</b>", "lan@evil", "Lan 0912345678", "a:b"],
)
async def test_a_name_is_no_way_to_send_her_an_address(town: Town, either: str, name: str) -> None:
    """What a stranger types stands in the secretary's chat, where addresses are live."""
    stranger = town.phone(either)
    await stranger.types("/start")
    await agrees(stranger)
    await goes_to_her_cell(town, stranger)
    assert await stranger.types(name) == (
        "Họ và tên chỉ gồm chữ, không có số hay ký hiệu. Đề nghị đồng chí nhập lại."
    )
    assert (await stranger.types("Lê Văn Ba")).startswith("Đề nghị đồng chí nhập năm sinh")


async def claims_to_be(town: Town, channel: str, name: str) -> tuple[Phone, str]:
    """A stranger with a claim on Hoa's cell, and the number they were given."""
    stranger = town.phone(channel)
    await stranger.types("/start")
    await agrees(stranger)
    await goes_to_her_cell(town, stranger)
    await stranger.types(name)
    return stranger, number_in(await stranger.presses("Bỏ qua"))


async def test_many_strangers_make_one_message(town: Town, either: str) -> None:
    """She hears of the first at once and of all others together, and finds whom she looks for."""
    hoa = await town.registered("hoa", either)
    town.at("07:20")
    await claims_to_be(town, either, "Nguyễn Văn Giả")
    assert "Nguyễn Văn Giả" in await hoa.hears()
    for name in ("Trần Văn Giả", "Lê Văn Giả"):
        await claims_to_be(town, either, name)
    ba, number = await claims_to_be(town, either, "Lê Văn Ba")
    second = town.phone("web")
    await second.scans(town.slip_of("hoa"))
    await agrees(second)
    await second.presses("Đúng")
    assert (await hoa.hears()).startswith("Tài khoản của đồng chí vừa được mở"), "holds up nothing"
    said = hoa.said
    town.at("07:25")
    assert await hoa.hears() == "Có 4 người xin liên kết tài khoản."
    assert hoa.said == said + 1
    await hoa.presses("Xem danh sách")
    assert hoa.labels[0] == "07:20 Lê Văn Ba", "the newest first"
    await hoa.presses("07:20 Lê Văn Ba")
    await hoa.presses("Lê Văn Ba (1945)")
    await hoa.types(number)
    assert await town.owner_of(ba) == town.number_of("ba")
    await hoa.types("/chibo")
    await hoa.presses("Xin liên kết tài khoản: 3 người")
    await hoa.presses("Bỏ tất cả")
    assert hoa.last.startswith("Bỏ cả 3 đề nghị liên kết?")
    assert await hoa.presses("Bỏ tất cả") == "Đã bỏ 3 đề nghị liên kết."
    await hoa.types("/chibo")
    assert not [label for label in hoa.labels if label.startswith("Xin liên kết")]


async def test_whoever_has_filed_reads_that_it_waits(town: Town, either: str) -> None:
    """The number must be at hand when the secretary is."""
    stranger, number = await claims_to_be(town, either, "Lê Văn Ba")
    for asked in ("/toi", "/start"):
        heard = await stranger.types(asked)
        assert heard.startswith(
            f"Đề nghị liên kết của đồng chí đang chờ Chi bộ ấp 3 xác nhận. Số đối chiếu: {number}. "
        )
    again, other = await claims_to_be(town, either, "Võ Văn Sáu")
    assert f"Số đối chiếu: {other}." in await again.types("/toi")


async def test_the_number_typed_before_the_member_is_chosen(town: Town, either: str) -> None:
    """She reads the question on one phone and types what she hears on it."""
    hoa = await town.registered("hoa", either)
    assert (await hoa.types("47")).startswith("Hệ thống chưa hiểu")
    _, number = await claims_to_be(town, either, "Lê Văn Ba")
    await hoa.hears()
    assert await hoa.types(number) == "Đề nghị chọn đảng viên trước, rồi nhập số."
    await hoa.presses("Xin liên kết: Lê Văn Ba")
    await hoa.presses("Lê Văn Ba (1945)")
    assert (await hoa.types(number)).startswith("Đã liên kết")


async def test_wrong_numbers_end_it(town: Town, channel: str) -> None:
    """Hoa must hear the number; three guesses, and a new claim is needed."""
    hoa, stranger = await town.registered("hoa", channel), town.phone(channel)
    await stranger.types("/start")
    await agrees(stranger)
    await goes_to_her_cell(town, stranger)
    await stranger.types("le van ba")
    number = number_in(await stranger.presses("Bỏ qua"))
    await hoa.hears()
    await hoa.presses("Lê Văn Ba (1945)")
    wrong = "10" if number != "10" else "11"
    for _ in range(2):
        assert (await hoa.types(wrong)).startswith("Số đối chiếu chưa đúng.")
    assert (await hoa.types(wrong)).startswith("Số đối chiếu sai nhiều lần")
    assert (await stranger.hears()).startswith("Đề nghị liên kết chưa được xác nhận.")
    assert await town.owner_of(stranger) is None


async def test_the_secretary_declines(town: Town, channel: str) -> None:
    hoa, stranger = await town.registered("hoa", channel), town.phone(channel)
    await stranger.types("/start")
    await agrees(stranger)
    await goes_to_her_cell(town, stranger)
    await stranger.types("người lạ")
    await stranger.presses("Bỏ qua")
    assert await hoa.hears()
    assert await hoa.presses("Không đúng") == "Đã ghi nhận, không liên kết tài khoản này."
    assert (await stranger.hears()).startswith("Đề nghị liên kết chưa được xác nhận.")


async def test_a_claim_waits_on_the_cells_page(town: Town, channel: str) -> None:
    """Hoa registered later than the stranger asked: nothing is lost."""
    stranger = town.phone(channel)
    await stranger.types("/start")
    await agrees(stranger)
    await goes_to_her_cell(town, stranger)
    await stranger.types("Lê Văn Ba")
    number = number_in(await stranger.presses("Bỏ qua"))
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    await hoa.presses("Xin liên kết: Lê Văn Ba")
    await hoa.presses("Lê Văn Ba (1945)")
    await hoa.types(number)
    assert (await stranger.hears()).startswith("Đã đăng ký. Cảm ơn đồng chí.\n")


async def test_cells_of_one_name_are_told_apart_by_their_commune(town: Town, channel: str) -> None:
    """Half of the province has a "Chi bộ ấp 3"."""
    stranger = town.phone(channel)
    await stranger.types("/start")
    await agrees(stranger)
    await stranger.presses("Tôi chưa có mã")
    if channel == "telegram":
        await stranger.hears()
        await stranger.presses("Chọn đơn vị")
    await stranger.types("ấp 3")
    assert stranger.labels == [
        "Chi bộ ấp 3 – Đảng ủy xã Thân Cửu Nghĩa",
        "Chi bộ ấp 3 – Đảng ủy xã Tân Lý",
    ]


async def test_claiming_from_a_second_browser_is_told_to_the_first(town: Town) -> None:
    """Whoever talks Hoa into it does not stay unseen."""
    lan, hoa = await town.registered("lan", "web"), await town.registered("hoa", "web")
    other = town.phone("web")
    await other.types("/start")
    await agrees(other)
    await goes_to_her_cell(town, other)
    await other.types("nguyen thi lan")
    number = number_in(await other.presses("Bỏ qua"))
    await hoa.hears()
    await hoa.presses("Nguyễn Thị Lan (1950)")
    await hoa.types(number)
    assert (await lan.hears()).startswith("Tài khoản của đồng chí vừa được mở trên một trình duyệt")


async def test_a_claim_on_somebody_with_a_higher_role_goes_above(town: Town, channel: str) -> None:
    """Hoa could read the number off a phone of her own, and be the coordinator of the commune."""
    hoa, other = await town.registered("hoa", channel), town.phone(channel)
    await town.grants("ba", Role.COORDINATOR, unit="TCN")
    await other.types("/start")
    await agrees(other)
    await goes_to_her_cell(town, other)
    await other.types("le van ba")
    await other.presses("Bỏ qua")
    await hoa.hears()
    heard = await hoa.presses("Lê Văn Ba (1945)")
    assert heard.startswith("Đồng chí Lê Văn Ba (1945) giữ nhiệm vụ rộng hơn phạm vi")
    assert await town.owner_of(other) is None
