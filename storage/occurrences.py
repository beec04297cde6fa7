"""What fell due for whom: made once, however often and by however many the clock is ticked.

    make ──> occurrences of one rung, for all whom it concerns; the rung is marked as taken
    post ──> one message per member and hour, which tells all of theirs that no message tells yet

Both are committed by themselves; whatever a crash leaves between them the next tick goes on with.
The message is written by its recipe when it leaves, from those of its occurrences that still hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    union,
    update,
)

from domain.calendar import Calendar
from domain.messages import Lane
from domain.reminders import Rule, Rung, invitation, ladder, newest, on_morning
from domain.sessions import Session, SessionKind
from domain.text import local
from storage import obligations, obliged, rules, schedules
from storage.database import Db, Tx
from storage.insert import insert_new
from storage.obligations import Obligation
from storage.posting import post
from storage.schema import Instant, occurrences, outbox, rungs

RECIPE = "due"
HOUR = timedelta(hours=1)
LOOKS_BACK = timedelta(days=60)  # no rung lives that long
MOST_AT_ONCE = 5_000  # members posted to in one transaction: the writer is wanted elsewhere, too
MOST_HOURS = 48  # a clock that was set back may find so many hours' messages sent already
_EARLY = [rule.value for rule in Rule if rule.may_be_early]
NOBODY = 0  # as a message: the member cannot be reached any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A rung of a rule, for the people of one unit."""

    rule: Rule
    campaign_id: int
    subject: Obligation | Session
    unit_id: int
    rung: Rung

    @property
    def title(self) -> str:
        return self.subject.title

    @property
    def key(self) -> tuple[str, int, int, datetime]:
        return self.rule.value, self.subject.id, self.unit_id, self.rung.due_at

    def people(self, now: datetime) -> Select[tuple[int, int]]:
        """Whom it concerns now."""
        today = local(now).date()
        if isinstance(self.subject, Obligation):
            return obliged.owing(self.subject.id, self.unit_id, self.subject.exempt, today)
        of = (self.subject.id, self.campaign_id, self.subject.kind, today)
        if self.rule is Rule.MAKEUP or self.subject.kind is SessionKind.MAKEUP:
            return obliged.missed(*of)
        if self.rule is Rule.MORNING and self.subject.kind is SessionKind.CLASS:
            either = union(obliged.missed(*of), obliged.expected(*of)).subquery()
            return select(either.c.member_id, either.c.unit_id)
        return obliged.expected(*of)


# --- what is due -----------------------------------------------------------------------------


async def due(db: Db, calendar: Calendar, now: datetime) -> list[Call]:
    """What is to be made now: the newest rung of each ladder, unless it was taken before."""
    may_send = not calendar.is_quiet(now)
    taken = await _taken(db, now)
    off = await rules.switched_off(db)
    return [
        call
        for steps in await _ladders(db, calendar, now)
        if (call := _newest(steps, now)) is not None
        and (may_send or call.rule.may_be_early)
        and call.key not in taken
        and (call.campaign_id, call.rule.value) not in off
    ]


async def coming(db: Db, calendar: Calendar, now: datetime) -> list[Call]:
    """The next rung of each ladder that is still to be taken, whether its rule is on or off."""
    taken = await _taken(db, now)
    found = []
    for steps in await _ladders(db, calendar, now):
        current = _newest(steps, now)
        ahead = [call for call in steps if call.rung.sends_at > now]
        if current is not None and current.key not in taken:
            found.append(current)
        elif ahead:
            found.append(ahead[0])
    return found


def _newest(steps: Sequence[Call], now: datetime) -> Call | None:
    rung = newest([call.rung for call in steps], now)
    return next((call for call in steps if call.rung is rung), None)


async def _taken(db: Db, now: datetime) -> set[tuple[str, int, int, datetime]]:
    rows = await db.execute(
        select(rungs.c.rule, rungs.c.subject_id, rungs.c.unit_id, rungs.c.due_at).where(
            rungs.c.due_at > now - LOOKS_BACK
        )
    )
    return {(row.rule, row.subject_id, row.unit_id, row.due_at) for row in rows}


