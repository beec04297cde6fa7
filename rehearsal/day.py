"""A campaign day through the real pipeline, and whether its figures are true.

The bot runs as it does in earnest: its own process, its own database file, the real commands,
webhooks over HTTP. Only the messenger is ours, and the time: the driver moves the clock on.
"""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from domain.people import superior
from domain.rights import Role
from domain.text import VIETNAM, local
from domain.totals import as_json
from handlers.texts import consent as consent_texts
from rehearsal import morning, paper, reconcile, tien_giang, tree
from rehearsal.acts import Cast, chat_id
from rehearsal.exchange import IN_FLIGHT, Exchange
from rehearsal.morning import CAMPAIGN, SESSION, Arrival, How, Morning
from rehearsal.outcome import Outcome
from rehearsal.program import CHANNEL, Failed, Program
from rehearsal.progress import Progress
from rehearsal.scenario import Scenario
from rehearsal.telegram_server import TelegramServer
from rehearsal.walls import Walls
from storage import bulk, counts, grants, people
from storage.database import Database, Db
from storage.schedules import load_schedule

SLICE = timedelta(seconds=30)  # how far the clock moves at a time: one window of the codes
EVE = datetime(2016, 11, 21, 8, 0, tzinfo=VIETNAM)  # when the roster is read
MOST_SURPRISES = 100  # a bot that answers nobody would keep us waiting for hours
_AT_ONCE = 2 * IN_FLIGHT  # people who act; the exchange lets half as many updates through


def rehearse(name: str, progress: Progress) -> Outcome:
    """Live through the whole day in a folder that is gone afterwards. Unknown name: KeyError."""
    scenario = tien_giang.build(name)
    with tempfile.TemporaryDirectory(prefix="diemdanh-") as folder:
        try:
            return asyncio.run(_live(scenario, Path(folder), progress))
        except asyncio.CancelledError:
            raise Failed("rehearsal: stopped from outside") from None


async def _live(scenario: Scenario, folder: Path, progress: Progress) -> Outcome:
    _leave_nothing_behind_when_told_to_stop()
    day = morning.stage(scenario)
    async with TelegramServer(is_strict=False) as server:
        program = Program(folder, server.url, server.token)
        program.write_config()
        await _prepare(program, scenario, day, progress)
        codes = await _codes(program, day, progress)
        for member in sorted(day.linked):
            server.chat(chat_id(member))
        async with _database(program) as database, aclosing(Exchange(server)) as exchange:
            program.clock.set(day.arrivals[0].at)
            walls = await _walls(database, scenario, program)
            cast = Cast(scenario, server, program.clock.now, walls, codes)
            async with program.running():
                took = await _play(cast, program, day, progress)
                progress.step("counts")
                return await _settle(cast, exchange, program, database, day, took)


def _leave_nothing_behind_when_told_to_stop() -> None:
    """Otherwise the bot would outlive us, and its folder with it."""
    task = asyncio.current_task()
    with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


# --- before the morning ----------------------------------------------------------------------


async def _prepare(program: Program, scenario: Scenario, day: Morning, progress: Progress) -> None:
    """Roster and plan by the real commands; accounts in bulk, as if linked in the weeks before."""
    program.clock.set(EVE)
    roster, plan = program.folder / "roster.xlsx", program.folder / "plan.toml"
    paper.write_roster(scenario, roster)
    plan.write_text(paper.plan_toml(scenario), encoding="utf-8")
    progress.step("import-roster")
    await asyncio.to_thread(
        program.command, "import-roster", str(roster), "--as-of", f"{EVE:%Y-%m-%d}"
    )
    progress.step("apply")
    await asyncio.to_thread(program.command, "apply", str(plan))
    progress.step("accounts")
    async with _database(program) as database, database.write() as tx:
        chats = {code: str(chat_id(code)) for code in sorted(day.linked)}
        versions = {
            "records": consent_texts.RECORDS_VERSION,
            "foreign": consent_texts.FOREIGN_VERSION,
        }
        await bulk.link(tx, CHANNEL, chats, versions, EVE)
        for clerk, venue in day.clerks.items():
            member = await people.get_member_by_code(tx, clerk, EVE)
            venue_id = await grants.venue_id(tx, CAMPAIGN, SESSION, venue)
            if member is None or venue_id is None:
                raise LookupError(f"{clerk} at {venue}: import or plan left them out")
            await grants.grant(tx, member.id, Role.CLERK, EVE, venue_id=venue_id)


