"""`diemdanh run` as an operator meets it in a terminal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import logs, serve
from bot.commands import doctor
from storage import migrate
from storage.sole import DELIVERY, Sole
from tests.bot.disk import damage

ROOT = Path(__file__).parents[2]


def start(folder: Path, port: int, *command: str) -> subprocess.Popen[str]:
    settings = {"DIEMDANH_WEB__PORT": str(port), "DIEMDANH_WEB__METRICS_PORT": "0"}
    return subprocess.Popen(
        [sys.executable, *(command or ("-m", "bot", "run"))],
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


async def test_damaged_pages_are_one_sentence(tmp_path: Path) -> None:
    """The header is whole, so every command opens the file: it would serve half of the people."""
    await migrate.upgrade(f"sqlite+aiosqlite:///{tmp_path / 'diemdanh.db'}")
    damage(tmp_path / "diemdanh.db", "attendance_log")
    process = start(tmp_path, free_port())
    _, told = await asyncio.to_thread(process.communicate, timeout=60)
    assert told.startswith("Tệp cơ sở dữ liệu bị hỏng")
    assert len(told.splitlines()) == 1
    assert process.returncode == 1


def test_damage_under_way_neither_holds_up_a_stop_nor_fills_the_log(tmp_path: Path) -> None:
    """The disk fails in the middle of a morning; who then stops the service must not have to kill
    it, and the log names places and kinds of faults, no statements."""
    process = start(tmp_path, free_port())
    assert process.stderr is not None
    try:
        assert any("Hệ thống đang chạy" in line for line in iter(process.stderr.readline, ""))
        damage(tmp_path / "diemdanh.db", "outbox", "campaigns", "sessions")
        lines = iter(process.stderr.readline, "")
        before = next(line for line in lines if "duty_failed" in line)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, after = process.communicate(timeout=30)
        assert time.monotonic() - begun < serve.MOST_SECONDS_TO_STOP + 2
    finally:
        process.kill()
        process.communicate()
    assert "DatabaseError" in before
    for word in ("Traceback", "SELECT", "UPDATE"):
        assert word not in before + after


def test_a_start_that_the_database_fails_ends_by_itself(tmp_path: Path) -> None:
    """The loops are told to stop while their first steps fail; none may miss it and go on."""
    unlooked_at = (
        "import sys; from bot import cli; from storage import checkup\n"
        "async def unlooked_at(url): pass\n"
        "checkup.demand_sound = unlooked_at\n"
        "sys.argv = ['diemdanh', 'run']\n"
        "cli.main()"
    )
    asyncio.run(migrate.upgrade(f"sqlite+aiosqlite:///{tmp_path / 'diemdanh.db'}"))
    of_units = ("units", "ix_units_parent_id", "ix_units_path")
    damage(tmp_path / "diemdanh.db", *of_units, "outbox", "campaigns", "broadcasts")
    process = start(tmp_path, free_port(), "-c", unlooked_at)
    try:
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 1
    assert "Tệp cơ sở dữ liệu bị hỏng" in told
    assert "stop_forced" not in told


def test_a_stop_that_hangs_ends_all_the_same(tmp_path: Path) -> None:
    """A step at the database that never ends cannot be cancelled, but a service must be stopped."""
    hanging = (
        "import asyncio, sys; from bot import app, cli, serve\n"
        "serve.MOST_SECONDS_TO_STOP = 1.0\n"
        "app.App.stop = lambda self: asyncio.sleep(3600)\n"
        "sys.argv = ['diemdanh', 'run']\n"
        "cli.main()"
    )
    process = start(tmp_path, free_port(), "-c", hanging)
    assert process.stderr is not None
    try:
        assert any("Hệ thống đang chạy" in line for line in iter(process.stderr.readline, ""))
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=15)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 1
    assert "stop_forced" in told


def test_a_quiet_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Two lines a look at /readyz, and each start told twice, would hide what matters."""
    logs.configure(style="json")
    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert capsys.readouterr().err == ""
