"""An operator sees at a glance what waits, what did not arrive, and why nothing goes out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bot import gauges
from bot.commands.outbox import outbox
from domain.messages import Lane
from storage import channel_state
from tests.bot.hall import CHANNEL, chat_of
from tests.post.postman import Post, post_office


@pytest.fixture
async def post(empty_database: Path, tmp_path: Path) -> AsyncIterator[Post]:
    """One reply sent, one in doubt, one to nobody; three reminders wait, the channel is halted."""
    async with post_office(empty_database, tmp_path, people=6) as opened:
        opened.server.chat(chat_of(2)).is_blocked = True
        opened.server.fails("drop after", times=1)
        await opened.write(range(3), "Kính mời đồng chí dự hội nghị.")
        await opened.delivery.deliver_due()
        await opened.write(range(3, 6), "Còn 3 ngày đến hạn.", Lane.REMINDER)
        opened.clock.move(seconds=90)
        async with opened.app.database.write() as tx:
            until = opened.clock.now() + timedelta(seconds=40)
            await channel_state.halt(tx, CHANNEL, until, "too many requests")
        yield opened


async def _shown(post: Post, capsys: pytest.CaptureFixture[str], **how: bool) -> str:
    asked = {"only_ambiguous": False, "as_json": False, **how}
    await outbox(post.app.database, post.clock.now(), **asked)
    return capsys.readouterr().out


async def test_figures_for_scripts(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    """Every lane with its figures, and until when the messenger asked to wait."""
    found: Any = json.loads(await _shown(post, capsys, as_json=True))
    replies, reminders = found["lanes"]
    assert (replies["lane"], replies["sent_today"], replies["unreachable"]) == ("interactive", 1, 1)
    assert (replies["waiting"], replies["doubtful"]) == (1, 1)
    assert (reminders["lane"], reminders["waiting"], reminders["sent_today"]) == ("reminder", 3, 0)
    assert 90 <= reminders["oldest_seconds"] <= 95
    [halt] = found["halts"]
    assert (halt["channel"], halt["reason"]) == (CHANNEL, "too many requests")


async def test_doubts_are_listed_without_names_and_words(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    """Enough to look into it, nothing about whom it was for."""
    [doubt] = json.loads(await _shown(post, capsys, only_ambiguous=True, as_json=True))
    assert set(doubt) == {"id", "channel", "lane", "state", "at"}
    words = await _shown(post, capsys, only_ambiguous=True)
    assert "gửi lại một lần, có thể đến hai lần: 1" in words
    assert "Kính mời" not in words


async def test_a_table_for_people(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    """The halt stands above it."""
    words = await _shown(post, capsys)
    assert words.startswith(f"{CHANNEL}: ngừng gửi đến 08:0")
    assert "nhắc" in words


async def test_gauges_show_the_same(post: Post) -> None:
    """What a watcher's alarm is set on."""
    async with post.app.database.read() as db:
        await gauges.show(db, [CHANNEL, "web"], post.clock.now())

    def read(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(name, {"channel": CHANNEL, **labels})

    assert read("diemdanh_outbox", lane="reminder", state="pending") == 3
    oldest = read("diemdanh_outbox_oldest_seconds", lane="reminder")
    assert oldest is not None
    assert 90 <= oldest <= 95
    halted = read("diemdanh_halted_seconds")
    assert halted is not None
    assert 35 <= halted <= 40
    assert REGISTRY.get_sample_value("diemdanh_halted_seconds", {"channel": "web"}) == 0
