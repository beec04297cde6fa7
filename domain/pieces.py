"""A long text as several messages."""

from __future__ import annotations


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` UTF-16 units, cut at the ends of lines where possible.

    Nothing but the white space at a cut is lost.
    """
    found = []
    while _units(text) > most:
        head = _head(text, most)
        cut = head.rfind("\n") if "\n" in head.strip() else head.rfind(" ")
        if not head[: max(cut, 0)].strip():
            cut = len(head)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*found, text] if text or not found else found


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _head(text: str, most: int) -> str:
    """As many characters from the beginning as fit."""
    head = text[:most]
    while _units(head) > most:
        head = head[: len(head) - max(1, (_units(head) - most) // 2)]
    return head
