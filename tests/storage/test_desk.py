"""The check-in desk: whoever comes in whatever order, each is recorded once and answered alike."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.attendance import Entry, Status, Via
from domain.messages import Address, Inbound, Outbound
from domain.text import from_local
from storage.attendance import Recorded
from storage.database import Database
from storage.desk import Desk, Response, Result, Slip
from storage.schema import attendance, attendance_log, inbox
from tests.stories import cast

MORNING = from_local(datetime.fromisoformat("2016-12-09T07:20"))


@dataclass(frozen=True)
class Arrival:
    """Somebody's phone says something; a messenger may deliver the same update again."""

    member: int
    update: int
    second: int
    ticket: int | None


ARRIVALS = st.lists(
    st.builds(
        Arrival,
        member=st.integers(1, 4),
        update=st.integers(1, 8),
        second=st.integers(0, 59),
        ticket=st.none() | st.integers(1, 2),
    ),
    min_size=1,
    max_size=16,
)


def slip(arrival: Arrival, owner: int) -> Slip:
    to = Address("telegram:main", str(owner))
    at = MORNING + timedelta(seconds=arrival.second)

    def compose(result: Result) -> Response:
        stands = f"{result.record.at}" if isinstance(result, Recorded) else "taken"
        return Response((Outbound(to=to, text=stands),))

    return Slip(
        inbound=Inbound(sender=to, external_id=str(arrival.update), received_at=at),
        now=at,
        compose=compose,
        entry=Entry(
            session_id=1, member_id=owner, venue_id=1, at=at, status=Status.PRESENT, via=Via.SELF
        ),
        ticket=(bytes([arrival.ticket]), owner) if arrival.ticket else None,
    )


async def take(path: Path, waves: Sequence[Sequence[Arrival]]) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    desk = Desk(database)
    owners: dict[int, int] = {}  # an update is one person's, however often it is delivered
    told: dict[int, str] = {}
    for wave in waves:
        slips = [(one, slip(one, owners.setdefault(one.update, one.member))) for one in wave]
        answers = await asyncio.gather(*(desk.take(one) for _, one in slips))
        for (one, _), answer in zip(slips, answers, strict=True):
            [message] = answer.at_once
            assert told.setdefault(one.update, message.text) == message.text
    async with database.read() as db:
        stand = {row.member_id: row.at for row in await db.execute(select(attendance))}
        logged = (await db.execute(select(attendance_log.c.member_id))).scalars().all()
        answered = (await db.execute(select(inbox.c.external_id))).scalars().all()
    await database.close()
    assert sorted(logged) == sorted(stand), "each person once"
    assert sorted(answered) == sorted(map(str, told))
    for update, text in told.items():
        assert text in ("taken", f"{stand.get(owners[update])}")


def test_any_crowd_in_any_order(empty_database: Path, tmp_path: Path) -> None:
    """Together or one after the other, with repeats, doubled deliveries and shared tickets."""
    settled = tmp_path / "town.db"
    shutil.copy(empty_database, settled)
    asyncio.run(cast.settle(f"sqlite+aiosqlite:///{settled}"))

    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(st.lists(ARRIVALS, min_size=1, max_size=3))
    def crowd(waves: list[list[Arrival]]) -> None:
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            path = Path(shutil.copy(settled, folder))
            asyncio.run(take(path, waves))

    crowd()
