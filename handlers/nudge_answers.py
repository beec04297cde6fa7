"""What a secretary does about a nudge, one tap each; and what her people read then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.counting import end_of
from domain.lagging import GIVE_UP_AFTER
from domain.messages import Lane, Outbound
from domain.nudging import PAPER_REST, Kind, Pause, Rest, Standing, Topic, topic_of
from domain.people import Cell
from domain.rights import Right
from domain.sessions import Session
from domain.text import clean, local
from handlers import nudge_message, scopes
from handlers.nudging import evening
from handlers.recipes import Writing
from handlers.scopes import Need
from handlers.texts import common
from handlers.texts import nudge_answers as texts
from handlers.texts import nudging as nudging_texts
from handlers.texts import reminding as reminding_texts
from handlers.texts.sentence import Lines, Text
from handlers.turn import Choice, Turn
from storage import audit, dialogues, nudges, people, progress, rolls, units
from storage.database import Db
from storage.progress import Missing

NAME = "inhand"


# --- rights and what is meant ----------------------------------------------------------------


async def need(turn: Turn) -> Need | None:
    """ "c12 …": whoever answers for the people of that cell."""
    return await _need(turn, scopes.first_word(turn.argument))


async def need_of_dialogue(turn: Turn) -> Need | None:
    dialogue = turn.person.dialogue
    return await _need(turn, f"c{dialogue.state['cell']}") if dialogue else None


async def _need(turn: Turn, code: str) -> Need | None:
    cell = await _cell(turn, code)
    return Need(Right.LINK, scopes.of_cell(cell.path)) if cell else None


async def _cell(turn: Turn, code: str) -> Cell | None:
    cell_id = scopes.row_id(code[1:])
    if not code.startswith("c") or cell_id is None:
        return None
    async with turn.read() as db:
        unit = await units.get(db, cell_id)
    return Cell(unit.id, unit.name, unit.path) if unit else None


async def _asked(turn: Turn) -> tuple[Cell, Topic] | None:
    """ "c12 obligation 3"."""
    code, _, words = turn.argument.partition(" ")
    cell, topic = await _cell(turn, code), topic_of(words)
    return (cell, topic) if cell and topic else None


# --- [Nhắc n đồng chí] -----------------------------------------------------------------------


async def remind_all(turn: Turn) -> list[Outbound]:
    """Remind those of the cell who have not done it; once a day and topic."""
    asked = await _asked(turn)
    if asked is None:
        return [turn.reply(common.NOT_YOURS)]
    cell, topic = asked
    today = end_of(local(turn.now).date()) - timedelta(days=1)
    async with turn.read() as db:
        before = await nudges.reminded_at(db, cell.id, topic, today)
        missing = await _missing(turn, db, cell, topic)
    if before is not None:
        return [turn.reply(texts.reminded_already(before), new=True)]
    if not missing:
        return [turn.reply(texts.NOBODY_MISSING, new=True)]
    return [turn.reply(await _remind(turn, cell, topic, missing), new=True)]


async def _missing(turn: Turn, db: Db, cell: Cell, topic: Topic) -> Sequence[Missing]:
    if topic.kind is Kind.SESSION:
        session = turn.schedule.sessions.get(topic.id)
        if session is None or session.closes_at <= turn.now:
            return ()
        roll = await rolls.of_cell(db, topic.id, cell.id, turn.now)
        return [
            Missing(one.member.id, one.member.name, one.member.status)
            for one in roll.to_remind(turn.member.id)
        ]
    standing = await _standing(db, cell, topic, turn.now)
    found = await progress.missing(db, standing, turn.now) if standing else ()
    return progress.to_remind(found, turn.member.id)


async def _standing(db: Db, cell: Cell, topic: Topic, now: datetime) -> Standing | None:
    found = await progress.standing(db, now, within=cell.path)
    return next((one for one in found if one.topic == topic and one.cell.id == cell.id), None)


async def _remind(turn: Turn, cell: Cell, topic: Topic, missing: Sequence[Missing]) -> Text:
    calendar = turn.house.calendar
    goes_at = calendar.next_open(turn.now)
    async with turn.write() as tx:
        reached = await nudges.remind(
            tx,
            [one.id for one in missing],
            topic,
            turn.now,
            not_before=goes_at,
            expires_at=evening(calendar, local(goes_at).date()),
        )
        # Tomorrow belongs to her people; the day after is soon enough to look again.
        until = calendar.sending_time(local(turn.now).date() + timedelta(days=2))
        rest = Pause(why=Rest.REMINDED, until_at=until)
        await nudges.pause(tx, cell.id, topic, rest, turn.member.id, turn.now)
        detail = {"topic": str(topic), "reached": len(reached)}
        await audit.note(tx, turn.member.id, "remind_cell", f"unit {cell.id}", turn.now, detail)
    unreached = [one.name for one in missing if one.id not in reached]
    said = texts.reminded(len(missing) - len(unreached), unreached)
    return said if goes_at <= turn.now else Lines(said, texts.reminder_goes_later(goes_at))


# --- [Đã thu bản giấy, đang nhập] ------------------------------------------------------------


async def ask_papers(turn: Turn) -> list[Outbound]:
    asked = await _asked(turn)
    if asked is None:
        return [turn.reply(common.NOT_YOURS)]
    cell, topic = asked
    async with turn.read() as db:
        standing = await _standing(db, cell, topic, turn.now)
    if standing is None or standing.missing <= 0:
        return [turn.reply(texts.NOBODY_MISSING, new=True)]
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        state = {"cell": cell.id, "topic": str(topic)}
        await dialogues.open(tx, account_id, NAME, state, turn.now)
    text = texts.how_many_papers(standing.missing)
    return [turn.reply(text, [Choice(common.CANCEL, "huy")], new=True)]


PAPER_DIGITS = 4


def is_answered_by(name: str, said: str) -> bool:
    """Whether digits are the number that was asked for, not a hall's code."""
    return name == NAME and said.isdecimal() and len(said) <= PAPER_DIGITS


