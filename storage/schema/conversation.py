"""What people say to the bot, and where each conversation stands."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema.columns import Id, Instant, key, metadata

dialogues = Table(
    "dialogues",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# One scan, one account: a ticket that the landing page issued and somebody used.
tickets = Table(
    "tickets",
    metadata,
    Column("nonce", LargeBinary, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("used_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("reply", JSON, nullable=False),  # what the response carried, for a second delivery
    Column("received_at", Instant, nullable=False, index=True),
)

web_messages = Table(
    "web_messages",
    metadata,
    key(),
    Column("chat_id", Text, nullable=False, index=True),
    Column("is_own", Boolean, nullable=False),  # written by the person, not by the bot
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False),  # grows with every new or edited message
    Column("at", Instant, nullable=False),
    Column("dedup_key", Text),
    UniqueConstraint("chat_id", "dedup_key"),
)

# What a bubble shows besides its words; the bytes go after a week (storage.web_files).
web_files = Table(
    "web_files",
    metadata,
    key(),
    Column("message_id", Id, ForeignKey("web_messages.id"), nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # domain.messages.FileKind
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("says", Text, nullable=False),  # the same in words
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)
