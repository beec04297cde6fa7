"""Looking after what the program stands on: tables, key, machine."""

from __future__ import annotations

import asyncio
import sys

from bot import settings
from bot.cli.desk import Desk, at_desk, chosen_config
from bot.commands import doctor as examining
from bot.commands import key as renewing
from storage import migrate as migrations


def migrate() -> None:
    """Đưa cơ sở dữ liệu về đúng các bảng của phiên bản này."""
    asyncio.run(migrations.upgrade(settings.load(chosen_config()).database.url))
    sys.stderr.write("Cơ sở dữ liệu đã sẵn sàng.\n")


def renew_key() -> None:
    """Tạo khóa mới khi tệp khóa đã mất hẳn: phiếu đã in và số điện thoại đã nhập hết dùng được."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await renewing.renew_key(database, desk.settings.key_path, desk.now())

    at_desk(work)


def doctor() -> None:
    """Kiểm tra cấu hình, cơ sở dữ liệu, mã bot, đồng hồ, ổ đĩa; nêu mọi vấn đề cùng lúc."""
    sys.exit(asyncio.run(examining.run(chosen_config())))
