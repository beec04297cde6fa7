"""The database knows its key file, so that another one is never taken for it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table("key_mark", sa.Column("mark", sa.LargeBinary(), primary_key=True))
