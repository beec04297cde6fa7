"""A plan may let halls' screens show the first letters of whoever came last."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "campaigns", sa.Column("arrivals", sa.Text(), nullable=False, server_default="times")
    )
