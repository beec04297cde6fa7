"""`cards`: what members show at the door, printed once and used again and again."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from bot.commands.people import write_private
from bot.halls.cards import cards_of
from bot.refusal import Refused
from storage import audit, invitations, units
from storage.database import Database


async def cards(
    database: Database, key: bytes, unit_code: str, now: datetime, *, public_url: str, out: Path
) -> None:
    """A card for every member below a unit. Printing again gives the same cards."""
    async with database.read() as db:
        unit = await units.get_by_code(db, unit_code)
        if unit is None:
            raise Refused(f"Không có đơn vị mã {unit_code}.")
        rows = await invitations.roll(db, unit.path, now)
    write_private(out, cards_of(rows, key, public_url, unit.name))
    async with database.write() as tx:
        await audit.note(tx, None, "cards", f"unit {unit.id}", now, {"count": len(rows)})
    sys.stderr.write(f"Đã ghi {len(rows)} thẻ vào {out}.\n")
