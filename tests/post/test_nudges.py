"""Who is nudged, when, in which words; and what the superior is told."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from domain.calendar import Calendar
from domain.nudging import Kind
from domain.text import local
from handlers import digests
from handlers.nudging import preview
from storage import excuses, holds, nudges, progress, rules, units
from storage.database import Database
from storage.schema import accounts, campaigns, outbox, sessions
from storage.schema import nudges as written
from storage.schema import units as units_table
from tests.post.lagging_commune import ON_DAY, LaggingCommune
from tests.post.reminded import PLAN, at
from tests.small_plan import EVERY_SESSION
from tests.small_tree import id_of, move


@pytest.fixture
async def commune(database: Database) -> LaggingCommune:
    """Everybody has studied; nobody has written."""
    commune = await LaggingCommune(database).settled()
    for name in commune.ids:
        await commune.come(name, "HN", at("2016-12-09 07:40"))
    return commune


# --- how cells stand -------------------------------------------------------------------------


async def test_every_cell_in_every_topic(commune: LaggingCommune) -> None:
    """Numbers, openings and deadlines by the plan; a subtree's own date counts for its cells."""
    await commune.hand_in(["a1", "a2", "c1"], at("2017-01-10 08:00"))
    async with commune.database.read() as db:
        found = await progress.standing(db, at("2017-01-20 08:00"))
    by = {(one.cell.name[-1], one.topic.kind): one for one in found}
    assert {key: (one.done, one.whole) for key, one in by.items()} == {
        ("A", Kind.ATTENDANCE): (6, 6),
        ("B", Kind.ATTENDANCE): (4, 4),
        ("C", Kind.ATTENDANCE): (3, 3),
        ("A", Kind.OBLIGATION): (2, 6),
        ("B", Kind.OBLIGATION): (0, 4),
        ("C", Kind.OBLIGATION): (1, 3),
    }
    assert by["A", Kind.OBLIGATION].opens_at == at("2016-12-09 07:30")
    assert by["A", Kind.OBLIGATION].due_at == at("2017-02-17 17:00")
    assert by["C", Kind.OBLIGATION].due_at == at("2017-02-10 17:00")
    assert by["A", Kind.ATTENDANCE].due_at == at("2016-12-20 16:30"), "the last session's end"


async def test_a_level_of_its_own_drives_nudges(commune: LaggingCommune) -> None:
    """ "chi bộ" by 25 January; a subtree's own date comes first, as does the cut-off."""
    plan = PLAN.replace(
        "[obligations.due_by_unit]",
        '[obligations.due_by_level]\n"Chi bộ" = 2017-01-25T17:00:00\n[obligations.due_by_unit]',
    ).replace("opens_on = 2016-11-22", "opens_on = 2016-11-22\ncutoff_on = 2017-04-12")
    await commune.plan(plan)
    async with commune.database.read() as db:
        found = await progress.standing(db, at("2017-01-20 08:00"))
    dues = {(one.cell.name[-1], one.topic.kind): one.due_at for one in found}
    assert dues["A", Kind.OBLIGATION] == at("2017-01-25 17:00")
    assert dues["C", Kind.OBLIGATION] == at("2017-02-10 17:00")
    assert dues["A", Kind.ATTENDANCE] == at("2017-04-13 00:00")


async def test_who_is_excused_is_not_waited_for(database: Database) -> None:
    """Excused, exempt and void: obliged are those whom a secretary can still bring along."""
    commune = await LaggingCommune(database).settled()
    await commune.come("a1", "HN", at("2016-12-09 07:40"))
    async with database.write() as tx:
        await move(tx, "a6", at("2016-12-01 00:00").date(), cell="A", status="miễn sinh hoạt")
        session = await id_of(tx, sessions, "HN")
        away = [commune.ids["a2"], commune.ids["a1"]]
        await excuses.accept(tx, session, away, "health", 1, at("2016-12-09 07:00"))
    async with database.read() as db:
        found = await progress.standing(db, at("2016-12-12 08:00"))
        [one] = [
            each
            for each in found
            if each.cell.name.endswith("A") and each.topic.kind is Kind.ATTENDANCE
        ]
        missing = await progress.missing(db, one, at("2016-12-12 08:00"))
    assert (one.done, one.whole, one.excused) == (1, 4, 1)
    assert [each.name for each in missing] == ["Đồng chí a3", "Đồng chí a4", "Đồng chí a5"]


