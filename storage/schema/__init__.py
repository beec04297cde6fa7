"""The tables, named by the glossary. Migrations are written by hand and must end at this schema."""

from storage.schema.campaign import (
    assignments,
    campaigns,
    deadlines,
    obligations,
    sessions,
    trials,
    venues,
)
from storage.schema.changes import audit, key_mark, revisions
from storage.schema.clock import nudges, occurrences, pauses, rounds, rules, rungs
from storage.schema.columns import Instant, metadata
from storage.schema.conversation import dialogues, inbox, tickets, web_files, web_messages
from storage.schema.people import (
    accounts,
    claims,
    consents,
    invitations,
    members,
    memberships,
    units,
)
from storage.schema.post import broadcast_unreached, broadcasts, channel_state, holds, outbox
from storage.schema.records import attendance, attendance_log, excuses, reviews, submissions
from storage.schema.rights import door_sessions, grants, recovery_codes, sign_in_links, venue_links

__all__ = [
    "Instant",
    "accounts",
    "assignments",
    "attendance",
    "attendance_log",
    "audit",
    "broadcast_unreached",
    "broadcasts",
    "campaigns",
    "channel_state",
    "claims",
    "consents",
    "deadlines",
    "dialogues",
    "door_sessions",
    "excuses",
    "grants",
    "holds",
    "inbox",
    "invitations",
    "key_mark",
    "members",
    "memberships",
    "metadata",
    "nudges",
    "obligations",
    "occurrences",
    "outbox",
    "pauses",
    "recovery_codes",
    "reviews",
    "revisions",
    "rounds",
    "rules",
    "rungs",
    "sessions",
    "sign_in_links",
    "submissions",
    "tickets",
    "trials",
    "units",
    "venue_links",
    "venues",
    "web_files",
    "web_messages",
]
