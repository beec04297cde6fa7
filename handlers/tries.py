"""Wrong codes: five, then typing rests for 15 minutes. A signed QR passes all the same."""

from __future__ import annotations

from datetime import timedelta

from domain.messages import Outbound
from handlers.texts import common
from handlers.texts.sentence import Text
from handlers.turn import Choice, Turn
from storage import people

MOST = 5
WINDOW = timedelta(minutes=15)


def locked(turn: Turn) -> list[Outbound] | None:
    """The answer to somebody who must wait."""
    until = turn.person.locked_until
    if until is None or until <= turn.now:
        return None
    return [turn.reply(common.locked(common.whole_minutes(until - turn.now)))]


async def wrong(turn: Turn, text: Text, *rows: list[Choice]) -> list[Outbound]:
    """Count a wrong code and say so."""
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        tries = await people.count_wrong_try(tx, account_id, turn.now, WINDOW)
        if tries >= MOST:
            await people.set_account(tx, account_id, locked_until=turn.now + WINDOW)
    return [turn.reply(text, *rows)]
