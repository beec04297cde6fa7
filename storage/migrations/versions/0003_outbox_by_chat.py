"""What goes before a message in its chat is found at once; what may come twice is marked."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index(op.f("ix_outbox_of_chat"), "outbox", ["channel", "chat_id", "state"])
    op.add_column(
        "outbox",
        sa.Column("is_doubtful", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("outbox", sa.Column("worker", sa.Text()))
