"""What a message says when it leaves: still needed? may it go now? then with today's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.workshop import Workshop
from domain.messages import Lane, Outbound
from domain.people import Member
from domain.sessions import Schedule
from handlers.recipe_book import RECIPES
from handlers.recipes import Draft, Writing
from handlers.turn import House
from storage import holds, people
from storage.database import Db
from storage.outbox import Claimed

HOLD = timedelta(minutes=10)  # a held message asks again so often; lifting asks at once


class NotNeeded:
    """Nobody needs it any more."""


class NotNow:
    """Its recipient's unit is on hold: all but replies waits."""


Written = Outbound | Draft | NotNeeded | NotNow


class Composer:
    """Writes a handful of messages with one look at the database."""

    def __init__(self, house: House, workshop: Workshop) -> None:
        self._house = house
        self._workshop = workshop

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing but replies, and what tells of this very morning, may leave."""
        return self._house.calendar.is_quiet(now)

    async def write(self, claimed: Sequence[Claimed], now: datetime) -> Mapping[int, Written]:
        """What each of them is to say now."""
        ready: dict[int, Written] = {
            one.id: one.message for one in claimed if one.message is not None and _is_reply(one)
        }
        others = [one for one in claimed if one.id not in ready]
        if not others:
            return ready
        schedule = await self._house.schedules.current(now)
        async with self._house.database.read() as db:
            members = await people.get_members(
                db, [one.member_id for one in others if one.member_id is not None], now
            )
            held = await holds.held_paths(db)
            chats = await people.chats(db, [one.to for one in others])
            for one in others:
                member = members.get(one.member_id) if one.member_id is not None else None
                chat = chats.get(one.to)
                if one.member_id is not None and (chat is None or chat.member_id != one.member_id):
                    ready[one.id] = NotNeeded()  # unlinked since, or another's now
                elif member is not None and not _is_reply(one) and _is_held(member, held):
                    ready[one.id] = NotNow()
                elif one.message is not None:
                    ready[one.id] = one.message
                elif member is None:
                    ready[one.id] = NotNeeded()  # no longer on any roll
                else:
                    language = (chat and chat.language) or "vi"
                    ready[one.id] = await self._compose(db, one, member, language, schedule, now)
        return ready

    async def finish(self, draft: Draft) -> Outbound:
        """What a draft becomes, with its file."""
        written = await draft.write()
        if isinstance(written, Outbound):
            return written
        return await self._workshop.finish(written)

    async def _compose(
        self,
        db: Db,
        one: Claimed,
        member: Member,
        language: str,
        schedule: Schedule,
        now: datetime,
    ) -> Written:
        recipe = RECIPES[one.recipe or ""]
        message = await recipe(
            Writing(
                house=self._house,
                db=db,
                now=now,
                schedule=schedule,
                to=one.to,
                language=language,
                member=member,
                outbox_id=one.id,
                broadcast_id=one.broadcast_id,
                posted_at=one.posted_at,
                about=one.about,
            )
        )
        return message if message is not None else NotNeeded()


def _is_reply(one: Claimed) -> bool:
    return one.lane is Lane.INTERACTIVE


def _is_held(member: Member, held: Sequence[str]) -> bool:
    return any(member.cell.path.startswith(path) for path in held)
