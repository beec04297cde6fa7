"""[Biểu đồ] [Diễn biến] [Tải .xlsx]: a unit's figures as a picture or a table.

Pressing one puts an order in the post. It is made when it leaves, from the figures and for the
rights of that moment; a chat that takes no files gets the numbers in words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from domain import arrivals
from domain.messages import Address, Outbound
from domain.pieces import pieces
from domain.rights import Right, may
from domain.text import fold
from domain.totals import Node, Tally
from handlers import counts, scopes
from handlers.lagging import lagging_in
from handlers.recipes import Draft, Letter, Recipe, Writing
from handlers.texts import charts as texts
from handlers.texts import check_in as check_in_texts
from handlers.texts import common
from handlers.texts import counts as counts_texts
from handlers.texts.sentence import Lines, Sentences, Text
from handlers.turn import Choice, House, Turn
from reports import pictures, units
from reports.pictures import Bar, Bars, Chart, Curve, Heading, Moment
from reports.tables import Table
from storage import arrivals as arrived
from storage import grants, outbox
from storage import units as stored_units

LIFE = timedelta(minutes=10)  # nobody waits longer for a picture


# --- asking ----------------------------------------------------------------------------------


async def ask_bars(turn: Turn) -> list[Outbound]:
    """[Biểu đồ]: the units below as bars."""
    return await _order(turn, "bars")


async def ask_curve(turn: Turn) -> list[Outbound]:
    """[Diễn biến]: how they came, minute by minute."""
    return await _order(turn, "curve")


async def ask_sheet(turn: Turn) -> list[Outbound]:
    """[Tải .xlsx]: the units below as a table."""
    return await _order(turn, "sheet")


async def _order(turn: Turn, recipe: str) -> list[Outbound]:
    """What was asked for comes by itself: until then there is nothing to say."""
    asked = counts.asked_of(turn)
    if asked is None:
        return [turn.reply(common.NOT_YOURS)]
    about = {"campaign": asked.campaign_id, "unit": asked.unit_id}
    expires_at = turn.now + LIFE
    async with turn.write() as tx:
        await outbox.order(
            tx, turn.inbound.sender, turn.member.id, recipe, about, turn.now, expires_at=expires_at
        )
    return []


# --- when it leaves --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made for one chat."""

    house: House
    to: Address
    language: str
    now: datetime
    campaign_id: int
    unit_id: int

    @property
    def caption(self) -> int:
        """The longest text below a file."""
        return self.house.channels[self.to.channel].max_caption

    @property
    def takes_files(self) -> bool:
        return self.caption > 0

    def ways(self, label: Text, recipe: str) -> list[Choice]:
        """From here to the other picture, and back to the numbers."""
        where = f"{self.campaign_id} {self.unit_id}"
        return [Choice(label, f"{recipe} {where}"), Choice(counts_texts.BY_UNIT, f"tally {where}")]

    def message(self, text: Text, *rows: list[Choice], most: int | None = None) -> Outbound:
        """Words for this chat; what is too long for it ends early."""
        most = most or self.house.channels[self.to.channel].max_text
        return Outbound(
            to=self.to,
            text=pieces(text.into(self.language), most)[0],
            buttons=tuple(tuple(one.in_language(self.language) for one in row) for row in rows),
        )


Make = Callable[[Order, Tally], Awaitable[Letter | Outbound]]


async def _write(make: Make, writing: Writing) -> Outbound | Draft | None:
    """Whether the receiver may still see it is decided now; figures are counted after that."""
    order = Order(
        house=writing.house,
        to=writing.to,
        language=writing.language,
        now=writing.now,
        campaign_id=writing.about["campaign"],
        unit_id=writing.about["unit"],
    )
    unit = await stored_units.get(writing.db, order.unit_id)
    held = await grants.of(writing.db, writing.member)
    if unit is None or not may(Right.SEE_COUNTS, held, scopes.of_cell(unit.path), writing.now):
        return order.message(common.NOT_YOURS)
    return Draft(write=partial(_count, make, order), or_else=order.message(texts.NOT_MADE))


