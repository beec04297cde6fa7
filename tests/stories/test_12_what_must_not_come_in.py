"""Story 12, second half: a secret stamp is refused, and nothing of it or its sender is kept."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.schema import audit, inbox, metadata, outbox
from tests.stories.phones import BrowserPhone, TelegramPhone
from tests.stories.town import Town

ANSWER = (
    "Đề nghị không gửi tài liệu mật, nội bộ qua kênh này; xóa tin vừa gửi và báo văn phòng cấp ủy."
)
SECRET = "Kính gửi đồng chí\nTỐI MẬT\nKế hoạch bảo vệ mục tiêu số 7"


async def everything_stored(town: Town) -> str:
    """Every row of every table, as text."""
    async with town.app.database.read() as db:
        rows = [row for table in metadata.sorted_tables for row in await db.execute(select(table))]
    return repr(rows)


def written_to(folder: Path) -> bytes:
    """The database's files, the write-ahead log among them."""
    return b"".join(file.read_bytes() for file in folder.glob("town.db*"))


async def test_a_stamped_text_is_answered_and_forgotten(
    town: Town, channel: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Message 42; the event is counted, nobody is named, the words are nowhere."""
    caplog.set_level(logging.INFO)
    lan = await town.registered("lan", channel)
    async with town.app.database.read() as db:
        before = await db.scalar(select(func.count()).select_from(inbox))
    assert await lan.types(SECRET) == ANSWER
    stored = await everything_stored(town)
    assert "mục tiêu" not in stored
    assert "TỐI MẬT" not in stored
    assert "mục tiêu" not in caplog.text
    async with town.app.database.read() as db:
        noted = (await db.execute(select(audit.c.actor_id, audit.c.action, audit.c.subject))).all()
        assert await db.scalar(select(func.count()).select_from(inbox)) == before
        assert await db.scalar(select(func.count()).select_from(outbox)) == 0
    assert [tuple(row) for row in noted if row.action != "plan_applied"] == [
        (None, "secret.refused", f"channel {lan.channel}")
    ]
    assert "mục tiêu".encode() not in written_to(tmp_path)
    if channel == "web":
        assert "(Nội dung không được lưu)" in stored


async def test_the_caption_of_a_photograph(town: Town) -> None:
    """The stamp stands at the start of what is written below a picture."""
    phone = await town.registered("lan", "telegram")
    assert isinstance(phone, TelegramPhone)
    heard = await phone._chat.sends_photo("TUYỆT MẬT – sơ đồ trụ sở")
    assert heard.text == ANSWER
    assert "sơ đồ" not in await everything_stored(town)


async def test_a_lost_telephone_is_no_secret(town: Town, channel: str) -> None:
    lan = await town.registered("lan", channel)
    assert not (await lan.types("Tôi mất điện thoại rồi")).startswith("Đề nghị không gửi")


async def test_behind_a_command(town: Town, channel: str) -> None:
    """A typed command hides nothing."""
    lan = await town.registered("lan", channel)
    assert await lan.types("/toi TỐI MẬT mục tiêu số 7") == ANSWER
    assert "mục tiêu" not in await everything_stored(town)


async def test_as_the_name_of_a_key(town: Town) -> None:
    """A page may claim what it likes: a key bears the name that we gave it, in the chat too."""
    lan = await town.registered("lan", "web")
    assert isinstance(lan, BrowserPhone)
    fields = {"id": "0123456789", "command": "toi", "label": "TỐI MẬT mục tiêu số 7"}
    response = await lan._web.post("/chat/messages", data=fields, follow_redirects=True)
    assert response.status_code == 200
    assert "Của tôi" in response.text
    assert "mục tiêu" not in await everything_stored(town)
