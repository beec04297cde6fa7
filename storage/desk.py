"""The check-in desk: all who wait share one durable commit.

A commit costs a sync of the disk, so arrivals are not written one by one. Each slip carries what
is to be recorded and how to answer once it is; attendance, log, inbox and the post go into the
same commit, and nobody is answered before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.attendance import Entry
from domain.messages import Address, Inbound, Outbound
from storage import attendance, inbox, outbox
from storage.attendance import Recorded
from storage.batch import Batch
from storage.database import Database, Db, Tx
from storage.insert import insert_new
from storage.schema import accounts, tickets


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back at once, and what goes through the post."""

    at_once: tuple[Outbound, ...] = ()
    posted: tuple[Outbound, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """Another account used this scan already."""


Result = Recorded | TicketTaken | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One person's turn at the desk."""

    inbound: Inbound
    now: datetime
    compose: Callable[[Result], Response]
    entry: Entry | None = None  # None: only the answer is kept
    ticket: tuple[bytes, int] | None = None  # nonce of the scan, account that uses it


class Desk:
    """Takes slips, answers after the commit. Never awaited inside a write: it is the writer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batch: Batch[Slip, Response] = Batch(self._commit)

    async def take(self, slip: Slip) -> Response:
        """Durable when it returns. A second delivery of the same update gets the first answer."""
        return await self._batch.ask(slip)

    async def _commit(self, slips: Sequence[Slip]) -> list[Response]:
        async with self._database.write() as tx:
            return await write_slips(tx, slips)


async def write_slips(tx: Tx, slips: Sequence[Slip]) -> list[Response]:
    """Write slips in their order, each update once."""
    known = await inbox.replies(tx, [(s.inbound.sender, s.inbound.external_id) for s in slips])
    fresh: dict[inbox.Key, Slip] = {}
    for slip in slips:
        if _key(slip) not in known:
            fresh.setdefault(_key(slip), slip)
    results = await _record(tx, list(fresh.values()))
    answers = {key: fresh[key].compose(results[key]) for key in fresh}
    if fresh:
        now = next(iter(fresh.values())).now
        await inbox.store(tx, [(key, answer.at_once) for key, answer in answers.items()], now)
        await outbox.enqueue(tx, [m for answer in answers.values() for m in answer.posted], now)
    return [answers.get(_key(slip)) or Response(known[_key(slip)]) for slip in slips]


def _key(slip: Slip) -> inbox.Key:
    return (slip.inbound.sender.channel, slip.inbound.external_id)


async def _record(tx: Tx, slips: list[Slip]) -> dict[inbox.Key, Result]:
    taken = await _use_tickets(tx, slips)
    results: dict[inbox.Key, Result] = {
        _key(slip): TicketTaken() if _key(slip) in taken else None for slip in slips
    }
    entering = [slip for slip in slips if slip.entry and _key(slip) not in taken]
    if entering:
        entries = [slip.entry for slip in entering if slip.entry]
        recorded = await attendance.record(tx, entries, entering[0].now)
        results.update(zip(map(_key, entering), recorded, strict=True))
    return results


async def _use_tickets(tx: Tx, slips: list[Slip]) -> set[inbox.Key]:
    """Hand each ticket to the first account that shows it; returns who came too late."""
    shown = [(slip, *slip.ticket) for slip in slips if slip.ticket]
    if not shown:
        return set()
    await tx.execute(
        insert_new(tx, tickets),
        [{"nonce": nonce, "account_id": who, "used_at": slip.now} for slip, nonce, who in shown],
    )
    rows = await tx.execute(
        select(tickets.c.nonce, tickets.c.account_id).where(
            tickets.c.nonce.in_([nonce for _, nonce, _ in shown])
        )
    )
    owners = {bytes(row.nonce): row.account_id for row in rows}
    return {_key(slip) for slip, nonce, who in shown if owners[nonce] != who}


async def ticket_user(db: Db, nonce: bytes) -> Address | None:
    """The chat that has used a scan; None: nobody has."""
    row = (
        await db.execute(
            select(accounts.c.channel, accounts.c.chat_id)
            .join(tickets, tickets.c.account_id == accounts.c.id)
            .where(tickets.c.nonce == nonce)
        )
    ).first()
    return Address(row.channel, row.chat_id) if row else None


async def use_ticket(tx: Tx, nonce: bytes, account_id: int, now: datetime) -> bool:
    """Whether the scan is this account's, alone."""
    await tx.execute(
        insert_new(tx, tickets), [{"nonce": nonce, "account_id": account_id, "used_at": now}]
    )
    owner = await tx.scalar(select(tickets.c.account_id).where(tickets.c.nonce == nonce))
    return bool(owner == account_id)
