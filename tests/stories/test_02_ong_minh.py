"""Story 2: ông Minh types, without marks."""

from __future__ import annotations

import pytest

from tests.stories.town import Town

SPELLINGS = {
    "without marks": "diem danh {0} {1}",
    "with marks and a colon": "Điểm danh: {0}{1}",
    "DD": "DD{0}{1}",
    "what a Vietnamese keyboard makes of DD": "Đ{0}{1}",
    "digits alone": "{0}{1}",
    "full-width": "full-width",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_ong_minh_types_the_code(town: Town, channel: str, spelling: str) -> None:
    """However his keyboard spells it, one line is enough; saying it again changes nothing."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    digits = town.hall.digits
    line = SPELLINGS[spelling].format(digits[:3], digits[3:])
    if spelling == "full-width":
        line = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    heard = await minh.types(line)
    assert heard == "Đã điểm danh đồng chí Trần Văn Minh tại Hội trường UBND xã lúc 07:20."
    assert minh.steps == 1
    for later in ("07:21", "12:00"):
        town.at(later)
        heard = await minh.types(line)
        assert heard == "Đồng chí đã điểm danh lúc 07:20, không cần thực hiện lại."


async def test_a_repeat_is_recognised_at_any_time_and_by_any_way(town: Town, channel: str) -> None:
    """First of all rules: before the code is looked at, and long after closing."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    await minh.scans(town.hall.qr())
    digits, screen, later = town.hall.digits, town.hall.qr(), "Đồng chí đã điểm danh lúc 07:20"
    town.at("07:25")
    assert (await minh.scans(town.hall.qr())).startswith(later)
    assert (await minh.scans(town.other_hall.qr())).startswith(later)
    assert (await minh.types(town.hall.digits)).startswith(later)
    assert (await minh.types(f"/diemdanh {digits}")).startswith(later)
    assert (await minh.opens("c-" + screen.rpartition("/")[2])).startswith(later)
    town.at("18:00")
    assert (await minh.types("000000")).startswith(later)
    town.at("08:00", day="2016-12-12")
    payload = town.hall.qr().rpartition("/")[2]
    assert await minh.opens(f"c-{payload}") == (
        "Đồng chí đã điểm danh lúc 07:20, ngày 09/12/2016, không cần thực hiện lại."
    )
    assert await town.history_of("minh") == [("recorded", None)]


async def test_the_same_update_twice_has_one_effect_and_one_answer(
    town: Town, channel: str
) -> None:
    """Messengers deliver again what they think was lost; nobody is told "again"."""
    minh = await town.registered("minh", channel)
    town.at("07:20")
    first = await minh.types(town.hall.digits)
    town.at("07:50")
    assert await minh.again() == first
    assert first.startswith("Đã điểm danh đồng chí Trần Văn Minh")
    assert await town.history_of("minh") == [("recorded", None)]
