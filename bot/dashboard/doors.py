"""All that the dashboard's pages may call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.dashboard.cells import Cells
from bot.dashboard.entrance import Entrance
from bot.dashboard.lagging import Lagging
from bot.dashboard.tree import Tree
from handlers.turn import House
from web.doors.dashboard import DashboardDoors


def dashboard_doors(house: House, now: Callable[[], datetime]) -> DashboardDoors:
    entrance = Entrance(house.database, house.key, now)
    tree = Tree(house, Lagging(house.database, now), now)
    cells = Cells(house, now)
    return DashboardDoors(
        is_good_link=entrance.is_good_link,
        enter_by_link=entrance.by_link,
        enter_by_code=entrance.by_code,
        officer=entrance.officer,
        leave=entrance.leave,
        tree=tree.show,
        tree_sheet=tree.sheet,
        cell=cells.show,
        cell_sheet=cells.sheet,
    )
