"""Story 6: the essay is due, and most of them are on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from bot.clock import Clock
from domain.rights import Role
from domain.text import from_local, local
from handlers import reminding
from storage import counts
from storage.schema import campaigns
from tests.small_plan import apply, obligation
from tests.stories.cast import PLAN
from tests.stories.phones import Phone
from tests.stories.town import Town

ESSAY = obligation("BTH", "essay", "Bài thu hoạch", "2017-02-17 17:00", exempt=["miễn sinh hoạt"])
DUE = "Còn 3 ngày đến hạn nộp bài thu hoạch NQTW4 (17:00, 17/02/2017)."


async def its_three_days_before(town: Town) -> Clock:
    """The essay is in the plan; it is seven in the morning, and the clock is about to begin."""
    async with town.app.database.write() as tx:
        before = from_local(datetime.fromisoformat("2016-12-12T08:00"))
        await apply(tx, PLAN + ESSAY, before)
    town.app.schedules.forget()
    town.at("08:00", "2017-02-14")
    duties = {"reminders": reminding.fall_due}
    return Clock(town.app.database, town.app.house.calendar, lambda: town.now, duties)


async def received(town: Town) -> int:
    async with town.app.database.read() as db:
        campaign_id = await db.scalar(select(campaigns.c.id)) or 0
        tally = await counts.count_campaign(db, campaign_id, as_of=date(2017, 2, 14), now=town.now)
    assert tally is not None
    return tally.totals(1).obligations["BTH"].received


async def secretaries_phones(town: Town, channel: str, *names: str) -> Sequence[Phone]:
    return [await town.registered(name, channel) for name in names]


async def test_one_message_and_none_when_it_is_in(town: Town, channel: str) -> None:
    """Lan says it is in on paper; Hoa confirms; from then on there is silence."""
    clock = await its_three_days_before(town)
    lan, hoa = await secretaries_phones(town, channel, "lan", "hoa")
    await clock.tick(town.now)
    assert await lan.hears() == DUE
    assert lan.labels == ["Đã nộp bản giấy"]
    await hoa.hears()
    assert await lan.presses("Đã nộp bản giấy") == (
        "Đã chuyển đến chi bộ để xác nhận. Đồng chí sẽ được báo khi được ghi nhận."
    )
    assert await received(town) == 0, "saying so marks nothing"
    assert await hoa.hears() == (
        "Đồng chí Nguyễn Thị Lan báo đã nộp bản giấy bài thu hoạch NQTW4. "
        "Đề nghị đồng chí xác nhận đã nhận."
    )
    assert await hoa.presses("Đã nhận") == "Đã ghi nhận bài thu hoạch của 1 đồng chí."
    assert await lan.hears() == "Đã nhận bài thu hoạch của đồng chí, ngày 14/02/2017."
    assert await received(town) == 1
    said = lan.said
    for day in ("16", "17", "18", "20"):
        town.at("08:00", f"2017-02-{day}")
        await clock.tick(town.now)
        # A message still in hand when the next day begins would count as that hour's: what is due
        # then would wait for nine o'clock, which never comes here.
        await town.quiet()
    assert lan.said == said


async def test_a_stack_of_paper(town: Town, channel: str) -> None:
    """Numbers as on her list, or part of a name; each is told."""
    await its_three_days_before(town)
    hoa, ba = await secretaries_phones(town, channel, "hoa", "ba")
    await hoa.types("/chibo")
    heard = await hoa.presses("Nhận bản giấy")
    assert heard.startswith("Đã nhận bài thu hoạch NQTW4 của những đồng chí nào?")
    assert (await hoa.types("1-18")).startswith("Ghi nhận 18 đồng chí đã nộp bài thu hoạch?")
    await hoa.presses("Sửa")
    assert "Lê Văn Ba" in await hoa.types("le van ba")
    assert await hoa.presses("Xác nhận") == "Đã ghi nhận bài thu hoạch của 18 đồng chí."
    assert await received(town) == 18
    assert "Đã nhận bài thu hoạch" in await ba.hears()
    assert "Bài thu hoạch: đã nhận ngày 14/02/2017." in await ba.types("/toi")


async def test_a_stranger_to_the_cell_enters_nothing(town: Town, channel: str) -> None:
    """The buttons of another cell are of no use to anybody else."""
    await its_three_days_before(town)
    [lan] = await secretaries_phones(town, channel, "lan")
    for words in ("/papers c3", f"/handin 1 {town.number_of('ba')}", "/rules 1", "/lich"):
        assert await lan.types(words) == "Nội dung này không thuộc phạm vi của đồng chí."


async def test_reminders_can_be_muted(town: Town, channel: str) -> None:
    """What is decided about oneself still arrives."""
    clock = await its_three_days_before(town)
    lan, hoa = await secretaries_phones(town, channel, "lan", "hoa")
    assert "Bài thu hoạch: chưa ghi nhận (hạn 17:00, 17/02/2017)." in await lan.types("/toi")
    assert (await lan.presses("Tắt nhắc việc")).startswith("Đã tắt nhắc việc.")
    await clock.tick(town.now)
    await hoa.hears()
    await town.quiet()
    said = lan.said
    await hoa.types(f"/handin 1 {town.number_of('lan')}")
    assert await lan.hears() == "Đã nhận bài thu hoạch của đồng chí, ngày 14/02/2017."
    assert lan.said == said + 1
    await lan.types("/toi")
    assert await lan.presses("Bật nhắc việc") == "Đã bật nhắc việc."


async def test_the_coordinator_sees_what_would_be_sent(town: Town, channel: str) -> None:
    """Numbers before anything goes out, and a switch."""
    clock = await its_three_days_before(town)
    town.at("15:00", "2017-02-13")
    await clock.tick(town.now)  # whoever registers from here on gets the next one
    dung, lan = await secretaries_phones(town, channel, "dung", "lan")
    await town.grants("dung", Role.COORDINATOR, unit="TG")
    assert await dung.types("/lich") == (
        "Lịch nhắc của NQTW4:\n"
        "Nhắc hạn nộp (Bài thu hoạch): 08:00, 14/02/2017, 2 người, 2 chi bộ\n"
        "Mời dự buổi học: không còn lượt gửi nào\n"
        "Mời học bổ sung: không còn lượt gửi nào\n"
        "Nhắc sáng ngày học: không còn lượt gửi nào\n"
        "Đôn đốc chi bộ: 08:00, 14/02/2017, 0 người, 3 chi bộ"
    )
    assert "2 chi bộ – đang tắt" in await dung.presses("Tắt: Nhắc hạn nộp")
    town.at("08:00", "2017-02-14")
    await clock.tick(town.now)
    await town.quiet()
    assert lan.said == 0
    assert "đang tắt" not in await dung.presses("Bật: Nhắc hạn nộp")
    town.at("08:05", "2017-02-14")
    await clock.tick(town.now)
    assert await lan.hears() == DUE
    assert local(town.now).hour == 8
