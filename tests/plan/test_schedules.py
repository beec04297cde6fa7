"""The plan in memory: read once, and renewed when something changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.sessions import Schedule
from storage import revisions
from storage.database import Database
from storage.schedules import KEPT, Schedules, commune_path
from tests.small_plan import apply, campaign, session, venue
from tests.small_tree import plant

MORNING = datetime(2016, 12, 9, 0, 30, tzinfo=UTC)
PLAN = campaign() + session("HN", "Hội nghị") + venue("V", "Hội trường", ["X01"])


async def put(database: Database, text: str) -> None:
    async with database.write() as tx:
        await apply(tx, text, MORNING)


@pytest.fixture
async def province(database: Database) -> Database:
    async with database.write() as tx:
        await plant(tx, {"TG": None, "X01": "TG", "C1": "X01"})
    await put(database, PLAN)
    return database


def hall(schedule: Schedule) -> str:
    (venue,) = schedule.venues.values()
    return venue.name


async def test_a_change_is_seen_within_a_second(province: Database) -> None:
    """Not at once: one look a second is all that the check-in path pays for."""
    seconds = [5.0]
    schedules = Schedules(province, monotonic=lambda: seconds[-1])
    first = await schedules.current(MORNING)
    await put(province, PLAN.replace("Hội trường", "Nhà văn hóa"))
    seconds.append(5.9)
    assert await schedules.current(MORNING) is first
    seconds.append(6.0)
    renewed = await schedules.current(MORNING)
    assert hall(renewed) == "Nhà văn hóa"
    seconds.append(7.0)
    assert await schedules.current(MORNING) is renewed  # looked, found nothing new


async def test_a_changed_tree_is_a_changed_plan(province: Database) -> None:
    """Venues know the paths of their units."""
    seconds = [5.0]
    schedules = Schedules(province, monotonic=lambda: seconds[-1])
    first = await schedules.current(MORNING)
    async with province.write() as tx:
        await revisions.bump(tx, revisions.TREE)
    seconds.append(6.0)
    assert await schedules.current(MORNING) is not first


async def test_a_new_day_drops_what_is_over(province: Database) -> None:
    """Sixty days after its end a session is left to the archives."""
    schedules = Schedules(province)
    assert len((await schedules.current(MORNING)).sessions) == 1
    assert len((await schedules.current(MORNING + KEPT)).sessions) == 1
    assert len((await schedules.current(MORNING + KEPT + timedelta(days=1))).sessions) == 0


async def test_typed_codes_belong_to_the_schedule(province: Database) -> None:
    """Before anything was read there is nothing on any wall."""
    schedules = Schedules(province)
    assert schedules.typed.schedule.sessions == {}
    schedule = await schedules.current(MORNING)
    assert schedules.typed.schedule is schedule
    schedules.forget()
    assert await schedules.current(MORNING) is not schedule


@pytest.mark.parametrize(
    ("units", "commune"),
    [
        (["/1/2/"], "/1/2/"),
        (["/1/2/5/", "/1/2/6/7/"], "/1/2/"),
        (["/1/2/5/", "/1/3/"], "/1/"),
        (["/1/"], "/1/"),
        (["/1/", "/1/2/"], "/1/"),
        ([], "/1/"),
    ],
)
def test_the_commune_of_a_hall(units: list[str], commune: str) -> None:
    """The unit directly below the campaign's that holds all that are expected."""
    assert commune_path("/1/", units) == commune