async def papers_heard(turn: Turn) -> list[Outbound] | None:
    """How many she has in hand: no nudge until they are entered, or some days have gone by."""
    said, dialogue = clean(turn.inbound.text), turn.person.dialogue
    if dialogue is None or not is_answered_by(dialogue.name, said):
        return None
    cell, topic = await _cell(turn, f"c{dialogue.state['cell']}"), topic_of(dialogue.state["topic"])
    if cell is None or topic is None:
        return None
    async with turn.read() as db:
        standing = await _standing(db, cell, topic, turn.now)
    if standing is None or standing.missing <= 0:
        return [turn.reply(texts.NOBODY_MISSING)]
    count = int(said)
    if not 1 <= count <= standing.missing:
        text = texts.how_many_papers(standing.missing)
        return [turn.reply(text, [Choice(common.CANCEL, "huy")])]
    return [turn.reply(await _rest_for_papers(turn, standing, count))]


async def _rest_for_papers(turn: Turn, standing: Standing, count: int) -> Text:
    until = turn.house.calendar.sending_time((local(turn.now) + PAPER_REST).date())
    rest = Pause(why=Rest.PAPER, until_at=until, collected=count, done=standing.done)
    async with turn.write() as tx:
        await nudges.pause(tx, standing.cell.id, standing.topic, rest, turn.member.id, turn.now)
        await dialogues.close(tx, await people.account(tx, turn.person, turn.now))
    return texts.papers_in_hand(count, until)


# --- [Chép tin cho nhóm Zalo], [Nhắc lại ngày mai] --------------------------------------------


