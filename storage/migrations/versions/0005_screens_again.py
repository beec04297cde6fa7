"""A hall's screen can be given another address, while its codes stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("venues", sa.Column("screen", sa.Integer(), nullable=False, server_default="0"))
