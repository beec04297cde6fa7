"""A database and its key belong together: slips printed with one key are void with another."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import keys
from bot.commands import doctor
from bot.commands.key import renew_key
from bot.commands.people import invite
from bot.problems import ConfigError
from bot.refusal import Refused
from bot.settings import load
from storage import invitations
from storage.database import Database
from storage.schema import key_mark, members
from tests.small_tree import enrol, plant

NOW = datetime(2016, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the key lies, beside a configuration."""
    (tmp_path / "config.toml").write_text("[web]\nport = 0", encoding="utf-8")
    return tmp_path / "diemdanh.key"


def is_there(path: Path) -> bool:
    return path.exists()


def lose(path: Path) -> None:
    path.rename(path.with_suffix(".kept"))


def find(path: Path) -> None:
    path.with_suffix(".kept").replace(path)


async def members_of(database: Database) -> None:
    async with database.write() as tx:
        await plant(tx, {"XA": None, "AP3": "XA"})
        await enrol(tx, "AP3", ["D1"])


async def slip(database: Database, key: bytes, capsys: Any) -> str:
    capsys.readouterr()
    await invite(
        database, key, "XA", NOW, public_url="http://dd.vn", renew=False, everybody=True,
        as_json=True, out=None, advance=lambda *_: None,
    )  # fmt: skip
    return str(json.loads(capsys.readouterr().out)[0]["code"])


async def test_a_lost_key_is_never_replaced_in_silence(database: Database, path: Path) -> None:
    """A backup restored without its key file: a new key would void the slips without a word."""
    await keys.of_database(database, path)
    await members_of(database)
    lose(path)
    with pytest.raises(ConfigError, match="chép lại tệp khóa đã lưu"):
        await keys.of_database(database, path)
    assert not is_there(path)


async def test_another_key_is_refused(database: Database, path: Path) -> None:
    """Also before there is a single member: phones would be hashed with two keys."""
    key = await keys.of_database(database, path)
    assert await keys.of_database(database, path) == key
    lose(path)
    keys.load_or_create(path)
    with pytest.raises(ConfigError, match="không phải của cơ sở dữ liệu này"):
        await keys.of_database(database, path)


async def test_an_older_database_is_known_by_its_slips(
    database: Database, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no mark yet; the codes it handed out tell its key as well."""
    await members_of(database)
    key = keys.load_or_create(path)
    await slip(database, key, capsys)
    lose(path)
    keys.load_or_create(path)
    with pytest.raises(ConfigError):
        await keys.of_database(database, path)
    find(path)
    assert await keys.of_database(database, path) == key
    async with database.read() as db:
        assert len((await db.execute(key_mark.select())).all()) == 1


async def test_the_doctor_compares(database: Database, path: Path, tmp_path: Path) -> None:
    """It is asked after a restore, and must not call that fine."""
    config = load(tmp_path / "config.toml")
    await keys.of_database(database, path)
    lose(path)
    assert "không có tệp khóa" in "\n".join(map(str, await doctor.doctor(config)))
    keys.load_or_create(path)
    assert "không phải của cơ sở dữ liệu" in "\n".join(map(str, await doctor.doctor(config)))


async def test_a_key_that_is_gone_for_good_can_be_given_up(
    database: Database, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The records are worth more than the slips; what must be printed again is said."""
    old = await keys.of_database(database, path)
    await members_of(database)
    code = await slip(database, old, capsys)
    async with database.write() as tx:
        await tx.execute(members.update().values(phone_hash=b"x"))
    with pytest.raises(Refused, match="vẫn còn"):
        await renew_key(database, path, NOW)
    lose(path)
    await renew_key(database, path, NOW)
    assert "invite --all" in capsys.readouterr().err
    new = await keys.of_database(database, path)
    async with database.read() as db:
        voided = await invitations.find(db, old, code, NOW)
        assert voided is not None
        assert not voided.is_valid
        assert (await db.execute(members.select())).one().phone_hash is None
    assert await slip(database, new, capsys) != code
