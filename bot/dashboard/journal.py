"""Who did what in an officer's subtree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.dashboard.journal_words import KINDS, said
from bot.dashboard.sheets import as_of, sheet
from domain.people import Member
from domain.rights import Grant, Right, Role, may, reaches, secretary_of
from domain.text import clock, day, from_local
from handlers import scopes
from handlers.turn import House
from reports.tables import Table
from storage import grants, journal, people, units
from storage.database import Db
from storage.journal import Entry, Spot
from web.doors.dashboard import Download, Officer
from web.doors.journal import JournalAsked, JournalRow, JournalView

PAGE = 50  # rows
MOST_ROWS = 5000  # of a workbook
BATCH = 500  # entries that are looked at together …
MOST_BATCHES = 20  # … and how often for one page: a cell may have nothing among so many

_OFFICES = {Role.COORDINATOR: "Cán bộ điều phối", Role.SECRETARY: "Bí thư"}


@dataclass(frozen=True, slots=True)
class _Known:
    """All that a batch of entries speaks of."""

    spots: Mapping[tuple[str, int], Spot]
    people: Mapping[int, Member]
    given: Mapping[int, Sequence[Grant]]
    unit_names: Mapping[str, str]
    root: str


class Journal:
    """An entry is theirs by what it is about, or by an actor below them who may do no more."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house = house
        self._now = now

    async def show(self, officer: Officer, asked: JournalAsked) -> JournalView:
        return await self._view(officer, asked, PAGE)

    async def sheet(self, officer: Officer, asked: JournalAsked) -> Download:
        view = await self._view(officer, replace(asked, before=None), MOST_ROWS)
        table = Table(
            title="Nhật ký",
            as_of=as_of(view.at),
            heading=["Lúc", "Người thực hiện", "Việc", "Đối tượng"],
            rows=[
                [f"{clock(row.at)}, {day(row.at)}", row.who, row.what, row.about]
                for row in view.rows
            ],
        )
        return await sheet("nhat-ky", table)

    async def _view(self, officer: Officer, asked: JournalAsked, most: int) -> JournalView:
        rows: list[JournalRow] = []
        before, more = asked.before, None
        async with self._house.database.read() as db:
            for _ in range(MOST_BATCHES):
                batch = await self._batch(db, asked, before)
                known = await self._known(db, batch)
                for entry in batch:
                    if len(rows) == most:
                        break
                    before = entry.id
                    if row := self._row(officer, entry, known):
                        rows.append(row)
                more = before if len(batch) == BATCH or len(rows) == most else None
                if more is None or len(rows) == most:
                    break
        kinds = [(key, label) for key, (label, _) in KINDS.items()]
        return JournalView(at=self._now(), kinds=kinds, asked=asked, rows=rows, more=more)

    async def _batch(self, db: Db, asked: JournalAsked, before: int | None) -> list[Entry]:
        begins = from_local(datetime.combine(asked.on, time())) if asked.on else None
        return await journal.entries(
            db,
            BATCH,
            before=before,
            actions=tuple(KINDS[asked.kind][1]) if asked.kind in KINDS else (),
            from_at=begins,
            until_at=begins + timedelta(days=1) if begins else None,
        )

    async def _known(self, db: Db, batch: Sequence[Entry]) -> _Known:
        ids = {entry.actor_id for entry in batch if entry.actor_id is not None}
        ids |= {number for one in batch for kind, number in one.parts if kind == "member"}
        given = await grants.given_to(db, sorted(ids))
        paths = {one.unit_path for held in given.values() for one in held if one.unit_path}
        root = await units.root(db)
        return _Known(
            spots=await journal.spots(db, batch),
            people=await people.get_members(db, sorted(ids), self._now()),
            given=given,
            unit_names={p: u.name for p, u in (await units.by_paths(db, sorted(paths))).items()},
            root=root.path if root else "/",
        )

    # --- one entry -------------------------------------------------------------------------

    def _row(self, officer: Officer, entry: Entry, known: _Known) -> JournalRow | None:
        is_about_theirs = self._covers(officer, _paths(entry, known))
        if not is_about_theirs and not self._is_below(officer, entry.actor_id, known):
            return None
        about = self._about(officer, entry, known) if is_about_theirs else "Ngoài phạm vi"
        return JournalRow(
            at=entry.at,
            who=self._who(officer, entry.actor_id, known),
            what=said(entry),
            about=about,
        )

    def _covers(self, officer: Officer, paths: Sequence[str]) -> bool:
        now = self._now()
        return bool(paths) and all(
            may(Right.SEE_COUNTS, officer.grants, scopes.of_cell(path), now) for path in paths
        )

    def _is_below(self, officer: Officer, actor_id: int | None, known: _Known) -> bool:
        """Whether the actor is of the officer's subtree, and answers to nobody above it."""
        actor = known.people.get(actor_id) if actor_id is not None else None
        if actor is None or not self._covers(officer, [actor.cell.path]):
            return False
        return reaches(officer.grants, _roles(actor, known), self._now())

    def _who(self, officer: Officer, actor_id: int | None, known: _Known) -> str:
        if actor_id is None:
            return "Người vận hành hệ thống"
        actor = known.people.get(actor_id)
        if actor is None:
            return "Đảng viên không còn trong danh sách"
        if self._sees(officer, actor):
            return actor.name_and_year
        return _office(actor, known)

    def _sees(self, officer: Officer, member: Member) -> bool:
        if member.id == officer.member_id:
            return True
        scope = scopes.of_cell(member.cell.path)
        return may(Right.SEE_NAMES, officer.grants, scope, self._now())

    def _about(self, officer: Officer, entry: Entry, known: _Known) -> str:
        told = []
        for kind, number in entry.parts:
            member = known.people.get(number) if kind == "member" else None
            if member is not None:
                name = member.name_and_year if self._sees(officer, member) else "một đảng viên"
                told.append(f"{name}, {member.cell.name}")
            elif spot := known.spots.get((kind, number)):
                told.append(spot.name)
        return "; ".join(told) or "Toàn hệ thống"


def _paths(entry: Entry, known: _Known) -> Sequence[str]:
    """Where the narrowest thing stands that an entry is about; of no place: at the root."""
    if not entry.parts or entry.subject.startswith("channel"):
        return [known.root]
    kind, number = entry.parts[-1]
    if kind == "member":
        member = known.people.get(number)
        return [member.cell.path] if member else []
    spot = known.spots.get((kind, number))
    return spot.paths if spot else []


def _roles(member: Member, known: _Known) -> list[Grant]:
    own = secretary_of(member.position, member.cell.path)
    return [*known.given.get(member.id, ()), *([own] if own else [])]


def _office(member: Member, known: _Known) -> str:
    """Not a name: what they are, by the widest role."""
    roles = [one for one in _roles(member, known) if one.unit_path]
    widest = min(roles, key=lambda one: len(one.unit_path or ""), default=None)
    if widest is None:
        return "Cán bộ tại điểm cầu" if _roles(member, known) else "Đảng viên"
    unit = known.unit_names.get(widest.unit_path or "") or member.cell.name
    return f"{_OFFICES[widest.role]}, {unit}"
