"""Running: for real, as a demonstration, as a rehearsal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bot import demo as demonstration
from bot import ports
from bot.cli.desk import Json, open_desk, say
from bot.refusal import Refused
from bot.serve import ROLES, serve
from bot.settings import Settings
from rehearsal import tien_giang
from rehearsal.day import rehearse as live_through
from rehearsal.progress import OnScreen
from storage import checkup
from storage.sole import WEB, Sole


def run(
    roles: Annotated[
        str, typer.Option(help="Những phần cần chạy, cách nhau bằng dấu phẩy.")
    ] = "web,poll,clock,delivery",
) -> None:
    """Chạy hệ thống: nâng cấp cơ sở dữ liệu rồi phục vụ cho đến khi được dừng."""
    chosen = frozenset(role.strip() for role in roles.split(","))
    if not chosen <= ROLES:
        raise typer.BadParameter(f"chỉ có: {', '.join(sorted(ROLES))}")
    desk = open_desk()
    if "web" in chosen:
        ports.demand_free(desk.settings.web)

    async def work() -> None:
        await _demand_sound(desk.settings)
        async with desk.database() as database:
            key = await desk.key(database)
        with _alone(desk.settings, chosen):
            await serve(
                desk.settings,
                key,
                desk.now,
                chosen,
                on_start=lambda _: say(_running(desk.settings, chosen)),
            )

    asyncio.run(work())


async def _demand_sound(found: Settings) -> None:
    """A damaged file answers some and fails others, for as long as it is served. Raises Damaged."""
    path = found.database_path
    if path is not None and await asyncio.to_thread(path.is_file):
        await checkup.demand_sound(found.database.url)


@contextmanager
def _alone(found: Settings, roles: frozenset[str]) -> Iterator[None]:
    """Two that serve one SQLite file would each know half of who waits. Raises Refused."""
    if found.database_path is None or "web" not in roles:
        yield
        return
    sole = Sole(found.database_path, WEB)
    if not sole.is_ours():
        raise Refused(
            f"Cơ sở dữ liệu {found.database_path} đang do một lệnh diemdanh run khác phục vụ. "
            "Mỗi tệp SQLite chỉ một tiến trình phục vụ: hãy dừng lệnh kia trước."
        )
    try:
        yield
    finally:
        sole.release()


def _running(found: Settings, roles: frozenset[str]) -> str:
    """One line for whoever looks at the terminal; the logs say the rest."""
    where = f" tại {found.web.local_address}" if "web" in roles and found.web.port else ""
    return f"Hệ thống đang chạy{where}. Dừng: bấm Ctrl-C."


def demo(port: Annotated[int, typer.Option(help="Cổng trên máy này.")] = 8080) -> None:
    """Buổi sáng Tiền Giang trên máy này: không cần mã bot, không cần mạng."""
    demonstration.run(port)


def rehearse(
    scenario: Annotated[str, typer.Argument(help=", ".join(tien_giang.NAMES))],
    as_json: Json = False,
) -> None:
    """Diễn tập một ngày qua toàn bộ hệ thống thật, rồi đối chiếu số liệu đến từng người.

    Giới hạn tốc độ và hạn mức của mạng nhắn tin được bỏ trong diễn tập.
    """
    if scenario not in tien_giang.NAMES:
        raise typer.BadParameter(f"có các kịch bản: {', '.join(tien_giang.NAMES)}")
    outcome = live_through(scenario, OnScreen())
    outcome.show(as_json=as_json)
    if not outcome.is_reconciled:
        sys.exit(1)
