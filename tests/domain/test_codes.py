"""Codes on the wall: many screens, slow fingers, forgers."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import codes
from domain.codes import (
    GRACE,
    STATIC,
    TICKET_LIFE,
    WINDOW,
    CodeKind,
    Scan,
    Several,
    Stale,
    TypedCodes,
    Unknown,
)
from domain.sessions import Venue
from tests.domain.walls import AP3, OPENS, SESSION, TAN_LY, hall, schedule_of, static

DURING = st.floats(0, 4 * 3600 - 1).map(lambda seconds: OPENS + timedelta(seconds=seconds))
KINDS = st.sampled_from(CodeKind)
HALLS = schedule_of(hall(1), hall(2))
BOTH = st.sampled_from([hall(1), hall(2)])


def shown(venue: Venue, kind: CodeKind, at: datetime) -> str:
    """What any screen of the hall makes of this instant."""
    return codes.signed_code(venue, kind, codes.current_window(venue.session, kind, at))


@given(DURING, KINDS, BOTH)
def test_any_number_of_screens_agree(at: datetime, kind: CodeKind, venue: Venue) -> None:
    """Two screens of one window show the same, whenever within it they were switched on."""
    start = codes.window_ends(codes.window_at(at)) - WINDOW
    assert shown(venue, kind, at) == shown(venue, kind, start)
    assert len("c-" + shown(venue, kind, at)) <= 64


@given(DURING, st.sampled_from([CodeKind.CHECK_IN, CodeKind.CHECK_OUT]), st.floats(-120, 300))
def test_a_code_counts_for_its_window_and_a_minute_more(
    at: datetime, kind: CodeKind, later: float
) -> None:
    """Signed and typed forms live and die together; a clock may be one window behind."""
    venue, now = hall(1), at + timedelta(seconds=later)
    window = codes.window_at(at)
    is_good = window <= codes.window_at(now) + 1 and now < codes.window_ends(window) + GRACE
    if is_good or later > 0:
        signed = codes.read_signed(shown(venue, kind, at), HALLS, now)
        assert signed == (Scan(1, kind, now) if is_good else Stale(1))
    digits = codes.typed_code(venue.secret, kind, window)
    typed = TypedCodes(schedule_of(venue)).read(digits, AP3, now)
    if is_good:
        assert typed == Scan(1, kind, now, is_typed=True) or isinstance(typed, Several)
    elif later > 0 and later < 240:
        assert typed == Stale(1)


@given(DURING, BOTH, st.sampled_from([AP3, TAN_LY, None]))
def test_the_table_of_digits_says_what_direct_computation_says(
    at: datetime, venue: Venue, cell: str | None
) -> None:
    digits = codes.typed_code(venue.secret, CodeKind.CHECK_IN, codes.window_at(at))
    read = TypedCodes(HALLS).read(digits, cell, at)
    others = {
        codes.typed_code(one.secret, kind, codes.window_at(at) + offset)
        for one in HALLS.venues.values()
        for kind in CodeKind
        for offset in (-2, -1, 0, 1)
        if (one.id, kind) != (venue.id, CodeKind.CHECK_IN)
    }
    assume(digits not in others)
    assert read == Scan(venue.id, CodeKind.CHECK_IN, at, is_typed=True)


def test_the_own_hall_comes_first_then_the_question() -> None:
    """Two walls with one code: who belongs to one of them means that one."""
    twins = schedule_of(hall(1, secret=b"x" * 32), hall(2, secret=b"x" * 32))
    at = OPENS + timedelta(minutes=5)
    digits = codes.typed_code(b"x" * 32, CodeKind.CHECK_IN, codes.window_at(at))
    typed = TypedCodes(twins)
    assert typed.read(digits, AP3, at) == Scan(1, CodeKind.CHECK_IN, at, is_typed=True)
    assert typed.read(digits, TAN_LY, at) == Scan(2, CodeKind.CHECK_IN, at, is_typed=True)
    stranger = typed.read(digits, None, at)
    assert isinstance(stranger, Several)
    assert {scan.venue_id for scan in stranger.scans} == {1, 2}


@given(st.floats(60, 47 * 3600))
def test_a_photograph_of_the_own_hall_is_known_for_two_days(later: float) -> None:
    """Yesterday's picture is honest: it is never counted as a wrong try."""
    venue, taken = hall(1), OPENS + timedelta(minutes=20)
    now = taken + timedelta(seconds=later)
    digits = codes.typed_code(venue.secret, CodeKind.CHECK_IN, codes.window_at(taken))
    assert not isinstance(TypedCodes(HALLS).read(digits, AP3, now), Unknown)


