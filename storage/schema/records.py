"""What is on record of each member: who was there, who was excused, who has handed in."""

from sqlalchemy import Boolean, Column, Index, Table, Text, UniqueConstraint, false

from storage.schema.columns import Id, Instant, key, metadata, reference

attendance = Table(
    "attendance",
    metadata,
    key(),
    reference("session_id", "sessions"),
    reference("member_id", "members", index=True),
    reference("venue_id", "venues"),
    Column("at", Instant, nullable=False),
    Column("status", Text, nullable=False),  # "present" | "late" | "void"
    Column("via", Text, nullable=False),  # "self" | "confirmed" | "clerk" | "poster"
    reference("by_member_id", "members", nullable=True),  # who confirmed
    Column("left_at", Instant),
    Column("is_offline", Boolean, nullable=False, server_default=false()),  # sent later
    UniqueConstraint("session_id", "member_id"),
    Index("ix_attendance_venue_id_at", "venue_id", "at"),  # who came last to a hall
)

# Append-only: every version that an attendance ever had.
attendance_log = Table(
    "attendance_log",
    metadata,
    key(),
    Column("session_id", Id, nullable=False),
    Column("member_id", Id, nullable=False),
    Column("logged_at", Instant, nullable=False),
    Column("action", Text, nullable=False),  # recorded | checked_out | voided | disputed | upheld
    Column("venue_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("by_member_id", Id),
    Column("reason", Text),
    Column("is_offline", Boolean, nullable=False, server_default=false()),
    Column("mark", Text),  # domain.attendance.Entry.mark, of what a mark has recorded
    Index("ix_attendance_log_of", "session_id", "member_id"),
    Index("uq_attendance_log_mark", "mark", unique=True),
)

excuses = Table(
    "excuses",
    metadata,
    key(),
    reference("session_id", "sessions"),
    reference("member_id", "members", index=True),
    Column("category", Text, nullable=False),  # "work" | "health" | "family" | "other"
    Column("state", Text, nullable=False),  # "accepted" | "withdrawn"
    reference("decided_by", "members", nullable=True),
    Column("decided_at", Instant, nullable=False),
    UniqueConstraint("session_id", "member_id"),
)

# "Đề nghị xem lại": a member says an entry about them is wrong.
reviews = Table(
    "reviews",
    metadata,
    key(),
    reference("session_id", "sessions"),
    reference("member_id", "members", index=True),
    Column("asked_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # "open" | "kept" | "voided"
    reference("decided_by", "members", nullable=True),
    Column("decided_at", Instant),
    Column("reason", Text),
)

submissions = Table(
    "submissions",
    metadata,
    key(),
    reference("obligation_id", "obligations"),
    reference("member_id", "members", index=True),
    Column("state", Text, nullable=False),  # "received" | "accepted" | "returned"
    Column("received_at", Instant, nullable=False),
    reference("by_member_id", "members", nullable=True),  # who entered a paper one
    UniqueConstraint("obligation_id", "member_id"),
)
