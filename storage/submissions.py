"""What members have handed in; on paper it is entered by their secretary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from domain.plan import Handed
from storage.database import Db, Tx
from storage.insert import insert
from storage.schema import submissions

IN = (Handed.RECEIVED, Handed.ACCEPTED)  # what was returned is owed again


async def receive(
    tx: Tx, obligation_id: int, member_ids: Sequence[int], by: int | None, now: datetime
) -> list[int]:
    """Write down that these members have handed it in; those for whom that was not known yet."""
    known = await of_members(tx, obligation_id, member_ids)
    new = [one for one in dict.fromkeys(member_ids) if known.get(one) not in IN]
    values = {"state": Handed.RECEIVED.value, "received_at": now, "by_member_id": by}
    for member_id in new:
        await tx.execute(
            insert(tx, submissions)
            .values(obligation_id=obligation_id, member_id=member_id, **values)
            .on_conflict_do_update(index_elements=["obligation_id", "member_id"], set_=values)
        )
    return new


async def accept(tx: Tx, obligation_id: int, member_ids: Sequence[int]) -> int:
    """What was received is good; returns for how many that is new."""
    result = await tx.execute(
        update(submissions)
        .where(
            submissions.c.obligation_id == obligation_id,
            submissions.c.member_id.in_(member_ids),
            submissions.c.state == Handed.RECEIVED,
        )
        .values(state=Handed.ACCEPTED.value)
    )
    return int(result.rowcount)


async def of_members(db: Db, obligation_id: int, member_ids: Sequence[int]) -> dict[int, Handed]:
    """How it stands with these members; who has handed in nothing is left out."""
    rows = await db.execute(
        select(submissions.c.member_id, submissions.c.state).where(
            submissions.c.obligation_id == obligation_id, submissions.c.member_id.in_(member_ids)
        )
    )
    return {row.member_id: Handed(row.state) for row in rows}


@dataclass(frozen=True, slots=True)
class Submission:
    state: Handed
    received_at: datetime

    @property
    def is_in(self) -> bool:
        return self.state in IN


async def of_member(db: Db, member_id: int) -> Mapping[int, Submission]:
    """All that one member has handed in, by obligation."""
    rows = await db.execute(
        select(submissions.c.obligation_id, submissions.c.state, submissions.c.received_at).where(
            submissions.c.member_id == member_id
        )
    )
    return {row.obligation_id: Submission(Handed(row.state), row.received_at) for row in rows}
