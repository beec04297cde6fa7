"""Whom a reminder concerns: obliged, not done, and to be reached; as a select, however many."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    func,
    select,
)

from domain.attendance import Status
from domain.members import Status as Standing
from domain.plan import Complete
from domain.sessions import SessionKind
from storage.people import current
from storage.schema import (
    accounts,
    assignments,
    attendance,
    campaigns,
    deadlines,
    excuses,
    memberships,
    sessions,
    submissions,
    units,
)
from storage.submissions import IN


def owing(
    obligation_id: int, unit_id: int, exempt: Collection[str], today: date
) -> Select[tuple[int, int]]:
    """Who has yet to hand something in by this unit's date; units with a date of their own apart.

    Members with their cells, as all selects here.
    """
    apart = select(deadlines.c.unit_id).where(
        deadlines.c.obligation_id == obligation_id, deadlines.c.unit_id.is_not(None)
    )
    own = select(units.c.id).where(units.c.id == unit_id).cte(recursive=True)
    below = units.alias()
    cells = own.union(
        select(below.c.id).join(own, below.c.parent_id == own.c.id).where(below.c.id.not_in(apart))
    )
    handed_in = select(submissions.c.id).where(
        submissions.c.obligation_id == obligation_id,
        submissions.c.member_id == memberships.c.member_id,
        submissions.c.state.in_(IN),
    )
    return _on_roll(cells, exempt, today).where(~handed_in.exists())


def expected(
    session_id: int, campaign_id: int, kind: SessionKind, today: date
) -> Select[tuple[int, int]]:
    """Whom a session expects as their main one: neither recorded there nor excused.

    A class is that for cells that have no main session.
    """
    cells = _cells(sessions.c.id == session_id)
    found = _on_roll(cells, [Standing.EXEMPT], today).where(
        ~_recorded(attendance.c.session_id == session_id).exists(),
        ~_excused(session_id).exists(),
    )
    if kind is SessionKind.CLASS:
        found = found.where(memberships.c.unit_id.not_in(_with_main_session(campaign_id)))
    return found


def missed(
    session_id: int, campaign_id: int, kind: SessionKind, today: date
) -> Select[tuple[int, int]]:
    """Whom a make-up session is for: expected there, and not recorded often enough so far.

    Whoever was excused is invited, too. A class is a make-up for cells that have a main session.
    """
    demanded = _demanded(campaign_id)
    found = (
        _on_roll(_cells(sessions.c.id == session_id), [Standing.EXEMPT], today)
        .outerjoin(demanded, demanded.c.id == memberships.c.unit_id)
        .where(
            ~_recorded(attendance.c.session_id == session_id).exists(),
            _times(campaign_id) < func.coalesce(demanded.c.times, 1),
        )
    )
    if kind is SessionKind.CLASS:
        found = found.where(memberships.c.unit_id.in_(_with_main_session(campaign_id)))
    return found


def _on_roll(cells: CTE, exempt: Collection[str], today: date) -> Select[tuple[int, int]]:
    """Members of these cells who owe it and can be told."""
    told = select(accounts.c.member_id).where(
        accounts.c.member_id.is_not(None), accounts.c.is_reachable, ~accounts.c.is_muted
    )
    return select(memberships.c.member_id, memberships.c.unit_id).where(
        memberships.c.unit_id.in_(select(cells.c.id)),
        current(today),
        memberships.c.status.not_in([*exempt, Standing.PAUSED]),
        memberships.c.member_id.in_(told),
    )


def _cells(which: ColumnElement[bool]) -> CTE:
    """Every unit that the plan expects at these sessions."""
    assigned = (
        select(assignments.c.unit_id.label("id"))
        .join(sessions, sessions.c.id == assignments.c.session_id)
        .where(which)
        .cte(recursive=True)
    )
    below = units.alias()
    return assigned.union(select(below.c.id).join(assigned, below.c.parent_id == assigned.c.id))


def _with_main_session(campaign_id: int) -> Select[tuple[int]]:
    cells = _cells(
        and_(sessions.c.campaign_id == campaign_id, sessions.c.kind == SessionKind.MAIN.value)
    )
    return select(cells.c.id)


def _recorded(which: ColumnElement[bool]) -> Select[Any]:
    return select(attendance.c.id).where(
        attendance.c.member_id == memberships.c.member_id,
        attendance.c.status != Status.VOID,
        which,
    )


def _excused(session_id: int) -> Select[Any]:
    return select(excuses.c.id).where(
        excuses.c.session_id == session_id,
        excuses.c.member_id == memberships.c.member_id,
        excuses.c.state == "accepted",
    )


def _demanded(campaign_id: int) -> Subquery:
    """How many main sessions expect each cell, where the campaign demands every one of them."""
    own = (
        select(assignments.c.unit_id.label("id"), assignments.c.session_id)
        .join(sessions, sessions.c.id == assignments.c.session_id)
        .join(campaigns, campaigns.c.id == sessions.c.campaign_id)
        .where(
            campaigns.c.id == campaign_id,
            campaigns.c.complete == Complete.ALL.value,
            sessions.c.kind == SessionKind.MAIN.value,
        )
        .cte(recursive=True)
    )
    below = units.alias()
    cells = own.union(select(below.c.id, own.c.session_id).join(own, below.c.parent_id == own.c.id))
    return select(cells.c.id, func.count().label("times")).group_by(cells.c.id).subquery()


def _times(campaign_id: int) -> ScalarSelect[int]:
    """How often a member is recorded in a campaign."""
    held = select(sessions.c.id).where(sessions.c.campaign_id == campaign_id)
    records = _recorded(attendance.c.session_id.in_(held))
    return records.with_only_columns(func.count()).scalar_subquery()
