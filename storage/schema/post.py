"""What the bot says unasked: messages on their way, and broadcasts."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, Table, Text, false, text

from storage.schema.columns import Id, Instant, key, metadata, reference

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("channel", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),  # see storage.outbox
    Column("dedup_key", Text, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Instant),
    Column("worker", Text),  # in whose hand it is, or was: storage.database.Database.worker
    Column("settled_at", Instant),
    Column("provider_id", Text),
    Column("error", Text),
    Column("is_doubtful", Boolean, nullable=False, server_default=false()),  # maybe sent twice
    Column("member_id", Id),  # whom it is for, where it is written when it leaves
    Column("recipe", Text),  # what writes it then; None: the payload is the message
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Index("ix_outbox_waiting", "channel", "state", "lane", "not_before"),
    Index("ix_outbox_of_chat", "channel", "chat_id", "state"),
    Index("ix_outbox_of_broadcast", "broadcast_id", "state"),
)
# What falls due for a member is added to the message that still waits for them.
Index(
    "ix_outbox_of_due",
    outbox.c.member_id,
    outbox.c.state,
    sqlite_where=text("recipe = 'due'"),
    postgresql_where=text("recipe = 'due'"),
)

# What the messenger asked of a whole channel; kept over restarts.
channel_state = Table(
    "channel_state",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("not_before", Instant),  # nothing is sent before
    Column("reason", Text),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    key(),
    reference("author_id", "members", nullable=True),  # None: the operator
    reference("from_unit_id", "units"),  # who speaks; it may be above the unit that hears
    reference("unit_id", "units"),
    Column("audience", Text, nullable=False),  # domain.broadcasts.Audience
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("obligation_id", Id, ForeignKey("obligations.id")),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # domain.broadcasts.State
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    reference("confirmed_by", "members", nullable=True),
    Column("chosen", Integer),  # how many the audience was when it was confirmed
    Column("posted", Integer),  # how many of them had a chat
    Column("told", JSON),  # where its author follows it: chat, message, language
    Column("shown", Text),  # what stands there
    Column("shown_at", Instant),
    Column("reported_at", Instant),  # the final report went into the post
)

# Chosen, but without a chat when it was confirmed: to be called.
broadcast_unreached = Table(
    "broadcast_unreached",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True),
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
)

# "Tạm ngừng gửi": nothing but replies goes out below this unit (mourning, storm).
holds = Table(
    "holds",
    metadata,
    key(),
    reference("unit_id", "units"),
    reference("by_member_id", "members", nullable=True),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
)
