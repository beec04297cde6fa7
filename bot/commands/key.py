"""`renew-key`: going on without a key file that nobody has any more."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot import keys
from bot.refusal import Refused
from storage import audit, key_mark
from storage.database import Database


async def renew_key(database: Database, path: Path, now: datetime) -> None:
    """Make a new key in the place of a lost one, and say what must be done again."""
    if await asyncio.to_thread(path.exists):
        raise Refused(
            f"Tệp khóa {path} vẫn còn, không thay. Nếu tệp này không phải của cơ sở dữ liệu, hãy "
            "chuyển đi nơi khác trước."
        )
    key = keys.load_or_create(path)
    async with database.write() as tx:
        await key_mark.replace(tx, key, now)
        await audit.note(tx, None, "renew_key", "installation", now)
    sys.stderr.write(
        "Mọi phiếu đã in, số điện thoại đã nhập và trình duyệt đã đăng ký hết dùng được với khóa "
        "mới; tài khoản Telegram, điểm danh và số liệu giữ nguyên. Việc cần làm tiếp:\n"
        "  diemdanh import-roster …  (nhập lại danh sách, để có lại số điện thoại)\n"
        "  diemdanh invite --all …   (in lại phiếu)\n"
    )
