"""How titles, dates and lists of names are written within a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.text import clock, day
from handlers.texts.sentence import Lines, Text

MOST_NAMES = 30  # in one message; a hall's paper list may hold hundreds


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """One after the other; of many, how many more there are."""
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def numbered(names: Sequence[str], own: str | None = None) -> list[Text | str]:
    """ "1 Lê Thị Lan" each; of many, how many more there are. The reader's own name has no number:
    the list that is opened then leaves them out."""
    shown = [f"{place} {name}" for place, name in enumerate(names[:MOST_NAMES], 1)]
    more = [f"… (+{len(names) - MOST_NAMES})"] if len(names) > MOST_NAMES else []
    return [*shown, *more, *([Text("{name} (đồng chí)", name=own)] if own else [])]


class Dotted(Lines):
    """Several things in one line, told apart by dots."""

    def into(self, language: str) -> str:
        return " · ".join(super().into(language).splitlines())


class Capital(Lines):
    """A sentence that begins here."""

    def into(self, language: str) -> str:
        said = super().into(language)
        return said[:1].upper() + said[1:]


def due(at: datetime) -> str:
    """17:00, 17/02/2017"""
    return f"{clock(at)}, {day(at)}"


def inside(title: str) -> str:
    """A title within a sentence: "Bài thu hoạch" -> "bài thu hoạch"; "BTH số 2" stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
