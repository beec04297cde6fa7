"""What is sent to many, and what waits to go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import Desk, Json, at_desk
from bot.commands import broadcast as speaking
from bot.commands import outbox as posting
from domain.broadcasts import Audience


def broadcast(
    unit: Annotated[str, typer.Option(help="Mã đơn vị nhận, gồm mọi đơn vị bên dưới.")],
    to: Annotated[Audience, typer.Option(help="Gửi cho ai trong đơn vị.")],
    text_file: Annotated[Path, typer.Option(help="Tệp nội dung UTF-8; - là stdin.")],
    campaign: Annotated[
        str | None, typer.Option(help="Mã đợt học tập; mặc định là đợt mới nhất của đơn vị.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Gửi mà không hỏi lại.")] = False,
) -> None:
    """Gửi thông báo đến nhiều đồng chí; hệ thống đang chạy sẽ lần lượt phát đi.

    Trong nội dung, {tên} và {chi_bộ} được thay bằng tên, chi bộ của từng người nhận.
    """

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await speaking.broadcast(
                database,
                desk.settings,
                desk.now,
                unit=unit,
                audience=to,
                campaign=campaign,
                text_file=text_file,
                dry_run=dry_run,
                yes=yes,
            )

    at_desk(work)


def outbox(
    ambiguous: Annotated[
        bool, typer.Option("--ambiguous", help="Từng tin không rõ đã đến mấy lần.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tin đang chờ gửi, tin không đến được, và lúc nào được gửi tiếp, theo từng kênh."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await posting.outbox(database, desk.now(), only_ambiguous=ambiguous, as_json=as_json)

    at_desk(work)
