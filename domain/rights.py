"""Who may do what: role × subtree, decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.members import Position


class Role(StrEnum):
    SECRETARY = "secretary"  # of a cell, by position on the roll: bí thư, phó bí thư
    COORDINATOR = "coordinator"  # of a unit and all below it
    INSPECTOR = "inspector"  # of a venue
    CLERK = "clerk"  # of a venue


class Right(StrEnum):
    SEE_COUNTS = "see_counts"
    SEE_NAMES = "see_names"
    CONFIRM = "confirm"  # say that somebody is present, or has handed something in
    EXCUSE = "excuse"
    LINK = "link"  # settle claims, hand out codes, stop an old phone
    REVIEW = "review"  # settle an objection, correct an entry
    SEND = "send"  # speak to many at once
    PLAN = "plan"  # set up campaigns and their sessions, switch their rules, bring in the roll
    HOLD = "hold"  # stop all messages but replies, and let them go again


_OF_ROLE: dict[Role, frozenset[Right]] = {
    Role.SECRETARY: frozenset(
        {Right.SEE_COUNTS, Right.SEE_NAMES, Right.CONFIRM, Right.EXCUSE, Right.LINK, Right.SEND}
    ),
    Role.COORDINATOR: frozenset(
        {
            Right.SEE_COUNTS,
            Right.SEE_NAMES,
            Right.CONFIRM,
            Right.REVIEW,
            Right.LINK,
            Right.SEND,
            Right.PLAN,
            Right.HOLD,
        }
    ),
    Role.INSPECTOR: frozenset({Right.SEE_COUNTS, Right.SEE_NAMES, Right.CONFIRM, Right.REVIEW}),
    Role.CLERK: frozenset({Right.SEE_COUNTS, Right.SEE_NAMES, Right.CONFIRM}),
}

# Rights over single people: a coordinator has them only directly above the cell, unless granted
# names; higher levels see numbers.
_PERSONAL = frozenset({Right.SEE_NAMES, Right.CONFIRM, Right.LINK, Right.REVIEW})

# Paper lists are entered after the morning; names stay with the door until the next day.
VENUE_GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role over a subtree of units, or at a venue while its session lasts."""

    role: Role
    unit_path: str | None = None
    sees_names: bool = False
    venue_id: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an action touches: a unit and all in it, or a venue."""

    unit_path: str | None = None
    superior_path: str | None = None  # of the cell, for what touches single people
    venue_id: int | None = None
    roles: tuple[Grant, ...] = ()  # of the member touched, where their codes are handed out


def secretary_of(position: str, unit_path: str) -> Grant | None:
    """The rights that a position on the roll carries over its cell."""
    if position in (Position.SECRETARY, Position.DEPUTY):
        return Grant(role=Role.SECRETARY, unit_path=unit_path, sees_names=True)
    return None


def may(right: Right, grants: Iterable[Grant], scope: Scope, now: datetime) -> bool:
    """Whether one of the grants allows it there and now.

    A code opens all that its owner may do: nobody hands out one that reaches further than they.
    """
    held = [grant for grant in grants if _in_time(grant, now)]
    return any(
        right in _OF_ROLE[grant.role] and _covers(grant, right, scope) for grant in held
    ) and reaches(held, scope.roles, now)


def reaches(grants: Iterable[Grant], roles: Iterable[Grant], now: datetime) -> bool:
    """Whether none of the roles goes further than the grants do."""
    held = [grant for grant in grants if _in_time(grant, now)]
    return all(
        any(_reaches(grant, role) for grant in held) or _is_over(role, now) for role in roles
    )


def _in_time(grant: Grant, now: datetime) -> bool:
    return (grant.from_at is None or grant.from_at <= now) and not _is_over(grant, now)


def _is_over(grant: Grant, now: datetime) -> bool:
    return grant.until_at is not None and grant.until_at <= now


def _covers(grant: Grant, right: Right, scope: Scope) -> bool:
    if grant.venue_id is not None:
        return scope.venue_id == grant.venue_id
    if grant.unit_path is None or scope.unit_path is None:
        return False
    if not scope.unit_path.startswith(grant.unit_path):
        return False
    if right not in _PERSONAL or grant.sees_names or grant.role is Role.SECRETARY:
        return True
    return grant.unit_path in (scope.unit_path, scope.superior_path)


def _reaches(grant: Grant, role: Grant) -> bool:
    """Whether holding `role` adds nothing to `grant`; roles at a hall are below any committee."""
    if role.role is Role.SECRETARY:
        return (role.unit_path or "").startswith(grant.unit_path or "-")
    if grant.role is not Role.COORDINATOR or (role.sees_names and not grant.sees_names):
        return False
    return role.unit_path is None or role.unit_path.startswith(grant.unit_path or "-")
