"""A command that cannot be carried out as it was given."""

from __future__ import annotations


class Refused(Exception):
    """The words say what is wrong and how to mend it; the exit status is 1."""
