"""What waits before a message in its own chat is found without looking through all chats."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index(op.f("ix_outbox_of_chat"), "outbox", ["channel", "chat_id", "state"])
