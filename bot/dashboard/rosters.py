"""The roll from a page: compared first, shown, and written as it was shown."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands.roster import COUNTED, compare
from bot.dashboard.jobs import Jobs
from bot.dashboard.planned import PlanUnits
from bot.dashboard.uploads import Upload, Uploads
from bot.sheets import read_sheets
from domain.rights import Grant, Right, may, reaches, secretary_of
from domain.roster.changes import Changes, MemberChange
from domain.roster.reading import is_plain
from domain.roster.rows import Fault, Known, KnownUnit, Placement, RosterFaults, code_key
from domain.roster.subtree import new_phones, outside
from domain.text import local
from handlers import scopes
from handlers.turn import House
from storage import audit, grants, roster, units
from storage.units import Unit
from web.doors.dashboard import Officer
from web.doors.rosters import Group, RosterView, Stage

FIRST = 10  # rows of each kind that are shown


@dataclass
class _Import:
    """One upload on its way; it lives as long as the upload does."""

    unit: Unit
    upload: Upload
    view: RosterView
    digest: str = ""  # of what was shown


class Rosters:
    """Imports of officers: one at a time each, written in the slices of `import-roster`."""

    def __init__(
        self, house: House, uploads: Uploads, jobs: Jobs, now: Callable[[], datetime]
    ) -> None:
        self._house = house
        self._uploads = uploads
        self._jobs = jobs
        self._now = now
        self._units = PlanUnits(house.database, now)
        self._imports: dict[str, _Import] = {}

    async def units(self, officer: Officer) -> Sequence[tuple[str, str]]:
        async with self._house.database.read() as db:
            return [(unit.code, unit.name) for unit in await self._units.tops(db, officer)]

    async def take(
        self, officer: Officer, unit_code: str, files: Sequence[tuple[str, bytes]]
    ) -> str | None:
        """Keep the files and begin to compare them; None where the unit is not the officer's."""
        unit = await self._own(officer, unit_code)
        if unit is None:
            return None
        upload = self._uploads.keep(officer, f"roll {unit.id}", files)
        self._imports = {key: one for key, one in self._imports.items() if self._uploads.has(key)}
        view = RosterView(
            at=self._now(),
            unit=unit.name,
            files=[path.name for path in upload.paths],
            stage=Stage.READING,
        )
        importing = self._imports[upload.token] = _Import(unit, upload, view)
        self._jobs.begin(self._watched(importing, self._look(officer, importing)))
        return upload.token

    async def _own(self, officer: Officer, unit_code: str) -> Unit | None:
        async with self._house.database.read() as db:
            unit = await units.get_by_code(db, unit_code)
        is_own = unit is not None and may(
            Right.PLAN, officer.grants, scopes.of_cell(unit.path), self._now()
        )
        return unit if is_own else None

    async def show(self, officer: Officer, token: str) -> RosterView | None:
        importing = self._imports.get(token)
        if importing is None or self._uploads.get(officer, token) is None:
            return None
        return importing.view

    async def apply(self, officer: Officer, token: str) -> RosterView | None:
        """Write it, if it still does what was shown and the officer still may."""
        view = await self.show(officer, token)
        if view is None or view.stage is not Stage.SHOWN:
            return view
        importing = self._imports[token]
        if await self._own(officer, importing.unit.code) is None:
            return None
        importing.view = replace(view, stage=Stage.WRITING, is_anew=False)
        self._jobs.begin(self._watched(importing, self._write(officer, importing)))
        return importing.view

    # --- the work --------------------------------------------------------------------------

    async def _watched(self, importing: _Import, work: Coroutine[object, object, None]) -> None:
        """Whatever goes wrong is seen on the page; what is a bug goes on to the log."""
        try:
            await work
        except RosterFaults as faulty:
            importing.view = replace(
                importing.view, at=self._now(), stage=Stage.FAULTY, faults=faulty.faults
            )
        except roster.RollChanged:
            importing.view = replace(importing.view, at=self._now(), stage=Stage.BROKEN)
        except Exception:
            importing.view = replace(importing.view, at=self._now(), stage=Stage.BROKEN)
            raise

    async def _look(self, officer: Officer, importing: _Import) -> None:
        known, changes = await self._compare(officer, importing)
        importing.digest = await asyncio.to_thread(_digest, changes)
        self._shown(officer, importing, known, changes)

    async def _write(self, officer: Officer, importing: _Import) -> None:
        known, changes = await self._compare(officer, importing)
        digest = await asyncio.to_thread(_digest, changes)
        if digest != importing.digest:
            importing.digest = digest
            self._shown(officer, importing, known, changes)
            importing.view = replace(importing.view, is_anew=True)
            return
        importing.view = replace(importing.view, total=len(changes.members))

        def advance(count: int) -> None:
            importing.view = replace(importing.view, done=importing.view.done + count)

        await roster.apply(self._house.database, changes, advance)
        async with self._house.database.write() as tx:
            counts = {name: count for name, count in changes.counts.items() if count}
            subject = f"unit {importing.unit.id}"
            await audit.note(tx, officer.member_id, "roster.imported", subject, self._now(), counts)
        self._uploads.empty(importing.upload)
        importing.view = replace(importing.view, at=self._now(), stage=Stage.DONE)

    async def _compare(self, officer: Officer, importing: _Import) -> tuple[Known, Changes]:
        """Raises RosterFaults: what is wrong with the file, or what of it is not the officer's."""
        sheets = await read_sheets(importing.upload.paths)
        async with self._house.database.read() as db:
            known = await roster.load(db)
            given = await grants.given_below(db, importing.unit.path)
        placement = Placement(importing.unit.code) if is_plain(sheets) else Placement()
        today = local(self._now()).date()
        changes = await asyncio.to_thread(
            compare, sheets, known, placement, self._house.key, today, today
        )
        top = next(unit for unit in known.units if unit.id == importing.unit.id)
        faults = outside(changes, known, top)
        faults += self._phones_from_above(officer, known, changes, given)
        if faults:
            raise RosterFaults(faults)
        return known, changes

    def _phones_from_above(
        self, officer: Officer, known: Known, changes: Changes, given: dict[int, list[Grant]]
    ) -> list[Fault]:
        """Nobody becomes somebody who may do more, by way of a telephone number."""
        paths = {code_key(unit.code): unit.path for unit in known.units}
        faults = []
        for member in new_phones(changes, known):
            office = secretary_of(member.position, paths[code_key(member.cell)])
            roles = [*given.get(member.id, ()), *([office] if office else [])]
            if not reaches(officer.grants, roles, self._now()):
                reason = f"số điện thoại của {member.code} do cấp trên nhập"
                faults.append(Fault("", None, None, reason))
        return faults

    # --- what is shown ---------------------------------------------------------------------

    def _shown(self, officer: Officer, importing: _Import, known: Known, changes: Changes) -> None:
        importing.view = replace(
            importing.view,
            at=self._now(),
            stage=Stage.SHOWN,
            groups=_Groups(officer, known, changes, self._now()).all(),
            warnings=list(changes.warnings),
        )


