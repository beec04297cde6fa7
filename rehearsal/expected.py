"""The figures that a rehearsal must end at, at every level of the tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rehearsal.morning import LATE_AT, Arrival, How, Morning
from rehearsal.scenario import Scenario

_VIA = {How.SECRETARY: "confirmed", How.CLERK: "clerk"}


@dataclass
class Figures:
    """Of one unit with everything below it, or of one venue (whose roll stays 0)."""

    roll: int = 0
    attended: int = 0
    late: int = 0
    via: Counter[str] = field(default_factory=Counter)

    def add(self, arrival: Arrival) -> None:
        self.attended += 1
        self.late += is_late(arrival)
        self.via[via(arrival)] += 1


def by_unit(scenario: Scenario, morning: Morning) -> dict[str, Figures]:
    """Every unit's own figures, the root's included."""
    found = {unit.code: Figures() for unit in scenario.units}
    lines = {cell: scenario.line(cell) for cell in scenario.cells}
    for member in scenario.members:
        for unit in lines[member.cell]:
            found[unit].roll += 1
    for arrival in morning.recorded():
        for unit in lines[scenario.by_member[arrival.member].cell]:
            found[unit].add(arrival)
    return found


def by_venue(scenario: Scenario, morning: Morning) -> dict[str, Figures]:
    """Who was recorded where, whatever was planned."""
    found = {venue.code: Figures() for venue in scenario.venues}
    for arrival in morning.recorded():
        found[arrival.venue].add(arrival)
    return found


def via(arrival: Arrival) -> str:
    """As counted: "self", "confirmed" or "clerk"."""
    return _VIA.get(arrival.how, "self")


def is_late(arrival: Arrival) -> bool:
    return arrival.at >= LATE_AT
