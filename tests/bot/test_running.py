"""`diemdanh run` as an operator meets it in a terminal."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import logs
from bot.commands import doctor
from storage import migrate
from storage.sole import DELIVERY, Sole

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
    sole = Sole(str(file), DELIVERY)
    assert sole.is_ours()
    kept = [tmp_path / name for name in os.listdir(tmp_path)]
    assert tmp_path / "diemdanh.db-delivery" in kept
    assert {one.stat().st_mode & 0o077 for one in kept} == {0}
    sole.release()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_second_one_on_the_same_file_is_refused(tmp_path: Path) -> None:
    """Another port is free, but each would know half of who waits; the doctor tells of one."""
    first = start(tmp_path, free_port())
    try:
        assert first.stderr is not None
        assert any("Hệ thống đang chạy" in line for line in iter(first.stderr.readline, ""))
        second = start(tmp_path, free_port())
        _, told = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "đang do một lệnh diemdanh run khác phục vụ" in told
        assert "Traceback" not in told
        found = doctor._running(tmp_path / "diemdanh.db")
        assert [problem.is_notice for problem in found] == [True]
    finally:
        first.kill()
        first.communicate()
    assert doctor._running(tmp_path / "diemdanh.db") == []


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    """A disk that failed: what is to be done, not twenty lines of Python."""
    (tmp_path / "diemdanh.db").write_bytes(b"\x07" * 20_000)
    _, told = start(tmp_path, free_port()).communicate(timeout=60)
    assert told.startswith("Tệp cơ sở dữ liệu bị hỏng")
    assert len(told.splitlines()) == 1


def test_a_quiet_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Two lines a look at /readyz, and each start told twice, would hide what matters."""
    logs.configure(style="json")
    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert capsys.readouterr().err == ""
