"""`grant` and `revoke` as an operator meets them."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.commands.naming import unit_named
from bot.commands.people import grant, revoke
from bot.refusal import Refused
from domain.plan_file import read_plan
from domain.rights import Role
from storage import plan as plans
from storage.database import Database
from storage.schema import grants, units
from tests.small_tree import enrol, plant

KEY = b"k" * 32
NOW = datetime(2016, 12, 8, 1, tzinfo=UTC)
PLAN = """
[campaign]
code = "NQTW4"
title = "Nghị quyết Trung ương 4"
unit = "TG"
opens_on = 2016-11-22
[[sessions]]
code = "HN"
title = "Hội nghị"
starts_at = 2016-12-09T07:30:00
ends_at = 2016-12-09T11:30:00
[[sessions.venues]]
code = "V001"
name = "Hội trường"
units = ["TG-X01"]
"""


@pytest.fixture
async def province(database: Database) -> Database:
    async with database.write() as tx:
        await plant(tx, {"TG": None, "TG-X01": "TG"})
        await enrol(tx, "TG-X01", ["TG000001"])
        await plans.apply(tx, read_plan(tomllib.loads(PLAN)), NOW)
    return database


async def give(database: Database, role: Role, **options: Any) -> None:
    place = {
        "member": None,
        "unit": None,
        "venue": None,
        "sees_names": False,
        "public_url": "http://dd.vn",
    }
    await grant(database, KEY, NOW, role=role, **(place | options))


async def held(database: Database) -> int:
    async with database.read() as db:
        rows = await db.execute(select(grants.c.id).where(grants.c.revoked_at.is_(None)))
        return len(rows.all())


async def test_codes_are_the_same_in_whatever_case(province: Database) -> None:
    """Rosters and plans take them so; a terminal that does not would only cost another try."""
    await give(province, Role.COORDINATOR, member="tg000001", unit="tg-x01")
    await give(province, Role.CLERK, member="Tg000001", venue="nqtw4/hn/v001")
    assert await held(province) == 2
    await revoke(province, NOW, member="tg000001", unit="Tg-X01", venue=None)
    await revoke(province, NOW, member="tg000001", unit=None, venue="NQTW4/hn/V001")
    assert await held(province) == 0


async def test_a_code_that_two_could_mean_is_taken_as_written(province: Database) -> None:
    """What was written by hand into the tables may differ by case only."""
    async with province.write() as tx:
        await tx.execute(update(units).where(units.c.code == "TG").values(code="tg-x01"))
    async with province.read() as db:
        assert (await unit_named(db, "tg-x01")).code == "tg-x01"
        assert (await unit_named(db, "TG-X01")).code == "TG-X01"
        with pytest.raises(Refused, match="Không có đơn vị mã Tg-X01"):
            await unit_named(db, "Tg-X01")


@pytest.mark.parametrize(
    ("role", "place", "name"),
    [
        (Role.COORDINATOR, {"unit": "TG"}, "cán bộ điều phối"),
        (Role.INSPECTOR, {"venue": "NQTW4/HN/V001"}, "cán bộ theo dõi điểm cầu"),
        (Role.CLERK, {"venue": "NQTW4/HN/V001"}, "cán bộ phụ trách điểm danh"),
    ],
)
async def test_roles_are_called_as_people_call_them(
    province: Database,
    role: Role,
    place: dict[str, str],
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The bot has Vietnamese words for them; the terminal must not have others."""
    await give(province, role, member="TG000001", **place)
    told = capsys.readouterr().err
    assert told.splitlines()[0] == f"Đã giao vai trò {name} cho Đồng chí TG000001 (Đơn vị TG-X01)."
    with pytest.raises(Refused, match=f"Vai trò {name} cần --"):
        await give(province, role, member="TG000001")
