"""What the post writes when a message leaves: still needed? then with today's numbers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.messages import Address, Outbound
from domain.people import Member
from domain.sessions import Schedule
from handlers.turn import House
from reports.pictures import Chart
from reports.tables import Table
from storage.database import Db


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One message about to leave; it is written from what is true now."""

    house: House
    db: Db
    now: datetime
    schedule: Schedule
    to: Address
    language: str
    member: Member
    outbox_id: int
    broadcast_id: int | None
    posted_at: datetime
    about: Mapping[str, Any] = field(
        default_factory=dict
    )  # what its recipe was told when it was posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message with what is to be drawn or tabled for it."""

    message: Outbound  # its text is the caption
    order: Chart | Table
    name: str  # of the file
    says: str  # what it shows, in words
    or_else: Outbound  # where it cannot be made


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that takes a second to write: only its own chat waits, and no connection does."""

    write: Callable[[], Awaitable[Outbound | Letter]]
    or_else: Outbound  # where that fails


# What it says, or None: nobody needs it any more.
Recipe = Callable[[Writing], Awaitable[Outbound | Draft | None]]
