"""Story 4: chị Hoa, cell secretary, and her members without phones."""

from __future__ import annotations

from domain.attendance import Via
from tests.stories.cast import CAST, OTHERS
from tests.stories.town import Town


async def its_seven_forty(town: Town, *, is_hoa_recorded: bool = True) -> None:
    """Ấp 3 as in the story: 24 summoned, 17 present, one excused, 6 not recorded."""
    town.at("07:15")
    await town.came(14)
    if is_hoa_recorded:
        await town.came(["hoa"])
    await town.came(["lan", "em_lan"], via=Via.CONFIRMED)
    await town.excused("ngung")
    town.at("07:40")


async def test_chi_hoa_confirms_those_without_phones(town: Town, channel: str) -> None:
    """One list, numbers or names, one confirmation – all in the one message."""
    await its_seven_forty(town)
    ba = await town.registered("ba", channel)
    hoa = await town.registered("hoa", channel)
    heard = await hoa.types("/chibo")
    assert heard == (
        "Chi bộ ấp 3 – Hội nghị trực tuyến 09/12/2016 (07:40)\n"
        "Triệu tập 24; có mặt 17 (tự điểm danh 15; cán bộ xác nhận 2); vắng có lý do 1; "
        "chưa ghi nhận 6.\n"
        "Chưa ghi nhận:\n1 Đặng Văn A15\n2 Đặng Văn A16\n3 Lê Văn Ba\n4 Phạm Thị Bốn\n"
        "5 Trần Văn Minh\n6 Võ Văn Sáu"
    )
    assert hoa.labels[:3] == ["Xác nhận có mặt", "Nhắc 6 đồng chí", "Lý do vắng"]
    heard = await hoa.presses("Xác nhận có mặt")
    assert heard.startswith(
        "Những đồng chí nào có mặt tại Hội trường UBND xã? Bấm tên, gõ một phần tên, hoặc gõ số "
        "(ví dụ: 1-3 5)."
    )
    assert "3 Lê Văn Ba" in hoa.labels
    assert hoa.labels[-2:] == ["Xong", "Hủy"]
    town.at("07:41")
    assert await hoa.types("3-4 6") == (
        "Xác nhận 3 đồng chí có mặt: Lê Văn Ba, Phạm Thị Bốn, Võ Văn Sáu?"
    )
    assert hoa.labels == ["Xác nhận", "Sửa"]
    assert await hoa.presses("Xác nhận") == (
        "Đã xác nhận 3 đồng chí có mặt: Lê Văn Ba, Phạm Thị Bốn, Võ Văn Sáu."
    )
    assert hoa.steps == 4
    assert hoa.said == 1, "the same message is edited, not a new one each time"
    assert await ba.hears() == (
        "Đồng chí Lê Thị Hoa, Bí thư chi bộ, đã xác nhận đồng chí có mặt lúc 07:41. "
        'Nếu chưa đúng, đề nghị bấm "Đề nghị xem lại".'
    )
    assert ba.labels == ["Đề nghị xem lại"]
    heard = await hoa.presses("Quay lại")
    assert "có mặt 20 (tự điểm danh 15; cán bộ xác nhận 5)" in heard
    entry = await town.record_of("ba")
    assert entry is not None
    assert (entry.via, entry.by_member_id) == (Via.CONFIRMED, town.number_of("hoa"))


async def test_by_names_pressed_and_by_part_of_a_name(town: Town, channel: str) -> None:
    """She may press, type "ba", change her mind, and is asked once for all."""
    await its_seven_forty(town)
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    await hoa.presses("4 Phạm Thị Bốn")
    assert "Đã chọn 1: Phạm Thị Bốn" in hoa.last
    await hoa.presses("6 Võ Văn Sáu")
    await hoa.presses("6 Võ Văn Sáu ✓")
    assert "Đã chọn 1: Phạm Thị Bốn" in hoa.last
    assert await hoa.types("le van ba") == "Xác nhận 2 đồng chí có mặt: Phạm Thị Bốn, Lê Văn Ba?"
    await hoa.presses("Sửa")
    await hoa.presses("4 Phạm Thị Bốn ✓")
    await hoa.presses("Xong")
    assert hoa.last == "Xác nhận 1 đồng chí có mặt: Lê Văn Ba?"
    assert await hoa.presses("Xác nhận") == "Đã xác nhận 1 đồng chí có mặt: Lê Văn Ba."
    assert await town.record_of("bon") is None


async def test_what_she_types_wrongly_is_said_above_the_list(town: Town, channel: str) -> None:
    await its_seven_forty(town)
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    assert "7 Mai Văn Ngưng" in hoa.labels, "who is excused may have come after all"
    assert (await hoa.types("8")).startswith("Danh sách có số từ 1 đến 7.")
    assert (await hoa.types("Tư")).startswith('Không có đồng chí nào khớp với "Tư".')
    assert await hoa.types("văn") == "Đồng chí nào?"
    assert "3 Lê Văn Ba" in hoa.labels
    assert "4 Phạm Thị Bốn" not in hoa.labels
    assert (await hoa.presses("Hủy")).startswith("Đã dừng.")


async def test_somebody_checks_in_while_she_confirms_them(town: Town, channel: str) -> None:
    """The first entry counts; hers adds nothing, and says so."""
    await its_seven_forty(town)
    hoa, minh = await town.registered("hoa", channel), await town.registered("minh", channel)
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    await hoa.types("4 5")
    await minh.scans(town.hall.qr())
    assert await hoa.presses("Xác nhận") == (
        "Đã xác nhận 1 đồng chí có mặt: Phạm Thị Bốn. "
        "1 đồng chí đã được ghi nhận trước đó: Trần Văn Minh."
    )
    entry = await town.record_of("minh")
    assert entry is not None
    assert entry.via is Via.SELF


