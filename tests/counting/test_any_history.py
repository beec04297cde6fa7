"""Whatever happened – moves, exemptions, attendances, entries taken back – the figures fit."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from domain.text import from_local
from domain.totals import Tally
from storage import counts
from storage.database import Database, Tx
from storage.schema import attendance, excuses, members, memberships, units, venues
from tests.small_plan import apply, campaign, session, venue
from tests.small_tree import LONG_AGO, plant

TREE = {"TG": None, "X1": "TG", "X2": "TG", "A": "X1", "B": "X1", "C": "X2", "D": "X2"}
# Which sessions expect whom, by the plan below; "M" and "N" are main.
EXPECTED = {"A": "MNLK", "B": "MLK", "C": "LK", "D": "MK"}
MAIN = {"A": 2, "B": 1, "C": 0, "D": 1}
HALLS = {"M": ["X1"], "m": ["D"], "N": ["A"], "L": ["X1", "C"], "K": ["TG"]}
KINDS = {"M": "main", "N": "main", "L": "class", "K": "makeup"}
PER_PERSON = ("roll", "exempt", "exempt_attended", "main", "makeup", "late", "excused")
ADDED_UP = (*PER_PERSON, "obliged", "attended", "not_recorded", "summoned", "units_not_held")
DAYS = 12  # from 1 December 2016


def plan_text(complete: str, summoned: int) -> str:
    text = campaign(opens_on=date(2016, 11, 1))
    for code, kind in KINDS.items():
        text += session(code, "Buổi học", "2016-12-05", kind=kind)
        for hall, expected in HALLS.items():
            if hall.upper() == code:
                text += venue(f"{hall}{ord(hall)}", "Hội trường", expected, summoned=summoned)
    return text + f'[attendance]\ncomplete = "{complete}"\n'


@dataclass(frozen=True)
class Came:
    session: str
    day: int
    hour: int
    via: str
    status: str


@dataclass(frozen=True)
class Life:
    """One member: where they belonged from which day, when they came, what excuses they had."""

    belonged: tuple[tuple[int, str | None, str], ...]  # from day, cell, standing
    came: tuple[Came, ...]
    excused: tuple[tuple[str, int, str], ...]  # session, day, state

    def on(self, day: int) -> tuple[str, str] | None:
        known = [(cell, standing) for since, cell, standing in self.belonged if since <= day]
        return known[-1] if known and known[-1][0] else None  # type: ignore[return-value]


SESSIONS = st.sampled_from(list(KINDS))
DAY = st.integers(0, DAYS)
LIVES = st.builds(
    Life,
    belonged=st.lists(
        st.tuples(
            DAY,
            st.sampled_from(["A", "B", "C", "D", "A", "B", None]),
            st.sampled_from(["chính thức", "dự bị", "miễn sinh hoạt", "tạm vắng"]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one[0],
    ).map(lambda found: tuple(sorted(found, key=lambda one: one[0]))),
    came=st.lists(
        st.builds(
            Came,
            session=SESSIONS,
            day=DAY,
            hour=st.integers(0, 23),
            via=st.sampled_from(["self", "confirmed", "clerk", "poster"]),
            status=st.sampled_from(["present", "present", "late", "void"]),
        ),
        max_size=4,
        unique_by=lambda one: one.session,
    ).map(tuple),
    excused=st.lists(
        st.tuples(SESSIONS, DAY, st.sampled_from(["accepted", "accepted", "withdrawn"])),
        max_size=2,
        unique_by=lambda one: one[0],
    ).map(tuple),
)


def day_of(day: int) -> date:
    return date(2016, 12, 1) + timedelta(days=day)


def instant(day: int, hour: int) -> datetime:
    return from_local(datetime.combine(day_of(day), time(hour, 15)))


async def live(tx: Tx, lives: list[Life]) -> None:
    """Write down what happened, as it would stand today."""
    unit_ids = {row.code: row.id for row in await tx.execute(select(units))}
    halls = {row.code[0].upper(): row for row in await tx.execute(select(venues))}
    for number, life in enumerate(lives, start=1):
        values: dict[str, Any] = {"code": f"D{number}", "name": "A", "folded": "a", "id": number}
        await tx.execute(insert(members).values(values))
        ends = [since for since, _, _ in life.belonged[1:]] + [None]
        for (since, cell, standing), end in zip(life.belonged, ends, strict=True):
            if cell is not None:
                await tx.execute(
                    insert(memberships).values(
                        member_id=number,
                        unit_id=unit_ids[cell],
                        status=standing,
                        position="đảng viên",
                        from_on=LONG_AGO if since == 0 else day_of(since),
                        to_on=None if end is None else day_of(end),
                    )
                )
        for came in life.came:
            await tx.execute(
                insert(attendance).values(
                    session_id=halls[came.session].session_id,
                    member_id=number,
                    venue_id=halls[came.session].id,
                    at=instant(came.day, came.hour),
                    status=came.status,
                    via=came.via,
                )
            )
        for code, day, state in life.excused:
            await tx.execute(
                insert(excuses).values(
                    session_id=halls[code].session_id,
                    member_id=number,
                    category="work",
                    state=state,
                    decided_at=instant(day, 8),
                )
            )


async def count(template: Path, lives: list[Life], text: str, as_of: int) -> Tally:
    now = instant(DAYS + 30, 8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "diemdanh.db"
        shutil.copy(template, path)
        database = Database(f"sqlite+aiosqlite:///{path}")
        async with database.write() as tx:
            await plant(tx, TREE)
            changes = await apply(tx, text, now)
            await live(tx, lives)
        async with database.read() as db:
            tally = await counts.count_campaign(
                db, changes.campaign_id, as_of=day_of(as_of), now=now
            )
        await database.close()
    assert tally is not None
    return tally


def recount(lives: list[Life], cell: str, complete: str, as_of: int) -> Counter[str]:
    """The rules once more, person by person and as slowly as they are written."""
    order = list(KINDS)
    found: Counter[str] = Counter()
    for life in lives:
        standing = life.on(as_of)
        if standing is None or standing[0] != cell:
            continue
        found["roll"] += 1
        records = sorted(
            (one for one in life.came if one.status != "void" and one.day <= as_of),
            key=lambda one: (one.day, one.hour, order.index(one.session)),
        )
        needed = max(1, MAIN[cell]) if complete == "all" else 1
        if standing[1] == "miễn sinh hoạt":
            found["exempt"] += 1
            found["exempt_attended"] += bool(records)
        elif len(records) >= needed:
            first = records[0]
            is_main = first.session in "MN" or (first.session == "L" and MAIN[cell] == 0)
            found["main" if is_main else "makeup"] += 1
            found[first.via] += 1
            found["late"] += first.status == "late"
        else:
            found["excused"] += any(
                state == "accepted" and day <= as_of for _, day, state in life.excused
            )
    return found


@settings(max_examples=60, deadline=None)
@given(
    lives=st.lists(LIVES, min_size=1, max_size=8),
    complete=st.sampled_from(["any", "all"]),
    summoned=st.integers(0, 9),
    as_of=DAY,
)
def test_figures_fit_for_any_history(
    empty_database: Path, lives: list[Life], complete: str, summoned: int, as_of: int
) -> None:
    """Each cell agrees with a slow recount; obliged splits up; children make their parent's sum."""
    tally = asyncio.run(count(empty_database, lives, plan_text(complete, summoned), as_of))
    ids = {node.code: node.id for node in tally.nodes.values()}
    for cell in EXPECTED:
        totals = tally.totals(ids[cell])
        counted = Counter({name: getattr(totals, name) for name in PER_PERSON})
        counted.update({via.value: number for via, number in totals.via.items()})
        assert counted == recount(lives, cell, complete, as_of)
    for unit_id in tally.nodes:
        check_unit(tally, unit_id)
    assert tally.totals(1).roll == sum(life.on(as_of) is not None for life in lives)
    hall = [unit for unit in ("A", "B") if tally.totals(ids[unit]).obliged]
    if hall == ["B"]:
        assert tally.totals(ids["B"]).summoned == summoned


def check_unit(tally: Tally, unit_id: int) -> None:
    totals = tally.totals(unit_id)
    assert totals.obliged == totals.roll - totals.exempt
    assert totals.obliged == totals.attended + totals.excused + totals.not_recorded
    assert totals.attended == totals.main + totals.makeup == sum(totals.via.values())
    assert min(totals.not_recorded, totals.excused, totals.late) >= 0
    children = [tally.totals(child.id) for child in tally.children(unit_id)]
    if children:
        for name in ADDED_UP:
            assert sum(getattr(child, name) for child in children) == getattr(totals, name), name
        for via, number in totals.via.items():
            assert sum(child.via[via] for child in children) == number
