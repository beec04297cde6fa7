"""The clerk's page at the door, and entries that were made there without a network."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970 UTC

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "door_sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("link_expires_at", INSTANT, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("signed_in_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("wrong_tries", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_door_sessions_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_door_sessions_venue_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_sessions")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_door_sessions_link_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_door_sessions_token_hash")),
    )
    op.create_index(op.f("ix_door_sessions_member_id"), "door_sessions", ["member_id"])
    for table in ("attendance", "attendance_log"):
        op.add_column(
            table, sa.Column("is_offline", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("attendance_log", sa.Column("mark", sa.Text()))
    op.create_index("uq_attendance_log_mark", "attendance_log", ["mark"], unique=True)
