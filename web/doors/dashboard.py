"""What the dashboard's pages call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.arrivals import Point
from domain.readiness import Readiness
from domain.rights import Grant
from domain.sessions import Campaign, Session
from domain.totals import Node, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Whoever has signed in; every page is limited to what their grants allow now."""

    member_id: int
    name: str
    office: str  # "Điều phối viên, Đảng ủy xã Thân Cửu Nghĩa"
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which table, and how it is to be shown."""

    campaign_id: int | None = None
    unit_id: int | None = None
    sort: str = "unit"
    query: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit and its figures."""

    node: Node
    totals: Totals
    is_cell: bool
    lagging: int  # cells in it that lag
    why: str | None = None  # of a cell that lags: in what, with numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeView:
    """A unit, the way to it, and the units below it."""

    at: datetime
    campaigns: Sequence[Campaign]  # that reach the officer's units, newest first
    campaign: Campaign
    tops: Sequence[Node]  # the officer's own units
    way: Sequence[Node]  # from the officer's own unit down to this one's superior
    unit: UnitRow
    owed: Mapping[str, str]  # titles of what members owe, by code
    rows: Sequence[UnitRow]
    asked: Asked
    page: int
    pages: int
    found: int  # rows over all pages


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A member of a cell in one session."""

    name: str  # with the birth year: a cell may have two of one name
    standing: str  # "Có mặt lúc 07:12 (tự điểm danh)", "Chưa ghi nhận"
    is_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A cell's people in the session that matters now."""

    at: datetime
    node: Node
    campaign: Campaign
    session: str
    venue: str | None
    people: Sequence[PersonRow]


@dataclass(frozen=True, slots=True)
class HallRow:
    """A hall of the session, wherever its people belong."""

    name: str
    present: int
    summoned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningView:
    """How a session fills: the unit's people minute by minute, and the halls that expect them."""

    at: datetime
    campaign: Campaign
    node: Node
    session: Session
    summoned: int
    points: Sequence[Point]
    halls: Sequence[HallRow]


@dataclass(frozen=True, slots=True)
class NotHeldRow:
    node: Node
    superior: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHeldView:
    """The cells that have not yet held the study, and out of how many."""

    at: datetime
    campaign: Campaign
    node: Node
    rows: Sequence[NotHeldRow]
    cells: int


@dataclass(frozen=True, slots=True)
class HallReadiness:
    """What a hall has tried, and whom to call about it."""

    name: str
    tried: Readiness
    contacts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessView:
    """The halls of a session that expect people of a unit; those that are not ready first."""

    at: datetime
    campaign: Campaign
    node: Node
    session: Session
    halls: Sequence[HallReadiness]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a page offers."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardDoors:
    """The dashboard. What an officer may not see is None, as what does not exist."""

    # Whether a one-time link still opens; looking does not use it.
    is_good_link: Callable[[str], Awaitable[bool]]
    # The new secret that the browser keeps; None where a link or printed code opens nothing.
    enter_by_link: Callable[[str], Awaitable[str | None]]
    enter_by_code: Callable[[str], Awaitable[str | None]]
    # Who keeps this secret; None: signed out, too late, or no more role.
    officer: Callable[[str], Awaitable[Officer | None]]
    leave: Callable[[str], Awaitable[None]]
    # New codes to be printed, shown once; those of before open nothing any more.
    renew_codes: Callable[[Officer], Awaitable[Sequence[str]]]

    tree: Callable[[Officer, Asked], Awaitable[TreeView | None]]
    # All rows of the same table, over all its pages.
    tree_sheet: Callable[[Officer, Asked], Awaitable[Download | None]]
    # (officer, campaign, cell): names, for those who may see them.
    cell: Callable[[Officer, int, int], Awaitable[CellView | None]]
    cell_sheet: Callable[[Officer, int, int], Awaitable[Download | None]]
    sign_sheet: Callable[[Officer, int, int], Awaitable[Download | None]]
    cards: Callable[[Officer, int, int], Awaitable[Download | None]]
    morning: Callable[[Officer, Asked], Awaitable[MorningView | None]]
    halls_sheet: Callable[[Officer, Asked], Awaitable[Download | None]]
    not_held: Callable[[Officer, Asked], Awaitable[NotHeldView | None]]
    not_held_sheet: Callable[[Officer, Asked], Awaitable[Download | None]]
    readiness: Callable[[Officer, Asked], Awaitable[ReadinessView | None]]
    readiness_sheet: Callable[[Officer, Asked], Awaitable[Download | None]]
