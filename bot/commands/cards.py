"""`cards`: what members show at the door, printed once and used again and again."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from bot.commands.people import told_apart, write_private
from bot.refusal import Refused
from domain.codes import card_token
from storage import audit, invitations, units
from storage.database import Database


async def cards(
    database: Database, key: bytes, unit_code: str, now: datetime, *, public_url: str, out: Path
) -> None:
    """A card for every member below a unit. Printing again gives the same cards."""
    from reports.cards import Card, cards_pdf  # fonts and PDF: a second that only printing costs

    async with database.read() as db:
        unit = await units.get_by_code(db, unit_code)
        if unit is None:
            raise Refused(f"Không có đơn vị mã {unit_code}.")
        rows = await invitations.roll(db, unit.path, now)
    names = told_apart(rows)
    printed = [
        Card(
            number=row.member_code,
            name=names[row.member_id],
            cell_id=row.cell_id,
            cell=row.cell_name,
            url=f"{public_url}/t/{card_token(key, row.member_id)}",
        )
        for row in rows
    ]
    write_private(out, cards_pdf(printed, unit.name))
    async with database.write() as tx:
        await audit.note(tx, None, "cards", f"unit {unit.id}", now, {"count": len(printed)})
    sys.stderr.write(f"Đã ghi {len(printed)} thẻ vào {out}.\n")