async def test_each_main_session_where_the_plan_demands_all(database: Database) -> None:
    plan = PLAN.replace('kind = "makeup"', 'kind = "main"') + EVERY_SESSION
    commune = await LaggingCommune(database).settled(plan)
    await commune.come("a1", "HN", at("2016-12-09 07:40"))
    await commune.come("a1", "BS", at("2016-12-20 13:40"))
    await commune.come("a2", "HN", at("2016-12-09 07:40"))
    async with database.read() as db:
        found = await progress.standing(db, at("2016-12-21 08:00"))
    [one] = [
        each
        for each in found
        if each.cell.name.endswith("A") and each.topic.kind is Kind.ATTENDANCE
    ]
    assert (one.done, one.whole, one.needed) == (1, 6, 2)


# --- nudges ----------------------------------------------------------------------------------


async def test_once_in_the_morning_whatever_ticks_come(commune: LaggingCommune) -> None:
    """Ticks at night, before eight and all day long make one nudge each, at eight."""
    for clock in ["00:10", "06:59", "07:59", "08:00", "08:00", "08:01", "12:00", "19:59", "20:30"]:
        await commune.goes_on(f"2017-01-20 {clock}")
    assert commune.times_of("a1", "Kính gửi") == ["2017-01-20 08:00"]
    assert sorted({one.who for one in commune.heard}) == ["a1", "b1", "c1"]


async def test_a_stop_over_night_is_caught_up_once(commune: LaggingCommune) -> None:
    await commune.goes_on("2017-01-20 10:30")
    await commune.goes_on("2017-01-20 10:31")
    assert commune.times_of("a1", "Kính gửi") == ["2017-01-20 10:30"]


async def test_never_on_a_holiday(commune: LaggingCommune) -> None:
    """Tết of 2017: 26 January to 1 February."""
    for day in range(26, 32):
        await commune.goes_on(f"2017-01-{day} 08:00")
    assert commune.heard == []


async def test_one_message_for_all_topics(database: Database) -> None:
    """Attendance and essay lag: each with its names, buttons for each, one message."""
    commune = await LaggingCommune(database).settled()
    await commune.come("c1", "HN", at("2016-12-09 07:40"))
    [heard] = [one for one in await commune.goes_on("2016-12-21 08:00") if one.who == "c1"]
    assert heard.text == (
        "Kính gửi đồng chí Bí thư Đơn vị C:\n"
        "1. Đến nay có 1/3 đảng viên đã học tập NQTW4; hạn 20/12/2016 (toàn xã 1/3, đạt 33,3%).\n"
        "Chưa ghi nhận: 1 Đồng chí c2 · 2 Đồng chí c3\n"
        "2. Đến nay có 0/3 bài thu hoạch NQTW4 đã nộp; hạn 10/02/2017 (toàn xã 0/3, đạt 0,0%).\n"
        "Chưa nộp: 1 Đồng chí c1 · 2 Đồng chí c2 · 3 Đồng chí c3\n"
        "Đề nghị đồng chí quan tâm, đôn đốc."
    )
    assert [button.label for row in heard.message.buttons for button in row] == [
        "Nhắc 2 đồng chí: học tập NQTW4",
        "Chi bộ",
        "Nhắc 2 đồng chí: bài thu hoạch NQTW4",
        "Đã thu bản giấy: bài thu hoạch NQTW4",
        "Chép tin cho nhóm Zalo",
        "Nhắc lại ngày mai",
    ]


