"""What the web chat's pages call."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.messages import Button, File, FileKind


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


class ChatFile(Protocol):
    """What a bubble shows besides its words."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> FileKind: ...
    @property
    def name(self) -> str: ...
    @property
    def says(self) -> str: ...


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
    @property
    def file(self) -> ChatFile | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDoors:
    """Browsers, and what stands in their chats."""

    # Whose token is it? Only looks; None: nobody's yet.
    visitor: Callable[[str], Awaitable[Visitor | None]]
    # Whose open dashboard? Its secret is good for the chat inside it, and for no other.
    officer: Callable[[str], Awaitable[Visitor | None]]
    # The token's account, made if need be. Called by a first message, never by a mere look.
    # None: the token was a dashboard's, and is no chat's.
    admit: Callable[[str], Awaitable[Visitor | None]]
    # Returns when what was said is committed and its answers stand in the chat.
    say: Callable[[Said], Awaitable[None]]
    # (chat, how many, before which revision): the newest messages then, oldest first.
    latest: Callable[[str, int, int | None], Awaitable[Sequence[ChatMessage]]]
    # (chat, revision): what is new or was edited after it, oldest first.
    since: Callable[[str, int], Awaitable[Sequence[ChatMessage]]]
    # (chat, revision): the same, for as long as the page is open.
    follow: Callable[[str, int], AsyncGenerator[Sequence[ChatMessage], None]]
    # The token is nobody's any more: its browser forgets the person, and nothing is sent there.
    forget: Callable[[str], Awaitable[None]]
    # (chat, file): what stands in that chat; None for any other's, and for what is too old.
    file: Callable[[str, int], Awaitable[File | None]]