async def _codes(program: Program, day: Morning, progress: Progress) -> dict[str, str]:
    """The registration codes of those who have not used them yet."""
    progress.step("invite")
    newcomers = {arrival.member for arrival in day.arrivals if arrival.how is How.NEWCOMER}
    invited = await asyncio.to_thread(program.asked, "invite", "--unit", "TG")
    return {each["member"]: each["code"] for each in invited if each["member"] in newcomers}


async def _walls(database: Database, scenario: Scenario, program: Program) -> Walls:
    async with database.read() as db:
        schedule = await load_schedule(db, program.clock.now())
    return Walls(schedule, Random(f"{scenario.seed}/{scenario.name}/walls"))


@asynccontextmanager
async def _database(program: Program) -> AsyncIterator[Database]:
    database = Database(program.database_url)
    try:
        yield database
    finally:
        await database.close()


# --- the morning -----------------------------------------------------------------------------


async def _play(cast: Cast, program: Program, day: Morning, progress: Progress) -> float:
    """Everything that happens, slice by slice; returns how many seconds it took."""
    began = time.perf_counter()
    with progress.bar(len(day.arrivals)) as advance:
        for at, arrivals in groupby(day.arrivals, key=_slice):
            program.clock.set(at)
            together = list(arrivals)
            await _crowd(cast, together)
            advance(len(together))
            if len(cast.ledger.surprises) > MOST_SURPRISES:
                cast.ledger.surprises.append("stopped early: too much went wrong")
                break
    return time.perf_counter() - began


def _slice(arrival: Arrival) -> datetime:
    second = int(arrival.at.timestamp())
    return datetime.fromtimestamp(second - second % int(SLICE.total_seconds()), UTC)


async def _crowd(cast: Cast, arrivals: Sequence[Arrival]) -> None:
    """All who act within one slice, each person's acts in their order."""
    acts: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        acts.setdefault(arrival.by or arrival.member, []).append(arrival)
    waiting = iter(acts.values())

    async def take() -> None:
        for own in waiting:
            await cast.act(own)

    await asyncio.gather(*(take() for _ in range(min(_AT_ONCE, len(acts)))))


# --- after the morning -----------------------------------------------------------------------


async def _settle(
    cast: Cast, exchange: Exchange, program: Program, database: Database, day: Morning, took: float
) -> Outcome:
    """Hold the counts, the entries and what people were told against what happened."""
    await cast.hear_of_confirmations(day.linked)
    counted = await asyncio.to_thread(program.asked, "counts", CAMPAIGN)
    async with database.read() as db:
        found = await bulk.attended(db, SESSION)
        levels = await _levels(db, program.clock.now())
    told = cast.ledger.checked_in.keys() | cast.ledger.confirmed
    return Outcome(
        counts=counted,
        ledger=cast.ledger,
        recorded=len(found),
        lost=len(told - {entry.member for entry in found}),
        seconds=exchange.seconds,
        took=took,
        resent=exchange.resent,
        problems=[
            *cast.ledger.surprises,
            *exchange.faults,
            *cast.server.bot.violations,
            *reconcile.entries(day, found),
            *reconcile.acknowledged(day, cast.ledger, found),
            *reconcile.root(cast.scenario, counted),
            *reconcile.levels(cast.scenario, day, levels),
        ],
    )


async def _levels(db: Db, now: datetime) -> list[dict[str, Any]]:
    """The counts of every unit of the tree, each once."""
    campaign = await counts.get_campaign(db, CAMPAIGN)
    if campaign is None:
        raise LookupError(CAMPAIGN)
    as_of = local(now).date()
    tally = await counts.count_campaign(db, campaign.id, as_of=as_of, now=now)
    if tally is None:
        raise LookupError(CAMPAIGN)
    parents = {superior(node.path) for node in tally.nodes.values()}
    whole = [as_json(tally, node.id) for node in tally.nodes.values() if node.path in parents]
    found = [child for one in whole for child in one["children"]]
    return [*(one for one in whole if one["unit"] == tree.ROOT), *found]
