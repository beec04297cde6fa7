"""Plans in few words: the TOML that their authors would write, one part after another."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from domain.plan_file import read_plan
from storage import plan as plans
from storage.database import Tx
from storage.plan_changes import Changes

EVERY_SESSION = '[attendance]\ncomplete = "all"\n'  # each main session must be attended


async def apply(tx: Tx, text: str, now: datetime) -> Changes:
    """The plan of this text from now on."""
    return await plans.apply(tx, read_plan(tomllib.loads(text)), now)


def campaign(
    code: str = "NQTW4",
    title: str = "Học tập Nghị quyết Trung ương 4",
    *,
    opens_on: date = date(2016, 11, 22),
    **more: object,
) -> str:
    """Of the unit TG."""
    return _part("[campaign]", code=code, title=title, unit="TG", opens_on=opens_on, **more)


def session(
    code: str,
    title: str,
    day: str = "2016-12-09",
    starts: str = "07:30",
    ends: str = "11:30",
    **more: object,
) -> str:
    """Its halls follow."""
    hours = {"starts_at": _at(f"{day} {starts}"), "ends_at": _at(f"{day} {ends}")}
    return _part("[[sessions]]", code=code, title=title, **more, **hours)


def venue(code: str, name: str, units: Sequence[str], **more: object) -> str:
    """A hall of the session before it."""
    return _part("[[sessions.venues]]", code=code, name=name, units=units, **more)


def obligation(
    code: str,
    kind: str,
    title: str,
    due: str,
    *,
    by_level: Mapping[str, str] | None = None,
    by_unit: Mapping[str, str] | None = None,
    **more: object,
) -> str:
    """Due at "2017-01-31 17:00", for some levels or units at another time."""
    text = _part("[[obligations]]", code=code, kind=kind, title=title, due_at=_at(due), **more)
    for table, others in (("due_by_level", by_level), ("due_by_unit", by_unit)):
        if others:
            dues = {json.dumps(key, ensure_ascii=False): _at(at) for key, at in others.items()}
            text += _part(f"[obligations.{table}]", **dues)
    return text


def _at(clock: str) -> datetime:
    return datetime.fromisoformat(clock)  # TOML's local time: Vietnam's


def _part(heading: str, **lines: object) -> str:
    return "\n".join([heading, *(f"{key} = {_toml(value)}" for key, value in lines.items())]) + "\n"


def _toml(value: object) -> str:
    # JSON's texts, numbers and lists are TOML's too.
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