async def _ladders(db: Db, calendar: Calendar, now: datetime) -> list[list[Call]]:
    """Every ladder that may still have a living rung."""
    found = []
    for owed in await obligations.of_members(db):
        for unit_id, due_at in owed.deadlines.items():
            if due_at > now - LOOKS_BACK:
                steps = ladder(due_at, owed.remind_days, calendar)
                found.append([_call(Rule.DEADLINE, owed, unit_id, rung) for rung in steps])
    planned = await schedules.list_coming(db, now)
    for session in planned:
        if session.starts_at > now:
            found += _of_session(session, planned, calendar)
    return [steps for steps in found if steps]


def _of_session(
    session: Session, planned: Sequence[Session], calendar: Calendar
) -> list[list[Call]]:
    """A class is a main session for some and a make-up for others."""
    found = []
    unit_id, morning = session.campaign.unit_id, on_morning(session)
    for rule, other, others in [
        (Rule.INVITATION, SessionKind.MAKEUP, ()),
        (Rule.MAKEUP, SessionKind.MAIN, planned),
    ]:
        rung = invitation(session, calendar, others)
        if session.kind is not other and rung is not None:
            found.append([_call(rule, session, unit_id, rung)])
    if morning is not None:
        found.append([_call(Rule.MORNING, session, unit_id, morning)])
    return found


def _call(rule: Rule, subject: Obligation | Session, unit_id: int, rung: Rung) -> Call:
    is_owed = isinstance(subject, Obligation)
    campaign_id = subject.campaign_id if is_owed else subject.campaign.id  # type: ignore[union-attr]
    return Call(rule=rule, campaign_id=campaign_id, subject=subject, unit_id=unit_id, rung=rung)


async def count(db: Db, call: Call, now: datetime) -> tuple[int, int]:
    """How many people it would reach now, in how many cells."""
    people = call.people(now).subquery()
    row = (
        await db.execute(
            select(
                func.count(people.c.member_id.distinct()), func.count(people.c.unit_id.distinct())
            )
        )
    ).one()
    return row[0], row[1]


# --- made ------------------------------------------------------------------------------------


async def make(tx: Tx, call: Call, now: datetime) -> bool:
    """Note it for everybody whom it concerns; False where somebody did so before."""
    rule, subject_id, unit_id, due_at = call.key
    marked = await tx.execute(
        insert_new(tx, rungs).values(
            rule=rule, subject_id=subject_id, unit_id=unit_id, due_at=due_at, made_at=now
        )
    )
    if not marked.rowcount:
        return False
    people = call.people(now).subquery()
    columns: dict[str, ColumnElement[Any]] = {
        "rule": literal(rule),
        "subject_id": literal(subject_id),
        "member_id": people.c.member_id,
        "due_at": literal(due_at, Instant),
        "expires_at": literal(call.rung.expires_at, Instant),
    }
    statement = select(*(value.label(name) for name, value in columns.items())).where(
        people.c.member_id.is_not(None)  # SQLite wants a WHERE between SELECT and ON CONFLICT
    )
    await tx.execute(insert_new(tx, occurrences).from_select(list(columns), statement))
    return True


# --- posted ----------------------------------------------------------------------------------


async def waits(db: Db, calendar: Calendar, now: datetime) -> bool:
    """Whether something is to be posted now."""
    found = await db.scalar(select(occurrences.c.id).where(_untold(calendar, now)).limit(1))
    return found is not None


async def post_due(tx: Tx, calendar: Calendar, now: datetime) -> bool:
    """Give messages to what no message tells yet; whether more is left to be posted.

    It is added to the message that waits for the member; else there is a new one, this hour or,
    where this hour's has left already, in the next that is open.
    """
    batch = (
        select(occurrences.c.member_id)
        .where(_untold(calendar, now))
        .distinct()
        .order_by(occurrences.c.member_id)
        .limit(MOST_AT_ONCE)
    )
    last = await tx.scalar(select(func.max(batch.subquery().c.member_id)))
    if last is None:
        return False
    mine = and_(_untold(calendar, now), occurrences.c.member_id <= last)
    not_before = now
    await _add_to_waiting(tx, mine, until=now)
    for _ in range(MOST_HOURS):
        members = select(occurrences.c.member_id).where(mine)
        if await tx.scalar(members.limit(1)) is None:
            return True
        hour = _hour(not_before)
        members = members.where(occurrences.c.member_id.not_in(_told_within(hour, now)))
        await post(
            tx,
            members,
            now,
            recipe=RECIPE,
            lane=Lane.REMINDER,
            key=f"{RECIPE} {int(hour.timestamp()) // 3600}",
            not_before=not_before,
        )
        await _add_to_waiting(tx, mine, until=not_before)
        not_before = calendar.next_open(hour + HOUR)
    await tx.execute(update(occurrences).where(mine).values(outbox_id=NOBODY))
    return True


