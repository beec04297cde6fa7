"""What the dashboard's pages call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.rights import Grant
from domain.sessions import Campaign
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


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit and its figures."""

    node: Node
    totals: Totals
    is_cell: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeView:
    """A unit, the way to it, and the units below it."""

    at: datetime
    campaigns: Sequence[Campaign]  # that reach the officer's units, newest first
    campaign: Campaign
    tops: Sequence[Node]  # the officer's own units
    way: Sequence[Node]  # from the officer's own unit down to this one's superior
    unit: UnitRow
    rows: Sequence[UnitRow]
    asked: Asked
    page: int
    pages: int
    found: int  # rows over all pages


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

    tree: Callable[[Officer, Asked], Awaitable[TreeView | None]]
