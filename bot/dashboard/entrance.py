"""Who may come in, and for how long."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from domain.messages import Address, Outbound
from domain.personal_codes import bare, code_hash, recovery_code
from domain.rights import Grant, Role
from handlers.texts import signing_in as signing_in_texts
from storage import audit, grants, outbox, people, sign_in, units
from storage.database import Database, Db, Tx
from web.doors.dashboard import Officer

SESSION_LIFE = timedelta(hours=12)  # a morning at the projector and the afternoon's reports
CODES = 6  # printed on one sheet
_ROLES = {Role.COORDINATOR: "Điều phối", Role.SECRETARY: "Bí thư"}


class Entrance:
    """Links and codes that open the dashboard once, and the browsers in which it is open.

    An open dashboard is an account of the web chat that is the member's until an instant: its
    pages act through the same conversations as every other chat.
    """

    def __init__(self, database: Database, key: bytes, now: Callable[[], datetime]) -> None:
        self._database = database
        self._key = key
        self._now = now

    async def is_good_link(self, token: str) -> bool:
        async with self._database.read() as db:
            return await sign_in.is_good(db, code_hash(self._key, token), self._now())

    async def by_link(self, token: str) -> str | None:
        """The secret of a new session; None where the link opens nothing."""
        async with self._database.write() as tx:
            hashed = code_hash(self._key, token)
            return await self._let_in(tx, await sign_in.use_link(tx, hashed, self._now()))

    async def by_code(self, code: str) -> str | None:
        """The same, for a printed code in whatever way it was typed."""
        async with self._database.write() as tx:
            hashed = code_hash(self._key, bare(code))
            return await self._let_in(tx, await sign_in.use_recovery(tx, hashed, self._now()))

    async def _let_in(self, tx: Tx, member_id: int | None) -> str | None:
        now = self._now()
        member = await people.get_member(tx, member_id, now) if member_id else None
        if member is None or not _unit_grants(await grants.of(tx, member)):
            return None
        secret = secrets.token_urlsafe(32)
        hashed = code_hash(self._key, secret)
        chat_id = secrets.token_urlsafe(12)
        await sign_in.open_desk(tx, member.id, chat_id, hashed, now, now + SESSION_LIFE)
        await audit.note(tx, member.id, "sign_in", f"member {member.id}", now)
        reached = (await people.reach(tx, [member.id])).get(member.id, [])
        told = [_told(one.address, one.language) for one in reached]
        await outbox.enqueue(tx, told, now)
        return secret

    async def officer(self, secret: str) -> Officer | None:
        """Who keeps this secret, with the roles of this moment."""
        now = self._now()
        async with self._database.read() as db:
            chat_id = await sign_in.chat_of_desk(db, code_hash(self._key, secret), now)
            if chat_id is None:
                return None
            [person] = await people.who(db, [Address("web", chat_id)], now)
            held = _unit_grants(await grants.of(db, person.member)) if person.member else ()
            if person.member is None or not held:
                return None
            office = await _office(db, held)
        return Officer(
            member_id=person.member.id, name=person.member.name, office=office, grants=held
        )

    async def renew_codes(self, officer: Officer) -> list[str]:
        """New codes for the drawer; those of before open nothing any more."""
        new, now = [recovery_code() for _ in range(CODES)], self._now()
        hashes = [code_hash(self._key, bare(code)) for code in new]
        async with self._database.write() as tx:
            await sign_in.renew_recovery(tx, officer.member_id, hashes, now)
            subject = f"member {officer.member_id}"
            await audit.note(tx, officer.member_id, "recovery_codes", subject, now)
        return new

    async def leave(self, secret: str) -> None:
        async with self._database.write() as tx:
            await sign_in.close_desk(tx, code_hash(self._key, secret))


def _unit_grants(held: list[Grant]) -> tuple[Grant, ...]:
    """Roles at a hall have a page of their own."""
    return tuple(grant for grant in held if grant.unit_path)


async def _office(db: Db, held: tuple[Grant, ...]) -> str:
    """The widest role, in words."""
    widest = min(held, key=lambda grant: len(grant.unit_path or ""))
    unit = await units.get_by_path(db, widest.unit_path or "")
    return f"{_ROLES[widest.role]}, {unit.name if unit else ''}"


def _told(to: Address, language: str) -> Outbound:
    return Outbound(to=to, text=signing_in_texts.OPENED.into(language))