def _untold(calendar: Calendar, now: datetime) -> ColumnElement[bool]:
    untold = and_(occurrences.c.outbox_id.is_(None), occurrences.c.expires_at > now)
    if not calendar.is_quiet(now):
        return untold
    return and_(untold, occurrences.c.rule.in_(_EARLY))


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


# The partial index is used only where the condition is spelled out, not bound.
_IS_DUE = outbox.c.recipe == literal_column(f"'{RECIPE}'")


def _told_within(hour: datetime, now: datetime) -> Select[Any]:
    """Members whose message of this hour has left, or is just leaving."""
    left = and_(outbox.c.settled_at >= hour, outbox.c.settled_at < hour + HOUR)
    if hour <= now:
        left = or_(left, outbox.c.state.in_(["leased", "sending"]))
    return select(outbox.c.member_id).where(_IS_DUE, left)


async def _add_to_waiting(tx: Tx, mine: ColumnElement[bool], *, until: datetime) -> None:
    """Let each be told by the message that waits for its member; early ones by none that waits
    for longer than that."""
    waiting = and_(
        _IS_DUE,
        outbox.c.state == "pending",
        outbox.c.member_id == occurrences.c.member_id,
        or_(occurrences.c.rule.not_in(_EARLY), outbox.c.not_before <= until),
    )
    # Where several workers deliver, one may be taking it just now: then it is too late to add.
    held = select(outbox.c.id).where(
        _IS_DUE,
        outbox.c.state == "pending",
        outbox.c.member_id.in_(select(occurrences.c.member_id).where(mine)),
    )
    if tx.dialect.name == "postgresql":
        await tx.execute(held.with_for_update())
    await tx.execute(
        update(occurrences)
        .where(mine, select(outbox.c.id).where(waiting).exists())
        .values(outbox_id=select(func.max(outbox.c.id)).where(waiting).scalar_subquery())
        .execution_options(synchronize_session=False)
    )


async def are_awake(db: Db, now: datetime) -> bool:
    """Whether a message of the day waits although it is night by now."""
    return await db.scalar(select(outbox.c.id).where(_of_the_day(now)).limit(1)) is not None


async def let_sleep(tx: Tx, calendar: Calendar, now: datetime) -> None:
    """What did not leave before the quiet hours waits for their end."""
    await tx.execute(
        update(outbox).where(_of_the_day(now)).values(not_before=calendar.next_open(now))
    )


def _of_the_day(now: datetime) -> ColumnElement[bool]:
    is_of_the_day = and_(outbox.c.state == "pending", outbox.c.not_before <= now)
    return and_(_IS_DUE, is_of_the_day, ~_tells_early(now))


def may_be_early(now: datetime) -> ColumnElement[bool]:
    """Whether a message of the post may leave in the quiet hours: it tells of this very morning."""
    return and_(_IS_DUE, _tells_early(now))


def _tells_early(now: datetime) -> ColumnElement[bool]:
    early = select(occurrences.c.outbox_id).where(
        occurrences.c.outbox_id == outbox.c.id,
        occurrences.c.rule.in_(_EARLY),
        occurrences.c.expires_at > now,
    )
    return early.exists()


# --- told ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that a message is to tell."""

    rule: Rule
    subject_id: int
    due_at: datetime


async def told_by(db: Db, outbox_id: int, now: datetime) -> list[Due]:
    """What a message is to tell, as far as it is not stale."""
    rows = await db.execute(
        select(occurrences.c.rule, occurrences.c.subject_id, occurrences.c.due_at)
        .where(occurrences.c.outbox_id == outbox_id, occurrences.c.expires_at > now)
        .order_by(occurrences.c.due_at, occurrences.c.id)
    )
    return [Due(Rule(row.rule), row.subject_id, row.due_at) for row in rows]
