"""What an import changes, as values that storage applies in slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """A unit as it shall be; `id` None: a new one."""

    id: int | None
    code: str
    name: str
    kind: str
    parent: str | None
    is_headcount_only: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Details:
    code: str
    name: str
    birth_year: int | None
    phone_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Belonging:
    cell: str
    status: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """What one member's rows become. The last membership ends, is rewritten, or stays."""

    id: int | None  # None: a new member
    details: Details | None = None
    ends: int | None = None  # membership id
    rewrites: int | None = None  # membership id: it began on this very day, or goes on after all
    belongs: Belonging | None = None  # what begins, or what the rewritten one says


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that an import does, in the order in which it is applied."""

    as_of: date
    revision: int
    units: Sequence[UnitChange]
    members: Sequence[MemberChange]
    last_given: int
    counts: Mapping[str, int]
    warnings: Sequence[str]
    missing: Sequence[int] = ()  # members who are no longer listed, and stay
