"""`demo`: the Tiền Giang morning on this machine, with neither token nor internet."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from bot import demo_data, ports
from bot.app import App
from bot.demo_stage import DemoStage
from bot.os_faults import reason
from bot.refusal import Refused
from bot.serve import LOOPBACK, ROLES, serve
from bot.settings import Database as DatabaseSettings
from bot.settings import Settings, Web
from domain.text import VIETNAM, number
from rehearsal import morning, story, tien_giang
from rehearsal.crowd import MOST_IN_A_TICK, Crowd
from rehearsal.morning import Morning
from rehearsal.scenario import Scenario
from rehearsal.walls import Walls
from storage.database import Database

FOLDER = Path("demo-data")
BEGINS_AT = datetime(2016, 12, 9, 7, 5, tzinfo=VIETNAM)


def run(port: int, name: str = "tien-giang", folder: Path = FOLDER) -> None:
    """Prepare what is not there yet, then live the morning until Ctrl-C."""
    screen = Console(stderr=True, highlight=False, soft_wrap=True)
    for chatty in ("alembic", "uvicorn"):  # who tries the bot out reads sentences, not logs
        logging.getLogger(chatty).setLevel(logging.WARNING)
    _demand_free(port)
    try:
        scenario, day = prepare(name, folder, screen)
        asyncio.run(live(scenario, day, folder, port, lambda: _welcome(screen, port)))
    except KeyboardInterrupt:
        screen.print("Đã dừng.")
        sys.exit(130)
    except OSError as error:
        raise Refused(
            f"Không ghi được dữ liệu chạy thử vào {folder.absolute()} ({reason(error)}). "
            "Hãy chạy lại từ một thư mục ghi được, trên ổ đĩa còn chỗ trống."
        ) from None


def staged(name: str) -> tuple[Scenario, Morning]:
    """The scenario with its people of the stories, and the morning that the others live."""
    scenario = story.told(tien_giang.build(name))
    return scenario, story.without_cast(scenario, morning.stage(scenario))


def prepare(name: str, folder: Path, screen: Console) -> tuple[Scenario, Morning]:
    """The scenario with its people of the stories, and its data ready to be copied."""
    scenario, day = staged(name)
    if not demo_data.is_kept(folder, scenario):
        screen.print(
            f"Đang dựng dữ liệu chạy thử: {number(len(scenario.members))} đảng viên "
            "(chỉ lần đầu; mọi tên người đều được đặt ra)."
        )
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
        with Bar(*columns, console=screen) as bar:
            demo_data.prepare(folder, scenario, day, _OnScreen(bar))
    return scenario, day


async def live(
    scenario: Scenario,
    day: Morning,
    folder: Path,
    port: int,
    on_start: Callable[[], None],
    now: Callable[[], datetime] | None = None,
    most_at_once: int = MOST_IN_A_TICK,
) -> None:
    """Serve a new morning until told to stop; whoever takes its pictures moves its clock."""
    url = demo_data.begin(folder, scenario, f"morning-{port}")
    codes = await _codes(url, scenario, day)
    stage, now = DemoStage(scenario, codes), now or clock()

    def enter(app: App) -> None:
        stage.app = app
        app.begin(_crowd(app, scenario, day, codes, most_at_once))
        on_start()

    # No clock: a morning that begins anew with every start would remind everybody with every start.
    roles = ROLES - {"clock"}
    await serve(settings(url, port), demo_data.KEY, now, roles, stage.doors(), enter)


def clock() -> Callable[[], datetime]:
    """07:05 of the morning from now on, at the speed of any other clock."""
    began = time.monotonic()
    start = BEGINS_AT.astimezone(UTC)
    return lambda: start + timedelta(seconds=time.monotonic() - began)


def settings(url: str, port: int) -> Settings:
    """Only the demo's own: whatever this machine is configured for stays untouched."""
    return Settings.model_construct(
        database=DatabaseSettings(url=url),
        web=Web(host=LOOPBACK, port=port, metrics_port=0),
        telegram=None,
    )


async def _codes(url: str, scenario: Scenario, day: Morning) -> dict[str, str]:
    database = Database(url)
    try:
        async with database.write() as tx:
            return await demo_data.codes_of(tx, scenario, day)
    finally:
        await database.close()


async def _crowd(
    app: App, scenario: Scenario, day: Morning, codes: dict[str, str], most_at_once: int
) -> None:
    schedule = await app.schedules.current(app.now())
    crowd = Crowd(
        scenario,
        day.recorded(),
        codes,
        Walls(schedule, Random(scenario.seed)),  # noqa: S311 – how people type is no secret
        lambda inbound: app.router.handle(inbound, in_response=True),
        app.now,
        most_at_once,
    )
    await crowd.live()


# --- what the user reads ---------------------------------------------------------------------


@dataclass
class _OnScreen:
    """One bar below the other."""

    bar: Bar

    def step(self, words: str, total: int) -> None:
        self._task = self.bar.add_task(words, total=total)

    def advance(self, count: int) -> None:
        self.bar.advance(self._task, count)


def _welcome(screen: Console, port: int) -> None:
    screen.print(
        f"\nMở trình duyệt tại [bold]http://{LOOPBACK}:{port}[/bold]\n"
        f"Buổi sáng {BEGINS_AT:%d/%m/%Y}, bắt đầu lúc {BEGINS_AT:%H:%M}; "
        "mỗi lần chạy lại, buổi sáng bắt đầu lại từ đầu.\n"
        "Dừng: bấm Ctrl-C.\n"
    )


def _demand_free(port: int) -> None:
    """Say what to do before half a minute of work is done in vain."""
    why = ports.fault(LOOPBACK, port)
    if why is None:
        return
    other = port + 1 if 0 < port < 65_535 else 8081
    raise Refused(
        f"Cổng {port} trên máy này {why}. Hãy chọn cổng khác, ví dụ:\n"
        f'  make demo ARGS="--port {other}"\n'
        f"  diemdanh demo --port {other}"
    )
