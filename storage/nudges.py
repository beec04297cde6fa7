"""Nudges as they were decided, what lets them rest, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    insert,
    or_,
    select,
)

from domain.lagging import Lag, Why
from domain.members import Position
from domain.messages import Lane
from domain.nudging import Kind, Pause, Rest, Secretary, Topic, topic_of
from domain.text import local
from storage import posting, rules
from storage.database import Db, Tx
from storage.insert import insert as upsert
from storage.insert import insert_new
from storage.people import current
from storage.schema import (
    campaigns,
    members,
    memberships,
    nudges,
    obligations,
    occurrences,
    outbox,
    pauses,
    rounds,
    sessions,
)

RULE = "nudge"
RECIPE = "nudge"
ASKED = "asked"  # recipe of what a secretary asks her people
REMEMBERED = timedelta(days=60)  # how far back nudges count as fruitless


# --- once a day ------------------------------------------------------------------------------


async def is_made(db: Db, name: str, day: date) -> bool:
    """Whether the day's round was made; after a clock that went astray it may be made again."""
    found = await db.scalar(select(rounds.c.day).where(rounds.c.name == name))
    return found == day


async def make_round(tx: Tx, name: str, day: date) -> bool:
    """Take the day's round; False where another process has it."""
    statement = upsert(tx, rounds).values(name=name, day=day)
    taken = await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[rounds.c.name], set_={"day": day}, where=rounds.c.day != day
        ).returning(rounds.c.name)
    )
    return taken.first() is not None


async def switched_off(db: Db) -> set[int]:
    """The campaigns in which a coordinator has switched nudging off."""
    return {campaign_id for campaign_id, rule in await rules.switched_off(db) if rule == RULE}


# --- whom to tell ----------------------------------------------------------------------------


async def secretaries(db: Db, now: datetime) -> list[Secretary]:
    """The secretaries and deputies of all cells, and whom of them a reminder would reach."""
    in_office = (
        current(local(now).date()),
        memberships.c.position.in_([Position.SECRETARY, Position.DEPUTY]),
    )
    people = select(memberships.c.member_id).where(*in_office)
    reached = posting.chats_of(people, wants_reminders=True).subquery()
    rows = await db.execute(
        select(
            memberships.c.unit_id,
            memberships.c.member_id,
            memberships.c.position,
            reached.c.member_id.label("reached"),
        )
        .outerjoin(reached, reached.c.member_id == memberships.c.member_id)
        .where(*in_office)
    )
    return [
        Secretary(
            cell_id=row.unit_id,
            member_id=row.member_id,
            is_deputy=row.position == Position.DEPUTY,
            is_reachable=row.reached is not None,
        )
        for row in rows
    ]


async def nudged_on(db: Db, day: date) -> set[int]:
    """The cells that have had their nudge of the day."""
    return set(await db.scalars(select(nudges.c.unit_id).where(nudges.c.day == day).distinct()))


# --- writing the day's nudges ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One topic of a cell that is to be nudged, and whom it is told."""

    cell_id: int
    topic: Topic
    lag: Lag
    member_id: int | None  # None: no secretary can be reached


def post_key(day: date, member_id: int | None = None) -> str:
    """One nudge a day and secretary: the same key, with the member, is its dedup key."""
    return f"{RULE} {day}" if member_id is None else f"{RULE} {day} {member_id}"


async def record(
    tx: Tx, planned: Sequence[Planned], now: datetime, *, due_at: datetime, expires_at: datetime
) -> int:
    """Write the nudges of a day, each once, and post those that somebody can receive.

    `due_at` is the same all day, so that a second decision finds the first.
    """
    if not planned:
        return 0
    day = local(now).date()
    told = {one.cell_id: one.member_id for one in planned if one.member_id is not None}
    if told:
        due = {"rule": RULE, "due_at": due_at, "expires_at": expires_at}
        rows = [{"subject_id": c, "member_id": m, **due} for c, m in told.items()]
        await tx.execute(insert_new(tx, occurrences), rows)
    await tx.execute(insert_new(tx, nudges), [_row(one, day, now) for one in planned])
    people = select(occurrences.c.member_id).where(
        occurrences.c.rule == RULE, occurrences.c.due_at == due_at
    )
    return await posting.post(
        tx,
        people,
        now,
        recipe=RECIPE,
        lane=Lane.REMINDER,
        key=post_key(day),
        expires_at=expires_at,
    )


