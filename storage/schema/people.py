"""Units, the people in them, and the chats they write from."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.columns import Instant, key, metadata, reference

units = Table(
    "units",
    metadata,
    key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # name without marks and case, for searching
    Column("kind", Text, nullable=False),  # Loại: "tỉnh ủy", "chi bộ", …
    reference("parent_id", "units", nullable=True, index=True),
    Column("path", Text, nullable=False, index=True),  # "/1/5/33/": own id last
    Column("is_headcount_only", Boolean, nullable=False, default=False),
    Column("opened_on", Date),
    Column("closed_on", Date),  # from this day on it is no more
)

members = Table(
    "members",
    metadata,
    key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, index=True),
    Column("birth_year", Integer),
    Column("phone_hash", LargeBinary, index=True),  # keyed: the number itself is not stored
)

# Where a member belongs, day by day; a move or a change of status ends a row and begins another.
memberships = Table(
    "memberships",
    metadata,
    key(),
    reference("member_id", "members", index=True),
    reference("unit_id", "units", index=True),
    Column("status", Text, nullable=False),  # Tình trạng
    Column("position", Text, nullable=False),  # Chức vụ
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),  # the first day it no longer holds
)
Index(
    "uq_memberships_current",
    memberships.c.member_id,
    unique=True,
    sqlite_where=text("to_on IS NULL"),
    postgresql_where=text("to_on IS NULL"),
)

accounts = Table(
    "accounts",
    metadata,
    key(),
    Column("channel", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    reference("member_id", "members", nullable=True, index=True),
    Column("language", Text),  # chosen with /ngonngu
    Column("records_consent", Integer),  # version of the text agreed to; the proof is in consents
    Column("foreign_consent", Integer),
    Column("wrong_tries", Integer, nullable=False, default=0),
    Column("wrong_since", Instant),
    Column("locked_until", Instant),
    Column("is_reachable", Boolean, nullable=False, default=True),
    Column("is_muted", Boolean, nullable=False, server_default=false()),  # wants no reminders
    Column("secret_hash", LargeBinary, unique=True),  # of a browser's cookie
    Column("created_at", Instant, nullable=False),
    Column("linked_at", Instant),
    Column("expires_at", Instant),  # of a signed-in dashboard's own chat: nobody's after that
    UniqueConstraint("channel", "chat_id"),
)
# A messenger account is a person's own; browsers may be several, so "web" is left out.
Index(
    "uq_accounts_one_per_messenger",
    accounts.c.member_id,
    accounts.c.channel,
    unique=True,
    sqlite_where=text("member_id IS NOT NULL AND channel <> 'web'"),
    postgresql_where=text("member_id IS NOT NULL AND channel <> 'web'"),
)

consents = Table(
    "consents",
    metadata,
    key(),
    reference("account_id", "accounts", index=True),
    Column("purpose", Text, nullable=False),  # "records" | "foreign"
    Column("text_version", Integer, nullable=False),
    Column("is_given", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)

# A registration code is derived from the key file and (member, serial), so that it can be printed
# again without being stored; only its keyed hash is.
invitations = Table(
    "invitations",
    metadata,
    key(),
    reference("member_id", "members", index=True),
    Column("serial", Integer, nullable=False),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    UniqueConstraint("member_id", "serial"),
)

# "I have no code": what the person typed, never compared in sight of them.
claims = Table(
    "claims",
    metadata,
    key(),
    reference("account_id", "accounts", index=True),
    reference("unit_id", "units", index=True),
    Column("typed_name", Text, nullable=False),
    Column("birth_year", Integer),
    Column("number", Text, nullable=False),  # read out by the member, typed by the secretary
    Column("wrong_numbers", Integer, nullable=False, default=0),
    Column("scan", JSON),  # the stamped scan that waits, see domain.codes
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # "open" | "accepted" | "refused" | "withdrawn"
    reference("decided_by", "members", nullable=True),
)
