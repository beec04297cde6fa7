"""What a plan says: its sessions with their halls, and what is owed."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema.columns import Id, Instant, key, metadata, reference

campaigns = Table(
    "campaigns",
    metadata,
    key(),
    Column("code", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    reference("unit_id", "units"),
    Column("documents", JSON, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("cutoff_on", Date),
    Column("complete", Text, nullable=False),  # "any" | "all"
    Column("lagging", JSON, nullable=False),
    Column("arrivals", Text, nullable=False, server_default="times"),  # "times" | "initials"
)

sessions = Table(
    "sessions",
    metadata,
    key(),
    reference("campaign_id", "campaigns"),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "main" | "makeup" | "class"
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("late_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("codes", Text, nullable=False),  # "rotating" | "static"
    Column("has_check_out", Boolean, nullable=False),
    UniqueConstraint("campaign_id", "code"),
)

venues = Table(
    "venues",
    metadata,
    key(),
    reference("session_id", "sessions"),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("capacity", Integer),
    Column("summoned", Integer),  # None: the obliged of its units
    Column("secret", LargeBinary, nullable=False),  # key of its codes
    Column("screen", Integer, nullable=False, server_default="0"),  # renewals of its address
    Column("contact", Text),  # whom to call about it
    UniqueConstraint("session_id", "code"),
)

# What a hall has tried before its session: the newest of each kind. Counts nowhere.
trials = Table(
    "trials",
    metadata,
    Column("venue_id", Id, ForeignKey("venues.id"), primary_key=True),
    Column("what", Text, primary_key=True),  # "screen" … see domain.readiness, "phone:telegram"
    Column("at", Instant, nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("session_id", Id, ForeignKey("sessions.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id"), primary_key=True),
    reference("venue_id", "venues", index=True),
)

obligations = Table(
    "obligations",
    metadata,
    key(),
    reference("campaign_id", "campaigns"),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),  # essay | personal_plan | action_programme | cell_agenda
    Column("title", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("is_handwritten", Boolean, nullable=False),
    Column("remind_days", JSON, nullable=False),
    Column("exempt", JSON, nullable=False),  # statuses that need not
    UniqueConstraint("campaign_id", "code"),
)

deadlines = Table(
    "deadlines",
    metadata,
    key(),
    reference("obligation_id", "obligations", index=True),
    Column("level", Text),  # a kind of unit, when its units are to be complete …
    reference("unit_id", "units", nullable=True),  # … or a subtree's people
    Column("due_at", Instant, nullable=False),
)
