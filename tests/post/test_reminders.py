"""Who is reminded of what, when, and in which words."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, update

from domain.members import Status as Standing
from domain.reminders import Rule
from domain.text import local
from storage import bulk, excuses, occurrences, posting, rules, submissions
from storage.database import Database
from storage.schema import accounts, campaigns, outbox, sessions
from storage.schema import submissions as handed_in
from tests.post.reminded import PLAN, Commune, at
from tests.small_plan import EVERY_SESSION, obligation, session, venue
from tests.small_tree import id_of, move


@pytest.fixture
async def commune(database: Database) -> Commune:
    return await Commune(database).found({"A": 2, "B": 1, "C": 1})


async def test_three_days_before_at_eight(commune: Commune) -> None:
    """Story 6: one message in the words that were agreed, with the time of the deadline."""
    assert await commune.goes_on("2017-02-14 07:59") != []  # T-7, made up for
    [heard] = [one for one in await commune.goes_on("2017-02-14 08:00") if one.who == "a1"]
    assert heard.text == "Còn 3 ngày đến hạn nộp bài thu hoạch NQTW4 (17:00, 17/02/2017)."
    assert [button.label for row in heard.message.buttons for button in row] == ["Đã nộp bản giấy"]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (
            "2017-02-10",
            "Còn 7 ngày đến hạn nộp bài thu hoạch NQTW4 (17:00, 17/02/2017). "
            "Đề nghị đồng chí quan tâm hoàn thành.",
        ),
        (
            "2017-02-12",  # nobody ticked for two days: the number is that of today
            "Còn 5 ngày đến hạn nộp bài thu hoạch NQTW4 (17:00, 17/02/2017). "
            "Đề nghị đồng chí quan tâm hoàn thành.",
        ),
        (
            "2017-02-16",
            "Ngày mai là hạn nộp bài thu hoạch NQTW4. Nếu có khó khăn, đề nghị đồng chí báo chi "
            "bộ.",
        ),
        (
            "2017-02-17",
            "Hôm nay là hạn nộp bài thu hoạch NQTW4 (17:00, 17/02/2017). Nếu có khó khăn, đề nghị "
            "đồng chí báo chi bộ.",
        ),
        (
            "2017-02-18",
            "Chưa ghi nhận bài thu hoạch NQTW4 của đồng chí (hạn 17:00, 17/02/2017). Nếu đã nộp, "
            "đề nghị đồng chí báo chi bộ.",
        ),
    ],
)
async def test_the_ladder(commune: Commune, when: str, words: str) -> None:
    heard = await commune.goes_on(f"{when} 08:00")
    assert [one.text for one in heard if one.who == "a1"] == [words]


async def test_after_a_long_stop_only_the_newest_is_made_up_for(commune: Commune) -> None:
    """Nobody gets three reminders because the server was away for a week."""
    await commune.goes_on("2017-02-09 08:00")
    await commune.goes_on("2017-02-16 10:00")
    await commune.goes_on("2017-02-16 10:01")
    assert commune.times_of("a1", "hạn nộp") == ["2017-02-16 10:00"]
    await commune.goes_on("2017-03-20 08:00")
    assert len(commune.heard) == len([one for one in commune.heard if local(one.at).month == 2])


async def test_at_night_it_waits_for_the_morning(commune: Commune) -> None:
    assert await commune.goes_on("2017-02-14 22:00") == []
    assert await commune.goes_on("2017-02-15 06:59") == []
    heard = await commune.goes_on("2017-02-15 07:00")
    assert "Còn 2 ngày" in next(one.text for one in heard if one.who == "a1")


async def test_a_deadline_of_ones_own_unit(commune: Commune) -> None:
    """Cell C's commune is to be done a week earlier."""
    heard = await commune.goes_on("2017-02-07 08:00")
    assert [(one.who, one.text) for one in heard] == [
        ("c1", "Còn 3 ngày đến hạn nộp bài thu hoạch NQTW4 (17:00, 10/02/2017).")
    ]


async def test_who_is_done_between_tick_and_sending_hears_nothing(commune: Commune) -> None:
    """Between the tick at 08:00 and the end of a long queue half an hour may pass."""
    await commune.tick("2017-02-14 08:00")
    await commune.hand_in(["a1"], at("2017-02-14 08:10"))
    heard = await commune.deliver(at("2017-02-14 08:20"))
    assert sorted(one.who for one in heard) == ["a2", "b1", "c1"]


