"""The contents page of the dashboard."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Route

from web.chat import Chat
from web.dashboard.entrance import Entrance
from web.dashboard.frame import BASE, Frame
from web.dashboard.journal import JournalPages
from web.dashboard.morning import MorningPages
from web.dashboard.planning import PlanningPages
from web.dashboard.readiness import ReadinessPages
from web.dashboard.rosters import RosterPages
from web.dashboard.slips import SlipPages
from web.dashboard.tree import TreePages
from web.dashboard.venue_sheets import VenueSheetPages
from web.doors.dashboard import DashboardDoors
from web.pages import Site


def routes(site: Site, doors: DashboardDoors) -> list[BaseRoute]:
    """Every page of the dashboard, below /bang."""
    frame = Frame(site, doors)
    tree = TreePages(frame)
    return [
        Route(BASE, tree.show),
        Mount(
            BASE,
            routes=[
                *Entrance(frame).routes(),
                *Chat(site, frame.looker).routes(),
                *tree.routes(),
                *MorningPages(frame).routes(),
                *ReadinessPages(frame).routes(),
                *PlanningPages(frame, site.doors.planning).routes(),
                *RosterPages(frame, site.doors.rosters).routes(),
                *SlipPages(frame, site.doors.slips).routes(),
                *JournalPages(frame, site.doors.journal).routes(),
                *VenueSheetPages(frame, site.doors.planning).routes(),
            ],
        ),
    ]
