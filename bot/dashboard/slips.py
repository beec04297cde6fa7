"""Codes on paper from a page, for those members whose code is the officer's to hand out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.dashboard.jobs import Jobs
from bot.dashboard.uploads import Uploads
from bot.halls.cards import told_apart
from bot.slips import as_slips, drawn
from domain.rights import Grant, Right, may, reaches, secretary_of
from handlers import scopes
from handlers.turn import House
from storage import audit, grants, invitations, units
from storage.database import Db
from storage.invitations import Invited
from storage.units import Unit
from web.doors.dashboard import Download, Officer
from web.doors.slips import Printing, SlipsOf, SlipsView

PDF = "application/pdf"
FILE = "phieu.pdf"


@dataclass(frozen=True, slots=True)
class _Roll:
    """The members below a unit: those to be printed for, and what becomes of the others."""

    rows: Sequence[Any]
    printed: Sequence[Any]
    left_out: Sequence[Any]


class Slips:
    """Whoever hands out a code could use it: decided for all members of a unit at once."""

    def __init__(
        self, house: House, uploads: Uploads, jobs: Jobs, now: Callable[[], datetime]
    ) -> None:
        self._house = house
        self._uploads = uploads
        self._jobs = jobs
        self._now = now
        self._printings: dict[str, Printing] = {}

    # --- looking ---------------------------------------------------------------------------

    async def show(self, officer: Officer, unit_id: int | None) -> SlipsView | None:
        async with self._house.database.read() as db:
            unit = await self._unit(db, officer, unit_id)
            if unit is None:
                return None
            roll = await self._roll(db, officer, unit)
            below = await units.children(db, unit.id)
        depth = unit.path.count("/")
        members, printed, left_out = (
            Counter(_at_depth(row.cell_path, depth) for row in rows)
            for rows in (roll.rows, roll.printed, roll.left_out)
        )
        return SlipsView(
            at=self._now(),
            unit=_slips_of(unit, len(roll.rows), len(roll.printed), len(roll.left_out)),
            below=[
                _slips_of(one, members[one.path], printed[one.path], left_out[one.path])
                for one in below
                if members[one.path]
            ],
        )

    async def _unit(self, db: Db, officer: Officer, unit_id: int | None) -> Unit | None:
        """The unit asked for, else the officer's widest; None beyond their subtree."""
        if unit_id is None:
            paths = {grant.unit_path for grant in officer.grants if grant.unit_path}
            widest = min(paths, key=len, default="")
            return await units.get_by_path(db, widest) if widest else None
        unit = await units.get(db, unit_id)
        if unit is None:
            return None
        scope = scopes.of_cell(unit.path)
        return unit if may(Right.SEE_COUNTS, officer.grants, scope, self._now()) else None

    async def _roll(self, db: Db, officer: Officer, unit: Unit) -> _Roll:
        now = self._now()
        rows = await invitations.roll(db, unit.path, now)
        given = await grants.given_below(db, unit.path)
        known = await invitations.registered_below(db, unit.path)
        without = [row for row in rows if row.member_id not in known]
        theirs = {
            path: may(Right.LINK, officer.grants, scopes.of_cell(path), now)
            for path in {row.cell_path for row in without}
        }
        printed: list[Any] = []
        left_out: list[Any] = []
        for row in without:
            roles = _roles(row, given)
            is_theirs = theirs[row.cell_path] and reaches(officer.grants, roles, now)
            (printed if is_theirs else left_out).append(row)
        return _Roll(rows, printed, left_out)

    # --- printing --------------------------------------------------------------------------

    async def print(self, officer: Officer, unit_id: int) -> str | None:
        """Begin to print what `show` counts; None where there is nothing to print."""
        async with self._house.database.read() as db:
            unit = await self._unit(db, officer, unit_id)
            roll = await self._roll(db, officer, unit) if unit else None
        if unit is None or roll is None or not roll.printed:
            return None
        upload = self._uploads.keep(officer, f"slips {unit.id}", [(FILE, b"")])
        self._printings = {k: v for k, v in self._printings.items() if self._uploads.has(k)}
        self._printings[upload.token] = Printing(
            unit=unit.name, slips=len(roll.printed), left_out=len(roll.left_out)
        )
        self._jobs.begin(self._draw(officer, unit, roll, upload.token, upload.paths[0]))
        return upload.token

    async def _draw(
        self, officer: Officer, unit: Unit, roll: _Roll, token: str, path: Path
    ) -> None:
        def advance(page: int, pages: int) -> None:
            self._put(token, page=page, pages=pages)

        try:
            found = await self._invite(officer, unit, roll.printed)
            slips = as_slips(found, told_apart(roll.rows), self._house.public_url)
            pdf = await drawn(slips, unit.name, advance)
            await asyncio.to_thread(path.write_bytes, pdf)
        except Exception:
            self._put(token, is_broken=True)
            raise
        self._put(token, is_ready=True)

    def _put(self, token: str, **values: Any) -> None:
        self._printings[token] = replace(self._printings[token], **values)

    async def _invite(self, officer: Officer, unit: Unit, rows: Sequence[Any]) -> list[Invited]:
        found: list[Invited] = []
        for first in range(0, len(rows), invitations.SLICE):
            async with self._house.database.write() as tx:
                part = rows[first : first + invitations.SLICE]
                given, _ = await invitations.invite(tx, self._house.key, part, self._now())
                found += given
        async with self._house.database.write() as tx:
            detail = {"count": len(found)}
            await audit.note(
                tx, officer.member_id, "hand_out_slips", f"unit {unit.id}", self._now(), detail
            )
        return found

    async def printing(self, officer: Officer, token: str) -> Printing | None:
        return self._printings.get(token) if self._uploads.get(officer, token) else None

    async def pdf(self, officer: Officer, token: str) -> Download | None:
        upload = self._uploads.get(officer, token)
        printing = self._printings.get(token)
        if upload is None or printing is None or not printing.is_ready:
            return None
        content = await asyncio.to_thread(upload.paths[0].read_bytes)
        return Download(f"phieu-{printing.unit}.pdf", content, PDF)


def _roles(row: Any, given: Mapping[int, Sequence[Grant]]) -> Sequence[Grant]:
    office = secretary_of(row.position, row.cell_path)
    return [*given.get(row.member_id, ()), *([office] if office else [])]


def _at_depth(cell_path: str, depth: int) -> str:
    """The unit just below one of this depth in which a cell stands: "/1/5/33/", 2 -> "/1/5/"."""
    return "/".join(cell_path.split("/")[: depth + 1]) + "/"


def _slips_of(unit: Unit, members: int, without: int, left_out: int) -> SlipsOf:
    return SlipsOf(
        unit_id=unit.id, name=unit.name, members=members, without=without, left_out=left_out
    )
