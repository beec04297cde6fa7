"""Who may do what, and where."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.desk import Desk, UnitCode, at_desk, warn_if_local
from bot.commands import people
from domain.rights import Role

Member = Annotated[str | None, typer.Option(help="Mã đảng viên.")]
VenueName = Annotated[str | None, typer.Option(help="Điểm cầu, dạng NQTW4/HN/V001.")]
_ROLES = "; ".join(
    f"{role}: {people.ROLE_NAMES[role]}" for role in (Role.COORDINATOR, Role.INSPECTOR, Role.CLERK)
)


def grant(
    role: Annotated[Role, typer.Option(help=_ROLES)],
    member: Member = None,
    unit: UnitCode = None,
    venue: VenueName = None,
    names: Annotated[
        bool, typer.Option("--names", help="Được xem tên trong toàn bộ đơn vị.")
    ] = False,
) -> None:
    """Giao vai trò trên một đơn vị hoặc tại một điểm cầu (không có --member: in đường dẫn)."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await people.grant(
                database,
                await desk.key(database),
                desk.now(),
                member=member,
                role=role,
                unit=unit,
                venue=venue,
                sees_names=names,
                public_url=desk.settings.web.address,
            )
        if member is None:
            warn_if_local(desk.settings)

    at_desk(work)


def revoke(
    member: Annotated[str, typer.Option(help="Mã đảng viên.")],
    unit: UnitCode = None,
    venue: VenueName = None,
    devices: Annotated[
        bool,
        typer.Option("--devices", help="Ngừng mọi thiết bị và phiếu cũ, in mã mới; giữ vai trò."),
    ] = False,
) -> None:
    """Thu hồi vai trò: tại nơi được nêu, hoặc tất cả. Với --devices: ngừng thiết bị đã mất."""
    if devices and (unit is not None or venue is not None):
        raise typer.BadParameter("--devices không đi cùng --unit hoặc --venue.")

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            if devices:
                await people.stop_devices(
                    database, await desk.key(database), desk.now(), member=member
                )
                return
            await people.revoke(database, desk.now(), member=member, unit=unit, venue=venue)

    at_desk(work)