async def _count(make: Make, order: Order) -> Outbound | Letter:
    picture = await order.house.tallies.current(order.campaign_id, order.now)
    if picture is None or order.unit_id not in picture.tally.nodes:
        return order.message(common.NO_CAMPAIGN)
    made = await make(order, picture.tally)
    return made if isinstance(made, Outbound) or order.takes_files else made.or_else


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The same figures in words."""

    heading: Heading
    caption: Text
    figures: Sequence[str]  # one by one
    over: Text | None = None  # what they are parts of
    more: Text | None = None  # what is left out


def _letter(
    order: Order, tally: Tally, drawn: Chart | Table, said: Said, name: str, *rows: list[Choice]
) -> Letter:
    url = f"{order.house.public_url}/bang"
    words = Lines(said.over, *said.figures, said.more, texts.on_dashboard(url))
    is_taken = order.takes_files
    return Letter(
        message=order.message(said.caption, *rows, most=order.caption),
        order=drawn,
        name=f"{tally.campaign.code}-{tally.nodes[order.unit_id].code}{name}",
        says=f"{said.heading.unit}. {said.heading.sum}. {'; '.join(said.figures)}",
        or_else=order.message(
            Lines(texts.NOT_DRAWN if is_taken else None, said.caption, words), *rows
        ),
    )


def _heading(order: Order, tally: Tally, sum_: Text) -> Heading:
    return Heading(
        title=tally.campaign.title,
        unit=tally.nodes[order.unit_id].name,
        sum=sum_.into(order.language),
        as_of=texts.as_of(order.now).into(order.language),
    )


# --- bars ------------------------------------------------------------------------------------


async def _bars(order: Order, tally: Tally) -> Letter:
    whole = tally.totals(order.unit_id)
    bars = sorted((_bar(tally, node) for node in _units(order, tally)), key=_from_the_lowest)
    shown = bars[: pictures.MOST_BARS]
    more = texts.more_units(len(bars) - len(shown))
    said = Said(
        heading=_heading(order, tally, texts.studied(whole.attended, whole.obliged)),
        caption=counts.headline(tally, order.unit_id, order.now),
        figures=[counts_texts.counted_row(one.name, one.part, one.whole) for one in shown],
        over=counts_texts.BY_OBLIGED,
        more=more,
    )
    below = Sentences(texts.HATCHED, more).into(order.language)
    chart = Bars(heading=said.heading, bars=shown, below=below)
    return _letter(order, tally, chart, said, ".png", order.ways(texts.CURVE, "curve"))


def _units(order: Order, tally: Tally) -> list[Node]:
    """Those directly below; a cell stands for itself."""
    return tally.children(order.unit_id) or [tally.nodes[order.unit_id]]


def _bar(tally: Tally, node: Node) -> Bar:
    totals = tally.totals(node.id)
    return Bar(name=node.name, part=totals.attended, whole=totals.obliged)


def _from_the_lowest(bar: Bar) -> tuple[float, str]:
    return bar.part / bar.whole if bar.whole else 1.0, fold(bar.name)


# --- the curve -------------------------------------------------------------------------------


async def _curve(order: Order, tally: Tally) -> Letter | Outbound:
    session = scopes.most_timely(tally.schedule.sessions.values(), order.now)
    if session is None:
        return order.message(common.NO_SESSION_NOW)
    async with order.house.database.read() as db:
        path = tally.nodes[order.unit_id].path
        came = await arrived.by_minute(db, session.id, path, order.now)
    summoned = tally.totals(order.unit_id).summoned
    points = arrivals.curve(session, summoned, came, order.now)
    if not points:
        return order.message(check_in_texts.too_early(session.opens_at))
    last = points[-1]
    lines = [texts.present(last.present), texts.expected(last.expected)]
    present, expected = (line.into(order.language) for line in lines)
    said = Said(
        heading=_heading(order, tally, texts.came(last.present, summoned)),
        caption=Lines(session.title, counts.headline(tally, order.unit_id, order.now)),
        figures=[present, expected],
    )
    chart = Curve(
        heading=said.heading,
        points=[Moment(at=one.at, present=one.present, expected=one.expected) for one in points],
        starts_at=session.starts_at,
        present=present,
        expected=expected,
        start=texts.begins(session.starts_at).into(order.language),
    )
    return _letter(order, tally, chart, said, "-dien-bien.png", order.ways(texts.CHART, "bars"))


# --- the table -------------------------------------------------------------------------------


async def _sheet(order: Order, tally: Tally) -> Letter:
    reasons = await order.house.lagging.reasons(order.campaign_id, order.now)
    lines = [_line(tally, node, reasons) for node in tally.children(order.unit_id)]
    whole = _line(tally, tally.nodes[order.unit_id], reasons)
    bars = [_bar(tally, line.node) for line in lines[: pictures.MOST_BARS]]
    said = Said(
        heading=_heading(order, tally, texts.studied(whole.totals.attended, whole.totals.obliged)),
        caption=counts.headline(tally, order.unit_id, order.now),
        figures=[counts_texts.counted_row(one.name, one.part, one.whole) for one in bars],
        over=counts_texts.BY_OBLIGED if bars else None,
        more=texts.more_units(len(lines) - len(bars)),
    )
    table = units.table(tally.campaign, tally.moment, lines, whole)
    return _letter(order, tally, table, said, ".xlsx", order.ways(texts.CHART, "bars"))


def _line(tally: Tally, node: Node, reasons: Mapping[int, str]) -> units.Line:
    return units.Line(node, tally.totals(node.id), lagging_in(tally, node.id, reasons))


RECIPES: Mapping[str, Recipe] = {
    "bars": partial(_write, _bars),
    "curve": partial(_write, _curve),
    "sheet": partial(_write, _sheet),
}
