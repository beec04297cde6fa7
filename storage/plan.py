"""A plan comes into force: the same file twice changes nothing.

The secret of a venue is made once and never changes, so that posters and slips that are printed
stay good whatever else is changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, bindparam, delete, func, insert, select, update

from domain.fields import Faults, quoted
from domain.plan import Plan, PlanFaults, PlanObligation, oddities
from domain.reminders import Rule
from domain.text import number
from storage import audit, revisions
from storage.database import Tx
from storage.plan_changes import (
    Change,
    ChangeKind,
    Changes,
    Standing,
    Units,
    campaign_values,
    find_changes,
    find_standing,
    find_units,
    obligation_values,
    odd_levels,
    session_values,
    venue_values,
)
from storage.schema import (
    assignments,
    attendance,
    campaigns,
    deadlines,
    excuses,
    grants,
    obligations,
    occurrences,
    rungs,
    sessions,
    submissions,
    venue_links,
    venues,
)

SECRET_BYTES = 16


async def apply(
    tx: Tx,
    plan: Plan,
    now: datetime,
    *,
    faults: Faults | None = None,
    actor_id: int | None = None,
) -> Changes:
    """Make the campaign be as the plan says. Raises PlanFaults before anything is written.

    `faults` are the file's own; they are told together with what only the roll can tell.
    """
    faults = faults or Faults()
    is_sound = not faults.found
    units = await find_units(tx, plan, faults)
    if not is_sound:  # what a faulty file seems to leave out may only be misspelt
        raise PlanFaults(faults.found)
    standing = await find_standing(tx, plan.code)
    changes = find_changes(plan, standing)
    await _refuse_losses(tx, plan, standing, changes, faults)
    if units is None or faults.found:
        raise PlanFaults(faults.found)
    campaign_id = await _write(tx, plan, units, standing, changes) if changes else _id(standing)
    if changes:
        detail = _for_audit(plan, changes)
        await audit.note(tx, actor_id, "plan_applied", f"campaign {campaign_id}", now, detail)
        await revisions.bump(tx, revisions.PLAN)
    odd = (*oddities(plan), *odd_levels(plan, units))
    return Changes(campaign_id, tuple(changes), odd)


def _id(standing: Standing) -> int:
    return int(standing.campaign.id) if standing.campaign else 0


def _for_audit(plan: Plan, changes: list[Change]) -> dict[str, Any]:
    """Additions by number, the rest one by one."""
    added = [change.subject for change in changes if change.kind is ChangeKind.ADDED]
    return {
        "code": plan.code,
        "added": {subject: added.count(subject) for subject in sorted(set(added))},
        "changed": [
            f"{change.subject} {change.code}: {one.field}"
            for change in changes
            for one in change.differences
        ],
        "removed": [
            f"{change.subject} {change.code}"
            for change in changes
            if change.kind is ChangeKind.REMOVED
        ],
    }


# --- what must not be lost -------------------------------------------------------------------


async def _refuse_losses(
    tx: Tx, plan: Plan, standing: Standing, changes: list[Change], faults: Faults
) -> None:
    """A venue or session where people are recorded cannot be dropped."""
    gone = {(c.subject, c.code) for c in changes if c.kind is ChangeKind.REMOVED}
    if not gone:
        return
    await _refuse_to_lose_essays(tx, standing, gone, faults)
    places = {session.code: f"{session.place}.venues" for session in plan.sessions}
    recorded = await _numbers(tx, standing, attendance, attendance.c.venue_id)
    for key, row in standing.venues.items():
        if ("venue", "/".join(key)) in gone and row.id in recorded:
            faults.add(
                places.get(key[0], "sessions"),
                f"điểm cầu {quoted(row.code)} (buổi {quoted(key[0])}) không còn trong tệp, "
                f"nhưng đã có {number(recorded[row.id])} lượt điểm danh",
            )
    excused = await _numbers(tx, standing, excuses, excuses.c.session_id)
    for code, row in standing.sessions.items():
        if ("session", code) in gone and row.id in excused:
            faults.add(
                "sessions",
                f"buổi học {quoted(code)} không còn trong tệp, "
                f"nhưng đã có {number(excused[row.id])} đồng chí được ghi vắng có lý do",
            )


async def _refuse_to_lose_essays(
    tx: Tx, standing: Standing, gone: set[tuple[str, str]], faults: Faults
) -> None:
    rows = await tx.execute(
        select(submissions.c.obligation_id, func.count())
        .join(obligations, obligations.c.id == submissions.c.obligation_id)
        .where(obligations.c.campaign_id == _id(standing))
        .group_by(submissions.c.obligation_id)
    )
    handed_in = {key: count for key, count in rows}  # noqa: C416 - as below
    for code, row in standing.obligations.items():
        if ("obligation", code) in gone and row.id in handed_in:
            faults.add(
                "obligations",
                f"bài {quoted(code)} không còn trong tệp, "
                f"nhưng đã nhận của {number(handed_in[row.id])} đồng chí",
            )


async def _numbers(tx: Tx, standing: Standing, table: Table, column: Column[Any]) -> dict[int, int]:
    rows = await tx.execute(
        select(column, func.count())
        .select_from(table)
        .join(sessions, sessions.c.id == table.c.session_id)
        .where(sessions.c.campaign_id == _id(standing))
        .group_by(column)
    )
    return {key: count for key, count in rows}  # noqa: C416 - a Row is no pair for the type checker


# --- writing ---------------------------------------------------------------------------------

Kinds = Mapping[tuple[str, str], ChangeKind]  # by subject and code


async def _write(
    tx: Tx, plan: Plan, units: Units, standing: Standing, changes: list[Change]
) -> int:
    kinds = {(change.subject, change.code): change.kind for change in changes}
    await _remove(tx, standing, changes)
    values = campaign_values(plan) | {"unit_id": units.own_id, "code": plan.code}
    campaign_id = await _put(tx, campaigns, standing.campaign, values)
    for session in plan.sessions:
        if ("session", session.code) in kinds:
            values = session_values(session) | {"campaign_id": campaign_id, "code": session.code}
            await _put(tx, sessions, standing.sessions.get(session.code), values)
    await _put_venues(tx, plan, campaign_id, standing, kinds)
    await _assign(tx, plan, campaign_id, units, changes)
    for obligation in plan.obligations:
        if ("obligation", obligation.code) in kinds:
            await _put_obligation(tx, campaign_id, obligation, units, standing)
    return campaign_id


async def _put(tx: Tx, table: Table, row: Any | None, values: dict[str, Any]) -> int:
    """Insert, or update what is there; its id."""
    if row is None:
        return int(
            (await tx.execute(insert(table).values(values).returning(table.c.id))).scalar_one()
        )
    await tx.execute(update(table).where(table.c.id == row.id).values(values))
    return int(row.id)


async def _delete(tx: Tx, column: Column[Any], ids: Sequence[int]) -> None:
    if ids:
        statement = delete(column.table).where(column == bindparam("gone_id"))
        await tx.execute(statement, [{"gone_id": gone_id} for gone_id in ids])


async def _remove(tx: Tx, standing: Standing, changes: list[Change]) -> None:
    """Drop what the plan no longer holds, with the roles that were given at those venues."""
    gone = [(c.subject, c.code) for c in changes if c.kind is ChangeKind.REMOVED]
    owed = [standing.obligations[code].id for subject, code in gone if subject == "obligation"]
    await _delete(tx, deadlines.c.obligation_id, owed)
    await _forget(tx, [Rule.DEADLINE], owed)
    await _delete(tx, obligations.c.id, owed)
    halls = [standing.venues[_key(code)].id for subject, code in gone if subject == "venue"]
    for column in (assignments.c.venue_id, grants.c.venue_id, venue_links.c.venue_id, venues.c.id):
        await _delete(tx, column, halls)
    held = [standing.sessions[code].id for subject, code in gone if subject == "session"]
    await _forget(tx, [rule for rule in Rule if rule is not Rule.DEADLINE], held)
    await _delete(tx, sessions.c.id, held)


async def _forget(tx: Tx, rules: Sequence[Rule], ids: Sequence[int]) -> None:
    """Drop what fell due for what is gone: another may get its number and must be told anew."""
    for table in (occurrences, rungs):
        if ids:
            gone = table.c.rule.in_(rules), table.c.subject_id == bindparam("gone_id")
            await tx.execute(delete(table).where(*gone), [{"gone_id": one} for one in ids])


def _key(code: str) -> tuple[str, str]:
    session, _, venue = code.partition("/")
    return session, venue


async def _put_venues(
    tx: Tx, plan: Plan, campaign_id: int, standing: Standing, kinds: Kinds
) -> None:
    rows = await tx.execute(
        select(sessions.c.code, sessions.c.id).where(sessions.c.campaign_id == campaign_id)
    )
    session_ids = {row.code: row.id for row in rows}
    new, changed = [], []
    for session in plan.sessions:
        for venue in session.venues:
            kind = kinds.get(("venue", f"{session.code}/{venue.code}"))
            values = venue_values(venue) | {"session_id": session_ids[session.code]}
            if kind is ChangeKind.ADDED:
                secret = secrets.token_bytes(SECRET_BYTES)
                new.append(values | {"code": venue.code, "secret": secret})
            elif kind is ChangeKind.CHANGED:
                known_id = standing.venues[session.code, venue.code].id
                changed.append(values | {"known_id": known_id})
    if new:
        await tx.execute(insert(venues), new)
    if changed:
        await tx.execute(update(venues).where(venues.c.id == bindparam("known_id")), changed)


async def _assign(
    tx: Tx, plan: Plan, campaign_id: int, units: Units, changes: list[Change]
) -> None:
    """Say anew who is expected at each venue where that changed; a unit may have moved."""
    anew = {
        c.code
        for c in changes
        if c.subject == "venue"
        and (not c.differences or "units" in [d.field for d in c.differences])
    }
    rows = await tx.execute(
        select(
            venues.c.id,
            venues.c.session_id,
            (sessions.c.code + "/" + venues.c.code).label("code"),
        )
        .join(sessions, sessions.c.id == venues.c.session_id)
        .where(sessions.c.campaign_id == campaign_id)
    )
    halls = {row.code: row for row in rows if row.code in anew}
    await _delete(tx, assignments.c.venue_id, [row.id for row in halls.values()])
    new = [
        {"session_id": row.session_id, "unit_id": units.ids[unit], "venue_id": row.id}
        for session in plan.sessions
        for venue in session.venues
        if (row := halls.get(f"{session.code}/{venue.code}"))
        for unit in venue.units
    ]
    if new:
        await tx.execute(insert(assignments), new)


async def _put_obligation(
    tx: Tx, campaign_id: int, obligation: PlanObligation, units: Units, standing: Standing
) -> None:
    values = obligation_values(obligation) | {"campaign_id": campaign_id, "code": obligation.code}
    row = standing.obligations.get(obligation.code)
    obligation_id = await _put(tx, obligations, row, values)
    await _delete(tx, deadlines.c.obligation_id, [obligation_id])
    dates: list[tuple[str | None, int | None, datetime]] = [
        *((level, None, due_at) for level, due_at in obligation.due_by_level.items()),
        *((None, units.ids[code], due_at) for code, due_at in obligation.due_by_unit.items()),
    ]
    if dates:
        rows = [
            {"obligation_id": obligation_id, "level": level, "unit_id": unit_id, "due_at": due_at}
            for level, unit_id, due_at in dates
        ]
        await tx.execute(insert(deadlines), rows)


async def renew_screens(tx: Tx, session_id: int, now: datetime) -> int:
    """Give every hall of a session a new address for its screen; how many halls that were."""
    renewed = await tx.execute(
        update(venues).where(venues.c.session_id == session_id).values(screen=venues.c.screen + 1)
    )
    detail = {"count": renewed.rowcount}
    await audit.note(tx, None, "screens_renewed", f"session {session_id}", now, detail)
    await revisions.bump(tx, revisions.PLAN)
    return renewed.rowcount
