"""Six digits may be a code on the wall, or numbers of a list: an open list comes first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.messages import Address, Inbound
from domain.people import Dialogue, Person
from handlers import picking
from handlers.routes import command_of

HOA = Address("telegram:main", "67")


def said(text: str) -> Inbound:
    at = datetime(2016, 12, 9, 0, 40, tzinfo=UTC)
    return Inbound(sender=HOA, external_id="1", received_at=at, text=text)


def holding_a_list_of(count: int) -> Person:
    state = {"ids": list(range(100, 100 + count))}
    return Person(address=HOA, dialogue=Dialogue(picking.NAME, state, 1))


@pytest.mark.parametrize("text", ["1 4 11 13", "1-4 11-13", "1-3 5", "12"])
def test_numbers_of_an_open_list_are_not_a_code(text: str) -> None:
    """A secretary who types "1 4 11 13" means four people, although it is six digits."""
    assert command_of(said(text), holding_a_list_of(24)) is None


@pytest.mark.parametrize("text", ["482913", "482 913", "DD482913"])
def test_a_code_is_a_code_although_a_list_is_open(text: str) -> None:
    """No list has so many people: the secretary checks in without closing the list first."""
    command = command_of(said(text), holding_a_list_of(24))
    assert command is not None
    assert command[0] == "diemdanh"


def test_without_a_list_spaced_digits_are_a_code() -> None:
    """The screen's digits may be typed with spaces anywhere."""
    assert command_of(said("1 4 11 13"), Person(address=HOA)) == ("diemdanh", "1 4 11 13")
