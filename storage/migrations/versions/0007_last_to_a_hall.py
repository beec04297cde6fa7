"""Who came last to a hall is found at once, for its screen."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index(op.f("ix_attendance_venue_id_at"), "attendance", ["venue_id", "at"])
    op.drop_index(op.f("ix_attendance_venue_id"), "attendance")
