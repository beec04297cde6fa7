"""What flows between messengers and handlers.

SendError
├── Throttled      the messenger asks for a pause; no attempt was used up
├── Unavailable    it was not sent; try again later
│   └── Away       nor would any other have been: the messenger cannot be reached
├── Uncertain      it may have been sent: nobody can tell (a timeout after the request left)
├── Rejected       this message will never be accepted
└── RecipientGone  this chat cannot be reached any more
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """One chat of one bot: update and chat ids are only unique per bot, so a bot is a channel."""

    channel: str  # "telegram:main", "web"
    chat_id: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number the messenger vouches for."""

    phone: str
    is_own: bool  # shared by its owner, not a forwarded card


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; fetched only when a handler wants it."""

    kind: str  # "photo" | "document" | "other"
    file_id: str
    size: int | None = None  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing a person did, whatever the messenger."""

    sender: Address
    external_id: str  # the messenger's own id of this update: its second delivery carries the same
    received_at: datetime
    text: str = ""
    command: str | None = None  # of a pressed button, or a typed "/command" without its slash
    argument: str = ""  # what follows the command
    contact: Contact | None = None
    attachments: tuple[Attachment, ...] = ()
    pressed_on: str | None = None  # message id that carries the pressed button
    press_id: str | None = None  # to be acknowledged, so that the button stops spinning
    is_group: bool = False
    language: str | None = None  # what the messenger says of its user, e.g. "vi"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice; pressing it arrives as its command (at most 64 bytes, ids only, never names)."""

    label: str
    command: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.command.encode()) <= 64:
            raise ValueError(f"a button's command has 1-64 bytes, not {self.command!r}")


class FileKind(StrEnum):
    """How a messenger shows a file."""

    PICTURE = "picture"  # in the chat itself
    DOCUMENT = "document"  # to be opened or kept


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a message brings besides its words. It is made when it leaves, and never in the post."""

    kind: FileKind
    name: str
    media_type: str
    says: str  # the same in words, for whoever cannot see it
    content: bytes = field(repr=False)


class Lane(StrEnum):
    """What goes first: replies, then what was promised for a time, then what was sent to many."""

    INTERACTIVE = "interactive"
    REMINDER = "reminder"
    BULK = "bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to one chat."""

    to: Address
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()  # rows
    asks_contact: str | None = None  # label of a "share my number" key, where the channel has one
    replaces: str | None = None  # message id to edit instead of sending another
    file: File | None = None  # the text is then its caption
    lane: Lane = Lane.INTERACTIVE
    dedup_key: str | None = None
    expires_at: datetime | None = None  # a stale message dies instead of arriving

    def at(self, to: Address) -> Outbound:
        return replace(self, to=to)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The messenger took the message under this id."""

    provider_id: str


class SendError(Exception):
    """A message did not go out; the subclass says what that means."""


@dataclass
class Throttled(SendError):
    """The messenger asks for a pause; no attempt was used up."""

    retry_after: float  # seconds


class Unavailable(SendError):
    """It was not sent; try again later."""


class Away(Unavailable):
    """The messenger cannot be reached, or does not let us in: that is no message's fault."""


class Uncertain(SendError):
    """It may have been sent: the connection failed after the request had left."""


class Rejected(SendError):
    """This message will never be accepted."""


class RecipientGone(SendError):
    """This chat cannot be reached any more."""


class Unauthorized(Exception):
    """A hook was called without the right secret."""


class Malformed(Exception):
    """A hook was called with a body that is no update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do, as data: handlers ask for what they want and get what it has."""

    max_text: int  # UTF-16 units where the messenger counts so
    has_buttons: bool
    can_edit: bool
    messages_in_response: int  # how many of the answers a hook's response can carry; 0: none
    needs_own_consent: bool  # a foreign platform: messages cross the border
    max_caption: int = 0  # as max_text, of what stands below a file; 0: it carries no files
    has_contact_sharing: bool = False
    many_accounts_per_member: bool = False  # browsers
    per_second: float | None = None  # messages of one bot in all; None: as many as one likes
    per_chat: float = 0.0  # seconds between two messages to the same chat
    per_group: float = 0.0  # seconds between two to the same group (its chat id begins with "-")


class Channel(Protocol):
    """One door to one messenger bot."""

    name: str
    capabilities: Capabilities

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Inbound]:
        """What a hook call says. Raises Unauthorized or Malformed."""

    def poll(self) -> AsyncIterator[list[Inbound]]:
        """What happens, in batches, for ever. Asking for the next batch confirms the last one."""

    def in_response(self, message: Outbound) -> bytes:
        """The message as the body of a hook's response. A channel that cannot: ValueError."""

    async def acknowledge(self, inbound: Inbound) -> None:
        """Tell the messenger that a button press was seen. Never raises SendError."""

    async def send(self, message: Outbound) -> Receipt:
        """Send or edit one message. Raises SendError."""

    async def close(self) -> None:
        """Let go of connections."""
