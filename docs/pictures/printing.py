"""What is printed for the commune's cell and hall, as PDF files."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.commands.cards import cards
from bot.commands.people import invite
from bot.demo_data import KEY
from docs.pictures.stage import Stage
from rehearsal.story import AP_3
from storage.database import Database
from web.doors.screens import Sheet


async def papers(stage: Stage, screen: str, folder: Path) -> dict[str, tuple[Path, int]]:
    """Each with the dots per inch at which it can be read."""
    slips, drawn, poster = (folder / f"{name}.pdf" for name in ("phieu", "the", "ap-phich"))
    database = Database(stage.database)
    try:
        await invite(
            database,
            KEY,
            AP_3,
            stage.now,
            public_url=stage.address,
            renew=False,
            as_json=False,
            out=slips,
            advance=lambda done, total: None,
        )
        await cards(database, KEY, AP_3, stage.now, public_url=stage.address, out=drawn)
    finally:
        await database.close()
    async with httpx.AsyncClient() as client:
        poster.write_bytes((await client.get(f"{screen}/{Sheet.POSTER}.pdf")).content)
    return {"phieu-dang-ky": (slips, 60), "the": (drawn, 60), "ap-phich": (poster, 40)}
