"""The tables, named by the glossary. Migrations are written by hand and must end at this schema.

Instants are whole microseconds since 1970 UTC: exact, comparable and the same on every engine.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# SQLite only numbers rows by itself when the key is spelled INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, Id, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


# --- who -------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    _key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # name without marks and case, for searching
    Column("kind", Text, nullable=False),  # Loại: "tỉnh ủy", "chi bộ", …
    _ref("parent_id", "units", nullable=True, index=True),
    Column("path", Text, nullable=False, index=True),  # "/1/5/33/": own id last
    Column("is_headcount_only", Boolean, nullable=False, default=False),
    Column("opened_on", Date),
    Column("closed_on", Date),  # from this day on it is no more
)

members = Table(
    "members",
    metadata,
    _key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, index=True),
    Column("birth_year", Integer),
    Column("phone_hash", LargeBinary, index=True),  # keyed: the number itself is not stored
)

# Where a member belongs, day by day; a move or a change of status ends a row and begins another.
memberships = Table(
    "memberships",
    metadata,
    _key(),
    _ref("member_id", "members", index=True),
    _ref("unit_id", "units", index=True),
    Column("status", Text, nullable=False),  # Tình trạng
    Column("position", Text, nullable=False),  # Chức vụ
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),  # the first day it no longer holds
)
Index(
    "uq_memberships_current",
    memberships.c.member_id,
    unique=True,
    sqlite_where=text("to_on IS NULL"),
    postgresql_where=text("to_on IS NULL"),
)

accounts = Table(
    "accounts",
    metadata,
    _key(),
    Column("channel", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    _ref("member_id", "members", nullable=True, index=True),
    Column("language", Text),  # chosen with /ngonngu
    Column("records_consent", Integer),  # version of the text agreed to; the proof is in consents
    Column("foreign_consent", Integer),
    Column("wrong_tries", Integer, nullable=False, default=0),
    Column("wrong_since", Instant),
    Column("locked_until", Instant),
    Column("is_reachable", Boolean, nullable=False, default=True),
    Column("is_muted", Boolean, nullable=False, server_default=false()),  # wants no reminders
    Column("secret_hash", LargeBinary, unique=True),  # of a browser's cookie
    Column("created_at", Instant, nullable=False),
    Column("linked_at", Instant),
    Column("expires_at", Instant),  # of a signed-in dashboard's own chat: nobody's after that
    UniqueConstraint("channel", "chat_id"),
)
# A messenger account is a person's own; browsers may be several, so "web" is left out.
Index(
    "uq_accounts_one_per_messenger",
    accounts.c.member_id,
    accounts.c.channel,
    unique=True,
    sqlite_where=text("member_id IS NOT NULL AND channel <> 'web'"),
    postgresql_where=text("member_id IS NOT NULL AND channel <> 'web'"),
)

consents = Table(
    "consents",
    metadata,
    _key(),
    _ref("account_id", "accounts", index=True),
    Column("purpose", Text, nullable=False),  # "records" | "foreign"
    Column("text_version", Integer, nullable=False),
    Column("is_given", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)

# A registration code is derived from the key file and (member, serial), so that it can be printed
# again without being stored; only its keyed hash is.
invitations = Table(
    "invitations",
    metadata,
    _key(),
    _ref("member_id", "members", index=True),
    Column("serial", Integer, nullable=False),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    UniqueConstraint("member_id", "serial"),
)

# "I have no code": what the person typed, never compared in sight of them.
claims = Table(
    "claims",
    metadata,
    _key(),
    _ref("account_id", "accounts", index=True),
    _ref("unit_id", "units", index=True),
    Column("typed_name", Text, nullable=False),
    Column("birth_year", Integer),
    Column("number", Text, nullable=False),  # read out by the member, typed by the secretary
    Column("wrong_numbers", Integer, nullable=False, default=0),
    Column("scan", JSON),  # the stamped scan that waits, see domain.codes
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # "open" | "accepted" | "refused" | "withdrawn"
    _ref("decided_by", "members", nullable=True),
)

grants = Table(
    "grants",
    metadata,
    _key(),
    _ref("member_id", "members", index=True),
    Column("role", Text, nullable=False),  # domain.rights.Role
    _ref("unit_id", "units", nullable=True),
    Column("venue_id", Id, ForeignKey("venues.id")),
    Column("sees_names", Boolean, nullable=False, default=False),
    Column("granted_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

# A link that makes whoever opens it first the clerk or inspector of a venue ("/start v-…").
venue_links = Table(
    "venue_links",
    metadata,
    _key(),
    Column("venue_id", Id, ForeignKey("venues.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

# The dashboard is entered by a link that the bot sends, or by a printed code; each works once.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    _key(),
    _ref("member_id", "members", index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    _key(),
    _ref("member_id", "members", index=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("revoked_at", Instant),
)

# --- what ------------------------------------------------------------------------------------

campaigns = Table(
    "campaigns",
    metadata,
    _key(),
    Column("code", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    _ref("unit_id", "units"),
    Column("documents", JSON, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("cutoff_on", Date),
    Column("complete", Text, nullable=False),  # "any" | "all"
    Column("lagging", JSON, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    _key(),
    _ref("campaign_id", "campaigns"),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "main" | "makeup" | "class"
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("late_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("codes", Text, nullable=False),  # "rotating" | "static"
    Column("has_check_out", Boolean, nullable=False),
    UniqueConstraint("campaign_id", "code"),
)

venues = Table(
    "venues",
    metadata,
    _key(),
    _ref("session_id", "sessions"),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("capacity", Integer),
    Column("summoned", Integer),  # None: the obliged of its units
    Column("secret", LargeBinary, nullable=False),  # key of its codes
    UniqueConstraint("session_id", "code"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("session_id", Id, ForeignKey("sessions.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id"), primary_key=True),
    _ref("venue_id", "venues", index=True),
)

obligations = Table(
    "obligations",
    metadata,
    _key(),
    _ref("campaign_id", "campaigns"),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),  # essay | personal_plan | action_programme | cell_agenda
    Column("title", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("is_handwritten", Boolean, nullable=False),
    Column("remind_days", JSON, nullable=False),
    Column("exempt", JSON, nullable=False),  # statuses that need not
    UniqueConstraint("campaign_id", "code"),
)

deadlines = Table(
    "deadlines",
    metadata,
    _key(),
    _ref("obligation_id", "obligations", index=True),
    Column("level", Text),  # a kind of unit, when its units are to be complete …
    _ref("unit_id", "units", nullable=True),  # … or a subtree's people
    Column("due_at", Instant, nullable=False),
)

# --- what happened ---------------------------------------------------------------------------

attendance = Table(
    "attendance",
    metadata,
    _key(),
    _ref("session_id", "sessions"),
    _ref("member_id", "members", index=True),
    _ref("venue_id", "venues", index=True),
    Column("at", Instant, nullable=False),
    Column("status", Text, nullable=False),  # "present" | "late" | "void"
    Column("via", Text, nullable=False),  # "self" | "confirmed" | "clerk" | "poster"
    _ref("by_member_id", "members", nullable=True),  # who confirmed
    Column("left_at", Instant),
    UniqueConstraint("session_id", "member_id"),
)

# Append-only: every version that an attendance ever had.
attendance_log = Table(
    "attendance_log",
    metadata,
    _key(),
    Column("session_id", Id, nullable=False),
    Column("member_id", Id, nullable=False),
    Column("logged_at", Instant, nullable=False),
    Column("action", Text, nullable=False),  # recorded | checked_out | voided | disputed | upheld
    Column("venue_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("by_member_id", Id),
    Column("reason", Text),
    Index("ix_attendance_log_of", "session_id", "member_id"),
)

excuses = Table(
    "excuses",
    metadata,
    _key(),
    _ref("session_id", "sessions"),
    _ref("member_id", "members", index=True),
    Column("category", Text, nullable=False),  # "work" | "health" | "family" | "other"
    Column("state", Text, nullable=False),  # "accepted" | "withdrawn"
    _ref("decided_by", "members", nullable=True),
    Column("decided_at", Instant, nullable=False),
    UniqueConstraint("session_id", "member_id"),
)

# "Đề nghị xem lại": a member says an entry about them is wrong.
reviews = Table(
    "reviews",
    metadata,
    _key(),
    _ref("session_id", "sessions"),
    _ref("member_id", "members", index=True),
    Column("asked_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # "open" | "kept" | "voided"
    _ref("decided_by", "members", nullable=True),
    Column("decided_at", Instant),
    Column("reason", Text),
)

# --- conversation ----------------------------------------------------------------------------

dialogues = Table(
    "dialogues",
    metadata,
    Column("account_id", Id, ForeignKey("accounts.id"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# One scan, one account: a ticket that the landing page issued and somebody used.
tickets = Table(
    "tickets",
    metadata,
    Column("nonce", LargeBinary, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("used_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("reply", JSON, nullable=False),  # what the response carried, for a second delivery
    Column("received_at", Instant, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    _key(),
    Column("channel", Text, nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),  # see storage.outbox
    Column("dedup_key", Text, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Instant),
    Column("worker", Text),  # in whose hand it is, or was: storage.database.Database.worker
    Column("settled_at", Instant),
    Column("provider_id", Text),
    Column("error", Text),
    Column("is_doubtful", Boolean, nullable=False, server_default=false()),  # maybe sent twice
    Column("member_id", Id),  # whom it is for, where it is written when it leaves
    Column("recipe", Text),  # what writes it then; None: the payload is the message
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Index("ix_outbox_waiting", "channel", "state", "lane", "not_before"),
    Index("ix_outbox_of_chat", "channel", "chat_id", "state"),
    Index("ix_outbox_of_broadcast", "broadcast_id", "state"),
)
# What falls due for a member is added to the message that still waits for them.
Index(
    "ix_outbox_of_due",
    outbox.c.member_id,
    outbox.c.state,
    sqlite_where=text("recipe = 'due'"),
    postgresql_where=text("recipe = 'due'"),
)

# What the messenger asked of a whole channel; kept over restarts.
channel_state = Table(
    "channel_state",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("not_before", Instant),  # nothing is sent before
    Column("reason", Text),
)

# --- the clock and the post ------------------------------------------------------------------

# That something fell due for somebody: made once, however often the clock ticks.
occurrences = Table(
    "occurrences",
    metadata,
    _key(),
    Column("rule", Text, nullable=False),  # domain.reminders.Rule
    Column("subject_id", Id, nullable=False),  # the obligation, session or cell
    _ref("member_id", "members"),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),  # later it would be stale
    Column("outbox_id", Id, index=True),  # the message that tells it; None: not posted yet
    UniqueConstraint("rule", "subject_id", "member_id", "due_at"),
    Index("ix_occurrences_of_member", "member_id", "expires_at"),
)

# Each step of a ladder that was taken, for all whom it concerns at once; so that a tick which
# finds nothing new costs nothing.
rungs = Table(
    "rungs",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("unit_id", Id, primary_key=True),  # whose people: a deadline may be another's elsewhere
    Column("due_at", Instant, primary_key=True),
    Column("made_at", Instant, nullable=False),
)

# Rules that a coordinator has switched off for a campaign, and on again.
rules = Table(
    "rules",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    _ref("changed_by", "members", nullable=True),
)

# Which day's round of the clock was made last; without it every tick would decide anew.
rounds = Table(
    "rounds",
    metadata,
    Column("name", Text, primary_key=True),
    Column("day", Date, nullable=False),
)

# Each nudge about a cell as it was decided, with its numbers: why, and whether anything moved
# since. Whether it arrived is known by its message in the outbox.
nudges = Table(
    "nudges",
    metadata,
    _key(),
    _ref("unit_id", "units"),
    Column("topic", Text, nullable=False),  # domain.nudging.Topic: "attendance 5", "obligation 3"
    Column("day", Date, nullable=False),
    Column("nudged_at", Instant, nullable=False),
    Column("post_key", Text),  # dedup key of its message; None: no secretary could be reached
    Column("why", Text, nullable=False),  # domain.lagging.Why
    Column("done", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("expected", Float, nullable=False),
    Column("margin", Float, nullable=False),
    Column("reported_at", Instant),  # when the superior was told that it bore no fruit …
    _ref("reported_to", "units", nullable=True),  # … and who that is
    UniqueConstraint("unit_id", "topic", "day"),
    Index("ix_nudges_reported", "reported_to", "reported_at"),
)

# "18 bản giấy đã thu, đang nhập", "nhắc lại ngày mai": no nudge about it until then.
pauses = Table(
    "pauses",
    metadata,
    _key(),
    _ref("unit_id", "units"),
    Column("topic", Text, nullable=False),
    Column("why", Text, nullable=False),  # domain.nudging.Rest
    Column("until_at", Instant, nullable=False),
    Column("collected", Integer),  # paper essays in hand …
    Column("done", Integer),  # … when so many were done
    _ref("by_member_id", "members"),
    Column("at", Instant, nullable=False),
    Index("ix_pauses_of_unit", "unit_id", "topic", "until_at"),
)

# "Tạm ngừng gửi": nothing but replies goes out below this unit (mourning, storm).
holds = Table(
    "holds",
    metadata,
    _key(),
    _ref("unit_id", "units"),
    _ref("by_member_id", "members", nullable=True),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    _key(),
    _ref("author_id", "members", nullable=True),  # None: the operator
    _ref("from_unit_id", "units"),  # who speaks; it may be above the unit that hears
    _ref("unit_id", "units"),
    Column("audience", Text, nullable=False),  # domain.broadcasts.Audience
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("obligation_id", Id, ForeignKey("obligations.id")),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),  # domain.broadcasts.State
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    _ref("confirmed_by", "members", nullable=True),
    Column("chosen", Integer),  # how many the audience was when it was confirmed
    Column("posted", Integer),  # how many of them had a chat
    Column("told", JSON),  # where its author follows it: chat, message, language
    Column("shown", Text),  # what stands there
    Column("shown_at", Instant),
    Column("reported_at", Instant),  # the final report went into the post
)

# Chosen, but without a chat when it was confirmed: to be called.
broadcast_unreached = Table(
    "broadcast_unreached",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True),
    Column("member_id", Id, ForeignKey("members.id"), primary_key=True),
)

submissions = Table(
    "submissions",
    metadata,
    _key(),
    _ref("obligation_id", "obligations"),
    _ref("member_id", "members", index=True),
    Column("state", Text, nullable=False),  # "received" | "accepted" | "returned"
    Column("received_at", Instant, nullable=False),
    _ref("by_member_id", "members", nullable=True),  # who entered a paper one
    UniqueConstraint("obligation_id", "member_id"),
)

web_messages = Table(
    "web_messages",
    metadata,
    _key(),
    Column("chat_id", Text, nullable=False, index=True),
    Column("is_own", Boolean, nullable=False),  # written by the person, not by the bot
    Column("text", Text, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False),  # grows with every new or edited message
    Column("at", Instant, nullable=False),
    Column("dedup_key", Text),
    UniqueConstraint("chat_id", "dedup_key"),
)

audit = Table(
    "audit",
    metadata,
    _key(),
    Column("at", Instant, nullable=False),
    Column("actor_id", Id),  # member; None: the operator, or the bot itself
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # "member 12", "venue 3"
    Column("detail", JSON),
)

# Bumped when the plan or the tree changes, so that every process notices.
revisions = Table(
    "revisions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