async def test_returned_is_owed_again(commune: Commune) -> None:
    await commune.hand_in(["a1", "a2"], at("2017-02-01 08:00"))
    async with commune.database.write() as tx:
        await submissions.accept(tx, 1, [commune.ids["a2"]])
        await tx.execute(
            update(handed_in)
            .where(handed_in.c.member_id == commune.ids["a1"])
            .values(state="returned")
        )
    heard = await commune.goes_on("2017-02-14 08:00")
    assert sorted(one.who for one in heard) == ["a1", "b1", "c1"]


async def test_exempt_paused_muted_and_departed_are_left_alone(commune: Commune) -> None:
    day = at("2017-02-01 08:00").date()
    async with commune.database.write() as tx:
        await move(tx, "a1", day, cell="A", status=Standing.EXEMPT)
        await move(tx, "a2", day, cell="A", status=Standing.PAUSED)
        await posting.mute(tx, commune.ids["b1"], is_muted=True)
        await move(tx, "c1", day)
    plan = PLAN.replace("remind_days", 'exempt = ["miễn sinh hoạt"]\nremind_days')
    await commune.plan(plan)
    assert await commune.goes_on("2017-02-14 08:00") == []


async def test_the_same_people_after_it_was_posted(commune: Commune) -> None:
    """Whatever changes between the tick and the sending is looked at again."""
    await commune.tick("2017-02-14 08:00")
    day = at("2017-02-01 08:00").date()
    async with commune.database.write() as tx:
        await move(tx, "a2", day, cell="A", status=Standing.PAUSED)
        await posting.mute(tx, commune.ids["b1"], is_muted=True)
        await move(tx, "c1", day)
        campaign_id = await tx.scalar(select(campaigns.c.id)) or 0
    assert [one.who for one in await commune.deliver(at("2017-02-14 08:01"))] == ["a1"]
    async with commune.database.write() as tx:
        await rules.switch(
            tx, campaign_id, Rule.DEADLINE, at("2017-02-16 07:00"), is_on=False, by=None
        )
    assert await commune.goes_on("2017-02-16 08:00") == []
    async with commune.database.write() as tx:
        await rules.switch(
            tx, campaign_id, Rule.DEADLINE, at("2017-02-16 09:00"), is_on=True, by=None
        )
    assert [one.who for one in await commune.goes_on("2017-02-16 09:00")] == ["a1"]


# --- sessions --------------------------------------------------------------------------------


async def test_invited_three_days_before_and_reminded_on_the_morning(commune: Commune) -> None:
    """The one message that may come before seven: the doors open at seven."""
    for when in ("2016-12-06 07:59", "2016-12-06 08:00", "2016-12-09 05:59", "2016-12-09 06:00"):
        await commune.goes_on(when)
    await commune.goes_on("2016-12-09 06:30")
    assert [(one.text, local(one.at).day) for one in commune.heard if one.who == "c1"] == [
        (
            "Kính mời đồng chí dự Hội nghị trực tuyến lúc 07:30, ngày 09/12/2016, tại Nhà văn hóa.",
            6,
        ),
        (
            "Hôm nay, 07:30, đồng chí dự Hội nghị trực tuyến tại Nhà văn hóa. Điểm danh từ 07:00.",
            9,
        ),
    ]


async def test_a_session_planned_late_is_told_at_once(commune: Commune) -> None:
    await commune.goes_on("2016-12-08 10:00")
    assert commune.times_of("a1", "Kính mời") == ["2016-12-08 10:00"]


async def test_a_session_that_is_moved_is_told_anew(commune: Commune) -> None:
    """Whoever was invited for another hour must learn of it."""
    await commune.goes_on("2016-12-06 08:00")
    await commune.plan(PLAN.replace("09T07:30", "09T08:30"), "2016-12-07 09:00")
    heard = await commune.goes_on("2016-12-07 09:01")
    assert "lúc 08:30, ngày 09/12/2016" in heard[0].text
    assert len(heard) == 4


