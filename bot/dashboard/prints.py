"""What a cell prints: its list to sign on, and its members' cards."""

from __future__ import annotations

import asyncio

from bot.dashboard.cells import Cells
from bot.dashboard.scene import Scene
from bot.halls.cards import cards_of
from domain.text import day
from storage import audit, invitations, rolls
from web.doors.dashboard import Download, Officer

PDF = "application/pdf"


class Prints:
    """Names on paper: for those who may see them on the screen."""

    def __init__(self, scene: Scene, cells: Cells) -> None:
        self._scene = scene
        self._cells = cells
        self._turn = asyncio.Lock()  # a sheet takes some 0.3 s of the processor

    async def sign_sheet(self, officer: Officer, campaign_id: int, cell_id: int) -> Download | None:
        """The names of a cell for the paper route, and a few empty lines."""
        from reports.sign_sheet import Heading, Line, sign_sheet_pdf  # fonts: only printing pays

        place = await self._cells.place(officer, campaign_id, cell_id)
        if place is None:
            return None
        async with self._scene.house.database.read() as db:
            roll = await rolls.of_cell(db, place.session.id, cell_id, self._scene.now())
        heading = Heading(
            unit=place.node.name,
            session=place.session.title,
            venue=place.venue.name if place.venue else "",
            day=day(place.session.starts_at),
        )
        lines = [
            Line(one.member.name, str(one.member.birth_year or ""), place.node.name)
            for one in roll.people
        ]
        async with self._turn:
            pdf = await asyncio.to_thread(sign_sheet_pdf, heading, lines, BLANK)
        return Download(f"{place.node.code}-ky-ten.pdf", pdf, PDF)

    async def cards(self, officer: Officer, campaign_id: int, cell_id: int) -> Download | None:
        """A card for every member of a cell."""
        place = await self._cells.place(officer, campaign_id, cell_id)
        if place is None:
            return None
        house, now = self._scene.house, self._scene.now()
        async with house.database.read() as db:
            below = await invitations.roll(db, place.node.path, now)
        rows = [row for row in below if row.cell_id == cell_id]
        async with self._turn:
            pdf = await asyncio.to_thread(
                cards_of, rows, house.key, house.public_url, place.node.name
            )
        async with house.database.write() as tx:
            subject = f"unit {place.node.id}"
            await audit.note(tx, officer.member_id, "cards", subject, now, {"count": len(rows)})
        return Download(f"{place.node.code}-the.pdf", pdf, PDF)


BLANK = 3  # lines for whoever is not on the list
