"""Campaigns, sessions and venues as they stand, with who is expected where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property


class SessionKind(StrEnum):
    MAIN = "main"
    MAKEUP = "makeup"
    CLASS = "class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    id: int
    code: str
    title: str
    unit_id: int
    unit_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: int
    campaign: Campaign
    code: str
    title: str
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    late_at: datetime
    closes_at: datetime
    rotates: bool
    has_check_out: bool

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    id: int
    session: Session
    code: str
    name: str
    secret: bytes = field(repr=False)
    summoned: int | None = None
    contact: str | None = None  # whom to call about the hall, with a number
    unit_paths: tuple[str, ...] = ()  # the subtrees expected here
    screen: int = 0  # how often its screen was given another address
    commune_path: str = "/"  # the unit directly below the campaign's that holds it


@dataclass(frozen=True)
class Schedule:
    """Every session and venue that still matters, indexed for the check-in path."""

    sessions: Mapping[int, Session]
    venues: Mapping[int, Venue]
    assigned: Mapping[tuple[int, int], int]  # (session, unit) -> venue

    @cached_property
    def _venues_of(self) -> dict[int, list[Venue]]:
        found: dict[int, list[Venue]] = {}
        for venue in self.venues.values():
            found.setdefault(venue.session.id, []).append(venue)
        return found

    def venues_of(self, session: Session) -> list[Venue]:
        return self._venues_of.get(session.id, [])

    def open_at(self, at: datetime) -> Iterator[Session]:
        return (session for session in self.sessions.values() if session.is_open(at))

    def planned(self, session: Session, cell_path: str) -> Venue | None:
        """Where the plan expects the members of a cell: the most specific assignment wins."""
        for unit in reversed(cell_path.strip("/").split("/")):
            venue_id = self.assigned.get((session.id, int(unit))) if unit else None
            if venue_id is not None:
                return self.venues[venue_id]
        return None


EMPTY = Schedule(sessions={}, venues={}, assigned={})
