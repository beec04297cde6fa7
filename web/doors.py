"""What the web calls. bot.app fills these doors; the web knows nothing of what is behind them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.messages import Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whose browser this is: a chat of the channel "web"."""

    chat_id: str
    name: str | None = None  # to greet a registered member; None: not registered yet
    menu: tuple[Button, ...] = ()  # what this person can ask at any time


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing a person did on a page; the router makes an Inbound of it."""

    chat_id: str
    external_id: str  # unique over all chats; a resent one is the same thing again
    text: str = ""
    command: str | None = None  # of a pressed button, whole: "confirm 12"
    pressed_on: str | None = None  # id of the message that carries the button
    shown: str | None = None  # what the person's own bubble says; None: no bubble


class ChatMessage(Protocol):
    """One bubble. What storage keeps of a web message fits this."""

    @property
    def id(self) -> int: ...
    @property
    def revision(self) -> int: ...
    @property
    def is_own(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What a scanned hall code opens: the scan is stamped, the ticket waits for its account."""

    venue: str
    session: str
    ticket: str  # what follows "c-"; of a ticket that is opened again: the same ticket
    scanned_at: datetime
    typed: str | None = None  # six digits, for a messenger that has no links
    telegram_url: str | None = None
    notice: str | None = None  # too early, closed: said above the key, which still works


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a hall's projector shows at this instant."""

    venue: str
    session: str
    unit: str
    at: datetime  # the server's clock
    window: str  # changes whenever the QR does
    qr_svg: bytes  # drawn once per venue and window
    typed: str | None  # six digits; None where nothing is to be typed now
    present: int
    summoned: int
    notice: str | None = None  # "Chưa đến giờ …", "Đã hết giờ …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether requests can be served; details never decide."""

    is_ready: bool
    details: Mapping[str, str]  # "database": "ok", "telegram:main": "unreachable", …


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
class Demo:
    """The demo's own doors; a real deployment has none."""

    personas: Callable[[], Awaitable[Sequence[Persona]]]
    persona: Callable[[str], Awaitable[Persona | None]]  # by key
    stage: Callable[[], Awaitable[Stage]]
    screens: Callable[[], Awaitable[Sequence[Link]]]


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

    # Whose token is it? Only looks; None: nobody's yet.
    visitor: Callable[[str], Awaitable[Visitor | None]]
    # The token's account, made if need be. Called by a first message, never by a mere look.
    admit: Callable[[str], Awaitable[Visitor]]
    # Returns when what was said is committed and its answers stand in the chat.
    say: Callable[[Said], Awaitable[None]]
    # (chat, how many): the newest messages, oldest first.
    latest: Callable[[str, int], Awaitable[Sequence[ChatMessage]]]
    # (chat, revision): what is new or was edited after it, oldest first.
    since: Callable[[str, int], Awaitable[Sequence[ChatMessage]]]
    # (chat, revision): the same, for as long as the page is open.
    follow: Callable[[str, int], AsyncGenerator[Sequence[ChatMessage], None]]

    # What a scanned payload (without "c-") opens; None: unknown or stale.
    stamp: Callable[[str], Awaitable[Landing | None]]
    # What a projector's token shows; None: nobody's.
    screen: Callable[[str], Awaitable[Screen | None]]

    now: Callable[[], datetime]
    ready: Callable[[], Awaitable[Readiness]]
    metrics: Callable[[], bytes]  # in Prometheus's text form
    demo: Demo | None = None