async def copy_text(turn: Turn) -> list[Outbound]:
    """Counts and a link to paste into the cell's group; never a name."""
    cell = await _cell(turn, scopes.first_word(turn.argument))
    if cell is None:
        return [turn.reply(common.NOT_YOURS)]
    lagging = await _lagging(turn, cell)
    if not lagging:
        return [turn.reply(texts.NOBODY_MISSING, new=True)]
    said = [nudge_message.numbers(one) for one in lagging]
    link = f"{turn.house.public_url.rstrip('/')}/chat"
    return [turn.reply(texts.to_paste(cell.name, said, link), new=True)]


async def _lagging(turn: Turn, cell: Cell) -> list[Standing]:
    """What is not done in the cell, whether it rests or not."""
    async with turn.read() as db:
        found = await progress.standing(db, turn.now, within=cell.path)
    return [
        one
        for one in found
        if one.cell.id == cell.id and one.missing > 0 and one.lag(turn.now) is not None
    ]


async def tomorrow(turn: Turn) -> list[Outbound]:
    """All that lags in the cell rests until tomorrow's hour."""
    cell = await _cell(turn, scopes.first_word(turn.argument))
    if cell is None:
        return [turn.reply(common.NOT_YOURS)]
    until = turn.house.calendar.sending_time(local(turn.now).date() + timedelta(days=1))
    rest = Pause(why=Rest.TOMORROW, until_at=until)
    lagging = await _lagging(turn, cell)
    async with turn.write() as tx:
        for one in lagging:
            await nudges.pause(tx, cell.id, one.topic, rest, turn.member.id, turn.now)
    return [turn.reply(texts.again_tomorrow(until), new=True)]


# --- what her people read --------------------------------------------------------------------


async def write_reminder(writing: Writing) -> Outbound | None:
    """What a secretary asks one of her people; None once it is done."""
    topic = await nudges.asked_topic(writing.db, writing.outbox_id)
    if topic is None:
        return None
    said = await (_of_session if topic.kind is Kind.SESSION else _of_weeks)(writing, topic)
    if said is None:
        return None
    return Outbound(to=writing.to, text=said.into(writing.language), lane=Lane.REMINDER)


async def _of_session(writing: Writing, topic: Topic) -> Text | None:
    session = writing.schedule.sessions.get(topic.id)
    if session is None or session.closes_at <= writing.now:
        return None
    roll = await rolls.of_cell(writing.db, session.id, writing.member.cell.id, writing.now)
    if writing.member.id not in {one.member.id for one in roll.missing}:
        return None
    return _invitation(writing, session)


def _invitation(writing: Writing, session: Session) -> Text | None:
    venue = writing.schedule.planned(session, writing.member.cell.path)
    if venue is None:
        return None
    if writing.now >= session.starts_at:  # too late to be invited, not to come
        return texts.is_on(session.title, venue.name, session.closes_at)
    return reminding_texts.invited(session, venue.name)


async def _of_weeks(writing: Writing, topic: Topic) -> Text | None:
    standing = await _standing(writing.db, writing.member.cell, topic, writing.now)
    if standing is None or writing.now >= standing.due_at + GIVE_UP_AFTER:
        return None
    missing = await progress.missing(writing.db, standing, writing.now)
    if writing.member.id not in {one.id for one in missing}:
        return None
    if topic.kind is Kind.OBLIGATION:
        what = nudging_texts.topic(topic.kind, standing.title, standing.campaign_code)
        return texts.please_hand_in(what, standing.due_at, writing.now)
    return _next_invitation(writing, topic) or texts.please_attend(standing.campaign_code)


def _next_invitation(writing: Writing, topic: Topic) -> Text | None:
    """The next session of the campaign that expects the member's cell."""
    coming = sorted(
        (
            one
            for one in writing.schedule.sessions.values()
            if one.campaign.id == topic.id and one.closes_at > writing.now
        ),
        key=lambda one: one.starts_at,
    )
    found = (_invitation(writing, one) for one in coming)
    return next((one for one in found if one is not None), None)
