"""Whether a hall is ready for its session: what people checked, and which phones were heard."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What only somebody in the hall can say."""

    SCREEN = "screen"
    SOUND = "sound"
    SIGNAL = "signal"
    PAPER = "paper"  # the list to be signed where nothing else works


PHONE = "phone:"  # before the messenger's name: a trial code was scanned there


@dataclass(frozen=True, slots=True)
class Readiness:
    """What one hall has tried."""

    checks: frozenset[Check]
    phones: frozenset[str]  # names of messengers: "telegram", "web"

    @property
    def is_ready(self) -> bool:
        """Everything was checked and at least one phone was heard."""
        return self.checks == frozenset(Check) and bool(self.phones)

    @property
    def has_begun(self) -> bool:
        return bool(self.checks or self.phones)


def readiness(tried: Collection[str]) -> Readiness:
    """From what is written down of a hall."""
    return Readiness(
        checks=frozenset(check for check in Check if check in tried),
        phones=frozenset(one.removeprefix(PHONE) for one in tried if one.startswith(PHONE)),
    )
