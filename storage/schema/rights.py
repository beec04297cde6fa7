"""Who may do more than others, and how they are let in."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from storage.schema.columns import Id, Instant, key, metadata, reference

grants = Table(
    "grants",
    metadata,
    key(),
    reference("member_id", "members", index=True),
    Column("role", Text, nullable=False),  # domain.rights.Role
    reference("unit_id", "units", nullable=True),
    Column("venue_id", Id, ForeignKey("venues.id")),
    Column("sees_names", Boolean, nullable=False, default=False),
    Column("granted_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

# A link that makes whoever opens it first the clerk or inspector of a venue ("/start v-…").
venue_links = Table(
    "venue_links",
    metadata,
    key(),
    Column("venue_id", Id, ForeignKey("venues.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

# The dashboard is entered by a link that the bot sends, or by a printed code; each works once.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    key(),
    reference("member_id", "members", index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    key(),
    reference("member_id", "members", index=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

# A clerk's page at the door: a one-time link, and the browser that was signed in with it.
door_sessions = Table(
    "door_sessions",
    metadata,
    key(),
    reference("member_id", "members", index=True),
    reference("venue_id", "venues"),
    Column("link_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("link_expires_at", Instant, nullable=False),
    Column("token_hash", LargeBinary, unique=True),  # of the browser's cookie, once signed in
    Column("signed_in_at", Instant),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
)
