"""What fell due, which steps were taken, and what was decided about nudges."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema.columns import Id, Instant, key, metadata, reference

# That something fell due for somebody: made once, however often the clock ticks.
occurrences = Table(
    "occurrences",
    metadata,
    key(),
    Column("rule", Text, nullable=False),  # domain.reminders.Rule
    Column("subject_id", Id, nullable=False),  # the obligation, session or cell
    reference("member_id", "members"),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),  # later it would be stale
    Column("outbox_id", Id, index=True),  # the message that tells it; None: not posted yet
    UniqueConstraint("rule", "subject_id", "member_id", "due_at"),
    Index("ix_occurrences_of_member", "member_id", "expires_at"),
)

# Each step of a ladder that was taken, for all whom it concerns at once; so that a tick which
# finds nothing new costs nothing.
rungs = Table(
    "rungs",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("unit_id", Id, primary_key=True),  # whose people: a deadline may be another's elsewhere
    Column("due_at", Instant, primary_key=True),
    Column("made_at", Instant, nullable=False),
)

# Rules that a coordinator has switched off for a campaign, and on again.
rules = Table(
    "rules",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    reference("changed_by", "members", nullable=True),
)

# Which day's round of the clock was made last; without it every tick would decide anew.
rounds = Table(
    "rounds",
    metadata,
    Column("name", Text, primary_key=True),
    Column("day", Date, nullable=False),
)

# Each nudge about a cell as it was decided, with its numbers: why, and whether anything moved
# since. Whether it arrived is known by its message in the outbox.
nudges = Table(
    "nudges",
    metadata,
    key(),
    reference("unit_id", "units"),
    Column("topic", Text, nullable=False),  # domain.nudging.Topic: "attendance 5", "obligation 3"
    Column("day", Date, nullable=False),
    Column("nudged_at", Instant, nullable=False),
    Column("post_key", Text),  # dedup key of its message; None: no secretary could be reached
    Column("why", Text, nullable=False),  # domain.lagging.Why
    Column("done", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("expected", Float, nullable=False),
    Column("margin", Float, nullable=False),
    Column("reported_at", Instant),  # when the superior was told that it bore no fruit …
    reference("reported_to", "units", nullable=True),  # … and who that is
    UniqueConstraint("unit_id", "topic", "day"),
    Index("ix_nudges_reported", "reported_to", "reported_at"),
)

# "18 bản giấy đã thu, đang nhập", "nhắc lại ngày mai": no nudge about it until then.
pauses = Table(
    "pauses",
    metadata,
    key(),
    reference("unit_id", "units"),
    Column("topic", Text, nullable=False),
    Column("why", Text, nullable=False),  # domain.nudging.Rest
    Column("until_at", Instant, nullable=False),
    Column("collected", Integer),  # paper essays in hand …
    Column("done", Integer),  # … when so many were done
    reference("by_member_id", "members"),
    Column("at", Instant, nullable=False),
    Index("ix_pauses_of_unit", "unit_id", "topic", "until_at"),
)
