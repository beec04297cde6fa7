"""A title begins with a capital; within a sentence it does not, unless it is an abbreviation."""

from __future__ import annotations

import pytest

from domain.nudging import Kind
from handlers.texts import nudging as nudging_texts


@pytest.mark.parametrize(
    ("title", "said"),
    [("Bài thu hoạch", "bài thu hoạch NQTW4"), ("BTH số 2", "BTH số 2 NQTW4")],
)
def test_a_nudge_leaves_an_abbreviation_alone(title: str, said: str) -> None:
    """ "bTH số 2" is no word that anybody knows."""
    assert nudging_texts.topic(Kind.OBLIGATION, title, "NQTW4") == said
