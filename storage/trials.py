"""What halls have tried before their session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select

from domain.messages import Lane
from domain.readiness import Readiness, readiness
from domain.rights import Role
from domain.sessions import Session
from storage import posting
from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import grants, members, trials, venues


async def note(tx: Tx, venue_id: int, what: str, now: datetime) -> None:
    """It was tried just now; once more moves the instant."""
    statement = insert(tx, trials).values(venue_id=venue_id, what=what, at=now)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["venue_id", "what"], set_={"at": statement.excluded.at}
        )
    )


async def of_venue(db: Db, venue_id: int) -> Readiness:
    tried = await db.scalars(select(trials.c.what).where(trials.c.venue_id == venue_id))
    return readiness(list(tried))


async def of_session(db: Db, session_id: int) -> dict[int, Readiness]:
    """The halls of a session that have tried anything."""
    rows = await db.execute(
        select(trials.c.venue_id, trials.c.what)
        .join(venues, venues.c.id == trials.c.venue_id)
        .where(venues.c.session_id == session_id)
    )
    tried: dict[int, list[str]] = {}
    for venue_id, what in rows:
        tried.setdefault(venue_id, []).append(what)
    return {venue_id: readiness(whats) for venue_id, whats in tried.items()}


async def contacts(db: Db, session_id: int) -> dict[int, list[str]]:
    """Whom to call about each hall: what the plan says, then its clerks and inspectors by name."""
    rows = await db.execute(
        select(venues.c.id, venues.c.contact, members.c.name)
        .outerjoin(grants, and_(grants.c.venue_id == venues.c.id, grants.c.revoked_at.is_(None)))
        .outerjoin(members, members.c.id == grants.c.member_id)
        .where(venues.c.session_id == session_id)
        .order_by(venues.c.id, grants.c.id)
    )
    found: dict[int, list[str]] = {}
    for venue_id, contact, name in rows:
        known = found.setdefault(venue_id, [contact] if contact else [])
        if name and name not in known:
            known.append(name)
    return found


async def post_untried(tx: Tx, session: Session, now: datetime, *, recipe: str, key: str) -> int:
    """One message to each coordinator of the campaign's unit; once per key."""
    people = select(grants.c.member_id).where(
        grants.c.role == Role.COORDINATOR,
        grants.c.unit_id == session.campaign.unit_id,
        grants.c.revoked_at.is_(None),
    )
    return await posting.post(
        tx, people, now, recipe=recipe, lane=Lane.REMINDER, key=key, expires_at=session.starts_at
    )
