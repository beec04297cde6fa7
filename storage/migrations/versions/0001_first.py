"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.BigInteger()  # microseconds since 1970 UTC


def upgrade() -> None:
    op.create_table(
        "attendance_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("logged_at", INSTANT, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("by_member_id", ID),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_log")),
    )
    op.create_index(op.f("ix_attendance_log_of"), "attendance_log", ["session_id", "member_id"])

    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )

    op.create_table(
        "inbox",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "external_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"])

    op.create_table(
        "members",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("phone_hash", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("code", name=op.f("uq_members_code")),
    )
    op.create_index(op.f("ix_members_folded"), "members", ["folded"])
    op.create_index(op.f("ix_members_phone_hash"), "members", ["phone_hash"])

    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("provider_id", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_dedup_key")),
    )
    op.create_index(op.f("ix_outbox_waiting"), "outbox", ["channel", "state", "lane", "not_before"])

    op.create_table(
        "revisions",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revisions")),
    )

    op.create_table(
        "tickets",
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_tickets")),
    )

    op.create_table(
        "units",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", ID),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("is_headcount_only", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_index(op.f("ix_units_parent_id"), "units", ["parent_id"])
    op.create_index(op.f("ix_units_path"), "units", ["path"])

    op.create_table(
        "web_messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("dedup_key", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_messages")),
        sa.UniqueConstraint("chat_id", "dedup_key", name=op.f("uq_web_messages_chat_id_dedup_key")),
    )
    op.create_index(op.f("ix_web_messages_chat_id"), "web_messages", ["chat_id"])

    op.create_table(
        "accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("member_id", ID),
        sa.Column("language", sa.Text()),
        sa.Column("records_consent", sa.Integer()),
        sa.Column("foreign_consent", sa.Integer()),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("wrong_since", INSTANT),
        sa.Column("locked_until", INSTANT),
        sa.Column("is_reachable", sa.Boolean(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("linked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_accounts_member_id")),
        sa.UniqueConstraint("channel", "chat_id", name=op.f("uq_accounts_channel_chat_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_accounts_secret_hash")),
    )
    op.create_index(op.f("ix_accounts_member_id"), "accounts", ["member_id"])
    op.create_index(
        op.f("uq_accounts_one_per_messenger"),
        "accounts",
        ["member_id", "channel"],
        unique=True,
        sqlite_where=sa.text("member_id IS NOT NULL AND channel <> 'web'"),
        postgresql_where=sa.text("member_id IS NOT NULL AND channel <> 'web'"),
    )

    op.create_table(
        "campaigns",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("cutoff_on", sa.Date()),
        sa.Column("complete", sa.Text(), nullable=False),
        sa.Column("lagging", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_campaigns_unit_id")),
        sa.UniqueConstraint("code", name=op.f("uq_campaigns_code")),
    )

    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_invitations_member_id")
        ),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
        sa.UniqueConstraint("member_id", "serial", name=op.f("uq_invitations_member_id_serial")),
    )
    op.create_index(op.f("ix_invitations_member_id"), "invitations", ["member_id"])

    op.create_table(
        "memberships",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_memberships_member_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id")),
    )
    op.create_index(op.f("ix_memberships_member_id"), "memberships", ["member_id"])
    op.create_index(op.f("ix_memberships_unit_id"), "memberships", ["unit_id"])
    op.create_index(
        op.f("uq_memberships_current"),
        "memberships",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )

    op.create_table(
        "claims",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("typed_name", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("wrong_numbers", sa.Integer(), nullable=False),
        sa.Column("scan", sa.JSON()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_claims_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_claims_decided_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_claims_unit_id")),
    )
    op.create_index(op.f("ix_claims_account_id"), "claims", ["account_id"])
    op.create_index(op.f("ix_claims_unit_id"), "claims", ["unit_id"])

    op.create_table(
        "consents",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_consents_account_id")
        ),
    )
    op.create_index(op.f("ix_consents_account_id"), "consents", ["account_id"])

    op.create_table(
        "dialogues",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_dialogues")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_dialogues_account_id")
        ),
    )

    op.create_table(
        "obligations",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("is_handwritten", sa.Boolean(), nullable=False),
        sa.Column("remind_days", sa.JSON(), nullable=False),
        sa.Column("exempt", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_obligations_campaign_id")
        ),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_obligations_campaign_id_code")),
    )

    op.create_table(
        "sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("late_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("has_check_out", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_sessions_campaign_id")
        ),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_sessions_campaign_id_code")),
    )

    op.create_table(
        "deadlines",
        sa.Column("id", ID, nullable=False),
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("level", sa.Text()),
        sa.Column("unit_id", ID),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligations.id"], name=op.f("fk_deadlines_obligation_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_deadlines_unit_id")),
    )
    op.create_index(op.f("ix_deadlines_obligation_id"), "deadlines", ["obligation_id"])

    op.create_table(
        "excuses",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excuses")),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_excuses_decided_by")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_excuses_member_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_excuses_session_id")
        ),
        sa.UniqueConstraint(
            "session_id", "member_id", name=op.f("uq_excuses_session_id_member_id")
        ),
    )
    op.create_index(op.f("ix_excuses_member_id"), "excuses", ["member_id"])

    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", INSTANT),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.ForeignKeyConstraint(["decided_by"], ["members.id"], name=op.f("fk_reviews_decided_by")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_reviews_member_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_reviews_session_id")
        ),
    )
    op.create_index(op.f("ix_reviews_member_id"), "reviews", ["member_id"])

    op.create_table(
        "venues",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer()),
        sa.Column("summoned", sa.Integer()),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_venues_session_id")),
        sa.UniqueConstraint("session_id", "code", name=op.f("uq_venues_session_id_code")),
    )

    op.create_table(
        "assignments",
        sa.Column("session_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "unit_id", name=op.f("pk_assignments")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_assignments_session_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assignments_unit_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_assignments_venue_id")),
    )
    op.create_index(op.f("ix_assignments_venue_id"), "assignments", ["venue_id"])

    op.create_table(
        "attendance",
        sa.Column("id", ID, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("by_member_id", ID),
        sa.Column("left_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.ForeignKeyConstraint(
            ["by_member_id"], ["members.id"], name=op.f("fk_attendance_by_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_attendance_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_attendance_session_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_attendance_venue_id")),
        sa.UniqueConstraint(
            "session_id", "member_id", name=op.f("uq_attendance_session_id_member_id")
        ),
    )
    op.create_index(op.f("ix_attendance_member_id"), "attendance", ["member_id"])
    op.create_index(op.f("ix_attendance_venue_id"), "attendance", ["venue_id"])

    op.create_table(
        "grants",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", ID),
        sa.Column("venue_id", ID),
        sa.Column("sees_names", sa.Boolean(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_grants_member_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_grants_unit_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_grants_venue_id")),
    )
    op.create_index(op.f("ix_grants_member_id"), "grants", ["member_id"])

    op.create_table(
        "venue_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_links")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_links_venue_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_venue_links_token_hash")),
    )
