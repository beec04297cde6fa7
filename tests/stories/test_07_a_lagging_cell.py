"""Story 7: a lagging cell, its secretary's one tap, and what the commune is told."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from domain.calendar import Calendar
from domain.rights import Role
from handlers.nudging import nudge_due, preview
from storage import submissions
from storage.schema import obligations, outbox
from tests.small_plan import apply, obligation
from tests.stories.cast import CAST, OTHERS, PLAN
from tests.stories.phones import Phone
from tests.stories.town import Town

ESSAY = obligation("BTH", "essay", "Bài thu hoạch", "2017-02-17 17:00", handwritten=True)
CALENDAR = Calendar(is_holiday=lambda day: day == date(2017, 2, 12))
PEOPLE = len(CAST) + OTHERS


@pytest.fixture
async def february(town: Town) -> Town:
    """Everybody has studied; six of ấp 3's 24 have handed in their essay, nobody of ấp 5."""
    town.at("07:40")
    others = [who for who in CAST if who != "xuan"]
    await town.came(others)
    await town.came(OTHERS)
    async with town.app.database.write() as tx:
        await apply(tx, PLAN + ESSAY, town.now)
    town.app.schedules.forget()
    town.at("08:00", "2017-02-06")
    await hand_in(town, 6)
    return town


async def those_hand_in(town: Town, *names: str) -> None:
    async with town.app.database.write() as tx:
        [essay] = await tx.scalars(select(obligations.c.id))
        await submissions.receive(tx, essay, [town.number_of(who) for who in names], None, town.now)


async def hand_in(town: Town, number: int) -> None:
    """So many of the "Đặng Văn A…" have handed it in by now."""
    async with town.app.database.write() as tx:
        [essay] = await tx.scalars(select(obligations.c.id))
        first = len(CAST) + 1
        await submissions.receive(tx, essay, range(first, first + number), None, town.now)


async def tick(town: Town) -> int:
    """Two clocks at once, as after a careless restart."""
    posted = await nudge_due(town.app.database, CALENDAR, town.now)
    assert await nudge_due(town.app.database, CALENDAR, town.now) == 0
    return posted


async def morning(town: Town, day: str) -> int:
    await town.quiet()  # what left yesterday is settled
    town.at("08:00", f"2017-02-{day}")
    return await tick(town)