def _row(one: Planned, day: date, now: datetime) -> dict[str, Any]:
    return {
        "unit_id": one.cell_id,
        "topic": str(one.topic),
        "day": day,
        "nudged_at": now,
        "post_key": None if one.member_id is None else post_key(day, one.member_id),
        "why": one.lag.why,
        "done": one.lag.done,
        "whole": one.lag.whole,
        "expected": one.lag.expected,
        "margin": one.lag.margin,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A nudge as it was decided."""

    cell_id: int
    topic: Topic
    day: date
    lag: Lag
    was_sent: bool
    was_missed: bool  # nobody could be reached; neither: it was not needed, held, or grew stale


async def of_cell(db: Db, cell_id: int, *, since: date) -> list[Nudge]:
    """The nudges about a cell, the latest first."""
    rows = await db.execute(
        select(nudges, ARRIVED.label("was_sent"), MISSED.label("was_missed"))
        .outerjoin(outbox, outbox.c.dedup_key == nudges.c.post_key)
        .where(nudges.c.unit_id == cell_id, nudges.c.day >= since)
        .order_by(nudges.c.day.desc(), nudges.c.topic)
    )
    found = []
    for row in rows:
        topic = topic_of(row.topic)
        lag = Lag(
            why=Why(row.why),
            done=row.done,
            whole=row.whole,
            expected=row.expected,
            margin=row.margin,
        )
        if topic is not None:
            found.append(
                Nudge(
                    cell_id=cell_id,
                    topic=topic,
                    day=row.day,
                    lag=lag,
                    was_sent=bool(row.was_sent),
                    was_missed=bool(row.was_missed),
                )
            )
    return found


# A message that is gone from the outbox by age has been sent; one that failed reached nobody.
ARRIVED: ColumnElement[bool] = and_(
    nudges.c.post_key.is_not(None),
    or_(outbox.c.id.is_(None), outbox.c.state.in_(["sent", "ambiguous"])),
)
MISSED: ColumnElement[bool] = or_(
    nudges.c.post_key.is_(None), outbox.c.state.in_(["failed", "unreachable"])
)


async def titles(db: Db, topics: Collection[Topic]) -> dict[Topic, tuple[str, str]]:
    """The title of each topic, and the code of its campaign."""
    found: dict[Topic, tuple[str, str]] = {}
    own = select(campaigns.c.id, campaigns.c.title, campaigns.c.code)
    owed = select(obligations.c.id, obligations.c.title, campaigns.c.code).join(
        campaigns, campaigns.c.id == obligations.c.campaign_id
    )
    held = select(sessions.c.id, sessions.c.title, campaigns.c.code).join(
        campaigns, campaigns.c.id == sessions.c.campaign_id
    )
    for kind, statement, column in [
        (Kind.ATTENDANCE, own, campaigns.c.id),
        (Kind.OBLIGATION, owed, obligations.c.id),
        (Kind.SESSION, held, sessions.c.id),
    ]:
        ids = [topic.id for topic in topics if topic.kind is kind]
        for subject_id, title, code in await db.execute(statement.where(column.in_(ids))):
            found[Topic(kind, subject_id)] = (title, code)
    return found


# --- rest ------------------------------------------------------------------------------------

Pauses = Mapping[tuple[int, str], Sequence[Pause]]  # by cell and topic


async def paused(db: Db, now: datetime, *, cell_id: int | None = None) -> Pauses:
    """What rests now, or rested for paper that may be entered by now."""
    statement = select(pauses).where(pauses.c.until_at > now).order_by(pauses.c.id)
    if cell_id is not None:
        statement = statement.where(pauses.c.unit_id == cell_id)
    found: dict[tuple[int, str], list[Pause]] = {}
    for row in await db.execute(statement):
        one = Pause(
            why=Rest(row.why), until_at=row.until_at, collected=row.collected, done=row.done
        )
        found.setdefault((row.unit_id, row.topic), []).append(one)
    return found


async def pause(
    tx: Tx, cell_id: int, topic: Topic, pause: Pause, by_member_id: int, now: datetime
) -> None:
    await tx.execute(
        insert(pauses).values(
            unit_id=cell_id,
            topic=str(topic),
            why=pause.why,
            until_at=pause.until_at,
            collected=pause.collected,
            done=pause.done,
            by_member_id=by_member_id,
            at=now,
        )
    )


async def reminded_at(db: Db, cell_id: int, topic: Topic, since: datetime) -> datetime | None:
    """When the cell's people were last reminded by their secretary, if that is so recent."""
    found: datetime | None = await db.scalar(
        select(func.max(pauses.c.at, type_=pauses.c.at.type)).where(
            pauses.c.unit_id == cell_id,
            pauses.c.topic == str(topic),
            pauses.c.why == Rest.REMINDED,
            pauses.c.at >= since,
        )
    )
    return found


async def remind(
    tx: Tx,
    member_ids: Sequence[int],
    topic: Topic,
    now: datetime,
    *,
    not_before: datetime,
    expires_at: datetime,
) -> set[int]:
    """Post what a secretary asks her people; returns whom it can reach. Once a day and topic."""
    people = select(members.c.id).where(members.c.id.in_(member_ids))
    reached = await tx.execute(posting.chats_of(people, wants_reminders=True))
    await posting.post(
        tx,
        people,
        now,
        recipe=ASKED,
        lane=Lane.REMINDER,
        key=f"{ASKED} {topic} {local(not_before).date()}",
        not_before=not_before,
        expires_at=expires_at,
    )
    return {row.member_id for row in reached}


async def asked_topic(db: Db, outbox_id: int) -> Topic | None:
    """What a reminder that a secretary asked for is about: its key says so."""
    key = await db.scalar(select(outbox.c.dedup_key).where(outbox.c.id == outbox_id))
    words = (key or "").split()
    return topic_of(" ".join(words[1:3])) if words[:1] == [ASKED] else None
