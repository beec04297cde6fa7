"""All that the dashboard's pages may call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.dashboard.cells import Cells
from bot.dashboard.entrance import Entrance
from bot.dashboard.halls import Halls
from bot.dashboard.jobs import Jobs
from bot.dashboard.journal import Journal
from bot.dashboard.morning import Morning
from bot.dashboard.planning import Planning
from bot.dashboard.prints import Prints
from bot.dashboard.rosters import Rosters
from bot.dashboard.scene import Scene
from bot.dashboard.slips import Slips
from bot.dashboard.tree import Tree
from bot.dashboard.uploads import Uploads
from bot.dashboard.venue_sheets import VenueSheets
from handlers.turn import House
from web.doors.dashboard import DashboardDoors
from web.doors.journal import JournalDoors
from web.doors.planning import PlanningDoors
from web.doors.rosters import RosterDoors
from web.doors.slips import SlipDoors


def dashboard_doors(house: House, now: Callable[[], datetime]) -> DashboardDoors:
    entrance = Entrance(house.database, house.key, now)
    scene = Scene(house, now)
    tree, cells, morning = Tree(scene), Cells(scene), Morning(scene)
    halls, prints = Halls(scene), Prints(scene, cells)
    return DashboardDoors(
        is_good_link=entrance.is_good_link,
        enter_by_link=entrance.by_link,
        enter_by_code=entrance.by_code,
        officer=entrance.officer,
        leave=entrance.leave,
        renew_codes=entrance.renew_codes,
        tree=tree.show,
        tree_sheet=tree.sheet,
        cell=cells.show,
        cell_sheet=cells.sheet,
        sign_sheet=prints.sign_sheet,
        cards=prints.cards,
        morning=morning.show,
        halls_sheet=morning.halls_sheet,
        not_held=morning.not_held,
        not_held_sheet=morning.not_held_sheet,
        readiness=halls.readiness,
        readiness_sheet=halls.sheet,
    )


def planning_doors(house: House, uploads: Uploads, now: Callable[[], datetime]) -> PlanningDoors:
    planning = Planning(house, now)
    sheets = VenueSheets(house, planning, uploads, now)
    return PlanningDoors(
        units=planning.units,
        campaigns=planning.campaigns,
        create=planning.create,
        campaign=planning.campaign,
        add_session=planning.add_session,
        session=planning.session,
        retime=planning.retime,
        undo=planning.undo,
        take_sheet=sheets.take,
        sheet=sheets.show,
        apply_sheet=sheets.apply,
    )


def roster_doors(
    house: House, uploads: Uploads, jobs: Jobs, now: Callable[[], datetime]
) -> RosterDoors:
    rosters = Rosters(house, uploads, jobs, now)
    return RosterDoors(
        units=rosters.units, take=rosters.take, show=rosters.show, apply=rosters.apply
    )


def slip_doors(
    house: House, uploads: Uploads, jobs: Jobs, now: Callable[[], datetime]
) -> SlipDoors:
    slips = Slips(house, uploads, jobs, now)
    return SlipDoors(show=slips.show, print=slips.print, printing=slips.printing, pdf=slips.pdf)


def journal_doors(house: House, now: Callable[[], datetime]) -> JournalDoors:
    journal = Journal(house, now)
    return JournalDoors(show=journal.show, sheet=journal.sheet)
