"""What the pages call that set up campaigns and sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.plan import Plan
from domain.plan_form import CampaignForm, SessionForm
from domain.session_times import Step, Times
from domain.sessions import Campaign, Session
from web.doors.dashboard import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanUnit:
    """A unit that a campaign may be of, and those that may be ticked for a venue."""

    code: str
    name: str
    below: Sequence[tuple[str, str]]  # code and name


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a form: a campaign, or faults by field, or something to look at again."""

    campaign_id: int | None = None
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueView:
    name: str
    code: str
    units: Sequence[str]  # names
    summoned: int | None
    screen: str  # path of its projector page


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session as it stands now."""

    at: datetime
    session: Session
    venues: Sequence[VenueView]
    unit: PlanUnit  # of the campaign

    @property
    def times(self) -> Times:
        return Times(self.session.opens_at, self.session.closes_at, self.session.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    at: datetime
    campaign: Campaign
    plan: Plan
    unit: PlanUnit
    sessions: Sequence[SessionView]


@dataclass(frozen=True, slots=True)
class Retimed:
    """A session's times before and now; None: nothing was changed."""

    before: Times
    now: Times | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """What a sheet of venues would change, or why it is refused."""

    at: datetime
    session: Session
    name: str  # of the file
    changes: Sequence[str] = ()
    left_alone: int = 0  # venues of the session that the sheet does not list
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningDoors:
    """Campaigns and sessions. What an officer may not plan is None, as what does not exist."""

    units: Callable[[Officer], Awaitable[Sequence[PlanUnit]]]  # that campaigns may be of
    campaigns: Callable[[Officer], Awaitable[Sequence[Campaign]]]
    # The flag: notes were read, save all the same.
    create: Callable[[Officer, CampaignForm, bool], Awaitable[Outcome | None]]
    campaign: Callable[[Officer, int], Awaitable[CampaignView | None]]
    add_session: Callable[[Officer, int, SessionForm, bool], Awaitable[Outcome | None]]
    session: Callable[[Officer, int], Awaitable[SessionView | None]]
    # (officer, session, step, when it was to close when the officer looked)
    retime: Callable[[Officer, int, Step, datetime], Awaitable[Retimed | None]]
    # (officer, session, opening and closing before, when it is to close now)
    undo: Callable[[Officer, int, datetime, datetime, datetime], Awaitable[Retimed | None]]
    # (officer, session, file name, content) -> what the page is called; None: not theirs
    take_sheet: Callable[[Officer, int, str, bytes], Awaitable[str | None]]
    sheet: Callable[[Officer, str], Awaitable[SheetView | None]]
    apply_sheet: Callable[[Officer, str], Awaitable[Outcome | None]]
