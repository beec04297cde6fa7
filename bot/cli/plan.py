"""The plan, its codes and its figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import AsOf, Desk, Json, UnitCode, at_desk, date_of, warn_if_local
from bot.commands import apply as applying
from bot.commands import codes as showing_codes
from bot.commands import counts as counting


def apply(plan: Annotated[Path, typer.Argument(help="Tệp kế hoạch .toml.")]) -> None:
    """Đưa kế hoạch vào hệ thống. Chạy lại cùng một tệp thì không có gì thay đổi."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await applying.apply(database, plan, now=desk.now())

    at_desk(work)


def codes(
    session: Annotated[str, typer.Argument(help="Đợt và buổi, dạng NQTW4/HN.")],
    as_json: Json = False,
    renew_screens: Annotated[
        bool,
        typer.Option(
            "--renew-screens", help="Đổi đường dẫn màn hình của mọi điểm cầu; mã vẫn như cũ."
        ),
    ] = False,
) -> None:
    """Mã điểm danh đang có hiệu lực ở từng điểm cầu."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await showing_codes.codes(
                database,
                session,
                now=desk.now(),
                public_url=desk.settings.web.address,
                as_json=as_json,
                renew_screens=renew_screens,
            )
        warn_if_local(desk.settings)

    at_desk(work)


def counts(
    campaign: Annotated[str, typer.Argument(help="Mã đợt học tập.")],
    unit: UnitCode = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Số liệu của một đợt, theo từng đơn vị, tính đến một ngày."""
    day = date_of(as_of)

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await counting.counts(
                database, campaign, unit=unit, as_of=day, now=desk.now(), as_json=as_json
            )

    at_desk(work)