async def test_excused_and_recorded_are_not_invited(commune: Commune) -> None:
    async with commune.database.write() as tx:
        session_id = await id_of(tx, sessions, "HN")
        await excuses.accept(
            tx, session_id, [commune.ids["a1"]], "health", 1, at("2016-12-05 08:00")
        )
    heard = await commune.goes_on("2016-12-06 08:00")
    assert sorted(one.who for one in heard) == ["a2", "b1", "c1"]
    await commune.come("a2", "HN", at("2016-12-09 05:30"))
    heard = await commune.goes_on("2016-12-09 06:00")
    assert sorted(one.who for one in heard) == ["b1", "c1"]
    for when in ("2016-12-17 08:00", "2016-12-20 11:30"):
        heard = await commune.goes_on(when)
        assert sorted(one.who for one in heard) == ["a1", "b1", "c1"], "the excused are invited"
    assert commune.heard[-4].text == (
        "Kính mời đồng chí dự buổi bổ sung lúc 13:30, ngày 20/12/2016, tại Trường Chính trị."
    )


async def test_nobody_is_invited_to_a_makeup_before_the_conference(commune: Commune) -> None:
    """A make-up two days later is no news for those who are still going to the conference."""
    await commune.plan(PLAN.replace("2016-12-20", "2016-12-11"))
    for when in ("2016-12-08 08:00", "2016-12-09 11:00"):
        await commune.goes_on(when)
    assert commune.times_of("b1", "bổ sung") == []
    await commune.come("a1", "HN", at("2016-12-09 08:00"))
    await commune.goes_on("2016-12-10 08:00")
    assert commune.times_of("b1", "bổ sung") == ["2016-12-10 08:00"]
    assert commune.times_of("a1", "bổ sung") == []


async def test_a_class_is_a_makeup_where_there_is_a_conference(commune: Commune) -> None:
    plan = PLAN.replace('kind = "makeup"', 'kind = "class"').replace(
        venue("V2", "Nhà văn hóa", ["X2"]), ""
    )
    await commune.plan(plan)
    await commune.come("a1", "HN", at("2016-12-09 08:00"))
    heard = await commune.goes_on("2016-12-17 08:00")
    assert {one.who: one.text[:36] for one in heard} == {
        "a2": "Kính mời đồng chí dự buổi bổ sung lú",
        "b1": "Kính mời đồng chí dự buổi bổ sung lú",
        "c1": "Kính mời đồng chí dự Buổi học bổ sun",
    }


async def test_a_campaign_that_demands_every_day(commune: Commune) -> None:
    """Who came on one of two days is invited to make up for the other; who came twice is not."""
    second = session("HN2", "Ngày thứ hai", "2016-12-10") + venue("W1", "Hội trường xã", ["X1"])
    await commune.plan(PLAN + second + EVERY_SESSION)
    for who, code in [("a1", "HN"), ("a2", "HN"), ("a2", "HN2"), ("c1", "HN")]:
        await commune.come(who, code, at("2016-12-10 08:00"))
    heard = await commune.goes_on("2016-12-17 08:00")
    assert sorted(one.who for one in heard) == ["a1", "b1"]


# --- one message -----------------------------------------------------------------------------

TWO = obligation("KH", "personal_plan", "Kế hoạch cá nhân", "2017-02-15 17:00", remind_days=[1])


async def test_several_things_are_one_message(commune: Commune) -> None:
    await commune.plan(PLAN + TWO)
    [heard] = [one for one in await commune.goes_on("2017-02-14 08:00") if one.who == "a1"]
    assert heard.text == (
        "Ngày mai là hạn nộp kế hoạch cá nhân NQTW4. Nếu có khó khăn, đề nghị đồng chí báo chi "
        "bộ.\n"
        "Còn 3 ngày đến hạn nộp bài thu hoạch NQTW4 (17:00, 17/02/2017)."
    )


async def test_what_comes_up_later_in_the_hour_waits_for_the_next(commune: Commune) -> None:
    """One message per person and hour, and nothing is lost."""
    await commune.goes_on("2017-02-14 08:00")
    await commune.plan(PLAN + TWO, "2017-02-14 08:20")
    assert await commune.goes_on("2017-02-14 08:21") == []
    heard = await commune.goes_on("2017-02-14 09:00")
    assert {one.text[:35] for one in heard} == {"Ngày mai là hạn nộp kế hoạch cá nhâ"}
    assert len(heard) == 4


