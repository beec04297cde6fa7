"""Study cards: what members show at the door, the same however often they are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from domain.personal_codes import card_token
from domain.text import fold


def cards_of(rows: Sequence[Any], key: bytes, public_url: str, title: str) -> bytes:
    """A PDF of cards for these members (rows of `invitations.roll`)."""
    from reports.cards import Card, cards_pdf  # fonts and PDF: a second that only printing costs

    names = told_apart(rows)
    cards = [
        Card(
            number=row.member_code,
            name=names[row.member_id],
            cell_id=row.cell_id,
            cell=row.cell_name,
            url=f"{public_url}/t/{card_token(key, row.member_id)}",
        )
        for row in rows
    ]
    return cards_pdf(cards, title)


def told_apart(rows: Sequence[Any]) -> Mapping[int, str]:
    """Every name, with the birth year where a cell has two of it."""
    met = Counter((row.cell_id, fold(row.member_name)) for row in rows)
    return {
        row.member_id: f"{row.member_name} ({row.birth_year})"
        if row.birth_year and met[row.cell_id, fold(row.member_name)] > 1
        else row.member_name
        for row in rows
    }
