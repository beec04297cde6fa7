"""Which unit of which campaign an officer looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.rights import Right, may
from domain.sessions import Campaign
from domain.totals import Node, Tally
from handlers import scopes
from handlers.turn import House
from storage import counts
from storage.tallies import Picture
from web.doors.dashboard import Asked, Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A unit that the officer may see counts of, in a campaign at this instant."""

    picture: Picture
    campaign: Campaign
    campaigns: Sequence[Campaign]
    tops: Sequence[Node]  # the officer's own units
    unit: Node


class Scene:
    """Finds what was asked for, within what the officer may see."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self.house = house
        self.now = now

    async def find(self, officer: Officer, asked: Asked) -> Found | None:
        """The unit asked for, else the officer's own; None outside of their subtree."""
        now = self.now()
        campaigns = await self._campaigns(officer)
        campaign = await self._chosen(officer, campaigns, asked.campaign_id)
        picture = await self.house.tallies.current(campaign.id, now) if campaign else None
        if campaign is None or picture is None:
            return None
        tops = _own_units(officer, picture.tally)
        nodes = picture.tally.nodes
        unit = nodes.get(asked.unit_id) if asked.unit_id else next(iter(tops), None)
        if unit is None:
            return None
        if not may(Right.SEE_COUNTS, officer.grants, scopes.of_cell(unit.path), now):
            return None
        return Found(picture=picture, campaign=campaign, campaigns=campaigns, tops=tops, unit=unit)

    async def _campaigns(self, officer: Officer) -> Sequence[Campaign]:
        """Those that reach one of the officer's units, newest first."""
        async with self.house.database.read() as db:
            known = await counts.list_campaigns(db)
        return [
            one for one in known if any(_meets(path, one.unit_path) for path in paths_of(officer))
        ]

    async def _chosen(
        self, officer: Officer, campaigns: Sequence[Campaign], wanted: int | None
    ) -> Campaign | None:
        if wanted is not None:
            return next((one for one in campaigns if one.id == wanted), None)
        now = self.now()
        schedule = await self.house.schedules.current(now)
        for path in paths_of(officer):
            if found := scopes.campaign_now(schedule, campaigns, path, now):
                return found
        return None


def paths_of(officer: Officer) -> list[str]:
    """Where the officer has a role, the widest first."""
    return sorted({grant.unit_path for grant in officer.grants if grant.unit_path}, key=len)


def _own_units(officer: Officer, tally: Tally) -> list[Node]:
    """The officer's units within a campaign; the whole campaign for who stands above it."""
    by_path = {node.path: node for node in tally.nodes.values()}
    top = tally.campaign.unit_path
    own = (path if path in by_path else top for path in paths_of(officer) if _meets(path, top))
    return [by_path[path] for path in dict.fromkeys(own)]


def _meets(path: str, top: str) -> bool:
    return path.startswith(top) or top.startswith(path)