async def test_names_stay_in_their_cell(commune: LaggingCommune) -> None:
    for heard in await commune.goes_on("2017-01-20 08:00"):
        others = [name for name in commune.ids if name[0] != heard.who[0]]
        assert not any(f"Đồng chí {name}" in heard.text for name in others)


async def test_the_deputy_hears_it_where_the_secretary_cannot(commune: LaggingCommune) -> None:
    async with commune.database.write() as tx:
        await tx.execute(update(accounts).where(accounts.c.chat_id == "a1").values(is_muted=True))
    await commune.goes_on("2017-01-20 08:00")
    [heard] = [one for one in commune.heard if one.who == "a2"]
    assert heard.text.startswith("Kính gửi đồng chí Phó Bí thư Đơn vị A: đến nay có 0/6")
    assert commune.times_of("a1", "Kính gửi") == []


async def test_not_needed_any_more_when_it_leaves(commune: LaggingCommune) -> None:
    """Posted at eight, held up until nine: by then B has caught up, A has not."""
    await commune.tick("2017-01-20 08:00")
    await commune.hand_in(["b1", "b2", "b3", "b4"], at("2017-01-20 08:30"))
    heard = {one.who: one.text for one in await commune.deliver(at("2017-01-20 09:00"))}
    assert "b1" not in heard
    assert "toàn xã 4/10" in heard["a1"]


async def test_stale_by_the_evening(commune: LaggingCommune) -> None:
    """A messenger that is away all day brings nothing late at night, or the next day."""
    await commune.tick("2017-01-20 08:00")
    assert await commune.deliver(at("2017-01-20 20:00")) == []


async def test_a_rule_that_is_off_is_quiet_and_can_be_previewed(commune: LaggingCommune) -> None:
    """Before it is switched on a coordinator knows how many cells and people it means."""
    async with commune.database.write() as tx:
        campaign = int(await tx.scalar(select(campaigns.c.id)) or 0)
        await rules.switch(tx, campaign, nudges.RULE, at("2017-01-01 08:00"), is_on=False, by=None)
        await tx.execute(delete(accounts).where(accounts.c.chat_id.in_(["b1", "b2"])))
    assert await commune.goes_on("2017-01-20 08:00") == []
    async with commune.database.read() as db:
        ahead = await preview(db, campaign, commune.calendar, at("2017-01-25 09:00"))
    assert ahead.at == at("2017-02-02 08:00"), "after Tết"
    assert [(one.cell.name[-1], one.member_id) for one in ahead.cells] == [
        ("A", commune.ids["a1"]),
        ("B", None),
        ("C", commune.ids["c1"]),
    ]
    assert ahead.people == 2
    assert {lag.why for one in ahead.cells for _, lag in one.lags} == {"nothing_yet"}


# --- the morning of the hall -----------------------------------------------------------------


async def test_while_the_hall_fills(database: Database) -> None:
    """From 07:45, once, below 70 % of those summoned; it has that day's place."""
    commune = await LaggingCommune(database).settled(ON_DAY)
    for name in ["a1", "a2", "b1", "b2", "b3", "b4"]:
        await commune.come(name, "HN", at("2016-12-09 07:20"))
    for clock in ["07:30", "07:44", "07:45", "07:46", "08:00", "08:01", "09:00"]:
        await commune.goes_on(f"2016-12-09 {clock}")
    assert [(one.who, f"{local(one.at):%H:%M}") for one in commune.heard] == [
        ("a1", "07:45"),
        ("c1", "07:45"),
    ]
    assert commune.heard[0].text == (
        "Kính gửi đồng chí Bí thư Đơn vị A: đến 07:45, Hội nghị trực tuyến có mặt 2/6 đồng chí "
        "được triệu tập (33,3%).\n"
        "Chưa ghi nhận: 1 Đồng chí a3 · 2 Đồng chí a4 · 3 Đồng chí a5 · 4 Đồng chí a6\n"
        "Đề nghị đồng chí quan tâm, đôn đốc."
    )
    labels = [button.label for row in commune.heard[0].message.buttons for button in row]
    assert labels == ["Nhắc 4 đồng chí", "Xác nhận có mặt"]