async def test_what_comes_up_is_added_to_what_waits(commune: Commune) -> None:
    await commune.tick("2017-02-14 08:00")
    await commune.plan(PLAN + TWO, "2017-02-14 09:20")
    await commune.tick("2017-02-14 09:21")
    heard = await commune.deliver(at("2017-02-14 09:22"))
    assert len(heard) == 4
    assert all(one.text.count("\n") == 1 for one in heard if one.who != "c1")


async def test_what_did_not_leave_by_night_leaves_in_the_morning(commune: Commune) -> None:
    """The messenger was away from 19:50 on; nobody is woken when it is back."""
    await commune.tick("2017-02-14 19:55")
    await commune.tick("2017-02-14 20:00")
    assert await commune.deliver(at("2017-02-14 22:00")) == []
    heard = await commune.goes_on("2017-02-15 07:00")
    assert "Còn 2 ngày" in heard[0].text


async def test_what_stayed_overnight_does_not_come_with_the_morning_of_a_session(
    commune: Commune,
) -> None:
    """The whole bot was away from the evening on, and is back at six."""
    late = PLAN.replace("due_at = 2017-02-17T17:00:00", "due_at = 2016-12-10T17:00:00")
    late = late.replace("X2 = 2017-02-10T17:00:00", "").replace("[7, 3, 1, 0, -1, -3]", "[2]")
    await commune.plan(late)
    await commune.goes_on("2016-12-08 07:59")
    await commune.tick("2016-12-08 19:59")
    heard = await commune.goes_on("2016-12-09 06:00")
    assert heard
    assert all(one.text.startswith("Hôm nay, ") and "\n" not in one.text for one in heard)
    heard = await commune.goes_on("2016-12-09 07:00")
    assert "hạn nộp bài thu hoạch" in heard[0].text


async def test_two_ticks_at_once(commune: Commune, database_url: str) -> None:
    """Two processes may hold the clock's role."""
    other = Database(database_url)
    twin = Commune(other)
    now = at("2017-02-14 08:00")
    await asyncio.gather(commune.tick(now), twin.tick(now), commune.tick(now), twin.tick(now))
    await other.close()
    heard = await commune.deliver(now)
    assert sorted(one.who for one in heard) == ["a1", "a2", "b1", "c1"]


async def test_a_crash_between_noting_and_posting(commune: Commune) -> None:
    """The next tick goes on where the last one stopped."""
    now = at("2017-02-14 08:00")
    async with commune.database.read() as db:
        calls = await occurrences.due(db, commune.calendar, now)
    async with commune.database.write() as tx:
        for call in calls:
            await occurrences.make(tx, call, now)
    heard = await commune.goes_on("2017-02-14 08:05")
    assert sorted(one.who for one in heard) == ["a1", "a2", "b1", "c1"]


async def test_who_lost_their_chat_meanwhile_is_let_go(commune: Commune) -> None:
    """Nothing is posted for them, and the clock does not come back to it every minute."""
    now = at("2017-02-14 08:00")
    async with commune.database.read() as db:
        calls = await occurrences.due(db, commune.calendar, now)
    async with commune.database.write() as tx:
        for call in calls:
            await occurrences.make(tx, call, now)
        await tx.execute(update(accounts).values(is_reachable=False))
    await commune.tick(now)
    async with commune.database.read() as db:
        assert not await occurrences.waits(db, commune.calendar, now)
        assert await db.scalar(select(func.count()).select_from(outbox)) == 0


async def test_the_preview_is_what_is_sent(commune: Commune) -> None:
    """What the next tick would send, before it does."""
    now = at("2017-02-13 15:00")
    await commune.tick(now)
    async with commune.database.read() as db:
        calls = [
            call
            for call in await occurrences.coming(db, commune.calendar, now)
            if call.rule is Rule.DEADLINE and call.unit_id == 1
        ]
        assert [call.rung.sends_at for call in calls] == [at("2017-02-14 08:00")]
        assert await occurrences.count(db, calls[0], now) == (3, 2)
    await commune.hand_in(["a1", "a2"], now)
    async with commune.database.read() as db:
        assert await occurrences.count(db, calls[0], now) == (1, 1)


async def test_a_second_chat_changes_nothing(commune: Commune) -> None:
    async with commune.database.write() as tx:
        await bulk.link(tx, "web", {"a1": "browser"}, {}, at("2017-01-01 08:00"))
    heard = await commune.goes_on("2017-02-14 08:00")
    assert sorted(one.who for one in heard) == ["a2", "b1", "browser", "c1"]
