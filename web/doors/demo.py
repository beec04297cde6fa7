"""What the demo's pages call; a real deployment has none of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody to be in the demo."""

    key: str  # in addresses: "ba-lan"
    name: str
    office: str  # "Bí thư Chi bộ ấp 3"
    hint: str  # what to try
    token: str  # of this persona's browser
    scans: str | None = (
        None  # path opened by [Quét mã]: "/c/…", None where there is nothing to scan
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One moving number on the demo's stage."""

    label: str
    value: int
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the demo's first page shows beside the personas."""

    title: str
    at: datetime
    figures: Sequence[Figure]
    recent: Sequence[str] = ()  # newest first; made-up people, so their names may stand here


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDoors:
    """The demo's own doors; a real deployment has none."""

    personas: Callable[[], Awaitable[Sequence[Persona]]]
    persona: Callable[[str], Awaitable[Persona | None]]  # by key
    stage: Callable[[], Awaitable[Stage]]
    screens: Callable[[], Awaitable[Sequence[Link]]]
