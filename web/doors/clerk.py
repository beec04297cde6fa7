"""What the clerk's page at the door calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.door import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser that a one-time link has just signed in."""

    token: str  # for its cookie
    venue_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorway:
    """Which hall it is; nothing of its people, for the phone keeps the page in the clear."""

    venue_id: int
    venue: str
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of the hall's list."""

    id: int
    number: int
    name: str
    cell: str
    birth_year: int | None  # only of namesakes
    card: str  # domain.door.card_mark
    is_obliged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody of the list who is recorded, here or elsewhere."""

    id: int
    at: datetime
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What stands on the wall in one window."""

    from_at: datetime | None  # None: it does not change
    until_at: datetime
    url: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The hall as it stands now, with all that a phone needs to go on without a network."""

    clerk: str  # whose page it is: marks of somebody else are not sent as theirs
    at: datetime  # the server's clock
    expires_at: datetime
    people: Sequence[Listed]
    recorded: Sequence[Present]
    present: int  # as /diemcau says it
    summoned: int
    codes: Sequence[Code] | None  # None: the phone has enough of them
    screen: str  # path of the projector's page


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of one mark."""

    id: str
    is_present: bool  # recorded, now or before
    words: str


class RollDoor(Protocol):
    def __call__(
        self, token: str, venue_id: int, /, *, has_codes: bool
    ) -> Awaitable[Roll | None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkDoors:
    """The page at the door. None: nobody's link, or a sign-in that is over or was taken back."""

    look: Callable[[str], Awaitable[Doorway | None]]  # of a link; consumes nothing
    sign_in: Callable[[str], Awaitable[SignedIn | None]]  # uses the link up
    doorway: Callable[[str, int], Awaitable[Doorway | None]]  # (cookie's token, venue)
    roll: RollDoor
    # (cookie's token, venue, whose marks they are by the roll's word, marks)
    take: Callable[[str, int, str, Sequence[Mark]], Awaitable[Sequence[Answered] | None]]
    sign_out: Callable[[str, int], Awaitable[None]]
