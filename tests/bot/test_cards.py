"""`cards` as an operator meets it."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.cards import cards
from bot.refusal import Refused
from storage.database import Database
from tests.reports.reading import texts
from tests.small_tree import enrol, plant

KEY = b"k" * 32
NOW = datetime(2016, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
async def commune(database: Database) -> Database:
    """Two cells."""
    async with database.write() as tx:
        await plant(tx, {"XA": None, "AP3": "XA", "AP5": "XA"})
        await enrol(tx, "AP3", ["D1", "D2"])
        await enrol(tx, "AP5", ["D3"])
    return database


async def test_a_card_for_everybody_below(
    commune: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page for each cell. They hold names, so nobody else on this machine reads them."""
    out = tmp_path / "the.pdf"
    await cards(commune, KEY, "XA", NOW, public_url="http://dd.vn", out=out)
    assert capsys.readouterr().err == f"Đã ghi 3 thẻ vào {out}.\n"
    pages = texts(out.read_bytes())
    numbers = [[word for word in page if re.fullmatch(r"D\d", word)] for page in pages]
    assert numbers == [["D1", "D2"], ["D3"]]
    if os.name == "posix":
        assert out.stat().st_mode & 0o777 == 0o600


async def test_an_unknown_unit_is_refused(commune: Database, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Không có đơn vị mã YB"):
        await cards(commune, KEY, "YB", NOW, public_url="http://dd.vn", out=tmp_path / "the.pdf")
