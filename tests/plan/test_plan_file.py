"""What a plan may say, and what is refused with its place."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members import Status
from domain.plan import Complete, Plan, PlanFaults, oddities
from domain.plan_file import read_plan

PLAN = """
[campaign]
code = "NQTW4"
title = "Học tập, quán triệt Nghị quyết Trung ương 4 khóa XII"
unit = "TG"
documents = ["04-NQ/TW", "20-HD/BTGTW", "28-KH/TU"]
opens_on = 2016-11-22
cutoff_on = 2017-04-12

[[sessions]]
code = "HN"
title = "Hội nghị trực tuyến toàn tỉnh"
kind = "main"
starts_at = 2016-12-09T07:30:00
ends_at = 2016-12-09T11:30:00
opens_before = "30m"
late_after = "15m"
closes_after = "0m"
codes = "rotating"
check_out = false

  [[sessions.venues]]
  code = "V001"
  name = "Hội trường UBND tỉnh"
  capacity = 400
  summoned = 380
  units = ["TG-X01", "TG-X02"]

[[obligations]]
code = "BTH"
kind = "essay"
title = "Bài thu hoạch"
due_at = 2017-01-31T17:00:00
handwritten = true
remind_days = [7, 3, 1, 0, -1, -3]
exempt = ["miễn sinh hoạt"]
  [obligations.due_by_level]
  "chi bộ" = 2017-01-25T17:00:00
  [obligations.due_by_unit]
  "TG-X07" = 2017-02-10T17:00:00

[attendance]
complete = "any"

[lagging]
margin = 0.15
on_day = false
on_day_after = "15m"
on_day_below = 0.7
"""


def good(text: str) -> Plan:
    return read_plan(tomllib.loads(text))


def faults(text: str) -> dict[str, str]:
    with pytest.raises(PlanFaults) as refused:
        read_plan(tomllib.loads(text))
    return {fault.place: fault.reason for fault in refused.value.faults}


def with_line(line: str) -> str:
    """The plan with the line of the same key (the first one) said otherwise."""
    key = line.split(" = ", maxsplit=1)[0]
    lines = PLAN.splitlines()
    at = next(n for n, known in enumerate(lines) if known.strip().startswith(f"{key} = "))
    return "\n".join([*lines[:at], line, *lines[at + 1 :]])


def test_the_plan_of_the_contract_is_read_whole() -> None:
    """Every key has its place, and times on the wall are Vietnam's."""
    plan = good(PLAN)
    assert (plan.code, plan.unit, plan.complete) == ("NQTW4", "TG", Complete.ANY)
    (session,) = plan.sessions
    assert session.opens_at == datetime(2016, 12, 9, 0, 0, tzinfo=UTC)
    assert session.starts_at == datetime(2016, 12, 9, 0, 30, tzinfo=UTC)
    assert session.late_at == datetime(2016, 12, 9, 0, 45, tzinfo=UTC)
    assert session.closes_at == datetime(2016, 12, 9, 4, 30, tzinfo=UTC)
    assert session.venues[0].units == ("TG-X01", "TG-X02")
    (essay,) = plan.obligations
    assert essay.exempt == (Status.EXEMPT,)
    assert essay.due_by_level == {"chi bộ": datetime(2017, 1, 25, 10, 0, tzinfo=UTC)}
    assert essay.due_by_unit == {"TG-X07": datetime(2017, 2, 10, 10, 0, tzinfo=UTC)}
    assert plan.lagging.on_day_after == 15 * 60
    assert oddities(plan) == []


