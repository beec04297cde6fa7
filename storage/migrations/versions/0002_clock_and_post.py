"""The clock and the post: what falls due, what is broadcast, what is on hold."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970 UTC


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _create_rules()
    _create_nudges()
    _create_broadcasts()
    op.create_table(
        "channel_state",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_state")),
    )
    op.add_column(
        "accounts",
        sa.Column("is_muted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("member_id", ID))
        outbox.add_column(sa.Column("recipe", sa.Text()))
        outbox.add_column(sa.Column("broadcast_id", ID))
        outbox.create_foreign_key(
            op.f("fk_outbox_broadcast_id"), "broadcasts", ["broadcast_id"], ["id"]
        )
    op.create_index(op.f("ix_outbox_of_broadcast"), "outbox", ["broadcast_id", "state"])
    op.create_index(
        op.f("ix_outbox_of_due"),
        "outbox",
        ["member_id", "state"],
        sqlite_where=sa.text("recipe = 'due'"),
        postgresql_where=sa.text("recipe = 'due'"),
    )


def _create_rules() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("outbox_id", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        _of("occurrences", "member_id", "members"),
        sa.UniqueConstraint(
            "rule",
            "subject_id",
            "member_id",
            "due_at",
            name=op.f("uq_occurrences_rule_subject_id_member_id_due_at"),
        ),
    )
    op.create_index(op.f("ix_occurrences_of_member"), "occurrences", ["member_id", "expires_at"])
    op.create_index(op.f("ix_occurrences_outbox_id"), "occurrences", ["outbox_id"])
    op.create_table(
        "rungs",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("rule", "subject_id", "unit_id", "due_at", name=op.f("pk_rungs")),
    )
    op.create_table(
        "rules",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", ID),
        sa.PrimaryKeyConstraint("campaign_id", "rule", name=op.f("pk_rules")),
        _of("rules", "campaign_id", "campaigns"),
        _of("rules", "changed_by", "members"),
    )


def _create_nudges() -> None:
    op.create_table(
        "rounds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rounds")),
    )
    op.create_table(
        "nudges",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nudged_at", INSTANT, nullable=False),
        sa.Column("post_key", sa.Text()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("margin", sa.Float(), nullable=False),
        sa.Column("reported_at", INSTANT),
        sa.Column("reported_to", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
        _of("nudges", "unit_id", "units"),
        _of("nudges", "reported_to", "units"),
        sa.UniqueConstraint("unit_id", "topic", "day", name=op.f("uq_nudges_unit_id_topic_day")),
    )
    op.create_index(op.f("ix_nudges_reported"), "nudges", ["reported_to", "reported_at"])
    op.create_table(
        "pauses",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("collected", sa.Integer()),
        sa.Column("done", sa.Integer()),
        sa.Column("by_member_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        _of("pauses", "unit_id", "units"),
        _of("pauses", "by_member_id", "members"),
    )
    op.create_index(op.f("ix_pauses_of_unit"), "pauses", ["unit_id", "topic", "until_at"])
    op.create_table(
        "holds",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("by_member_id", ID),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        _of("holds", "unit_id", "units"),
        _of("holds", "by_member_id", "members"),
    )


def _create_broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, nullable=False),
        sa.Column("author_id", ID),
        sa.Column("from_unit_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("campaign_id", ID),
        sa.Column("obligation_id", ID),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("confirmed_by", ID),
        sa.Column("chosen", sa.Integer()),
        sa.Column("posted", sa.Integer()),
        sa.Column("told", sa.JSON()),
        sa.Column("shown", sa.Text()),
        sa.Column("shown_at", INSTANT),
        sa.Column("reported_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        _of("broadcasts", "author_id", "members"),
        _of("broadcasts", "from_unit_id", "units"),
        _of("broadcasts", "unit_id", "units"),
        _of("broadcasts", "campaign_id", "campaigns"),
        _of("broadcasts", "obligation_id", "obligations"),
        _of("broadcasts", "confirmed_by", "members"),
    )
    op.create_table(
        "broadcast_unreached",
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "member_id", name=op.f("pk_broadcast_unreached")),
        _of("broadcast_unreached", "broadcast_id", "broadcasts"),
        _of("broadcast_unreached", "member_id", "members"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", ID, nullable=False),
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("by_member_id", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        _of("submissions", "obligation_id", "obligations"),
        _of("submissions", "member_id", "members"),
        _of("submissions", "by_member_id", "members"),
        sa.UniqueConstraint(
            "obligation_id", "member_id", name=op.f("uq_submissions_obligation_id_member_id")
        ),
    )
    op.create_index(op.f("ix_submissions_member_id"), "submissions", ["member_id"])
