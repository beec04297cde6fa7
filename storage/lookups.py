"""Who is this, and was this update answered already: one trip for all who wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from domain.messages import Inbound, Outbound
from domain.people import Person
from storage import inbox, people
from storage.batch import Batch
from storage.database import Database

Found = tuple[Person, tuple[Outbound, ...] | None]


class Lookups:
    """Batched reads of the check-in path."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._batch: Batch[Inbound, Found] = Batch(self._read)

    async def sender(self, inbound: Inbound) -> Found:
        """The person who wrote, and the answer where this update had one already."""
        return await self._batch.ask(inbound)

    async def _read(self, inbounds: Sequence[Inbound]) -> list[Found]:
        async with self._database.read() as db:
            answered = await inbox.replies(db, [(i.sender, i.external_id) for i in inbounds])
            found = await people.who(db, [i.sender for i in inbounds], self._now())
        return [
            (person, answered.get((inbound.sender.channel, inbound.external_id)))
            for person, inbound in zip(found, inbounds, strict=True)
        ]
