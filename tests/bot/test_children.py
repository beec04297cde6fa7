"""Processes of our own, and what becomes of the bot when they fail."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bot import children

CHILDREN = {
    "sleeper": "import time; time.sleep(60)",
    "crash": "import os; os.abort()",
    "refusal": "raise SystemExit(1)",
    "echo": "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())",
    "curious": "import os; print(os.environ.get('DIEMDANH_TELEGRAM__TOKEN'))",
}


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, body in CHILDREN.items():
        (tmp_path / f"{name}.py").write_text(body)
    monkeypatch.syspath_prepend(str(tmp_path))


async def test_what_it_writes_comes_back() -> None:
    assert await children.run("echo", seconds=30, given="Tân Lý".encode()) == "Tân Lý".encode()


@pytest.mark.parametrize("how", ["crash", "refusal", "not_there"])
async def test_one_that_dies_has_written_nothing(how: str) -> None:
    """Half a picture is no picture."""
    assert await children.run(how, seconds=30, given=b"x") is None


async def test_one_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    assert await children.run("sleeper", seconds=0.3) is None
    assert time.monotonic() - began < 10
    assert not psutil.Process().children()


async def test_a_stop_leaves_nothing_running() -> None:
    """The bot goes, and so does all that it started."""
    waiting = asyncio.create_task(children.run("sleeper", seconds=60))
    async with asyncio.timeout(30):
        while not psutil.Process().children():  # noqa: ASYNC110 - nobody tells of a process
            await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not psutil.Process().children()


async def test_no_secret_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIEMDANH_TELEGRAM__TOKEN", "1:secret")
    assert (await children.run("curious", seconds=30) or b"").strip() == b"None"


def test_the_bot_itself_never_loads_what_draws() -> None:
    """100 MB on a small server, for pictures that are drawn elsewhere."""
    heavy = "{'matplotlib', 'numpy', 'PIL'}"
    look = f"import sys, bot.serve, bot.app, bot.cli; print({heavy} & {{*sys.modules}})"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
