"""The key is made once, kept from others, and never replaced in silence."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import keys
from bot.problems import ConfigError

posix = pytest.mark.skipif("os.name != 'posix'", reason="needs a system with file modes")


def test_the_first_run_makes_a_key_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator who does not know of the file will not keep a copy of it."""
    path = tmp_path / "new" / "diemdanh.key"
    key = keys.load_or_create(path)
    assert len(key) == 32
    heard = capsys.readouterr()
    assert str(path) in heard.err
    assert heard.out == ""
    assert keys.load_or_create(path) == keys.load(path) == key
    assert capsys.readouterr().err == ""
    assert os.listdir(path.parent) == ["diemdanh.key"]


@posix
def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    """Registration codes can be computed from it."""
    path = tmp_path / "diemdanh.key"
    keys.load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        keys.load_or_create(path)


@pytest.mark.parametrize("content", ["", "abc", "không phải khóa", "QUJD\n"])
def test_a_damaged_key_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    """A new one in its place would void every printed code."""
    path = tmp_path / "diemdanh.key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="hỏng"):
        keys.load_or_create(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_missing_key_is_not_made_where_one_must_be(tmp_path: Path) -> None:
    """Whoever restores a backup needs the old key, not a new one."""
    with pytest.raises(ConfigError, match="không đọc được"):
        keys.load(tmp_path / "diemdanh.key")
    assert list(tmp_path.iterdir()) == []


def test_two_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    """Otherwise codes printed by one would be unknown to the other after its restart."""
    path = tmp_path / "diemdanh.key"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: keys.load_or_create(path), range(8)))
    assert made == {keys.load(path)}


def test_hook_secrets_fit_the_header_and_differ(tmp_path: Path) -> None:
    """Telegram takes up to 256 of A-Z a-z 0-9 _ -; one bot's hook is closed to another's calls."""
    key = keys.load_or_create(tmp_path / "diemdanh.key")
    first, second = keys.hook_secret(key, "xa-1"), keys.hook_secret(key, "xa-2")
    assert first != second
    assert first.isalnum()
    assert len(first) == 64