async def test_a_hall_that_filled_meanwhile(database: Database) -> None:
    """Decided at 07:45, leaving at 07:50: enough have come, and nothing else takes its place."""
    commune = await LaggingCommune(database).settled(ON_DAY)
    await commune.tick("2016-12-09 07:45")
    for name in commune.ids:
        await commune.come(name, "HN", at("2016-12-09 07:48"))
    assert await commune.deliver(at("2016-12-09 07:50")) == []


async def test_off_by_default(commune: LaggingCommune) -> None:
    async with commune.database.write() as tx:
        assert await tx.scalar(select(written.c.id)) is None
    await commune.goes_on("2016-12-09 07:45")
    assert commune.heard == []


# --- the superior ----------------------------------------------------------------------------


async def test_one_digest_for_two_nudges_without_fruit(commune: LaggingCommune) -> None:
    """The morning after the second; again only after two more; units and numbers only."""
    await commune.coordinates("c3", "X1")
    for day in range(16, 21):
        await commune.goes_on(f"2017-01-{day} 08:00")
    assert commune.times_of("c3", "Kính gửi") == ["2017-01-18 08:00", "2017-01-20 08:00"]
    first, second = [one.text for one in commune.heard if one.who == "c3"]
    assert first == (
        "Kính gửi Đơn vị X1: còn 2/2 chi bộ chưa chuyển biến sau khi được đôn đốc, tính đến 08:00, "
        "ngày 18/01/2017.\n"
        "Bài thu hoạch NQTW4 (hạn 17/02/2017):\n"
        "Đơn vị A: 0/6, đã đôn đốc 2 lần\n"
        "Đơn vị B: 0/4, đã đôn đốc 2 lần"
    )
    [[chart]] = next(one.message.buttons for one in commune.heard if one.who == "c3")
    assert (chart.label, chart.command) == ("Biểu đồ NQTW4", "bars 1 2")
    assert "Đơn vị A: 0/6, đã đôn đốc 4 lần" in second
    assert "Đồng chí" not in first + second
    assert "Đơn vị C" not in first + second, "that is another commune's"


async def test_progress_begins_anew(commune: LaggingCommune) -> None:
    """Nudged twice, but one essay came in between: it has borne fruit."""
    await commune.coordinates("c3", "X1")
    await commune.goes_on("2017-01-16 08:00")
    await commune.hand_in(["a1", "b1"], at("2017-01-16 10:00"))
    await commune.goes_on("2017-01-17 08:00")
    await commune.goes_on("2017-01-18 08:00")
    assert commune.times_of("c3", "Kính gửi") == []
    await commune.goes_on("2017-01-19 08:00")
    assert commune.times_of("c3", "Kính gửi") == ["2017-01-19 08:00"]


async def test_the_next_above_where_there_is_no_coordinator(commune: LaggingCommune) -> None:
    """C's commune has nobody: the province hears of it, and the rest of its own."""
    await commune.coordinates("c3", "TG")
    for day in range(16, 19):
        await commune.goes_on(f"2017-01-{day} 08:00")
    [heard] = [one.text for one in commune.heard if one.who == "c3"]
    assert "còn 3/3 chi bộ" in heard


async def test_not_all_that_lag_are_cells(commune: LaggingCommune) -> None:
    """A party group, or a grassroots committee with members of its own, is no cell."""
    await commune.coordinates("c3", "X1")
    async with commune.database.write() as tx:
        await tx.execute(
            update(units_table).where(units_table.c.code == "A").values(kind="Tổ đảng")
        )
    for day in range(16, 19):
        await commune.goes_on(f"2017-01-{day} 08:00")
    [heard] = [one.text for one in commune.heard if one.who == "c3"]
    assert "còn 2/2 đơn vị chưa chuyển biến" in heard