@given(DURING, st.floats(-3600, 3600))
def test_what_does_not_rotate_is_good_at_any_time(at: datetime, later: float) -> None:
    venue, now = hall(1, session=static()), at + timedelta(seconds=later)
    assert codes.read_signed(shown(venue, CodeKind.CHECK_IN, at), schedule_of(venue), now) == Scan(
        1, CodeKind.CHECK_IN, now
    )
    poster = codes.signed_code(hall(1), CodeKind.POSTER, STATIC)
    assert codes.read_signed(poster, HALLS, now) == Scan(1, CodeKind.POSTER, now)


@given(DURING, KINDS, st.integers(0, 3600))
def test_a_ticket_keeps_the_instant_of_its_scan(at: datetime, kind: CodeKind, later: int) -> None:
    """To the second, for a quarter of an hour, and it is one person's."""
    scanned_at = at.replace(microsecond=0)
    ticket = codes.ticket(hall(1), kind, scanned_at)
    now = scanned_at + timedelta(seconds=later)
    read = codes.read_signed(ticket, HALLS, now)
    if now - scanned_at <= TICKET_LIFE:
        assert isinstance(read, Scan)
        assert (read.kind, read.at) == (kind, scanned_at)
        assert read.nonce is not None
        assert Scan.from_json(read.as_json()) == read
    else:
        assert read == Stale(1)
    assert codes.ticket(hall(1), kind, scanned_at) != ticket
    assert len(f"at {ticket}".encode()) <= 64


@given(DURING, KINDS, st.data())
def test_no_bit_of_a_code_can_be_changed(at: datetime, kind: CodeKind, data: st.DataObject) -> None:
    """Neither the hall, nor the kind, nor the window, nor the seal."""
    made = data.draw(st.sampled_from([shown(hall(1), kind, at), codes.ticket(hall(1), kind, at)]))
    place = data.draw(st.integers(0, len(made) - 2))
    other = data.draw(st.sampled_from("ABCXYZabcxyz0189-_"))
    assume(made[place] != other)
    forged = made[:place] + other + made[place + 1 :]
    assert codes.read_signed(forged, HALLS, at) == Unknown()


@given(st.text(max_size=80))
def test_junk_is_unknown_and_harmless(junk: str) -> None:
    assert codes.read_signed(junk, HALLS, OPENS) == Unknown()
    assert codes.venue_of_screen(junk, HALLS) is None
    codes.typed_digits(junk)


def test_a_screens_token_opens_that_screen() -> None:
    for venue in HALLS.venues.values():
        assert codes.venue_of_screen(codes.screen_token(venue), HALLS) == venue


# --- typing ------------------------------------------------------------------------------------

PREFIXES = ["", "DD", "dd", "ĐD", "Đ", "đ", "Ð", "đđ", "Điểm danh", "diem danh", "ĐIỂM DANH", "mã"]


@given(
    st.sampled_from(PREFIXES),
    st.sampled_from(["", " ", ":", ": ", "-", " – ".replace("–", "-")]),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.sampled_from(["{}{}", "{} {}", "{}-{}", "{}.{}"]),
    st.sampled_from(["plain", "NFD", "wide", "spaced"]),
)
def test_however_a_keyboard_spells_it(
    prefix: str, between: str, digits: str, halves: str, how: str
) -> None:
    """With and without marks, any case, composed or not, full-width, with stray spaces."""
    said = prefix + between + halves.format(digits[:3], digits[3:])
    if how == "NFD":
        said = unicodedata.normalize("NFD", said)
    elif how == "wide":
        said = "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in said)
    elif how == "spaced":
        said = f" \u200b{said} \n"
    assert codes.typed_digits(said) == digits


@pytest.mark.parametrize("said", ["48291", "4829133", "số 482913 ạ", "482a913", "", "điểm danh"])
def test_what_is_no_code(said: str) -> None:
    assert codes.typed_digits(said) is None


@given(st.datetimes(datetime(2016, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - made aware below
def test_windows_follow_one_another(at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    window = codes.window_at(now)
    assert codes.window_ends(window) - WINDOW <= now < codes.window_ends(window)
    assert codes.current_window(SESSION, CodeKind.POSTER, now) == STATIC
