"""What a command touches, so that rights are decided before its handler runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.people import Cell, Member, superior
from domain.rights import Right, Role, Scope
from domain.sessions import Campaign, Schedule, Session, Venue
from handlers.turn import Turn
from storage import attendance, claims, grants, people, reviews, units
from storage.database import Db

RECENT = timedelta(days=7)
LONGEST_ID = 18  # digits; what is longer fits no column


@dataclass(frozen=True, slots=True)
class Need:
    """A right, and where it is needed."""

    right: Right
    scope: Scope


def of_cell(path: str) -> Scope:
    return Scope(unit_path=path, superior_path=superior(path))


async def of_codes(db: Db, member: Member) -> Scope:
    """A member's codes: whoever hands them out could use them for all that the member may do."""
    return replace(of_cell(member.cell.path), roles=tuple(await grants.of(db, member)))


def of_venue(venue: Venue) -> Scope:
    """A hall: only its own clerk and inspector see its names."""
    return Scope(venue_id=venue.id)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell or a hall in one session, written "c12" or "v5" in commands."""

    session: Session
    venue: Venue | None  # of the cell by the plan, or the hall itself
    cell: Cell | None = None

    @property
    def code(self) -> str:
        if self.cell:
            return f"c{self.cell.id}"
        return f"v{self.venue.id}" if self.venue else ""

    @property
    def scope(self) -> Scope:
        if self.cell:
            return of_cell(self.cell.path)
        return of_venue(self.venue) if self.venue else Scope()


async def place(turn: Turn, code: str, session_id: int | None = None) -> Place | None:
    """The place that a command names; None where there is none."""
    kind, number = code[:1], row_id(code[1:])
    if kind not in ("c", "v") or number is None:
        return None
    if kind == "v":
        venue = turn.schedule.venues.get(number)
        return Place(venue.session, venue) if venue else None
    async with turn.read() as db:
        unit = await units.get(db, number)
    if unit is None:
        return None
    session = turn.schedule.sessions.get(session_id) if session_id else None
    session = session or session_now(turn.schedule, unit.path, turn.now)
    if session is None:
        return None
    cell = Cell(unit.id, unit.name, unit.path)
    return Place(session, turn.schedule.planned(session, unit.path), cell)


def session_now(schedule: Schedule, cell_path: str, now: datetime) -> Session | None:
    """The session that matters to a cell: open, else just held, else the next one."""
    return most_timely(
        (one for one in schedule.sessions.values() if schedule.planned(one, cell_path)), now
    )


def most_timely(sessions: Iterable[Session], now: datetime) -> Session | None:
    """Open now (the one begun last), else held within a week, else the next, else the last."""

    def rank(session: Session) -> tuple[int, timedelta]:
        if session.is_open(now):
            return 0, now - session.opens_at
        if session.closes_at <= now:
            held = now - session.closes_at
            return (1 if held < RECENT else 3), held
        return 2, session.opens_at - now

    return min(sessions, key=rank, default=None)


def campaign_now(
    schedule: Schedule, campaigns: Iterable[Campaign], path: str, now: datetime
) -> Campaign | None:
    """The campaign whose session matters now, among those that reach this unit."""
    reaching = {
        one.id: one
        for one in campaigns
        if path.startswith(one.unit_path) or one.unit_path.startswith(path)
    }
    sessions = [one for one in schedule.sessions.values() if one.campaign.id in reaching]
    session = most_timely(sessions, now)
    if session is not None:
        return reaching[session.campaign.id]
    return next(iter(reaching.values()), None)


# --- resolvers: what the argument names, or None ----------------------------------------------


def first_word(argument: str) -> str:
    return argument.partition(" ")[0]


def row_id(word: str) -> int | None:
    """The number of a row, as buttons carry it; None for whatever else somebody may type."""
    return int(word) if word.isdecimal() and len(word) <= LONGEST_ID else None


async def named_place(turn: Turn, right: Right, code: str) -> Need | None:
    found = await place(turn, code)
    return Need(right, found.scope) if found else None


async def cell(turn: Turn, right: Right, code: str) -> Need | None:
    """A right over the cell named "c12", whether or not it has a session."""
    unit_id = row_id(code[1:]) if code.startswith("c") else None
    async with turn.read() as db:
        unit = await units.get(db, unit_id) if unit_id is not None else None
    return Need(right, of_cell(unit.path)) if unit else None


async def own_cell(turn: Turn) -> Need | None:
    """/chibo: the cell named by a button, else one's own."""
    code = first_word(turn.argument) or f"c{turn.member.cell.id}"
    unit_id = row_id(code[1:])
    if not code.startswith("c") or unit_id is None:
        return None
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
    return Need(Right.SEE_NAMES, of_cell(unit.path)) if unit else None


async def hall(turn: Turn) -> Need | None:
    """A hall's own numbers are its clerk's and inspector's, not those of a cell sent there."""
    code = first_word(turn.argument)
    return await named_place(turn, Right.SEE_NAMES, code) if code.startswith("v") else None


async def claim(turn: Turn) -> Need | None:
    """A claim belongs to the secretaries of its cell."""
    claim_id = row_id(first_word(turn.argument))
    async with turn.read() as db:
        found = await claims.get(db, claim_id, turn.now) if claim_id is not None else None
        unit = await units.get(db, found.unit_id) if found else None
    return Need(Right.LINK, of_cell(unit.path)) if unit else None


async def review(turn: Turn) -> Need | None:
    """An objection belongs to the hall's inspector and to the committee above the cell."""
    review_id = row_id(first_word(turn.argument))
    async with turn.read() as db:
        found = await reviews.get(db, review_id) if review_id is not None else None
        return await _objection(turn, db, found.session_id, found.member_id) if found else None


async def claim_of_dialogue(turn: Turn) -> Need | None:
    dialogue = turn.person.dialogue
    async with turn.read() as db:
        found = await claims.get(db, dialogue.state["claim"], turn.now) if dialogue else None
        unit = await units.get(db, found.unit_id) if found else None
    return Need(Right.LINK, of_cell(unit.path)) if unit else None


async def entry_of_dialogue(turn: Turn) -> Need | None:
    """A reason is being typed for an entry: the same right as to settle it."""
    dialogue = turn.person.dialogue
    if dialogue is None:
        return None
    state = dialogue.state
    async with turn.read() as db:
        return await _objection(
            turn, db, state["session"], state["member"], is_correction=state["review"] is None
        )


async def _objection(
    turn: Turn, db: Db, session_id: int, member_id: int, *, is_correction: bool = False
) -> Need | None:
    member = await people.get_member(db, member_id, turn.now)
    entry = await attendance.get(db, session_id, member_id)
    if member is None or entry is None:
        return None
    path = member.cell.path
    above = superior(path)
    if not is_correction:
        above, _ = await committee_above(db, path, but=(entry.by_member_id, member_id))
    return Need(Right.REVIEW, Scope(unit_path=path, superior_path=above, venue_id=entry.venue_id))


async def committee_above(
    db: Db, path: str, but: Collection[int | None]
) -> tuple[str, Sequence[int]]:
    """The nearest unit above a cell that has coordinators besides these people, and who they are.

    Many a cell stands below a unit without one: what is theirs to decide goes further up.
    """
    while (path := superior(path)) not in ("", "/"):
        unit_id = int(path.rstrip("/").rpartition("/")[2])
        found = await grants.holders(db, Role.COORDINATOR, unit_id=unit_id)
        if left := [one for one in found if one not in but]:
            return path, left
    return "", ()
