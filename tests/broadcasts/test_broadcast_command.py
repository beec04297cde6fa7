"""`broadcast` from the operator's desk."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.broadcast import broadcast
from bot.refusal import Refused
from domain.broadcasts import Audience
from storage.database import Database
from tests.broadcasts.commune import MORNING, Commune, codes, opened, settle

TEXT = "Kính gửi {tên}: mời họp.\n"


@pytest.fixture
async def commune(database: Database, database_url: str) -> AsyncIterator[Commune]:
    chats = [*codes("A", range(1, 9)), *codes("B", range(1, 5))]
    await settle(database, cells={"A": 10, "B": 6}, chats=chats)
    async with opened(database_url) as commune:
        yield commune


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return written(tmp_path, TEXT)


def written(folder: Path, text: str) -> Path:
    path = folder / "letter.txt"
    path.write_text(text, encoding="utf-8")
    return path


async def send(commune: Commune, **options: Any) -> None:
    given: dict[str, Any] = {
        "unit": "X",
        "audience": Audience.ALL,
        "campaign": None,
        "dry_run": False,
        "yes": True,
        **options,
    }
    await broadcast(commune.database, commune.app.settings, lambda: commune.now, **given)


async def test_it_is_queued_and_the_running_bot_delivers(
    commune: Commune, letter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await send(commune, text_file=letter)
    out, err = capsys.readouterr()
    assert out == "", "stdout is for machines"
    assert "Kính gửi Nguyễn Văn A: mời họp." in err
    assert "Sẽ gửi tới 12 đồng chí thuộc Đảng ủy xã Tân Lý; 4 đồng chí chưa đăng ký" in err
    assert "Đã xếp 12 tin (số 1)." in err
    assert await commune.deliver() == 12
    await commune.follow()
    assert await commune.last("B002") == "Đảng ủy xã Tân Lý:\nKính gửi Đồng chí B002: mời họp."
    assert await commune.deliver() == 0, "nobody is told how it went: nobody asked in a chat"


async def test_a_dry_run_sends_nothing(
    commune: Commune, letter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await send(commune, text_file=letter, dry_run=True)
    assert "Mới chỉ xem trước, chưa gửi gì." in capsys.readouterr().err
    assert await commune.deliver() == 0


async def test_without_a_person_to_ask_it_wants_yes(
    commune: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that forgot --yes must not wait for ever, nor send."""
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    with pytest.raises(Refused, match="--yes"):
        await send(commune, text_file=Path("-"), yes=False)
    assert await commune.deliver() == 0


@pytest.mark.parametrize(
    ("options", "text", "words"),
    [
        ({"unit": "NONE"}, TEXT, "Không có đơn vị mã NONE"),
        ({"audience": Audience.NOT_REGISTERED}, TEXT, "cần thông báo trực tiếp"),
        ({"audience": Audience.ESSAY, "campaign": "K9"}, TEXT, "Không có đợt học tập mã K9"),
        ({"audience": Audience.SECRETARIES}, TEXT, "Không có ai nhận được tin"),
        ({}, "", "Nội dung trống"),
        ({}, "TỐI MẬT\nKế hoạch", "không gửi tài liệu mật"),
        ({}, "Gửi {ông}", "Chỉ dùng được {tên} và {chi_bộ}"),
        ({}, "x" * 4000, "Nội dung dài quá"),
    ],
)
async def test_what_is_refused(
    commune: Commune, tmp_path: Path, options: dict[str, Any], text: str, words: str
) -> None:
    letter = written(tmp_path, text)
    with pytest.raises(Refused, match=words.replace("{", r"\{")):
        await send(commune, text_file=letter, **options)
    assert commune.now == MORNING
    assert await commune.deliver() == 0
