"""Turning the pages of a list."""

from __future__ import annotations

from handlers.texts import common
from handlers.turn import Choice


def turning(command: str, page: int, pages: int) -> list[Choice]:
    """[Trang trước] [Trang sau], as far as there are any."""
    row = []
    if page > 0:
        row.append(Choice(common.PREVIOUS_PAGE, f"{command} {page - 1}"))
    if page < pages - 1:
        row.append(Choice(common.NEXT_PAGE, f"{command} {page + 1}"))
    return row
