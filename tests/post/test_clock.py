"""The bell: it ticks at once, a failing duty holds up no other, and it stops when told to."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date, datetime, time

import pytest
from pydantic import ValidationError

from bot import settings
from bot.clock import Clock, calendar_of
from domain.calendar import Calendar
from domain.text import from_local
from storage.database import Database

EIGHT = from_local(datetime.fromisoformat("2017-02-14T08:00"))


async def test_it_ticks_when_the_program_starts_and_ends_with_it(database: Database) -> None:
    """What fell due while it was stopped is not left waiting for the next full minute."""
    ticked = asyncio.Event()

    async def duty(_: Database, __: Calendar, now: datetime) -> None:
        assert now == EIGHT
        ticked.set()

    clock = Clock(database, Calendar(), lambda: EIGHT, {"duty": duty})
    running = asyncio.create_task(clock.run())
    async with asyncio.timeout(20):
        await ticked.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()


async def test_a_failing_duty_holds_up_no_other(database: Database) -> None:
    """Reminders go out on a day on which nudges are broken, and the other way round."""
    done: list[str] = []

    async def fails(_: Database, __: Calendar, ___: datetime) -> None:
        raise RuntimeError("worn out")

    async def works(_: Database, __: Calendar, ___: datetime) -> None:
        done.append("works")

    clock = Clock(database, Calendar(), lambda: EIGHT, {"fails": fails, "works": works})
    await clock.tick(EIGHT)
    await clock.tick(EIGHT)
    assert done == ["works", "works"]


@pytest.mark.parametrize(
    ("day", "is_off"),
    [
        (date(2017, 1, 28), True),  # Tết
        (date(2026, 2, 17), True),
        (date(2026, 4, 30), True),
        (date(2026, 5, 7), True),  # the operator's own
        (date(2026, 5, 8), False),
    ],
)
def test_holidays(day: date, is_off: bool) -> None:
    """Vietnam's are known for every year, and more can be added."""
    calendar = calendar_of(settings.Clock(holidays=(date(2026, 5, 7),)))
    assert calendar.is_holiday(day) is is_off


def test_hours_as_operators_write_them() -> None:
    chosen = settings.Clock.model_validate({"quiet_hours": "21:30 – 6:00", "send_at": "07:30"})
    calendar = calendar_of(chosen)
    assert (calendar.quiet_from, calendar.quiet_until) == (time(21, 30), time(6, 0))
    assert calendar.send_at == time(7, 30)


@pytest.mark.parametrize(
    "written",
    [
        {"quiet_hours": "20h-7h"},
        {"quiet_hours": "20:00-20:00"},
        {"quiet_hours": "24:00-07:00"},
        {"send_at": "22:00"},
        {"quiet_hours": "08:00-09:00", "send_at": "08:30"},
        {"send_at": "08:00:30"},
    ],
)
def test_hours_that_cannot_be(written: dict[str, str]) -> None:
    """An hour in which nothing may go out would hold every reminder back unseen."""
    with pytest.raises(ValidationError):
        settings.Clock.model_validate(written)
