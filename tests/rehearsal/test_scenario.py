"""The Tiền Giang scenario is the province of the newspaper article, to the person."""

from __future__ import annotations

import statistics
import tomllib
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from domain import text
from rehearsal import expected, morning, paper, people, tien_giang
from rehearsal.clock import FileClock
from rehearsal.morning import How, Morning
from rehearsal.scenario import Scenario
from rehearsal.shares import share


@pytest.fixture(scope="module")
def province() -> Scenario:
    return tien_giang.build("tien-giang")


@pytest.fixture(scope="module")
def day(province: Scenario) -> Morning:
    return morning.stage(province)


def test_the_roll_the_venues_and_the_summoned_are_those_of_the_article(province: Scenario) -> None:
    """42,989 members and 205 venues; what the halls call adds up to 30,000."""
    assert len(province.members) == 42_989
    assert [venue.code for venue in province.venues] == [f"V{n:03}" for n in range(1, 206)]
    assert sum(venue.summoned for venue in province.venues) == 30_000


def test_28029_of_42989_attend_which_is_65_2_per_cent(province: Scenario, day: Morning) -> None:
    """Each of them is recorded once: by themselves, by the secretary or by the clerk."""
    total = expected.by_unit(province, day)["TG"]
    assert (total.attended, total.roll, total.late) == (28_029, 42_989, 311)
    assert total.via == {"self": 27_400, "confirmed": 529, "clerk": 100}
    assert text.rate(total.attended, total.roll) == "65,2%"
    assert len({arrival.member for arrival in day.recorded()}) == 28_029


def test_at_every_level_the_children_add_up(province: Scenario, day: Morning) -> None:
    """A unit without members of its own is the sum of its children, venues sum to the whole."""
    figures = expected.by_unit(province, day)
    sums: Counter[str] = Counter()
    for unit in province.units:
        if unit.parent is not None:
            sums[unit.parent] += figures[unit.code].attended
    for code, attended in sums.items():
        assert attended == figures[code].attended, code
    venues = expected.by_venue(province, day)
    assert sum(venue.attended for venue in venues.values()) == 28_029
    assert all(figures[cell].attended > 0 for cell in province.cells), "every cell has held it"


def test_cells_have_5_to_60_members_and_one_secretary_each(province: Scenario) -> None:
    """The sizes are those of real cells: half of them have 22 members or so."""
    sizes = [len(members) for members in province.cells.values()]
    assert people.SMALLEST <= min(sizes) < max(sizes) <= people.LARGEST
    assert 20 <= statistics.median(sizes) <= 24
    for members in province.cells.values():
        positions = Counter(member.position for member in members)
        assert (positions["bí thư"], positions["phó bí thư"]) == (1, 1)


def test_everybody_is_expected_at_one_venue_and_no_hall_calls_more_than_it_has(
    province: Scenario,
) -> None:
    """A cell goes where it, or the nearest unit above it, is sent; no unit is sent twice."""
    sent = [unit for venue in province.venues for unit in venue.units]
    assert len(sent) == len(set(sent))
    assert set(province.venue_of_cell) == set(province.cells)
    for venue in province.venues:
        assert 0 < venue.summoned <= min(venue.capacity, len(province.expected_at[venue.code]))


def test_names_are_composed_vietnamese_and_namesakes_occur(province: Scenario) -> None:
    """Marks are NFC; about a third are Nguyễn; somewhere a cell has two of one name."""
    names = [member.name for member in province.members]
    for name in names + [unit.name for unit in province.units]:
        assert unicodedata.is_normalized("NFC", name)
        assert name == text.clean(name)
    families = Counter(name.split()[0] for name in names)
    assert 0.28 < families["Nguyễn"] / len(names) < 0.35
    assert any(
        len({member.name for member in members}) < len(members)
        for members in province.cells.values()
    )


def test_nobody_is_exempt_and_many_are_over_sixty(province: Scenario) -> None:
    """The article's rate is taken of the whole roll, so nobody leaves the denominator."""
    statuses = Counter(member.status for member in province.members)
    assert set(statuses) == {"chính thức", "dự bị", "tạm vắng"}
    old = sum(member.birth_year <= 1956 for member in province.members)
    assert 0.25 < old / len(province.members) < 0.4


def test_most_people_come_between_five_past_seven_and_half_past(day: Morning) -> None:
    """The curve decides what load the rehearsal puts on the bot."""
    opens = morning.OPENS_AT
    minutes = [(arrival.at - opens) / timedelta(minutes=1) for arrival in day.recorded()]
    assert sum(5 <= minute < 30 for minute in minutes) / len(minutes) > 0.85
    assert min(minutes) >= 0


def test_whoever_is_late_is_late_by_the_plan(province: Scenario, day: Morning) -> None:
    """Those confirmed by others are never counted late by accident: they come before 07:45."""
    for arrival in day.recorded():
        if expected.is_late(arrival):
            assert arrival.how in (How.LINK, How.TYPED)