def test_what_is_left_out_has_its_usual_value() -> None:
    """A commune's first plan is a dozen lines."""
    plan = good(
        """
        [campaign]
        code = "DHXIV"
        title = "Nghị quyết Đại hội"
        unit = "TG"
        opens_on = 2026-02-01
        [[sessions]]
        code = "HN"
        title = "Hội nghị"
        starts_at = 2026-02-07T08:00:00
        ends_at = 2026-02-07T11:00:00
        """
    )
    (session,) = plan.sessions
    assert (session.kind, session.codes, session.has_check_out) == ("main", "rotating", False)
    assert session.starts_at - session.opens_at == (session.starts_at - session.late_at) * -2
    assert [fault.place for fault in oddities(plan)] == ["sessions[0]"]  # nowhere to go to yet


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('code = "NQ TW4"', "campaign.code"),
        ('code = "NQTW4/HN"', "campaign.code"),
        ('code = "--json"', "campaign.code"),
        ('code = "ĐỢT1"', "campaign.code"),
        ("code = 4", "campaign.code"),
        ('title = ""', "campaign.title"),
        ('opens_on = "22/11/2016"', "campaign.opens_on"),
        ("opens_on = 2016-11-22T00:00:00", "campaign.opens_on"),
        ("opens_on = 0216-11-22", "campaign.opens_on"),
        ('documents = "04-NQ/TW"', "campaign.documents"),
        ("documents = [4]", "campaign.documents[0]"),
        ("opens_on = 2016-12-10", "sessions[0].starts_at"),
        ("cutoff_on = 2016-12-08", "campaign.cutoff_on"),
        ("cutoff_on = 2016-11-01", "campaign.cutoff_on"),
        ('kind = "conference"', "sessions[0].kind"),
        ("starts_at = 2016-12-09", "sessions[0].starts_at"),
        ("ends_at = 2016-12-09T07:30:00", "sessions[0].ends_at"),
        ("ends_at = 2017-12-09T11:30:00", "sessions[0].ends_at"),
        ('opens_before = "30"', "sessions[0].opens_before"),
        ('opens_before = ""', "sessions[0].opens_before"),
        ('opens_before = "-5m"', "sessions[0].opens_before"),
        ('late_after = "quarter"', "sessions[0].late_after"),
        ("closes_after = 0", "sessions[0].closes_after"),
        ('codes = "rotate"', "sessions[0].codes"),
        ('check_out = "no"', "sessions[0].check_out"),
        ("capacity = 0", "sessions[0].venues[0].capacity"),
        ("summoned = true", "sessions[0].venues[0].summoned"),
        ("units = []", "sessions[0].venues[0].units"),
        ('units = ["A", "A"]', "sessions[0].venues[0].units[1]"),
        ("due_at = 2016-11-21T17:00:00", "obligations[0].due_at"),
        ("due_at = 2016-12-08T17:00:00", "obligations[0].due_at"),
        ('"chi bộ" = 2016-11-25T17:00:00', 'obligations[0].due_by_level."chi bộ"'),
        ('"TG-X07" = "soon"', "obligations[0].due_by_unit.TG-X07"),
        ('exempt = ["vắng"]', "obligations[0].exempt[0]"),
        ('remind_days = ["7"]', "obligations[0].remind_days"),
        ('complete = "some"', "attendance.complete"),
        ("margin = 15", "lagging.margin"),
        ('on_day_after = "tomorrow"', "lagging.on_day_after"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(line: str, place: str) -> None:
    """The author finds the line without searching; nothing else is blamed for it."""
    assert list(faults(with_line(line))) == [place]


@pytest.mark.parametrize("length", ["30m", "1h", "0m", "90s", "1h30m"])
def test_durations_are_written_as_people_say_them(length: str) -> None:
    """Minutes, hours, seconds and both together."""
    good(with_line(f'opens_before = "{length}"'))


def test_every_fault_is_told_at_once() -> None:
    """One round of corrections is enough."""
    text = with_line('code = "a b"').replace("rotating", "spinning").replace("essay", "poem")
    found = faults(text + "\n[lagging2]\nx = 1\n")
    assert list(found) == ["campaign.code", "sessions[0].codes", "obligations[0].kind", "lagging2"]


def test_a_misspelt_key_is_answered_with_the_near_one() -> None:
    """A key that nobody reads would otherwise be believed."""
    found = faults(PLAN.replace("cutoff_on", "cut_off_on"))
    assert found == {"campaign.cut_off_on": "không có mục này; có phải là “cutoff_on” không?"}


def test_the_same_unit_at_two_venues_of_one_session_is_refused() -> None:
    """People cannot be expected in two halls at once."""
    hall = '[[sessions.venues]]\ncode = "V002"\nname = "Hội trường 2"\nunits = ["TG-X02"]\n'
    found = faults(PLAN.replace("[[obligations]]", f"{hall}[[obligations]]"))
    assert found == {
        "sessions[0].venues[1].units[0]": (
            "đơn vị “TG-X02” đã được xếp ở sessions[0].venues[0].units[1]"
        )
    }


def test_codes_are_used_once() -> None:
    """ "hn" and "HN" are one code to whoever types it."""
    again = PLAN[PLAN.index("[[sessions]]") : PLAN.index("[[obligations]]")]
    found = faults(PLAN + again.replace('code = "HN"', 'code = "hn"'))
    assert found == {"sessions[1].code": "mã “hn” đã dùng ở sessions[0]"}


def test_an_essay_due_before_the_conference_is_flagged() -> None:
    """A plan once gave 12/01/2017 for a conference on 30/11/2017: the year was wrong."""
    text = with_line("due_at = 2016-12-01T17:00:00")
    assert faults(text) == {"obligations[0].due_at": "hạn nộp trước buổi học đầu tiên (09/12/2016)"}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "units", "venues", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    key=st.sampled_from(["campaign", "sessions", "obligations", "attendance", "lagging", "x"]),
    inner=st.sampled_from([None, "code", "starts_at", "venues", "exempt", "due_by_unit", "margin"]),
    junk=JUNK,
)
def test_no_contents_break_the_reading(key: str, inner: str | None, junk: Any) -> None:
    """Whatever stands in the file, the answer is a plan or a list of faults."""
    data: dict[str, Any] = tomllib.loads(PLAN)
    table = data.get(key)
    if isinstance(table, list):
        table = table[0]
    if inner is not None and isinstance(table, dict):
        table[inner] = junk
    else:
        data[key] = junk
    with suppress(PlanFaults):
        read_plan(data)
