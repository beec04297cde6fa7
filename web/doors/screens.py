"""What a hall's projector calls: its screen, live, and what is printed from it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a hall's projector shows at this instant. QR and digits are of one window."""

    venue: str
    session: str
    unit: str
    at: datetime  # the server's clock
    window: str  # changes whenever the code does
    ends_at: datetime | None  # when the code changes; None: it stays
    qr_svg: str  # drawn once per venue and window
    typed: str  # six digits
    present: int
    summoned: int
    arrivals: tuple[str, ...] = ()  # the last ones, newest first: "07:31", "07:31 N.T.L."
    notice: str | None = None  # "Chưa đến giờ …", "Đã hết giờ …"


class Sheet(StrEnum):
    """What is printed for a hall; each is the name of its file."""

    POSTER = "ap-phich"  # A3, the door's static code
    CODE = "to-ma"  # the same on A4
    SIGNATURES = "ky-ten"  # empty lines to sign on


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenDoors:
    """A hall's screen, by its token. None, or nothing at all: nobody's token."""

    show: Callable[[str], Awaitable[Screen | None]]
    # The screen at once, whenever it changes, and every few seconds as a sign of life. It ends
    # when the token is good no longer, and when the program stops.
    follow: Callable[[str], AsyncGenerator[Screen, None]]
    print: Callable[[str, Sheet], Awaitable[bytes | None]]