def test_the_noise_is_there_and_counts_nobody(province: Scenario, day: Morning) -> None:
    """Mistakes come before the person's own check-in, repeats after it, latecomers not at all."""
    counted = Counter(arrival.how for arrival in day.arrivals)
    size = province.size
    assert counted[How.NEWCOMER] == size.newcomers == 500
    for how in (How.EARLY, How.WRONG, How.STALE, How.ELSEWHERE, How.DECLINED, How.AGAIN):
        assert counted[how] == getattr(size, how.value)
    recorded = {arrival.member: arrival.at for arrival in day.recorded()}
    for arrival in day.arrivals:
        if arrival.how in (How.EARLY, How.WRONG, How.STALE, How.DECLINED):
            assert arrival.at < recorded[arrival.member]
        elif arrival.how in (How.AGAIN, How.REDELIVERED):
            assert arrival.at >= recorded[arrival.member]
        elif arrival.how is How.CLOSED:
            assert arrival.member not in recorded
            assert arrival.at > morning.ENDS_AT


def test_whoever_does_something_has_an_account_or_gets_one(day: Morning) -> None:
    """Only newcomers register on the spot, only the confirmed may have no account at all."""
    confirmed = {each.member for each in day.arrivals if each.by}
    newcomers = {each.member for each in day.arrivals if each.how is How.NEWCOMER}
    assert not newcomers & day.linked
    for arrival in day.arrivals:
        actor = arrival.by or arrival.member
        assert actor in day.linked or actor in newcomers
    assert confirmed - day.linked, "some have no telephone"
    assert confirmed & day.linked, "some hear of it"


def test_whoever_confirms_came_before_and_knows_whom_they_mean(
    province: Scenario, day: Morning
) -> None:
    """The secretary's own cell, the clerk's own venue; no namesakes, who need a closer look."""
    came = {arrival.member: arrival.at for arrival in day.recorded()}
    for arrival in day.recorded():
        if not arrival.by:
            continue
        member, by = province.by_member[arrival.member], province.by_member[arrival.by]
        assert came[arrival.by] < arrival.at
        if arrival.how is How.SECRETARY:
            assert (by.cell, by.position) == (member.cell, "bí thư")
            same = province.cells[member.cell]
        else:
            assert day.clerks[arrival.by] == arrival.venue
            same = province.expected_at[arrival.venue]
        assert sum(text.fold(other.name) == text.fold(member.name) for other in same) == 1


def test_the_same_seed_makes_the_same_morning() -> None:
    """A failed rehearsal must be repeatable to be understood."""
    first = tien_giang.build.__wrapped__("than-cuu-nghia")
    second = tien_giang.build.__wrapped__("than-cuu-nghia")
    assert first == second
    assert morning.stage(first) == morning.stage(second)
    other = tien_giang.build.__wrapped__("than-cuu-nghia", 7)
    assert other.members != first.members


def test_one_commune_is_the_same_morning_in_small() -> None:
    """The suite rehearses it whole; its figures are as exact as the province's."""
    commune = tien_giang.build("than-cuu-nghia")
    day = morning.stage(commune)
    total = expected.by_unit(commune, day)["TG"]
    assert (total.roll, total.attended, len(commune.venues)) == (900, 588, 5)
    assert {arrival.how for arrival in day.arrivals} == set(How)


def test_the_roster_is_a_workbook_of_two_sheets(tmp_path: Path) -> None:
    """Headers and columns are those that the import promises to take."""
    commune = tien_giang.build("than-cuu-nghia")
    paper.write_roster(commune, tmp_path / "roster.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "roster.xlsx")
    units = book.get_sheet_by_name("Đơn vị").to_python()
    members = book.get_sheet_by_name("Đảng viên").to_python()
    assert units[0] == list(paper.UNIT_HEADERS)
    assert units[1] == ["TG", "Đảng bộ tỉnh Tiền Giang", "tỉnh ủy", ""]
    assert len(units) == 1 + len(commune.units)
    assert members[0] == list(paper.MEMBER_HEADERS)
    assert [row[1] for row in members[1:]] == [member.name for member in commune.members]


def test_the_plan_says_what_the_contract_says(province: Scenario) -> None:
    """It is read back as TOML: one morning, 205 venues, one essay."""
    plan = tomllib.loads(paper.plan_toml(province))
    assert plan["campaign"]["code"] == "NQTW4"
    (session,) = plan["sessions"]
    assert session["starts_at"] == datetime(2016, 12, 9, 7, 30)  # noqa: DTZ001  local, as in a plan
    assert [venue["summoned"] for venue in session["venues"]] == [
        venue.summoned for venue in province.venues
    ]
    assert session["venues"][0]["units"] == ["TG-K01", "TG-K02"]
    assert plan["obligations"][0]["code"] == "BTH"


def test_a_share_is_exact_and_keeps_its_bounds() -> None:
    """Parts of uneven weight, some at their cap, still add up."""
    assert share(10, [1, 1, 8], [0, 0, 0], [10, 10, 5]) == [3, 2, 5]
    with pytest.raises(ValueError, match="cannot be shared"):
        share(30, [1, 1], [0, 0], [10, 10])


def test_a_file_clock_stands_where_it_was_set(tmp_path: Path) -> None:
    """Two processes that read one file agree on the time, at once."""
    driver, bot = FileClock(tmp_path / "now"), FileClock(tmp_path / "now")
    at = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)
    driver.set(at)
    assert bot.now() == at
    driver.set(at + timedelta(seconds=30))
    assert bot.now() == at + timedelta(seconds=30)
