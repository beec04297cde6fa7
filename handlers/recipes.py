"""What the post writes when a message leaves: still needed? then with today's numbers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from domain.messages import Address, Outbound
from domain.people import Member
from domain.sessions import Schedule
from handlers.turn import House
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


# What it says, or None: nobody needs it any more.
Recipe = Callable[[Writing], Awaitable[Outbound | None]]
