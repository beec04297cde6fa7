"""From an inbound to its answer: who is this, what do they want, may they, do it, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot import stamps
from bot.logs import frames
from domain.messages import Address, Inbound, Outbound
from domain.people import Person
from domain.rights import may
from handlers import registration
from handlers.routes import DIALOGUES, NO_FILES, NOT_UNDERSTOOD, ROUTES, Route, command_of
from handlers.scopes import Need
from handlers.texts import common
from handlers.turn import AnsweredBefore, House, Outdated, Turn
from storage import grants, people
from storage.database import Conflict, is_away
from storage.lookups import Lookups

log = structlog.get_logger("router")

MOST_CONFLICTS = 3  # more are no coincidence


class Router:
    """One door for every channel."""

    def __init__(self, house: House, lookups: Lookups, now: Callable[[], datetime]) -> None:
        self._house = house
        self._lookups = lookups
        self._now = now

    async def handle(self, inbound: Inbound, *, in_response: bool) -> tuple[Outbound, ...]:
        """What goes back at once; the rest is in the outbox. Durable when it returns.

        Raises only while the database is away: nothing was written then, and the messenger will
        bring it again.
        """
        if inbound.is_group:
            return ()
        if stamps.is_stamped(inbound.text, inbound.argument):
            return await stamps.refuse(self._house.database, inbound, self._now)
        try:
            return await self._answer(inbound, in_response=in_response)
        except Exception as error:
            if is_away(error):
                raise
            # A fault of ours must not block the chat: the messenger would resend for a day.
            log.error(
                "turn_failed",
                channel=inbound.sender.channel,
                chat=inbound.sender.chat_id,
                external_id=inbound.external_id,
                error=type(error).__name__,  # its words may be the member's
                at=frames(error),
            )
            return (apology(inbound.sender),)

    async def _answer(self, inbound: Inbound, *, in_response: bool) -> tuple[Outbound, ...]:
        conflicts = 0
        while True:
            try:
                return await self._try(inbound, in_response=in_response)
            except Outdated:
                continue  # whoever was before us got on, so this comes to an end
            except Conflict:
                # Somebody else wrote between our look and our write: look again, at the plan too.
                self._house.schedules.forget()
                conflicts += 1
                if conflicts == MOST_CONFLICTS:
                    raise

    async def _try(self, inbound: Inbound, *, in_response: bool) -> tuple[Outbound, ...]:
        person, answered = await self._lookups.sender(inbound)
        if answered is not None:
            return answered
        if not person.is_reachable:
            async with self._house.database.write() as tx:
                await people.set_reachable(tx, person.address, is_reachable=True)
        turn = await self._turn(inbound, person, in_response=in_response)
        try:
            return await turn.finish(await self._messages(turn))
        except AnsweredBefore as earlier:
            await turn.abandon(earlier)
            return earlier.answer
        except BaseException as error:  # a cancelled turn, too, must give the writer back
            await turn.abandon(error)
            raise

    async def _turn(self, inbound: Inbound, person: Person, *, in_response: bool) -> Turn:
        now = self._now()
        schedule = await self._house.schedules.current(now)
        return Turn(self._house, inbound, person, now, schedule, in_response=in_response)

    async def _messages(self, turn: Turn) -> list[Outbound]:
        inbound = turn.inbound
        command = command_of(inbound, turn.person)
        if command is not None and command[0] in ROUTES:
            turn.inbound = replace(inbound, argument=command[1].strip())
            return await self._run(turn, ROUTES[command[0]])
        if inbound.command is None and inbound.text and turn.person.dialogue:
            heard = await self._listen(turn)
            if heard is not None:
                return heard
        is_file = bool(inbound.attachments) and not inbound.text
        return await self._run(turn, NO_FILES if is_file else NOT_UNDERSTOOD)

    async def _listen(self, turn: Turn) -> list[Outbound] | None:
        dialogue = DIALOGUES.get(turn.person.dialogue.name) if turn.person.dialogue else None
        if dialogue is None:
            return None
        if dialogue.need is not None:
            await self._look_up_grants(turn)
            if not _allowed(turn, await dialogue.need(turn)):
                return [turn.reply(common.NOT_YOURS)]
        return await dialogue.heard(turn)

    async def _run(self, turn: Turn, route: Route) -> list[Outbound]:
        """Rights are decided here, before the handler."""
        if route.is_for_members and turn.person.member is None:
            return await registration.begin(turn)
        if not route.is_hot:
            await self._look_up_grants(turn)
        if route.need is not None and not _allowed(turn, await route.need(turn)):
            return [turn.reply(common.NOT_YOURS)]
        return await route.handler(turn)

    async def _look_up_grants(self, turn: Turn) -> None:
        if turn.person.member is not None and not turn.grants:
            async with turn.read() as db:
                turn.grants = await grants.of(db, turn.person.member)


def apology(to: Address) -> Outbound:
    """What is answered when we failed; not kept, so the same update is tried anew."""
    return Outbound(to=to, text=str(common.INTERRUPTED))


def _allowed(turn: Turn, need: Need | None) -> bool:
    return need is not None and may(need.right, turn.grants, need.scope, turn.now)
