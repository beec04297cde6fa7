"""The demo as a newcomer meets it: one command, a page, people to be, and a morning that moves."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot import demo, demo_data
from bot.refusal import Refused
from rehearsal import morning, story, tien_giang

SMALL = "than-cuu-nghia"  # one commune of the province


class Browser:
    """Somebody who clicks through the demo's pages."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}"
        self._said = 0

    def opens(self, path: str) -> str:
        return self._get(path)

    def looks(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.opens("/demo/so-lieu"))
        return found

    def says(self, persona: str, **words: str) -> str:
        """Type a text or press a command as this persona; returns what then stands in the chat."""
        self._said += 1
        fields = urllib.parse.urlencode({"id": f"test-{self._said:06}", **words}).encode()
        return self._get(f"/demo/{persona}/chat/messages", fields)

    def _get(self, path: str, body: bytes | None = None) -> str:
        with urllib.request.urlopen(self._root + path, body, timeout=10) as answer:  # noqa: S310
            page: str = answer.read().decode()
        return page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commune is built once, by the first start."""
    return tmp_path_factory.mktemp("demo") / "demo-data"


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:
    """A demo in a process of its own, stopped by Ctrl-C."""
    port = _free_port()
    start = (
        f"import pathlib, bot.demo; bot.demo.run({port}, {SMALL!r}, pathlib.Path({str(folder)!r}))"
    )
    root = Path(__file__).parents[2]
    demo_process = subprocess.Popen([sys.executable, "-c", start], cwd=root)
    visitor = Browser(port)
    try:
        _wait_for(visitor, demo_process)
        yield visitor
    finally:
        demo_process.send_signal(signal.SIGINT)
        ended = demo_process.wait(15)
    assert ended == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(visitor: Browser, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < give_up:
        try:
            visitor.opens("/healthz")
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the demo did not start")


def test_the_stage_shows_whom_one_can_be_and_the_morning_moves(browser: Browser) -> None:
    """People arrive by themselves, from the first seconds on."""
    page = browser.opens("/")
    for part in story.PARTS:
        assert part.name in page
    assert "Hội trường UBND xã Thân Cửu Nghĩa" in page
    before = (browser.looks())["figures"][0]["amount"]
    for _ in range(300):
        time.sleep(0.1)
        now = browser.looks()
        if now["figures"][0]["amount"] > before:
            break
    assert now["figures"][0]["amount"] > before
    assert now["clock"].startswith("07:05")
    assert now["recent"]


def test_ba_lan_registers_with_the_code_of_her_hint(browser: Browser) -> None:
    """Story 1: her slip's code stands on the stage, so that whoever plays her can type it."""
    found = re.search(r"phiếu: (\w{4} \w{4})", browser.opens("/"))
    assert found
    landing = browser.opens("/demo/ba-lan/quet")
    key = re.search(r'value="(start c-[\w-]+)"', landing)
    assert key
    assert "Xem chi tiết" in browser.says("ba-lan", command=key[1])
    browser.says("ba-lan", command="consent yes")
    asked = browser.says("ba-lan", text=found[1].lower())
    assert "Đồng chí là Nguyễn Thị Lan, Chi bộ ấp 3, đúng không?" in asked
    yes = re.search(r'value="(isme [^"]+)">Đúng<', asked)
    assert yes
    done = browser.says("ba-lan", command=yes[1])
    assert "Đã điểm danh đồng chí Nguyễn Thị Lan tại Hội trường UBND xã Thân Cửu Nghĩa" in done


def test_everybody_else_is_answered_in_their_role(browser: Browser) -> None:
    """Who is registered, confirms, coordinates or inspects finds what they are there for."""
    projector = re.search(r'href="(/man-hinh/[^"]+)"', browser.opens("/"))
    assert projector
    typed = re.search(r'id="typed">(\d{3} \d{3})<', browser.opens(projector[1]))
    assert typed
    assert "Đã điểm danh đồng chí Trần Văn Minh" in browser.says("ong-minh", text=typed[1])
    cell = browser.says("chi-hoa", text="/chibo")
    for name in ("Lê Văn Ba", "Phạm Thị Bốn", "Võ Văn Sáu"):
        assert name in cell.replace("\u00a0", " ")
    assert "Xác nhận có mặt" in cell
    assert "Đảng bộ xã Thân Cửu Nghĩa" in browser.says("anh-dung", text="/dem")
    assert "Đảng bộ tỉnh Tiền Giang" in browser.says("chi-mai", text="/dem")
    assert "Xác nhận có mặt" in browser.says("chi-cuc", text="/diemcau")
    assert "Đính chính" in browser.says("anh-tam", text="/diemcau")


def test_a_second_start_takes_what_is_there_and_begins_anew(folder: Path) -> None:
    """The kept data is never written to; a morning that was lived is thrown away."""
    screen = Console(file=sys.stderr)
    scenario, _ = demo.prepare(SMALL, folder, screen)
    [kept] = folder.glob(f"{SMALL}-*")
    built_at = kept.stat().st_mtime_ns
    left_over = folder / "morning-1" / "of-yesterday"
    left_over.parent.mkdir(exist_ok=True)
    left_over.touch()
    demo.prepare(SMALL, folder, screen)
    demo_data.begin(folder, scenario, "morning-1")
    assert kept.stat().st_mtime_ns == built_at
    assert not left_over.exists()


def test_a_build_that_was_broken_off_is_never_used(tmp_path: Path) -> None:
    """Ctrl-C in the middle leaves nothing that a later start would take for complete."""

    class Impatient:
        def step(self, words: str, total: int) -> None:
            if words.startswith("Liên kết"):
                raise KeyboardInterrupt

        def advance(self, count: int) -> None:
            pass

    scenario = story.told(tien_giang.build(SMALL))
    day = story.without_cast(scenario, morning.stage(scenario))
    with pytest.raises(KeyboardInterrupt):
        demo_data.prepare(tmp_path, scenario, day, Impatient())
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_said_with_what_to_do() -> None:
    """The commonest mishap of a first start: something else runs there."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(Refused, match=f"Cổng {taken} .* chương trình khác") as refusal:
            demo.run(taken, SMALL)
    assert f"--port {taken + 1}" in str(refusal.value) or "--port 8081" in str(refusal.value)
