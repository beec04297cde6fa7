"""`diemdanh run` as an operator meets it in a terminal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from storage import migrate
from storage.sole import Sole

ROOT = Path(__file__).parents[2]


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    settings = {"DIEMDANH_WEB__PORT": str(port), "DIEMDANH_WEB__METRICS_PORT": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=os.environ | settings | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    """The service is running already, mostly; tracebacks would hide it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(tmp_path, port)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    *_, last = told.splitlines()  # a new system also tells where its key lies
    assert last.startswith(f"Cổng {port} tại 127.0.0.1 đang được một chương trình khác dùng.")
    assert "web.port" in last
    assert "Traceback" not in told


def test_a_start_says_where_and_how_to_stop(tmp_path: Path) -> None:
    """Among the lines for machines, one for whoever looks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(tmp_path, port)
    assert process.stderr is not None
    wanted = f"Hệ thống đang chạy tại http://127.0.0.1:{port}. Dừng: bấm Ctrl-C.\n"
    try:
        assert wanted in iter(process.stderr.readline, "")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
async def test_what_lies_beside_the_database_is_nobody_elses(tmp_path: Path) -> None:
    """Names and records are in the one; who can open the lock's file can hold the bot up."""
    file = tmp_path / "diemdanh.db"
    await migrate.upgrade(f"sqlite+aiosqlite:///{file}")
    sole = Sole(str(file))
    assert sole.is_ours()
    kept = [tmp_path / name for name in os.listdir(tmp_path)]
    assert tmp_path / "diemdanh.db-delivery" in kept
    assert {one.stat().st_mode & 0o077 for one in kept} == {0}
    sole.release()
