"""A hall tries everything the day before, and somebody can be called about it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("venues", sa.Column("contact", sa.Text()))
    op.create_table(
        "trials",
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_trials_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", "what", name=op.f("pk_trials")),
    )
