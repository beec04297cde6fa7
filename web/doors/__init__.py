"""What the web calls. bot.app fills these doors; the web knows nothing of what is behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from web.doors.chat import ChatDoors
from web.doors.clerk import ClerkDoors
from web.doors.dashboard import DashboardDoors
from web.doors.demo import DemoDoors
from web.doors.halls import HallDoors
from web.doors.journal import JournalDoors
from web.doors.planning import PlanningDoors
from web.doors.rosters import RosterDoors
from web.doors.screens import ScreenDoors
from web.doors.slips import SlipDoors
from web.doors.trials import TrialDoors


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether requests can be served; details never decide."""

    is_ready: bool
    details: Mapping[str, str]  # "database": "ok", "telegram:main": "unreachable", …


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the operator says about this web site."""

    public_url: str  # as people reach it; over https cookies are marked so
    unit: str  # who runs it, under the product's name
    newcomers_at_once: int = 1200  # accounts made from one address in a burst: a full hall's Wi-Fi
    newcomers_per_second: float = 1.0  # … and for ever after


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything the web may call."""

    # (bot's name, headers in lower case, body) -> body of the response, None for an empty one.
    # Raises Unauthorized (also for a bot nobody knows) and Malformed; anything else: try again.
    hook: Callable[[str, Mapping[str, str], bytes], Awaitable[bytes | None]]

    chat: ChatDoors
    halls: HallDoors
    screens: ScreenDoors
    trials: TrialDoors
    dashboard: DashboardDoors
    clerk: ClerkDoors
    planning: PlanningDoors
    rosters: RosterDoors
    slips: SlipDoors
    journal: JournalDoors
    now: Callable[[], datetime]
    ready: Callable[[], Awaitable[Readiness]]
    metrics: Callable[[], bytes]  # in Prometheus's text form
    demo: DemoDoors | None = None
