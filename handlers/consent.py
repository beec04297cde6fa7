"""Asking for consent: to keep records of a stranger, and to let messages cross the border."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain import codes
from domain.codes import Scan
from domain.messages import Outbound
from handlers.texts import consent as texts
from handlers.texts.sentence import Lines, Sentences
from handlers.turn import Choice, Turn
from storage import units


def is_unasked(turn: Turn) -> bool:
    """Whether a consent is still missing, without which nothing may be kept of them."""
    person = turn.person
    return person.records_consent is None or (
        turn.capabilities.needs_own_consent and person.foreign_consent is None
    )


async def question(turn: Turn, state: Mapping[str, Any]) -> Outbound | None:
    """What must still be agreed to, one thing per message; None where nothing is left."""
    if state["records"] is None:
        return await _about_records(turn, state)
    if turn.capabilities.needs_own_consent and state["foreign"] is None:
        return turn.reply(
            texts.FOREIGN_CONSENT,
            [
                Choice(texts.AGREE, "foreign yes"),
                Choice(texts.USE_BROWSER, "foreign web"),
            ],
            [Choice(texts.SIGN_ON_PAPER, "foreign no")],
        )
    return None


async def _about_records(turn: Turn, state: Mapping[str, Any]) -> Outbound:
    unit = await _unit_name(turn, state)
    stamped = texts.scan_stamped(Scan.from_json(state["scan"])) if state["scan"] else None
    opening = (
        Sentences(stamped, texts.BEFORE_FINISHING)
        if stamped
        else Lines(texts.greeting(unit), texts.BEFORE_FINISHING)
    )
    return turn.reply(Lines(opening, texts.records_consent(unit)), *_consent_rows())


async def details(turn: Turn, state: Mapping[str, Any]) -> Outbound:
    """[Xem chi tiết]: all that is kept and why, with the keys to answer below."""
    unit = await _unit_name(turn, state)
    return turn.reply(texts.consent_details(unit), _consent_rows()[1])


def _consent_rows() -> list[list[Choice]]:
    return [
        [Choice(texts.DETAILS, "consent details")],
        [Choice(texts.AGREE, "consent yes"), Choice(texts.DISAGREE, "consent no")],
    ]


async def _unit_name(turn: Turn, state: Mapping[str, Any]) -> str:
    """Who sums up the report: the committee that runs the hall, else the whole organisation."""
    async with turn.read() as db:
        unit = await units.root(db)
        if state["scan"]:
            venue = turn.schedule.venues[Scan.from_json(state["scan"]).venue_id]
            unit = await units.committee_of(db, venue.commune_path) or unit
    return unit.name if unit else "Đảng bộ"


def browser_url(turn: Turn, state: Mapping[str, Any]) -> str:
    """Where the same scan or code goes on in a browser."""
    if state["scan"]:
        scan = Scan.from_json(state["scan"])
        venue = turn.schedule.venues[scan.venue_id]
        return f"{turn.house.public_url}/c/{codes.ticket(venue, scan.kind, scan.at)}"
    return f"{turn.house.public_url}/chat"