async def test_from_the_first_nudge_to_silence(february: Town, channel: str) -> None:
    """The sixth, the eighth, the digest of the ninth; nothing once she has caught up."""
    town = february
    hoa, dung = await town.registered("hoa", channel), await town.registered("dung", channel)
    lan = await town.registered("lan", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    await those_hand_in(town, "dung", "cuc", "thanh", "tam")
    assert await tick(town) == 1
    heard = await hoa.hears()
    assert heard == (
        "Kính gửi đồng chí Bí thư Chi bộ ấp 3: đến nay có 6/24 bài thu hoạch NQTW4 đã nộp; "
        "hạn 17/02/2017 (toàn xã 10/28, đạt 35,7%).\n"
        "Chưa nộp: 1 Đặng Văn A07 · 2 Đặng Văn A08 · 3 Đặng Văn A09 · 4 Đặng Văn A10 · "
        "5 Đặng Văn A11 · 6 Đặng Văn A12 · 7 Đặng Văn A13 · 8 Đặng Văn A14 · 9 Đặng Văn A15 · "
        "10 Đặng Văn A16 · 11 Lê Thị Hoa · 12 Lê Văn Ba · 13 Mai Văn Ngưng · 14 Nguyễn Thị Lan · "
        "15 Nguyễn Thị Lan · 16 Phạm Thị Bốn · 17 Trần Văn Minh · 18 Võ Văn Sáu\n"
        "Đề nghị đồng chí quan tâm, đôn đốc."
    )
    assert hoa.labels == [
        "Nhắc 16 đồng chí",
        "Đã thu bản giấy, đang nhập",
        "Chép tin cho nhóm Zalo",
        "Nhắc lại ngày mai",
    ]
    said = await hoa.presses("Nhắc 16 đồng chí")
    assert said.startswith("Đã nhắc 1; 15 đồng chí chưa đăng ký nhận tin: Đặng Văn A07, ")
    assert await lan.hears() == (
        "Chưa ghi nhận bài thu hoạch NQTW4 của đồng chí (hạn 17:00, 17/02/2017). Đề nghị đồng chí "
        "quan tâm hoàn thành."
    )
    assert await morning(town, "07") == 0, "that day belongs to her people"
    assert await morning(town, "08") == 1
    assert "6/24 bài thu hoạch" in await heard_nudge(hoa)
    assert await morning(town, "09") == 2
    assert await dung.hears() == (
        "Kính gửi Đảng ủy xã Thân Cửu Nghĩa: còn 1/2 chi bộ chưa chuyển biến sau khi được đôn đốc, "
        "tính đến 08:00, ngày 09/02/2017.\n"
        "Bài thu hoạch NQTW4 (hạn 17/02/2017):\n"
        "Chi bộ ấp 3: 6/24, đã đôn đốc 2 lần"
    )
    await hoa.hears()
    await hand_in(town, 16)
    await those_hand_in(town, "lan", "em_lan", "minh", "ba", "bon", "sau")
    assert await morning(town, "10") == 0, "22/24: silence"
    assert await morning(town, "13") == 0


async def heard_nudge(hoa: Phone) -> str:
    """What comes unasked, past the reminder that she sent to herself."""
    while "Kính gửi" not in (heard := await hoa.hears()):
        pass
    return heard


async def test_paper_in_hand_pauses_it(february: Town, channel: str) -> None:
    """Three days, or until as many are entered; then the rest is asked for again."""
    town = february
    hoa = await town.registered("hoa", channel)
    await tick(town)
    await hoa.hears()
    assert await hoa.presses("Đã thu bản giấy, đang nhập") == (
        "Đã thu bao nhiêu bản giấy? Đề nghị đồng chí gõ số (1-18)."
    )
    assert "(1-18)" in await hoa.types("19")
    assert await hoa.types("18") == (
        "Đã ghi nhận 18 bản giấy đã thu, đang nhập. Tạm không đôn đốc nội dung này cho đến khi "
        "nhập xong, muộn nhất 08:00 ngày 09/02/2017."
    )
    assert await morning(town, "07") == 0
    assert await morning(town, "08") == 0
    assert await morning(town, "09") == 1, "nothing was entered"


async def test_a_few_papers_entered_end_the_pause(february: Town, channel: str) -> None:
    town = february
    hoa = await town.registered("hoa", channel)
    await tick(town)
    await hoa.hears()
    await hoa.presses("Đã thu bản giấy, đang nhập")
    await hoa.types("2")
    await hand_in(town, 8)
    assert await morning(town, "07") == 1, "what was in hand is entered, and it is still 8/24"


async def test_the_text_to_paste_names_nobody(february: Town, channel: str) -> None:
    town = february
    hoa = await town.registered("hoa", channel)
    await tick(town)
    await hoa.hears()
    text = await hoa.presses("Chép tin cho nhóm Zalo")
    assert text == (
        "Chi bộ ấp 3:\n"
        "- đến nay có 6/24 bài thu hoạch NQTW4 đã nộp; hạn 17/02/2017.\n"
        "Đề nghị các đồng chí chưa hoàn thành quan tâm thực hiện đúng hạn.\n"
        f"Xem tình trạng của mình tại: {town.address}/chat"
    )
    assert not any(one.name in text for one in CAST.values())


async def test_tomorrow(february: Town, channel: str) -> None:
    """ "Nhắc lại ngày mai" is just that, also where the day began with it."""
    town = february
    hoa = await town.registered("hoa", channel)
    await tick(town)
    await hoa.hears()
    assert await hoa.presses("Nhắc lại ngày mai") == "Sẽ nhắc lại lúc 08:00, ngày 07/02/2017."
    assert await morning(town, "07") == 1
    assert "6/24" in await hoa.hears()


async def test_nobody_is_nudged_who_caught_up_before_the_message_left(
    february: Town, channel: str
) -> None:
    """Posted and then not needed: it is written when it leaves."""
    town = february
    hoa = await town.registered("hoa", channel)
    town.at("20:30", "2017-02-06")
    assert await tick(town) == 0, "nobody is disturbed at night"
    town.at("09:10", "2017-02-07")
    async with town.app.database.write() as tx:
        [essay] = await tx.scalars(select(obligations.c.id))
        everybody = list(range(1, PEOPLE + 1))
        await submissions.receive(tx, essay, everybody, None, town.now)
    assert await tick(town) == 0
    assert hoa.said == 0


async def test_she_reminds_once_a_day(february: Town, channel: str) -> None:
    town = february
    hoa = await town.registered("hoa", channel)
    await tick(town)
    await hoa.hears()
    await hoa.presses("Nhắc 16 đồng chí")
    await hoa.presses("Nhắc 16 đồng chí")
    assert any("đã được nhắc lúc 08:00 hôm nay" in text for text in hoa.texts)


async def test_the_deputy_where_no_secretary_can_be_reached(february: Town, channel: str) -> None:
    """Ấp 5 has neither with a phone: nobody is nudged, and the commune learns that."""
    town = february
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    for day in ("06", "07"):
        assert await morning(town, day) == 0
    assert await morning(town, "08") == 1
    heard = await dung.hears()
    assert "còn 2/2 chi bộ" in heard
    assert "Chi bộ ấp 3: 6/24, chưa liên lạc được bí thư" in heard
    assert "Chi bộ ấp 5: 0/4, chưa liên lạc được bí thư" in heard
    assert not any(one.name in heard for one in CAST.values())


async def test_why(february: Town, channel: str) -> None:
    """One sentence with its numbers, for whoever sees the cell's counts."""
    town = february
    await town.registered("hoa", channel)
    dung = await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    async with town.app.database.read() as db:
        coming = await preview(db, 1, CALENDAR, town.now)
    assert (len(coming.cells), coming.people) == (3, 1)
    await dung.types("/dem")
    await dung.presses("Chi bộ ấp 3")
    assert "Vì sao được đôn đốc" not in dung.labels, "it has not been nudged yet"
    await tick(town)
    await town.quiet()
    await dung.types("/dem")
    await dung.presses("Chi bộ ấp 3")
    assert await dung.presses("Vì sao được đôn đốc") == (
        "Chi bộ ấp 3 được đôn đốc ngày 06/02 về bài thu hoạch NQTW4: 6/24 (25,0%), theo đường kỳ "
        "vọng cần 83,8%, chênh quá 15 điểm."
    )


async def test_before_the_rule_is_switched_on(february: Town, channel: str) -> None:
    """How many cells and people the next morning means; off, it means nobody."""
    town = february
    await town.registered("hoa", channel)
    tam = await town.registered("tam", channel)
    await town.grants("tam", Role.COORDINATOR, unit="TG")
    await tam.types("/lich")
    assert tam.last.endswith("Đôn đốc chi bộ: 08:00, 06/02/2017, 1 người, 3 chi bộ")
    await tam.presses("Tắt: Đôn đốc chi bộ")
    assert tam.last.endswith("Đôn đốc chi bộ: 08:00, 06/02/2017, 1 người, 3 chi bộ – đang tắt")
    assert await tick(town) == 0
    await tam.presses("Bật: Đôn đốc chi bộ")
    assert await morning(town, "07") == 1


async def test_on_hold(february: Town, channel: str) -> None:
    """Mourning, or a storm: replies go on, all else waits; whoever looks is told."""
    town = february
    hoa, dung = await town.registered("hoa", channel), await town.registered("dung", channel)
    await town.grants("dung", Role.COORDINATOR, unit="TCN")
    await dung.types("/tamngung")
    assert dung.last.startswith("Đảng ủy xã Thân Cửu Nghĩa: đang gửi bình thường.")
    await dung.presses("Tạm ngừng gửi: Đảng ủy xã Thân Cửu Nghĩa")
    assert "đang tạm ngừng gửi từ 08:00, ngày 06/02/2017." in dung.last
    assert await tick(town) == 0
    assert "6/24" not in await hoa.types("/toi")
    assert "đang tạm ngừng gửi" in await dung.types("/dem")
    await dung.types("/tamngung")
    await dung.presses("Gửi trở lại: Đảng ủy xã Thân Cửu Nghĩa")
    assert "đang gửi bình thường" in dung.last
    assert await morning(town, "07") == 1
    assert "6/24" in await hoa.hears()


async def test_a_secretary_holds_nothing(february: Town, channel: str) -> None:
    town = february
    hoa = await town.registered("hoa", channel)
    assert await hoa.types("/tamngung") == "Nội dung này không thuộc phạm vi của đồng chí."
    assert await hoa.types("/hold 3") == "Nội dung này không thuộc phạm vi của đồng chí."
    minh = await town.registered("minh", channel)
    assert await minh.types("/remindall c3 obligation 1") == (
        "Nội dung này không thuộc phạm vi của đồng chí."
    )


async def test_from_the_cells_page_while_the_session_lasts(town: Town, channel: str) -> None:
    """Story 4's [Nhắc 5 đồng chí]: who is paused hears nothing; what has begun invites no more."""
    town.at("07:15")
    await town.came(["hoa", "lan", "em_lan", "minh"])
    await town.came(14)
    town.at("07:40")
    ba, hoa = await town.registered("ba", channel), await town.registered("hoa", channel)
    await hoa.types("/chibo")
    assert (await hoa.presses("Nhắc 5 đồng chí")).startswith("Đã nhắc 1; 4 đồng chí chưa đăng ký")
    assert await ba.hears() == (
        "Hội nghị trực tuyến đang diễn ra tại Hội trường UBND xã. Điểm danh đến 11:30."
    )
    async with town.app.database.read() as db:
        [recipe] = await db.scalars(select(outbox.c.recipe).where(outbox.c.recipe.is_not(None)))
    assert recipe == "asked"
