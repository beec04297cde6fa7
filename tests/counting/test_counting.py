"""The counting rules, as committees live them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, insert, select, update

from domain.attendance import Entry, Status, Via
from domain.counting import apportion
from domain.text import from_local
from domain.totals import ObligationTotals, Tally, Totals, as_json
from storage import attendance as entries
from storage import counts, excuses
from storage.database import Database
from storage.schema import excuses as excuses_table
from storage.schema import members, sessions, units, venues
from tests.small_plan import EVERY_SESSION, apply, campaign, obligation, session, venue
from tests.small_tree import enrol, id_of, move, plant

# The province holds a conference for ap1 and ap2 of X01; X02 runs its own class; a make-up follows.
CONFERENCE = (
    session("HN", "Hội nghị")
    + venue("V1", "Hội trường UBND xã", ["X01"])
    + venue("V2", "Nhà văn hóa ấp 2", ["ap2"], summoned=7)
)
PLAN = (
    campaign()
    + CONFERENCE
    + session("LOP", "Lớp học", "2016-12-12", kind="class")
    + venue("L1", "Trường học", ["ap1", "X02"])
    + session("BS", "Buổi bổ sung", "2016-12-20", kind="makeup")
    + venue("B1", "Hội trường tỉnh", ["TG"])
    + obligation(
        "BTH", "essay", "Bài thu hoạch", "2017-01-31 17:00",
        exempt=["miễn sinh hoạt", "giảm sinh hoạt"], by_unit={"X02": "2017-02-10 17:00"},
    )
    + obligation("SH", "cell_agenda", "Sinh hoạt chi bộ", "2016-12-31 17:00")
)  # fmt: skip
DAYS = {"HN": 9, "LOP": 12, "BS": 20}


def at(day: int, clock: str = "07:40") -> datetime:
    return from_local(datetime.fromisoformat(f"2016-12-{day:02}T{clock}"))


@dataclass
class Province:
    """What happens in it, in the words of the people who live there."""

    database: Database

    async def id_of(self, code: str, table: Table = members) -> int:
        async with self.database.read() as db:
            return await id_of(db, table, code)

    async def records(
        self,
        member: str,
        session: str,
        venue: str,
        *,
        clock: str = "07:40",
        via: Via = Via.SELF,
        status: Status = Status.PRESENT,
    ) -> Entry:
        entry = Entry(
            session_id=await self.id_of(session, sessions),
            member_id=await self.id_of(member),
            venue_id=await self.id_of(venue, venues),
            at=at(DAYS[session], clock),
            status=status,
            via=via,
        )
        async with self.database.write() as tx:
            await entries.record(tx, [entry], entry.at)
        return entry

    async def excuses(self, member: str, session: str, day: int) -> None:
        member_id, session_id = await self.id_of(member), await self.id_of(session, sessions)
        async with self.database.write() as tx:
            await excuses.accept(tx, session_id, [member_id], "work", member_id, at(day))

    async def count(self, day: int, now: datetime | None = None) -> Tally:
        async with self.database.read() as db:
            campaign = await counts.get_campaign(db, "nqtw4")
            assert campaign is not None
            as_of = date(2016, 12, 1) + timedelta(days=day - 1)
            tally = await counts.count_campaign(
                db, campaign.id, as_of=as_of, now=now or at(31) + timedelta(days=300)
            )
        assert tally is not None
        return tally

    async def totals(self, unit: str, day: int, now: datetime | None = None) -> Totals:
        return (await self.count(day, now)).totals(await self.id_of(unit, units))

    async def plans(self, text: str) -> None:
        async with self.database.write() as tx:
            await apply(tx, text, at(1))


@pytest.fixture
async def tg(database: Database) -> Province:
    """Cells ap1 (4) and ap2 (3) of X01, ap3 (2) of X02."""
    async with database.write() as tx:
        await plant(
            tx, {"TG": None, "X01": "TG", "X02": "TG", "ap1": "X01", "ap2": "X01", "ap3": "X02"}
        )
        await enrol(tx, "ap1", ["lan", "minh", "ba", "sau"])
        await enrol(tx, "ap2", ["hai", "nam", "bay"])
        await enrol(tx, "ap3", ["tam", "chin"])
    province = Province(database)
    await province.plans(PLAN)
    return province


async def test_everybody_counts_once_however_often_they_come(tg: Province) -> None:
    """Lan comes to everything; the first record says when, how and as what."""
    await tg.records("lan", "HN", "V1", via=Via.POSTER, status=Status.LATE)
    await tg.records("lan", "LOP", "L1")
    await tg.records("lan", "BS", "B1")
    totals = await tg.totals("TG", 31)
    assert (totals.attended, totals.main, totals.makeup, totals.late) == (1, 1, 0, 1)
    assert totals.via == {Via.SELF: 0, Via.CONFIRMED: 0, Via.CLERK: 0, Via.POSTER: 1}
    assert (totals.obliged, totals.not_recorded) == (9, 8)


async def test_a_class_is_main_where_there_is_no_conference(tg: Province) -> None:
    """ap3 has only its class; Minh of ap1 missed the conference and catches up in it."""
    await tg.records("tam", "LOP", "L1")
    await tg.records("minh", "LOP", "L1")
    await tg.records("chin", "BS", "B1")
    x01, x02 = await tg.totals("X01", 31), await tg.totals("X02", 31)
    assert (x01.main, x01.makeup) == (0, 1)
    assert (x02.main, x02.makeup) == (1, 1)


async def test_yesterday_is_counted_as_it_was(tg: Province) -> None:
    """What came later, also later the same evening, does not change the figures of a day."""
    await tg.records("lan", "HN", "V1")
    await tg.records("minh", "LOP", "L1", clock="23:59")
    assert [(await tg.totals("TG", day)).attended for day in (8, 9, 11, 12, 13)] == [0, 1, 1, 2, 2]


async def test_what_was_taken_back_does_not_count(tg: Province) -> None:
    """A voided entry stays in the log, not in the figures; a later true one counts."""
    entry = await tg.records("lan", "HN", "V1")
    async with tg.database.write() as tx:
        await entries.void(tx, entry, by_member_id=2, reason="nhầm người", now=at(10))
    assert (await tg.totals("TG", 31)).attended == 0
    await tg.records("lan", "BS", "B1")
    totals = await tg.totals("TG", 31)
    assert (totals.attended, totals.makeup) == (1, 1)


async def test_exempt_members_leave_the_denominator_and_are_welcome(tg: Province) -> None:
    """Ông Ba is exempt and came: he is in no rate, and he is not forgotten."""
    async with tg.database.write() as tx:
        await move(tx, "ba", date(2016, 12, 1), cell="ap1", status="miễn sinh hoạt")
    await tg.records("ba", "HN", "V1", status=Status.LATE)
    totals = await tg.totals("ap1", 9)
    assert (totals.roll, totals.exempt, totals.obliged) == (4, 1, 3)
    assert (totals.exempt_attended, totals.attended, totals.late) == (1, 0, 0)


async def test_credit_moves_with_the_person(tg: Province) -> None:
    """Hai attends with ap2 and moves to ap3: from that day ap3 has both him and his attendance."""
    await tg.records("hai", "HN", "V2")
    async with tg.database.write() as tx:
        await move(tx, "hai", date(2016, 12, 15), cell="ap3")
    before, after = await tg.count(14), await tg.count(15)
    ap2, ap3 = await tg.id_of("ap2", units), await tg.id_of("ap3", units)
    assert (before.totals(ap2).attended, before.totals(ap2).roll) == (1, 3)
    assert (after.totals(ap2).attended, after.totals(ap2).roll) == (0, 2)
    assert (after.totals(ap3).attended, after.totals(ap3).roll) == (1, 3)
    assert before.totals(1).attended == after.totals(1).attended == 1


async def test_whoever_left_the_province_is_not_counted(tg: Province) -> None:
    """Neither on the roll nor among those who attended."""
    await tg.records("hai", "HN", "V2")
    async with tg.database.write() as tx:
        await move(tx, "hai", date(2016, 12, 15))
    totals = await tg.totals("TG", 15)
    assert (totals.roll, totals.attended) == (8, 0)


async def test_excused_until_they_attend(tg: Province) -> None:
    """An accepted excuse counts from the day it was accepted, and gives way to attendance."""
    await tg.excuses("nam", "HN", 8)
    await tg.excuses("bay", "HN", 10)
    await tg.records("nam", "BS", "B1")
    days = [await tg.totals("ap2", day) for day in (7, 9, 10, 20)]
    assert [day.excused for day in days] == [0, 1, 2, 1]
    assert [day.not_recorded for day in days] == [3, 2, 1, 1]
    async with tg.database.write() as tx:
        await tx.execute(update(excuses_table).values(state="withdrawn"))
    assert (await tg.totals("ap2", 10)).excused == 0


async def test_a_campaign_may_demand_every_main_session(tg: Province) -> None:
    """Two days of conference: one is not enough, a make-up stands for one that was missed."""
    second = CONFERENCE.replace('"HN"', '"HN2"').replace("2016-12-09", "2016-12-10")
    await tg.plans(PLAN + second + EVERY_SESSION)
    came = {"lan": ["HN", "HN2"], "minh": ["HN", "BS"], "ba": ["HN"]}
    async with tg.database.read() as db:
        rows = await db.execute(select(venues.c.id, sessions.c.code).join(sessions))
        hall = {row.code: row.id for row in rows}
    for member, held in came.items():
        for code in held:
            entry = Entry(
                session_id=await tg.id_of(code, sessions),
                member_id=await tg.id_of(member),
                venue_id=hall[code],
                at=at({"HN2": 10}.get(code) or DAYS[code]),
                status=Status.PRESENT,
                via=Via.SELF,
            )
            async with tg.database.write() as tx:
                await entries.record(tx, [entry], entry.at)
    await tg.excuses("ba", "HN2", 10)
    await tg.records("tam", "LOP", "L1")
    totals = await tg.totals("ap1", 31)
    assert (totals.attended, totals.excused, totals.not_recorded) == (2, 1, 1)
    assert (await tg.totals("ap3", 31)).attended == 1  # no main session is demanded of ap3


async def test_halls_count_where_they_expect_somebody(tg: Province) -> None:
    """The most specific assignment wins: ap2 goes to its own house, X01's hall is ap1's alone."""
    tally = await tg.count(9)
    ids = {code: await tg.id_of(code, units) for code in ("TG", "X01", "ap1", "ap2", "X02")}
    halls = {code: tally.totals(unit).venues for code, unit in ids.items()}
    held = {code: tally.totals(unit).sessions for code, unit in ids.items()}
    assert halls == {"TG": 4, "X01": 4, "ap1": 3, "ap2": 2, "X02": 2}
    assert held == {"TG": 3, "X01": 3, "ap1": 3, "ap2": 2, "X02": 2}


async def test_summoned_is_what_the_plan_says_or_the_obliged(tg: Province) -> None:
    """V1 summons the four of ap1, V2 seven by the plan; ap3 has its class of two."""
    tally = await tg.count(9)
    ids = {code: await tg.id_of(code, units) for code in ("TG", "ap1", "ap2", "ap3")}
    summoned = {code: tally.totals(unit).summoned for code, unit in ids.items()}
    assert summoned == {"TG": 13, "ap1": 4, "ap2": 7, "ap3": 2}


async def test_cells_where_nothing_was_held_yet(tg: Province) -> None:
    """On the day of the conference it has begun at 07:30; ap3 waits for its class."""
    early = await tg.totals("TG", 9, now=at(9, "07:29"))
    begun = await tg.totals("TG", 9, now=at(9, "07:30"))
    later = await tg.totals("TG", 12)
    assert [one.units_not_held for one in (early, begun, later)] == [3, 1, 0]


async def test_essays_are_owed_by_those_who_are_not_exempt_from_them(tg: Province) -> None:
    """ "giảm sinh hoạt" must attend but need not write; X02 has until February."""
    async with tg.database.write() as tx:
        await move(tx, "ba", date(2016, 12, 1), cell="ap1", status="giảm sinh hoạt")
    january = await tg.totals("TG", 31 + 30)  # 30 January
    february = await tg.totals("TG", 31 + 31)
    assert january.obliged == 9
    assert january.obligations["BTH"] == ObligationTotals(due=8, received=0, accepted=0, overdue=0)
    assert february.obligations["BTH"] == ObligationTotals(due=8, received=0, accepted=0, overdue=6)
    assert february.obligations["SH"] == ObligationTotals(due=3, received=0, accepted=0, overdue=3)


async def test_the_keys_that_scripts_rely_on(tg: Province) -> None:
    """In this order; children one level deep with the same keys."""
    await tg.records("lan", "HN", "V1")
    found = as_json(await tg.count(9), 1)
    children = found.pop("children")
    assert " ".join(found) == (
        "campaign unit as_of roll exempt exempt_attended obliged attended main makeup late "
        "excused not_recorded via venues sessions summoned units_not_held masses households "
        "obligations"
    )
    assert found["via"] == {"self": 1, "confirmed": 0, "clerk": 0, "poster": 0}
    assert (found["campaign"], found["unit"], found["as_of"]) == ("NQTW4", "TG", "2016-12-09")
    assert (found["masses"], found["households"]) == (0, None)
    assert [(child["unit"], child["attended"]) for child in children] == [("X01", 1), ("X02", 0)]
    assert [list(child) for child in children] == [list(found)] * 2


async def test_an_unknown_campaign_is_none(tg: Province) -> None:
    """The caller says so in its own words."""
    async with tg.database.read() as db:
        assert await counts.get_campaign(db, "NQTW5") is None
        assert await counts.count_campaign(db, 99, as_of=date(2016, 12, 9), now=at(9)) is None


async def test_units_known_by_total_only_bring_their_hall(tg: Province) -> None:
    """Army and police are not listed; their hall is a hall all the same."""
    async with tg.database.write() as tx:
        await tx.execute(
            insert(units).values(
                code="CA",
                name="Công an",
                folded="cong an",
                kind="chi bộ",
                parent_id=1,
                path="/1/99/",
                id=99,
                is_headcount_only=True,
            )
        )
    totals = (await tg.count(9)).totals(99)
    assert (totals.roll, totals.venues, totals.units_not_held) == (0, 1, 0)


async def test_what_halls_show(tg: Province) -> None:
    """Live figures of each hall, guests and exempt people included."""
    await tg.records("lan", "HN", "V1", status=Status.LATE)
    await tg.records("hai", "HN", "V1", via=Via.CLERK)
    hall = await tg.id_of("V1", venues)
    async with tg.database.read() as db:
        found = await counts.venue_counts(db, await tg.id_of("HN", sessions))
        tally = await tg.count(9)
        session = tally.schedule.sessions[await tg.id_of("HN", sessions)]
        summoned = await counts.summoned_by_venue(db, tally.schedule, session, at(9))
    assert found == {hall: counts.VenueCount(present=2, late=1, by_self=1, clerk=1)}
    assert summoned == {hall: 4, await tg.id_of("V2", venues): 7}


@given(
    total=st.integers(0, 10**6),
    weights=st.dictionaries(st.integers(), st.integers(0, 10**5), max_size=12),
)
def test_shares_make_up_the_whole(total: int, weights: dict[int, int]) -> None:
    """Nothing is lost by rounding, and nobody is more than one away from the exact share."""
    parts = apportion(total, weights)
    whole = sum(weights.values())
    assert sum(parts.values()) == (total if whole else 0)
    for key, part in parts.items():
        assert abs(part * whole - total * weights[key]) < max(whole, 1)