class _Groups:
    """What an import does, by kind: the file's own words, and names of ours where they may see."""

    def __init__(self, officer: Officer, known: Known, changes: Changes, now: datetime) -> None:
        self._officer, self._known, self._changes, self._now = officer, known, changes, now
        self._members = {member.id: member for member in known.members}
        self._cells = {code_key(unit.code): unit for unit in known.units}
        self._new_cells = {code_key(unit.code): unit.name for unit in changes.units}

    def all(self) -> list[Group]:
        counts = self._changes.counts
        new = [one for one in self._changes.members if one.id is None]
        moved = [one for one in self._changes.members if self._moves(one)]
        changed = [one for one in self._changes.members if one.id and not self._moves(one)]
        listed = ("members_listed", "secretaries", "units_changed", "units_closed")
        return [
            *(Group(COUNTED[key], counts[key]) for key in listed if counts[key]),
            Group(COUNTED["units_new"], counts["units_new"], self._new_units()),
            Group(COUNTED["members_new"], len(new), [self._line(one) for one in new[:FIRST]]),
            Group(COUNTED["members_moved"], len(moved), [self._step(m) for m in moved[:FIRST]]),
            Group(
                COUNTED["members_changed"], len(changed), [self._line(m) for m in changed[:FIRST]]
            ),
            Group(
                "Không còn trong tệp, vẫn giữ nguyên",
                counts["members_missing"],
                [self._missing(key) for key in self._changes.missing[:FIRST]],
            ),
        ]

    def _moves(self, change: MemberChange) -> bool:
        member = self._members.get(change.id) if change.id else None
        if member is None or change.belongs is None:
            return False
        return code_key(change.belongs.cell) != code_key(member.cell)

    def _new_units(self) -> list[str]:
        return [unit.name for unit in self._changes.units if unit.id is None][:FIRST]

    def _name(self, change: MemberChange) -> str:
        """As the file says; a name that it leaves as it was is the same there."""
        if change.details is not None:
            return change.details.name
        return self._members[change.id].name if change.id else ""

    def _cell(self, code: str) -> str:
        key = code_key(code)
        return self._new_cells.get(key) or self._cells[key].name

    def _line(self, change: MemberChange) -> str:
        member = self._members.get(change.id) if change.id else None
        cell = change.belongs.cell if change.belongs else member.cell if member else ""
        return f"{self._name(change)}, {self._cell(cell)}"

    def _step(self, change: MemberChange) -> str:
        old = self._members[change.id].cell if change.id else ""
        new = change.belongs.cell if change.belongs else ""
        return f"{self._name(change)}: {self._cell(old)} → {self._cell(new)}"

    def _missing(self, member_id: int) -> str:
        """Not in the file: the name is ours, for those who may see it."""
        member = self._members[member_id]
        cell: KnownUnit = self._cells[code_key(member.cell)]
        scope = scopes.of_cell(cell.path)
        if not may(Right.SEE_NAMES, self._officer.grants, scope, self._now):
            return cell.name
        return f"{member.name}, {cell.name}"


def _digest(changes: Changes) -> str:
    """What an import does, but for the revision of the roll that it was compared with."""
    told = (changes.as_of, list(changes.units), list(changes.members), list(changes.missing))
    return hashlib.sha256(repr(told).encode()).hexdigest()