async def test_absent_with_a_reason(town: Town, channel: str) -> None:
    """Only the category is kept."""
    await its_seven_forty(town)
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    await hoa.presses("Lý do vắng")
    await hoa.types("ba")
    assert hoa.last.endswith("Đề nghị chọn lý do: công tác, sức khỏe, việc gia đình, khác.")
    assert await hoa.presses("Sức khỏe") == (
        "Đã ghi nhận 1 đồng chí vắng có lý do (Sức khỏe): Lê Văn Ba."
    )
    await hoa.presses("Quay lại")
    assert "vắng có lý do 2; chưa ghi nhận 5." in hoa.last


async def test_a_paused_member_is_confirmed_and_hears_nothing(town: Town, channel: str) -> None:
    """ "Tạm dừng": nobody knows why, and no message reaches them."""
    town.at("07:40")
    ngung, ba = await town.registered("ngung", channel), await town.registered("ba", channel)
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    await hoa.types("mai van ngung")
    await hoa.presses("Sửa")
    await hoa.types("le van ba")
    assert await hoa.presses("Xác nhận") == (
        "Đã xác nhận 2 đồng chí có mặt: Mai Văn Ngưng, Lê Văn Ba."
    )
    await ba.hears()
    await town.quiet()
    assert ngung.said == 0
    assert CAST["ngung"].status == "tạm dừng"


async def test_two_of_the_same_name(town: Town, channel: str) -> None:
    """Who types "lan" sees which Lan is which, and confirms that one."""
    town.at("07:40")
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    assert await hoa.types("lan") == "Đồng chí nào?"
    lans = [label for label in hoa.labels if "Lan" in label]
    assert [label.partition(" ")[2] for label in lans] == [
        "Nguyễn Thị Lan (1950)",
        "Nguyễn Thị Lan (1962)",
    ]
    await hoa.presses(lans[1])
    assert "Đã chọn 1: Nguyễn Thị Lan (1962)" in hoa.last
    assert await hoa.presses("Xong") == "Xác nhận 1 đồng chí có mặt: Nguyễn Thị Lan (1962)?"
    assert await hoa.presses("Xác nhận") == (
        "Đã xác nhận 1 đồng chí có mặt: Nguyễn Thị Lan (1962)."
    )
    assert await town.record_of("lan") is None
    assert await town.record_of("em_lan") is not None


async def test_the_numbers_she_reads_are_those_she_types(town: Town, channel: str) -> None:
    """She herself is not recorded: she stands at the end without a number, and shifts nobody."""
    await its_seven_forty(town, is_hoa_recorded=False)
    hoa = await town.registered("hoa", channel)
    heard = await hoa.types("/chibo")
    assert heard.endswith("\n5 Trần Văn Minh\n6 Võ Văn Sáu\nLê Thị Hoa (đồng chí)")
    for offered in ("Xác nhận có mặt", "Lý do vắng"):
        await hoa.presses(offered)
        assert "3 Lê Văn Ba" in hoa.labels
        assert "Võ Văn Sáu" in await hoa.types("6")
        await hoa.types("/chibo")


async def test_a_namesake_who_is_recorded_is_still_a_namesake(town: Town, channel: str) -> None:
    """One Lan came at seven: "Nguyễn Thị Lan" alone would not say which of them is missing."""
    town.at("07:12")
    await town.came(["lan", "minh"])
    await town.came(OTHERS)
    town.at("07:40")
    hoa = await town.registered("hoa", channel)
    assert "Nguyễn Thị Lan (1962)" in await hoa.types("/chibo")
    await hoa.presses("Xác nhận có mặt")
    assert any(label.endswith("Nguyễn Thị Lan (1962)") for label in hoa.labels)
    heard = await hoa.types("nguyen thi lan")
    assert heard == "Xác nhận 1 đồng chí có mặt: Nguyễn Thị Lan (1962)?"


async def test_whoever_is_recorded_already_is_said_to_be(town: Town, channel: str) -> None:
    """ "Nobody fits" sounds as if he were not on the roll."""
    town.at("07:12")
    await town.came(["minh"])
    town.at("07:40")
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    for offered in ("Xác nhận có mặt", "Lý do vắng"):
        await hoa.presses(offered)
        heard = await hoa.types("trần văn minh")
        assert heard.startswith("Đồng chí Trần Văn Minh đã được ghi nhận lúc 07:12.\n")
        await hoa.types("/chibo")


async def test_many_names_keep_together(town: Town, channel: str) -> None:
    """A number is not parted from its name, nor a name in two, where the line ends."""
    town.at("07:15")
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    assert "1\u00a0Đặng\u00a0Văn\u00a0A01 · 2\u00a0Đặng\u00a0Văn\u00a0A02 · " in hoa.last


async def test_she_does_not_vouch_for_herself(town: Town, channel: str) -> None:
    """She is on the roll and not recorded, but decides about others only."""
    town.at("07:40")
    hoa = await town.registered("hoa", channel)
    await hoa.types("/chibo")
    assert "Lê\u00a0Thị\u00a0Hoa" in hoa.last
    for offered in ("Xác nhận có mặt", "Lý do vắng"):
        await hoa.presses(offered)
        assert (await hoa.types("le thi hoa")).startswith("Không có đồng chí nào khớp với")
        await hoa.types("/chibo")
    await hoa.types(f"/present c3 1 {town.number_of('hoa')}")
    assert await town.record_of("hoa") is None
