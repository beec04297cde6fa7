"""Holding what the bot says it counted against what happened, to the person and at every level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from domain.attendance import Status
from rehearsal import expected
from rehearsal.acts import Ledger
from rehearsal.expected import Figures
from rehearsal.morning import Arrival, How, Morning
from rehearsal.scenario import Scenario
from storage.bulk import Attended

_VIAS = ("self", "confirmed", "clerk", "poster")


def entries(morning: Morning, found: Sequence[Attended]) -> Iterator[str]:
    """Everybody recorded once, at their venue, by the right hand, late or not; nobody else."""
    due = {arrival.member: arrival for arrival in morning.recorded()}
    times = Counter(entry.member for entry in found)
    yield from (f"{code}: recorded {n} times" for code, n in times.items() if n > 1)
    yield from (f"{code}: lost" for code in due.keys() - times.keys())
    for entry in found:
        if entry.member not in due:
            yield f"{entry.member}: recorded, but never came"
        elif wrong := _wrong(due[entry.member], entry):
            yield f"{entry.member}: {wrong}"


def _wrong(arrival: Arrival, entry: Attended) -> str:
    status = Status.LATE if expected.is_late(arrival) else Status.PRESENT
    due = (arrival.venue, expected.via(arrival), status, arrival.by or None)
    found = (entry.venue, entry.via.value, entry.status, entry.by)
    return "" if due == found else f"{found} instead of {due}"


def acknowledged(morning: Morning, ledger: Ledger, found: Sequence[Attended]) -> Iterator[str]:
    """Whoever heard "Đã điểm danh" is recorded, at the very moment when they were told."""
    at = {entry.member: entry.at for entry in found}
    for member, told_at in ledger.checked_in.items():
        if at.get(member) != told_at:
            yield f"{member}: told {told_at}, recorded {at.get(member)}"
    yield from (f"{code}: confirmed, not recorded" for code in ledger.confirmed - at.keys())
    due = Counter(arrival.how for arrival in morning.arrivals)
    refused = (How.EARLY, How.WRONG, How.STALE, How.DECLINED, How.CLOSED)
    yield from _differences(
        "refused",
        {how.value: due[how] for how in refused},
        dict(ledger.refused),
    )
    repeats = due[How.AGAIN] + due[How.REDELIVERED]
    yield from _differences("repeats", {"": repeats}, {"": ledger.told_before})


def levels(
    scenario: Scenario, morning: Morning, counts: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Every unit's figures, as the counts object has them, are those of the scenario."""
    due = expected.by_unit(scenario, morning)
    seen = set()
    for count in counts:
        seen.add(count["unit"])
        yield from _differences(count["unit"], as_counted(due[count["unit"]]), count)
    yield from (f"{code}: not counted" for code in due.keys() - seen)


def as_counted(figures: Figures) -> dict[str, Any]:
    """The keys of the counts object that a unit's figures decide."""
    return {
        "roll": figures.roll,
        "exempt": 0,
        "exempt_attended": 0,
        "obliged": figures.roll,
        "attended": figures.attended,
        "main": figures.attended,
        "makeup": 0,
        "late": figures.late,
        "excused": 0,
        "not_recorded": figures.roll - figures.attended,
        "via": {via: figures.via[via] for via in _VIAS},
        "units_not_held": 0,
    }


def root(scenario: Scenario, counts: Mapping[str, Any]) -> Iterator[str]:
    """What only the whole province has: its venues, whom they summon, and children that add up."""
    summoned = sum(venue.summoned for venue in scenario.venues)
    due = {"venues": len(scenario.venues), "sessions": 1, "summoned": summoned}
    yield from _differences(counts["unit"], due, counts)
    for key in ("roll", "obliged", "attended", "late", "not_recorded"):
        total = sum(child[key] for child in counts["children"])
        yield from _differences("children", {key: counts[key]}, {key: total})


def _differences(where: str, due: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for key, value in due.items():
        if found.get(key) != value:
            yield f"{where} {key}: {found.get(key)} instead of {value}"
