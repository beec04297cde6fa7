"""A broadcast under way: what each person gets, and what its author sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.broadcasts import Progress, State, fill
from domain.calendar import Calendar
from domain.messages import Outbound
from domain.people import Member
from handlers.recipes import Writing
from handlers.texts import broadcasting as texts
from handlers.texts import common
from handlers.texts.sentence import Text
from handlers.turn import Choice, House
from storage import audiences, broadcasts, holds, outbox
from storage.broadcasts import Broadcast
from storage.database import Db, Tx

EVERY = timedelta(seconds=3)  # between two edits of a progress message
STALE = timedelta(seconds=30)  # an edit that could not be made by then would go backwards


# --- what a person gets ----------------------------------------------------------------------


def wording(speaker: str, text: str, name: str, cell: str) -> Text:
    """The text as one person gets it, with who it is from."""
    return texts.message_from(speaker, fill(text, {"tên": name, "chi_bộ": cell}))


def wording_for(one: Broadcast, member: Member) -> Text:
    return wording(one.speaker, one.text, member.name, member.cell.name)


async def recipe(writing: Writing) -> Outbound | None:
    """The message when it leaves; nothing where it was cancelled or is not meant any more."""
    one = await broadcasts.get(writing.db, writing.broadcast_id or 0)
    if one is None or one.state is State.CANCELLED:
        return None
    if not await audiences.still_means(writing.db, one.target, writing.member.id, writing.now):
        return None  # moved away, paused, or done meanwhile
    return Outbound(to=writing.to, text=wording_for(one, writing.member).into(writing.language))


# --- what its author sees --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class View:
    """A progress message as it should stand."""

    text: Text
    rows: Sequence[Sequence[Choice]]


async def view(
    db: Db, one: Broadcast, figures: Progress, calendar: Calendar, now: datetime
) -> View:
    """How far it has got; or why it waits, so that nobody wonders that it does not go on."""
    if one.state is State.SENDING and figures.waiting:
        why = await waits(db, one.target.unit_path, calendar, now)
        if why is not None:
            return View(texts.waiting(figures, why), _keys(one))
    return View(texts.progress(one.state, figures), _keys(one))


async def waits(db: Db, unit_path: str, calendar: Calendar, now: datetime) -> Text | None:
    """Why nothing leaves for a unit just now: it is on hold, or these are the quiet hours."""
    hold = await holds.above(db, unit_path)
    if hold is not None:
        return texts.waits_for_release(hold.at)
    opens_at = calendar.next_open(now)
    return texts.goes_on(opens_at) if opens_at > now else None


def _keys(one: Broadcast) -> list[list[Choice]]:
    cancel = Choice(common.CANCEL, f"sending cancel {one.id}")
    match one.state:
        case State.SENDING:
            return [[Choice(texts.PAUSE, f"sending pause {one.id}"), cancel]]
        case State.PAUSED:
            return [[Choice(texts.RESUME, f"sending resume {one.id}"), cancel]]
        case _:
            return []


def report(one: Broadcast, figures: Progress) -> View:
    keys = [[Choice(texts.LIST, f"sending list {one.id}")]]
    meant = one.told.meant if one.told else None
    gone = max(0, meant - figures.chosen) if meant is not None else 0
    return View(texts.report(figures, gone), keys if figures.to_be_called else [])


def _written(seen: View, one: Broadcast, replaces: str | None) -> list[Outbound]:
    if one.told is None:
        return []
    language = one.told.language
    rows = tuple(tuple(choice.in_language(language) for choice in row) for row in seen.rows)
    text = seen.text.into(language)
    return [Outbound(to=one.told.chat, text=text, buttons=rows, replaces=replaces)]


async def tick(house: House, now: datetime) -> None:
    """Bring the progress messages up to date; says the end of what has ended, once.

    Everything it needs is in the database, so that a restart changes nothing, and two processes
    doing it at once say nothing twice.
    """
    async with house.database.read() as db:
        under_way = await broadcasts.unreported(db)
        figures = {one.id: await broadcasts.progress(db, one.id) for one in under_way}
        views = {
            one.id: await view(db, one, figures[one.id], house.calendar, now) for one in under_way
        }
        messages = {one.id: await broadcasts.message_of(db, one) for one in under_way}
        astray = [one.id for one in under_way if await broadcasts.is_astray(db, one)]
    for broadcast_id in astray:
        await _straighten(house, broadcast_id, now)
    for one in under_way:
        message = messages[one.id] if _can_edit(house, one) else None
        if one.state is not State.PAUSED and not figures[one.id].waiting:
            await _end(house, one, message, now)
        elif message and _is_news(one, views[one.id], now):
            async with house.database.write() as tx:
                await show(tx, one, views[one.id], message, now)


async def _straighten(house: House, broadcast_id: int, now: datetime) -> None:
    """In slices: between them the writer is others'."""
    has_more = True
    while has_more:
        async with house.database.write() as tx:
            has_more = await broadcasts.straighten(tx, broadcast_id, now)


def _can_edit(house: House, one: Broadcast) -> bool:
    channel = house.channels.get(one.told.chat.channel) if one.told else None
    return channel is not None and channel.can_edit


def _is_news(one: Broadcast, seen: View, now: datetime) -> bool:
    is_time = one.shown_at is None or not timedelta(0) <= now - one.shown_at < EVERY
    return is_time and one.shown != str(seen.text)


async def show(tx: Tx, one: Broadcast, seen: View, message: str, now: datetime) -> None:
    """Edit the message, unless another process has done so since."""
    if await broadcasts.show(tx, one, str(seen.text), now):
        edits = [replace(edit, expires_at=now + STALE) for edit in _written(seen, one, message)]
        await outbox.enqueue(tx, edits, now)


async def _end(house: House, one: Broadcast, message: str | None, now: datetime) -> None:
    async with house.database.write() as tx:
        if not await broadcasts.report(tx, one.id, now):
            return
        figures = await broadcasts.progress(tx, one.id)
        state = State.DONE if one.state is State.SENDING else one.state
        ended = replace(one, state=state)
        seen = await view(tx, ended, figures, house.calendar, now)
        last = _written(seen, ended, message) if message else []
        await outbox.enqueue(tx, [*last, *_written(report(ended, figures), ended, None)], now)
