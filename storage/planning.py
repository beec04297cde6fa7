"""The plan as it stands, read back as a plan; what a page changes of it goes the way of a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from domain.fields import Faults, quoted
from domain.members import Status
from domain.plan import (
    Arrivals,
    Codes,
    Complete,
    Lagging,
    ObligationKind,
    Plan,
    PlanFaults,
    PlanObligation,
    PlanSession,
    PlanVenue,
)
from domain.sessions import SessionKind
from storage import audit, plan, revisions
from storage.database import Db, Tx
from storage.plan_changes import Change, Standing, find_changes, find_standing, find_units
from storage.schema import campaigns, sessions


async def stored(db: Db, campaign_code: str) -> Plan:
    """The plan of a campaign that exists, with places as in a file."""
    standing = await find_standing(db, campaign_code)
    row = standing.campaign
    if row is None:
        raise LookupError("no such campaign")
    held = sorted(standing.sessions.values(), key=lambda one: (one.starts_at, one.id))
    owed = sorted(standing.obligations.values(), key=lambda one: (one.due_at, one.id))
    return Plan(
        code=row.code,
        title=row.title,
        unit=row.unit,
        documents=tuple(row.documents),
        opens_on=row.opens_on,
        cutoff_on=row.cutoff_on,
        complete=Complete(row.complete),
        arrivals=Arrivals(row.arrivals),
        lagging=Lagging(**row.lagging),
        sessions=tuple(_session(one, f"sessions[{n}]", standing) for n, one in enumerate(held)),
        obligations=tuple(
            _obligation(one, f"obligations[{n}]", standing) for n, one in enumerate(owed)
        ),
    )


def _session(row: Row[Any], place: str, standing: Standing) -> PlanSession:
    halls = [hall for key, hall in standing.venues.items() if key[0] == row.code]
    return PlanSession(
        place=place,
        code=row.code,
        title=row.title,
        kind=SessionKind(row.kind),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        opens_at=row.opens_at,
        late_at=row.late_at,
        closes_at=row.closes_at,
        codes=Codes(row.codes),
        has_check_out=row.has_check_out,
        venues=tuple(
            PlanVenue(
                place=f"{place}.venues[{n}]",
                code=hall.code,
                name=hall.name,
                capacity=hall.capacity,
                summoned=hall.summoned,
                contact=hall.contact,
                units=tuple(sorted(standing.assigned.get((row.code, hall.code), ()))),
            )
            for n, hall in enumerate(sorted(halls, key=lambda hall: int(hall.id)))
        ),
    )


def _obligation(row: Row[Any], place: str, standing: Standing) -> PlanObligation:
    due = standing.deadlines.get(row.code, {})
    return PlanObligation(
        place=place,
        code=row.code,
        kind=ObligationKind(row.kind),
        title=row.title,
        due_at=row.due_at,
        is_handwritten=row.is_handwritten,
        remind_days=tuple(row.remind_days),
        exempt=tuple(Status(status) for status in row.exempt),
        due_by_level={
            key.removeprefix("level "): at for key, at in due.items() if key.startswith("level ")
        },
        due_by_unit={key: at for key, at in due.items() if not key.startswith("level ")},
    )


async def would_change(db: Db, wanted: Plan) -> list[Change]:
    """What applying this plan would change. Raises PlanFaults."""
    faults = Faults()
    await find_units(db, wanted, faults)
    if faults.found:
        raise PlanFaults(faults.found)
    return find_changes(wanted, await find_standing(db, wanted.code))


async def create(tx: Tx, wanted: Plan, now: datetime, *, actor_id: int) -> int:
    """Bring a new campaign into force; its id. Sent twice, it is one. Raises PlanFaults."""
    taken = await tx.scalar(
        select(campaigns.c.code).where(func.lower(campaigns.c.code) == wanted.code.lower())
    )
    if taken is not None and not await _is_the_same(tx, wanted):
        faults = Faults()
        faults.add("campaign.code", f"mã {quoted(taken)} đã dùng; đề nghị chọn mã khác")
        raise PlanFaults(faults.found)
    return (await plan.apply(tx, wanted, now, actor_id=actor_id)).campaign_id


async def _is_the_same(tx: Tx, wanted: Plan) -> bool:
    try:
        return not await would_change(tx, wanted)
    except PlanFaults:
        return False


async def set_times(
    tx: Tx,
    session_id: int,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    *,
    actor_id: int,
    why: str,
) -> None:
    """From now on check-in is open between these instants; what is recorded stays."""
    times = {"opens_at": opens_at, "closes_at": closes_at}
    await tx.execute(update(sessions).where(sessions.c.id == session_id).values(times))
    detail = {"what": why} | {name: at.isoformat() for name, at in times.items()}
    await audit.note(tx, actor_id, "session_times", f"session {session_id}", now, detail)
    await revisions.bump(tx, revisions.PLAN)


async def times_of(db: Db, session_id: int) -> tuple[datetime, datetime]:
    """When check-in opens and closes, as it is written at this moment."""
    row = (
        await db.execute(
            select(sessions.c.opens_at, sessions.c.closes_at).where(sessions.c.id == session_id)
        )
    ).one()
    return row.opens_at, row.closes_at
