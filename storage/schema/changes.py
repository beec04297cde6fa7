"""Who changed what, and that something changed."""

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, Table, Text

from storage.schema.columns import Id, Instant, key, metadata

audit = Table(
    "audit",
    metadata,
    key(),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id),  # member; None: the operator, or the bot itself
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # "member 12", "venue 3"
    Column("detail", JSON),
)

# Bumped when the plan or the tree changes, so that every process notices.
revisions = Table(
    "revisions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

# One row: what the installation's key makes of a constant.
key_mark = Table("key_mark", metadata, Column("mark", LargeBinary, primary_key=True))
