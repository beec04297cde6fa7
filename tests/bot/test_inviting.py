"""`invite` as an operator meets it: who gets a code, and who can read the slips."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.desk import warn_if_local
from bot.commands.people import invite
from bot.refusal import Refused
from bot.settings import Settings, Web
from storage import bulk
from storage.database import Database
from tests.small_tree import enrol, plant

KEY = b"k" * 32
NOW = datetime(2016, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
async def cell(database: Database) -> Database:
    """Two members; one of them has registered."""
    async with database.write() as tx:
        await plant(tx, {"XA": None, "AP3": "XA"})
        await enrol(tx, "AP3", ["D1", "D2"])
        await bulk.link(tx, "web", {"D1": "chat-1"}, {"records": 1}, NOW)
    return database


async def ask(database: Database, **options: Any) -> None:
    options = {"renew": False, "as_json": True, "out": None} | options
    await invite(
        database, KEY, "XA", NOW, public_url="http://dd.vn", advance=lambda *_: None, **options
    )


async def test_who_has_registered_gets_no_code(
    cell: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """A code that nobody needs is one that a stranger can use."""
    await ask(cell)
    out, told = capsys.readouterr()
    assert [one["member"] for one in json.loads(out)] == ["D2"]
    assert told == "1 đồng chí đã đăng ký, không cấp mã mới; thêm --all để cấp.\n"
    await ask(cell, everybody=True)
    out, told = capsys.readouterr()
    assert [one["member"] for one in json.loads(out)] == ["D1", "D2"]
    assert told == ""


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
async def test_slips_are_for_whoever_prints_them(cell: Database, tmp_path: Path) -> None:
    """They hold names and codes; a file that lay there before is closed too."""
    slips = tmp_path / "phieu.pdf"
    slips.write_bytes(b"old")
    slips.chmod(0o644)
    await ask(cell, as_json=False, out=slips)
    assert slips.read_bytes().startswith(b"%PDF")
    assert slips.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="Không ghi được vào"):
        await ask(cell, as_json=False, out=tmp_path)


def test_codes_for_this_machine_only_are_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Before hundreds of slips are printed that open on no telephone."""
    warn_if_local(Settings(web=Web(public_url="https://diemdanh.example.vn")))
    assert capsys.readouterr().err == ""
    warn_if_local(Settings())
    assert "web.public_url chưa đặt" in capsys.readouterr().err
