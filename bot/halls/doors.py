"""The pages of halls, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.halls.clerks import Clerks
from bot.halls.landing import Landings
from bot.halls.printing import Printing
from bot.halls.screens import Screens
from bot.halls.trials import TrialPages
from handlers.turn import House
from web.doors.clerk import ClerkDoors
from web.doors.halls import HallDoors
from web.doors.screens import ScreenDoors
from web.doors.trials import TrialDoors


class Halls:
    """What all halls show in this process; landings and screens have a life of their own."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self.landings = Landings(house.database, house.schedules, now)
        self.screens = Screens(house.schedules, house.database, house.public_url, now)
        self._printing = Printing(self.screens, house.schedules, house.public_url, now)
        self._trials = TrialPages(house, now)
        self._clerks = Clerks(house, now)

    def landing_doors(self) -> HallDoors:
        return HallDoors(stamp=self.landings.landing)

    def screen_doors(self) -> ScreenDoors:
        return ScreenDoors(
            show=self.screens.show,
            follow=self.screens.follow,
            print=self._printing.sheet,
        )

    def trial_doors(self) -> TrialDoors:
        return TrialDoors(show=self._trials.show, check=self._trials.check)

    def clerk_doors(self) -> ClerkDoors:
        return ClerkDoors(
            look=self._clerks.look,
            sign_in=self._clerks.sign_in,
            doorway=self._clerks.doorway,
            roll=self._clerks.roll,
            take=self._clerks.take,
            sign_out=self._clerks.sign_out,
        )
