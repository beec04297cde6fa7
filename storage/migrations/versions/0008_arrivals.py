"""A plan may let halls' screens show the first letters of whoever came last."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "campaigns", sa.Column("arrivals", sa.Text(), nullable=False, server_default="times")
    )
