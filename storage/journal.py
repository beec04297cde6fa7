"""Reading the audit: entries, and where in the tree they belong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from storage.database import Db
from storage.schema import (
    assignments,
    audit,
    broadcasts,
    campaigns,
    claims,
    obligations,
    sessions,
    units,
    venues,
)

_PART = re.compile(r"([a-z]+) ?(\d+)")
_SHORT = {"c": "unit", "v": "venue"}  # as places stand in commands


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    detail: Mapping[str, Any]

    @property
    def parts(self) -> list[tuple[str, int]]:
        """ "session 5 c12" -> [("session", 5), ("unit", 12)]; the last one is the narrowest."""
        found = _PART.findall(self.subject)
        return [(_SHORT.get(kind, kind), int(number)) for kind, number in found]


@dataclass(frozen=True, slots=True)
class Spot:
    """Something that an entry is about: what it is called, and the units that it touches."""

    name: str
    paths: tuple[str, ...]


async def entries(
    db: Db,
    most: int,
    *,
    before: int | None = None,
    actions: Collection[str] = (),
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> list[Entry]:
    """The newest first."""
    statement = select(audit).order_by(audit.c.id.desc()).limit(most)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    if actions:
        statement = statement.where(audit.c.action.in_(actions))
    if from_at is not None:
        statement = statement.where(audit.c.at >= from_at)
    if until_at is not None:
        statement = statement.where(audit.c.at < until_at)
    rows = await db.execute(statement)
    return [
        Entry(row.id, row.at, row.actor_id, row.action, row.subject, row.detail or {})
        for row in rows
    ]


async def spots(db: Db, found: Iterable[Entry]) -> dict[tuple[str, int], Spot]:
    """What these entries are about, looked up together; members are for storage.people."""
    wanted: dict[str, set[int]] = {}
    for entry in found:
        for kind, number in entry.parts:
            wanted.setdefault(kind, set()).add(number)
    spots: dict[tuple[str, int], Spot] = {}
    for kind, statement in _NAMED.items():
        ids = wanted.get(kind)
        if ids:
            table = statement.selected_columns["id"]
            for row in await db.execute(statement.where(table.in_(ids))):
                before = spots.get((kind, row.id))
                paths = (*(before.paths if before else ()), row.path)
                spots[kind, row.id] = Spot(row.name, paths)
    return spots


_NAMED: Mapping[str, Select[Any]] = {
    "unit": select(units.c.id, units.c.name, units.c.path),
    "campaign": select(campaigns.c.id, campaigns.c.code.label("name"), units.c.path).join(
        units, units.c.id == campaigns.c.unit_id
    ),
    "session": select(sessions.c.id, sessions.c.title.label("name"), units.c.path)
    .join(campaigns, campaigns.c.id == sessions.c.campaign_id)
    .join(units, units.c.id == campaigns.c.unit_id),
    "obligation": select(obligations.c.id, obligations.c.title.label("name"), units.c.path)
    .join(campaigns, campaigns.c.id == obligations.c.campaign_id)
    .join(units, units.c.id == campaigns.c.unit_id),
    "venue": select(venues.c.id, venues.c.name, units.c.path)
    .join(assignments, assignments.c.venue_id == venues.c.id)
    .join(units, units.c.id == assignments.c.unit_id),
    "claim": select(claims.c.id, units.c.name, units.c.path).join(
        units, units.c.id == claims.c.unit_id
    ),
    "broadcast": select(broadcasts.c.id, units.c.name, units.c.path).join(
        units, units.c.id == broadcasts.c.unit_id
    ),
}
