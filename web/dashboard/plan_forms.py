"""What the forms of a campaign and a session say, as the domain reads it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from domain.plan import Codes
from domain.plan_form import CampaignForm, SessionForm, VenueForm
from domain.text import local
from web.dashboard.forms import Sent

MOST_VENUES = 60  # lines of a form; more come from a sheet
STARTS, ENDS = time(7, 30), time(11, 30)


def first_session(now: datetime) -> SessionForm:
    """The form as it opens: tomorrow morning, since today's hall rarely waits for a plan."""
    return _on(now, "Hội nghị học tập, quán triệt")


def makeup_session(now: datetime) -> SessionForm:
    return _on(now, "Buổi học bổ sung")


def _on(now: datetime, title: str) -> SessionForm:
    tomorrow = local(now).date() + timedelta(days=1)
    return SessionForm(
        title=title, on=tomorrow.isoformat(), starts=f"{STARTS:%H:%M}", ends=f"{ENDS:%H:%M}"
    )


def campaign_form(sent: Sent) -> CampaignForm:
    return CampaignForm(
        unit=sent.text("unit", 100),
        title=sent.text("title"),
        code=sent.text("code", 100),
        session=session_form(sent),
    )


def session_form(sent: Sent) -> SessionForm:
    lines = sent.text("lines", 4)
    count = int(lines) if lines.isascii() and lines.isdigit() else 1
    return SessionForm(
        title=sent.text("session"),
        on=sent.text("on", 40),
        starts=sent.text("starts", 40),
        ends=sent.text("ends", 40),
        codes=sent.text("codes", 20) or Codes.ROTATING.value,
        venues=tuple(
            VenueForm(
                name=sent.text(f"venue-{n}"),
                summoned=sent.text(f"summoned-{n}", 20),
                units=sent.texts(f"units-{n}"),
            )
            for n in range(min(max(count, 1), MOST_VENUES))
        ),
    )
