"""The clerk's page at the door: signing in, the hall's roll, and marks."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.halls.screens import screen_path
from domain import codes, door, personal_codes
from domain.codes import CodeKind
from domain.door import Mark
from domain.people import Member
from domain.sessions import Venue
from domain.text import fold
from handlers import door as handlers
from handlers.door import Clerk, Taken
from handlers.turn import House
from storage import audit, door_sessions, rolls
from storage.database import Db
from storage.rolls import AtVenue, Expected
from web.doors.clerk import Answered, Code, Doorway, Listed, Present, Roll, SignedIn

_Key = tuple[tuple[Member, bool], ...]


class Clerks:
    """Every browser at a door, known by a cookie of its own."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now
        self._lists: dict[int, tuple[_Key, list[Listed]]] = {}  # by venue, as made last

    # --- signing in ------------------------------------------------------------------------

    async def look(self, link: str) -> Doorway | None:
        """Where a one-time link leads; link previews look too, so nothing is consumed."""
        now = self._now()
        async with self._house.database.read() as db:
            session = await door_sessions.of_link(db, self._hash(link), now)
            who = await handlers.clerk(self._house, db, session, now)
        return _doorway(who.venue) if who else None

    async def sign_in(self, link: str) -> SignedIn | None:
        """The browser that used a link is the clerk's until the hall is done with."""
        now, token = self._now(), secrets.token_urlsafe(32)
        async with self._house.database.write() as tx:
            session = await door_sessions.sign_in(tx, self._hash(link), self._hash(token), now)
            who = await handlers.clerk(self._house, tx, session, now)
            if session is None or who is None:
                return None
            subject = f"venue {session.venue_id}"
            await audit.note(tx, session.member_id, "door_sign_in", subject, now)
        return SignedIn(token=token, venue_id=session.venue_id, expires_at=session.expires_at)

    async def sign_out(self, token: str, venue_id: int) -> None:
        now = self._now()
        async with self._house.database.write() as tx:
            session = await door_sessions.of_token(tx, self._hash(token), now)
            if session is not None and session.venue_id == venue_id:
                await door_sessions.revoke(tx, session.id, now)

    def _hash(self, token: str) -> bytes:
        return personal_codes.code_hash(self._house.key, token)

    async def _clerk(self, db: Db, token: str, venue_id: int, now: datetime) -> Clerk | None:
        session = await door_sessions.of_token(db, self._hash(token), now)
        if session is None or session.venue_id != venue_id:
            return None
        return await handlers.clerk(self._house, db, session, now)

    # --- the page --------------------------------------------------------------------------

    async def doorway(self, token: str, venue_id: int) -> Doorway | None:
        async with self._house.database.read() as db:
            who = await self._clerk(db, token, venue_id, self._now())
        return _doorway(who.venue) if who else None

    async def roll(self, token: str, venue_id: int, *, has_codes: bool) -> Roll | None:
        """The hall's list, and who of it is recorded; the figures are those of /diemcau."""
        now = self._now()
        async with self._house.database.read() as db:
            who = await self._clerk(db, token, venue_id, now)
            if who is None:
                return None
            session = who.venue.session
            roll = await rolls.of_venue(db, who.schedule, who.venue, now)
            recorded = await rolls.recorded(db, session.id, now, venue_id)
        venue = who.venue
        return Roll(
            clerk=str(who.member.id),
            at=now,
            expires_at=who.session.expires_at,
            people=self._listed(venue_id, roll.people),
            recorded=_recorded(roll.people, venue_id),
            present=recorded.get(venue_id, AtVenue()).present,
            summoned=len(roll.obliged) if venue.summoned is None else venue.summoned,
            codes=None if has_codes else self._codes(venue, now),
            screen=screen_path(venue),
        )

    def _listed(self, venue_id: int, people: Sequence[Expected]) -> list[Listed]:
        """Made anew only when the roll has changed: every phone asks every ten seconds."""
        key = tuple((one.member, one.is_exempt) for one in people)
        known = self._lists.get(venue_id)
        if known is None or known[0] != key:
            known = self._lists[venue_id] = (key, self._list(people))
        return known[1]

    def _list(self, people: Sequence[Expected]) -> list[Listed]:
        names = [fold(one.member.name) for one in people]
        namesakes = Counter(names)
        return [
            Listed(
                id=one.member.id,
                number=number,
                name=one.member.name,
                cell=one.member.cell.name,
                birth_year=one.member.birth_year if namesakes[name] > 1 else None,
                card=door.card_mark(personal_codes.card_token(self._house.key, one.member.id)),
                is_obliged=not one.is_exempt,
            )
            for number, (one, name) in enumerate(zip(people, names, strict=True), 1)
        ]

    def _codes(self, venue: Venue, now: datetime) -> list[Code]:
        """What the wall shows from now on, as far as a phone without a network may show it."""
        session = venue.session
        until = min(now + door.CODES_AHEAD, session.closes_at)
        if now >= until:
            return []
        first = codes.current_window(session, CodeKind.CHECK_IN, now)
        if first == codes.STATIC:
            return [self._code(venue, first, None, session.closes_at)]
        last = codes.window_at(until)
        return [
            self._code(venue, window, codes.window_ends(window - 1), codes.window_ends(window))
            for window in range(first, last)
        ]

    def _code(
        self, venue: Venue, window: int, from_at: datetime | None, until_at: datetime
    ) -> Code:
        payload = codes.signed_code(venue, CodeKind.CHECK_IN, window)
        return Code(
            from_at=from_at,
            until_at=until_at,
            url=f"{self._house.public_url}/c/{payload}",
            typed=codes.typed_code(venue.secret, CodeKind.CHECK_IN, window),
        )

    # --- marks -----------------------------------------------------------------------------

    async def take(
        self, token: str, venue_id: int, clerk: str, marks: Sequence[Mark]
    ) -> Sequence[Answered] | None:
        """Durable when it returns, and the same again when it is asked again."""
        now = self._now()
        async with self._house.database.write() as tx:
            who = await self._clerk(tx, token, venue_id, now)
            if who is None or str(who.member.id) != clerk:  # somebody else signed in since
                return None
            taken = await handlers.take(self._house, tx, who, marks, now)
        return [_answered(who, one) for one in taken]


def _doorway(venue: Venue) -> Doorway:
    return Doorway(venue_id=venue.id, venue=venue.name, session=venue.session.title)


def _recorded(people: Sequence[Expected], venue_id: int) -> list[Present]:
    return [
        Present(id=one.member.id, at=one.record.at, is_here=one.record.venue_id == venue_id)
        for one in people
        if one.record
    ]


def _answered(who: Clerk, taken: Taken) -> Answered:
    return Answered(
        id=taken.mark.id,
        is_present=taken.member is not None,
        words=str(handlers.answer(who, taken)),
    )
