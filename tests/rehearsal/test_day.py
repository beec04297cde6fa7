"""A small morning through the real program: commands, process, webhooks, database."""

from __future__ import annotations

from rehearsal import day
from rehearsal.progress import Silent


def test_one_commune_lives_through_its_morning_and_every_figure_agrees() -> None:
    """Nothing that people were told is lost, nothing is doubled, every level adds up."""
    outcome = day.rehearse("than-cuu-nghia", Silent())
    assert outcome.problems == []
    found = outcome.as_json()
    assert (found["roll"], found["attended"], found["late"]) == (900, 588, 9)
    assert found["via"] == {"self": 561, "confirmed": 22, "clerk": 5, "poster": 0}
    rehearsal = found["rehearsal"]
    assert rehearsal["reconciled"] is True
    assert (rehearsal["check_ins"], rehearsal["lost"]) == (588, 0)
    assert rehearsal["refused"] == {"early": 5, "wrong": 9, "stale": 6, "declined": 3, "closed": 6}
    assert rehearsal["duplicates"] == 17 + 13
