"""A long text as several messages."""

from __future__ import annotations


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` UTF-16 units, cut between lines or words if it can be.

    Nothing but the white space at a cut is lost.
    """
    if 2 * len(text) <= most:  # nearly always; a character has two units at most
        return [text]
    found = []
    while _units(text) > most:
        head = _head(text, most)
        cut = _cut(head)
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*found, text] if text or not found else found


def _cut(head: str) -> int:
    """After the last whole line, else the last whole word; not so early that little goes out."""
    for sign in ("\n", " "):
        cut = head.rfind(sign)
        if cut > len(head) // 2 and head[:cut].strip():
            return cut
    return len(head)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _head(text: str, most: int) -> str:
    """As many characters from the beginning as fit."""
    head = text[:most]
    while _units(head) > most:
        head = head[: len(head) - max(1, (_units(head) - most) // 2)]
    return head
