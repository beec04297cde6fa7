"""`counts` as a script and a person meet it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from bot.commands.counts import counts
from bot.refusal import Refused
from storage.database import Database
from tests.small_plan import apply, campaign, obligation, session, venue
from tests.small_tree import enrol, plant

NOW = datetime(2016, 12, 9, 1, 5, tzinfo=UTC)  # 08:05
PLAN = (
    campaign()
    + session("HN", "Hội nghị")
    + venue("V", "Hội trường", ["X01"])
    + obligation("BTH", "essay", "Bài thu hoạch", "2017-01-25 17:00")
)


@pytest.fixture
async def province(database: Database) -> Database:
    async with database.write() as tx:
        await plant(tx, {"TG": None, "X01": "TG", "C1": "X01", "C2": "X01", "BK": None})
        await enrol(tx, "C1", [f"D{n}" for n in range(1200)])
        await enrol(tx, "C2", ["E1"])
        await apply(tx, PLAN, NOW)
    return database


async def test_scripts_read_one_object(
    province: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """For the campaign's unit, or any below it."""
    await counts(province, "NQTW4", now=NOW, as_json=True)
    whole = json.loads(capsys.readouterr().out)
    await counts(province, "NQTW4", unit="x01", now=NOW, as_json=True)
    commune = json.loads(capsys.readouterr().out)
    assert (whole["unit"], whole["as_of"], whole["obliged"]) == ("TG", "2016-12-09", 1201)
    assert whole["obligations"] == {
        "BTH": {"due": 1201, "received": 0, "accepted": 0, "overdue": 0}
    }
    assert [child["unit"] for child in commune["children"]] == ["C1", "C2"]
    assert {key: commune[key] for key in whole["children"][0]} == whole["children"][0]


async def test_people_read_a_table(province: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """With the denominator beside each rate, the Vietnamese way."""
    await counts(province, "nqtw4", now=NOW)
    shown = capsys.readouterr().out
    assert "Tính đến 08:05, ngày 09/12/2016" in shown
    assert "0/1.201" in shown
    assert "0,0%" in shown
    await counts(province, "nqtw4", now=NOW, as_of=date(2016, 12, 8))
    assert "Tính đến hết ngày 08/12/2016" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("campaign", "unit", "as_of"),
    [
        ("NQTW5", None, None),
        ("NQTW4", "X99", None),
        ("NQTW4", "BK", None),
        ("NQTW4", None, date(1016, 12, 9)),
    ],
)
async def test_what_is_not_there_is_refused(
    province: Database, campaign: str, unit: str | None, as_of: date | None
) -> None:
    """In words, with exit status 1."""
    with pytest.raises(Refused):
        await counts(province, campaign, unit=unit, as_of=as_of, now=NOW, as_json=True)


async def test_a_date_to_come_has_no_figures(province: Database) -> None:
    """Today's would be printed as those of a day that nobody has seen."""
    with pytest.raises(Refused, match="Ngày 10/12/2016"):
        await counts(province, "NQTW4", as_of=date(2016, 12, 10), now=NOW, as_json=True)
    await counts(province, "NQTW4", as_of=date(2016, 12, 9), now=NOW, as_json=True)
