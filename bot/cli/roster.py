"""The roll, and what is printed for those on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.desk import AsOf, Desk, Json, at_desk, date_of, say, warn_if_local
from bot.commands import cards as carding
from bot.commands import people
from bot.commands import roster as importing


def import_roster(
    files: Annotated[list[Path], typer.Argument(help="Một tệp .xlsx, hoặc các tệp .csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ nêu thay đổi.")] = False,
    as_of: AsOf = None,
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Kết thúc tư cách của người không còn tên.")
    ] = False,
    under: Annotated[str | None, typer.Option(help="Mã đơn vị nhận danh sách không có mã.")] = None,
    unit_name: Annotated[
        str | None, typer.Option(help="Tên đơn vị ấy, nếu chưa có trong hệ thống.")
    ] = None,
) -> None:
    """Nhập danh sách đơn vị và đảng viên. Một dòng lỗi thì không có gì thay đổi."""
    day = date_of(as_of)

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await importing.import_roster(
                database,
                await desk.key(database),
                files,
                dry_run=dry_run,
                as_of=day,
                remove_missing=remove_missing,
                under=under,
                unit_name=unit_name,
                say=say,
            )

    at_desk(work)


def invite(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; gồm mọi chi bộ bên dưới.")],
    as_json: Json = False,
    out: Annotated[
        Path | None, typer.Option(help="Ghi phiếu để in, mười hai phiếu một trang A4.")
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Thay mã chưa dùng; phiếu cũ hết hạn.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--all", help="Cấp cả cho các đồng chí đã đăng ký.")
    ] = False,
) -> None:
    """Cấp mã đăng ký cho người chưa đăng ký. Hỏi lại thì vẫn là mã cũ còn hạn."""

    async def work(desk: Desk) -> None:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Đang cấp mã", total=None)
            async with desk.database() as database:
                await people.invite(
                    database,
                    await desk.key(database),
                    unit,
                    desk.now(),
                    public_url=desk.settings.web.address,
                    renew=renew,
                    everybody=everybody,
                    as_json=as_json,
                    out=out,
                    advance=lambda done, total: bar.update(task, completed=done, total=total),
                )
        if out is not None:
            warn_if_local(desk.settings)

    at_desk(work)


def cards(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; gồm mọi chi bộ bên dưới.")],
    out: Annotated[Path, typer.Option(help="Tệp .pdf để in, tám thẻ một trang A4.")],
) -> None:
    """In thẻ dự học tập: đưa cho cán bộ phụ trách điểm danh xem, dùng nhiều lần."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await carding.cards(
                database,
                await desk.key(database),
                unit,
                desk.now(),
                public_url=desk.settings.web.address,
                out=out,
            )
        warn_if_local(desk.settings)

    at_desk(work)
