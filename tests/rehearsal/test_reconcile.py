"""A rehearsal is worth as much as what it would notice: each kind of fault is noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.attendance import Status, Via
from rehearsal import expected, morning, reconcile, tien_giang
from rehearsal.acts import Ledger
from rehearsal.morning import Arrival, How, Morning
from rehearsal.scenario import Scenario
from storage.bulk import Attended

SCENARIO: Scenario = tien_giang.build("than-cuu-nghia")
DAY: Morning = morning.stage(SCENARIO)

Entries = list[Attended]


def entry(arrival: Arrival) -> Attended:
    """What a faultless bot writes."""
    status = Status.LATE if expected.is_late(arrival) else Status.PRESENT
    via = Via(expected.via(arrival))
    return Attended(arrival.member, arrival.venue, arrival.at, status, via, arrival.by or None)


def faultless() -> Entries:
    return [entry(arrival) for arrival in DAY.recorded()]


def lost(entries: Entries) -> Entries:
    return entries[1:]


def doubled(entries: Entries) -> Entries:
    return [entries[0], *entries]


def at_another_venue(entries: Entries) -> Entries:
    return [
        replace(entries[0], venue="V001" if entries[0].venue != "V001" else "V002"),
        *entries[1:],
    ]


def wrongly_late(entries: Entries) -> Entries:
    return [replace(entries[0], status=Status.LATE), *entries[1:]]


def taken_back(entries: Entries) -> Entries:
    return [replace(entries[0], status=Status.VOID), *entries[1:]]


def by_another_hand(entries: Entries) -> Entries:
    return [replace(entries[0], via=Via.CLERK), *entries[1:]]


def of_somebody_absent(entries: Entries) -> Entries:
    came = {each.member for each in entries}
    absent = next(member for member in SCENARIO.members if member.code not in came)
    return [replace(entries[0], member=absent.code), *entries]


def test_a_faultless_morning_has_no_differences() -> None:
    """Otherwise nobody would believe the next one."""
    assert list(reconcile.entries(DAY, faultless())) == []


@pytest.mark.parametrize(
    "harm",
    [
        lost,
        doubled,
        at_another_venue,
        wrongly_late,
        taken_back,
        by_another_hand,
        of_somebody_absent,
    ],
)
def test_one_wrong_entry_among_hundreds_is_noticed(harm: Callable[[Entries], Entries]) -> None:
    """One person is enough: figures are held to the person."""
    assert len(list(reconcile.entries(DAY, harm(faultless())))) == 1


def told_everything() -> Ledger:
    """What a faultless bot has told people."""
    ledger = Ledger()
    for arrival in DAY.arrivals:
        if arrival.how in (How.SECRETARY, How.CLERK):
            ledger.confirmed.add(arrival.member)
        elif arrival.how in morning.RECORDS:
            ledger.checked_in[arrival.member] = arrival.at
        elif arrival.how in (How.AGAIN, How.REDELIVERED):
            ledger.told_before += 1
        else:
            ledger.refused[arrival.how.value] += 1
    return ledger


def test_whoever_was_told_and_is_not_recorded_is_noticed() -> None:
    """An acknowledged check-in that is not in the database is the worst fault of all."""
    assert list(reconcile.acknowledged(DAY, told_everything(), faultless())) == []
    assert list(reconcile.acknowledged(DAY, told_everything(), lost(faultless()))) != []


def test_a_time_other_than_the_acknowledged_one_is_noticed() -> None:
    """A repeat must not move the time of the first check-in."""
    entries = faultless()
    first = next(i for i, each in enumerate(entries) if each.via is Via.SELF)
    entries[first] = replace(entries[first], at=entries[first].at + timedelta(minutes=1))
    assert len(list(reconcile.acknowledged(DAY, told_everything(), entries))) == 1


def test_a_refusal_or_a_repeat_that_was_not_heard_is_noticed() -> None:
    """Silence towards one person is a fault, too."""
    ledger = told_everything()
    ledger.refused["closed"] -= 1
    ledger.told_before -= 1
    assert len(list(reconcile.acknowledged(DAY, ledger, faultless()))) == 2


def counted() -> list[dict[str, Any]]:
    """Every unit as a faultless count has it."""
    figures = expected.by_unit(SCENARIO, DAY)
    return [{"unit": code, **reconcile.as_counted(each)} for code, each in figures.items()]


def test_one_person_too_few_in_one_cell_is_noticed() -> None:
    """At every level, down to the cell; and a unit that is not counted at all."""
    assert list(reconcile.levels(SCENARIO, DAY, counted())) == []
    wrong = counted()
    wrong[-1]["attended"] -= 1
    assert len(list(reconcile.levels(SCENARIO, DAY, wrong))) == 1
    assert len(list(reconcile.levels(SCENARIO, DAY, counted()[:-1]))) == 1


def test_children_that_do_not_add_up_are_noticed() -> None:
    """The root says one thing, its communes another."""
    root, *_ = counted()
    root |= {"venues": 5, "sessions": 1, "summoned": 630}
    child = {key: root[key] for key in ("roll", "obliged", "attended", "late", "not_recorded")}
    assert list(reconcile.root(SCENARIO, root | {"children": [child]})) == []
    child["attended"] -= 1
    assert len(list(reconcile.root(SCENARIO, root | {"children": [child]}))) == 1