async def test_a_digest_that_is_not_needed_any_more(commune: LaggingCommune) -> None:
    await commune.coordinates("c3", "X1")
    await commune.goes_on("2017-01-16 08:00")
    await commune.goes_on("2017-01-17 08:00")
    await commune.tick("2017-01-18 08:00")
    everybody = [name for name in commune.ids if name[0] in "ab"]
    await commune.hand_in(everybody, at("2017-01-18 08:30"))
    assert [one.who for one in await commune.deliver(at("2017-01-18 09:00"))] == ["c1"]


async def test_a_nudge_that_never_left_is_not_counted(commune: LaggingCommune) -> None:
    """ "đã đôn đốc 2 lần" means that twice a message reached her."""
    await commune.coordinates("c3", "X1")
    for day in range(16, 18):
        await commune.tick(f"2017-01-{day} 08:00")  # the messenger is away all day
        await commune.deliver(at(f"2017-01-{day} 20:00"))
    await commune.goes_on("2017-01-18 08:00")
    assert commune.times_of("c3", "Kính gửi") == []
    async with commune.database.read() as db:
        unit = await units.get_by_code(db, "A")
        assert unit is not None
        said = await digests.reasons(db, unit, at("2017-01-18 09:00"))
    assert [str(one).endswith("Tin này không được gửi.") for one in said] == [
        False,
        True,
        True,
    ]


async def test_turning_the_pages_of_a_digest(database: Database) -> None:
    """Fifteen lines each; what has moved meanwhile is left out."""
    commune = await LaggingCommune(database).settled()
    async with database.write() as tx:
        await tx.execute(delete(accounts).where(accounts.c.chat_id.in_(["a1", "a2"])))
    assert digests.PAGE == 15
    await commune.coordinates("c3", "X1")
    for day in range(16, 18):
        await commune.goes_on(f"2017-01-{day} 08:00")
    [heard] = [one for one in await commune.goes_on("2017-01-18 08:00") if one.who == "c3"]
    assert "Đơn vị A: 0/6, chưa liên lạc được bí thư" in heard.text
    async with database.read() as db:
        unit = await units.get_by_code(db, "X1")
        assert unit is not None
        now = at("2017-01-18 09:00")
        found = await digests.digest(db, unit.id, now.date(), now)
    assert found is not None
    assert {one.told for one in found.stuck} == {0, 2}


# --- on hold ---------------------------------------------------------------------------------


async def test_a_held_subtree_is_passed_over(commune: LaggingCommune) -> None:
    """Not nudged, not counted as nudged; the day after it is lifted all goes on."""
    await commune.hold("X1", at("2017-01-16 07:00"))
    await commune.goes_on("2017-01-16 08:00")
    assert {one.who for one in commune.heard} == {"c1"}
    async with commune.database.read() as db:
        assert await holds.held_paths(db) == ["/1/2/"]
        assert await holds.is_held(db, "/1/2/3/")
        assert not await holds.is_held(db, "/1/")
        assert not await holds.is_held(db, "/1/20/")
    await commune.hold("X1", at("2017-01-16 09:00"), lift=True)
    await commune.goes_on("2017-01-17 08:00")
    assert commune.times_of("a1", "Kính gửi") == ["2017-01-17 08:00"]


async def test_quiet_hours_that_begin_after_midnight(commune: LaggingCommune) -> None:
    """A deployment may be quiet from 00:30 on: a nudge is stale at midnight then."""
    commune.calendar = Calendar(quiet_from=Calendar().quiet_until.replace(hour=0, minute=30))
    await commune.tick("2017-01-20 08:00")
    async with commune.database.read() as db:
        ends = set(await db.scalars(select(outbox.c.expires_at)))
    assert ends == {at("2017-01-21 00:00")}
