"""Who may do what: every command, every role, inside and outside of their subtree."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.app import App
from bot.settings import Database as Place
from bot.settings import Settings
from domain.attendance import Entry, Status, Via
from domain.messages import Address, Inbound, Outbound
from domain.people import Person
from domain.rights import Role
from domain.text import from_local
from handlers.routes import DIALOGUES, ROUTES
from handlers.texts import common
from handlers.texts import consent as consent_texts
from storage import attendance, claims, grants, people, reviews
from storage.schema import accounts, broadcasts
from tests.stories import cast
from tests.stories.cast import CAST, KEY, Part

NOON = from_local(datetime.fromisoformat("2016-12-09T08:00"))
CONSENT = "đề nghị đồng chí đọc và chọn"

# Of ấp 3 in Thân Cửu Nghĩa, its hall V001; the other side is ấp 3 of Tân Lý and V002.
INSIDE = {
    "cell": "3", "hall": "1", "member": "5", "claim": "1", "review": "1", "cast": "1",
    "chief": "6", "usher": "7",
}  # fmt: skip
OUTSIDE = {
    "cell": "6", "hall": "2", "member": "31", "claim": "2", "review": "2", "cast": "2",
    "chief": "14", "usher": "31",
}  # fmt: skip

ROLES = (
    "stranger", "member", "secretary", "deputy", "clerk", "inspector",
    "of the cell", "of the commune", "of the province", "with names",
)  # fmt: skip
EVERYBODY = frozenset(ROLES)
MEMBERS = EVERYBODY - {"stranger"}
NOBODY: frozenset[str] = frozenset()
OFFICERS = frozenset({"secretary", "deputy"})
NEAR = frozenset({"of the cell", "of the commune", "with names"})  # see names of ấp 3
COORDINATORS = NEAR | {"of the province"}
HALL = frozenset({"clerk", "inspector"})
ABOVE = frozenset({"of the province", "with names"})  # the other side is below them too
NAMED = frozenset({"with names"})
OWN_BELOW = frozenset({"of the commune", "with names"})  # belong to a cell that is below them


@dataclass(frozen=True)
class Row:
    """A command, who may give it inside their subtree, and who outside of it."""

    said: str
    inside: frozenset[str]
    outside: frozenset[str] = NOBODY
    before: str = ""  # opens the list that the command is about


def anybody(*said: str) -> list[Row]:
    return [Row(one, EVERYBODY, EVERYBODY) for one in said]


def members(*said: str) -> list[Row]:
    return [Row(one, MEMBERS, MEMBERS) for one in said]


OWN_LIST, OWN_HALL = "list confirm c{cell}", "list confirm v{hall}"
TABLE: list[Row] = [
    *anybody("start", "start c-x", "start r-x", "diemdanh", "diemdanh 123456", "at x", "trogiup"),
    *anybody("ngonngu", "huy", "consent details", "foreign web", "isme yes", "register BBBB2222"),
    *anybody("nocode", "unit {cell}", "birthyear", "contact", "comat"),
    *members("toi", "bang", "review 1", "mute 1", "onpaper 1", "absent", "notyet", "start v-x"),
    # a cell's people
    Row("chibo", OFFICERS | OWN_BELOW, OFFICERS | OWN_BELOW),  # names no place: one's own cell
    Row("chibo c{cell}", OFFICERS | NEAR, NAMED),
    Row("claimed {claim}", OFFICERS | NEAR, NAMED),
    Row("claim {claim} no", OFFICERS | NEAR, NAMED),
    Row("waiting c{cell}", OFFICERS | NEAR, NAMED),
    Row("dropall c{cell} 9", OFFICERS | NEAR, NAMED),
    Row("remindall c{cell} obligation 1", OFFICERS | NEAR, NAMED),
    Row("inhand c{cell} obligation 1", OFFICERS | NEAR, NAMED),
    Row("copytext c{cell} obligation 1", OFFICERS | NEAR, NAMED),
    Row("tomorrow c{cell} obligation 1", OFFICERS | NEAR, NAMED),
    Row("papers c{cell}", OFFICERS | NEAR, NAMED),
    Row("handin 1 {member}", OFFICERS | NEAR, NAMED),
    # speaking for others
    Row(OWN_LIST, OFFICERS | NEAR, NAMED),
    Row("list excuse c{cell}", OFFICERS),
    Row("list code c{cell}", OFFICERS | NEAR, NAMED),
    Row("devices {member} more", OFFICERS | NEAR, NAMED),
    Row("devices {member} stop 0", OFFICERS | NEAR, NAMED),
    # a code opens all that its owner may do: the chief is a coordinator of the province who sees
    # names, the usher a clerk of the hall
    *(
        row
        for what in ("more", "stop 0")
        for row in (
            Row(f"devices {{chief}} {what}", NAMED, NAMED),
            Row(f"devices {{usher}} {what}", NEAR, NAMED),
        )
    ),
    Row("list correct c{cell}", NEAR, NAMED),
    Row(OWN_HALL, HALL),
    Row("list excuse v{hall}", NOBODY),
    Row("list code v{hall}", NOBODY),
    Row("list correct v{hall}", frozenset({"inspector"})),
    *(
        Row(said, OFFICERS | NEAR, NAMED, before=OWN_LIST)
        for said in ("pick {member}", "page 1", "done", "go")
    ),
    *(Row(said, HALL, before=OWN_HALL) for said in ("pick {member}", "page 1", "done", "go")),
    Row("present c{cell} 1 {member}", OFFICERS | NEAR, NAMED),
    Row("present v{hall} 1 {member}", HALL),
    Row("settle {review} keep", frozenset({"inspector"}) | COORDINATORS, ABOVE),
    # halls
    Row("diemcau", HALL, HALL),  # names no place
    Row("hall v{hall}", HALL),
    Row("door v{hall}", HALL),
    Row("hall c{cell}", NOBODY),
    # counts
    Row("dem", OFFICERS | COORDINATORS, OFFICERS | COORDINATORS),  # names no place
    Row("tally 1 {cell}", OFFICERS | COORDINATORS, ABOVE),
    Row("venues 1 {cell}", OFFICERS | COORDINATORS, ABOVE),
    Row("bars 1 {cell}", OFFICERS | COORDINATORS, ABOVE),
    Row("curve 1 {cell}", OFFICERS | COORDINATORS, ABOVE),
    Row("sheet 1 {cell}", OFFICERS | COORDINATORS, ABOVE),
    Row("stuck {cell} 20161209 0", OFFICERS | COORDINATORS, ABOVE),
    Row("why {cell} 1", OFFICERS | COORDINATORS, ABOVE),
    # a campaign of the province
    Row("lich", ABOVE, ABOVE),
    Row("rules 1", ABOVE, ABOVE),
    Row("rule 1 deadline off", ABOVE, ABOVE),
    Row("untried 1 0", ABOVE, ABOVE),
    # speaking to many
    Row("nhac", OFFICERS | COORDINATORS, OFFICERS | COORDINATORS),
    Row("sendfrom {cell} 0", OFFICERS | COORDINATORS, ABOVE),
    Row("sendbelow {cell} 0", OFFICERS | COORDINATORS, ABOVE),
    Row("sendto {cell} 0 all", OFFICERS | COORDINATORS, ABOVE),
    Row("sending edit {cast}", OFFICERS | COORDINATORS, ABOVE),
    Row("tocall {cell} {cast}", OFFICERS | COORDINATORS, ABOVE),
    Row("tamngung", COORDINATORS, COORDINATORS),
    Row("hold {cell}", COORDINATORS, ABOVE),
    Row("lift {cell}", COORDINATORS, ABOVE),
]


def test_every_command_has_its_row() -> None:
    """A command that nobody thought about here is a command that nobody thought about."""
    told = {row.said.partition(" ")[0] for row in TABLE}
    assert told == set(ROUTES)


# --- the people --------------------------------------------------------------------------------

WHO = {  # role -> who of the cast has it
    "member": "ba", "secretary": "hoa", "deputy": "minh", "clerk": "cuc", "inspector": "thanh",
    "of the cell": "dung", "of the commune": "dung", "of the province": "tam", "with names": "tam",
}  # fmt: skip


@dataclass
class Bot:
    """The bot without any server: what comes in, and what goes back."""

    app: App
    address: Address
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    async def hears(self, said: str, *, text: str | None = None) -> list[Outbound]:
        command, _, argument = said.partition(" ")
        inbound = Inbound(
            sender=self.address,
            external_id=f"u{next(self._ids)}",
            received_at=NOON,
            command=command if text is None else None,
            argument=argument,
            text=text or "",
        )
        return list(await self.app.router.handle(inbound, in_response=True))


@asynccontextmanager
async def bot_of(database: Path, role: str) -> AsyncGenerator[Bot, None]:
    """A bot on this database, and somebody of that role who speaks with it."""
    url = f"sqlite+aiosqlite:///{database}"
    app = App(Settings(database=Place(url=url)), KEY, lambda: NOON)
    try:
        stranger = Address("web", "nobody")
        yield Bot(app, stranger if role == "stranger" else await _appointed(app, role))
    finally:
        await app.stop()


async def _appointed(app: App, role: str) -> Address:
    who = list(CAST).index(WHO[role]) + 1
    where = {"of the cell": 3, "of the commune": 2, "of the province": 1, "with names": 1}
    async with app.database.write() as tx:
        await tx.execute(
            insert(accounts).values(
                channel="web",
                chat_id="somebody",
                member_id=who,
                records_consent=consent_texts.RECORDS_VERSION,
                created_at=NOON,
                linked_at=NOON,
            )
        )
        if role in HALL:
            await grants.grant(tx, who, Role(role), NOON, venue_id=1)
        elif role in where:
            sees_names = role == "with names"
            await grants.grant(
                tx, who, Role.COORDINATOR, NOON, unit_id=where[role], sees_names=sees_names
            )
    return Address("web", "somebody")


@pytest.fixture(scope="module")
def eventful(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with a claim, an objection and a broadcast on either side."""
    path = tmp_path_factory.mktemp("rights") / "town.db"
    shutil.copy(empty_database, path)
    asyncio.run(_happen(f"sqlite+aiosqlite:///{path}"))
    return path


async def _happen(url: str) -> None:
    await cast.settle(url, deputy="minh")
    app = App(Settings(database=Place(url=url)), KEY, lambda: NOON)
    async with app.database.write() as tx:
        await cast.enrol(tx, Part("Lý Văn Hai", "TL3", 1961))
        for number, (cell, member, by) in enumerate([(3, 7, 4), (6, 14, 4)], 1):
            stranger = await people.account(tx, Person(address=Address("web", f"s{number}")), NOON)
            await claims.file(
                tx, NOON, account_id=stranger, unit_id=cell, typed_name="x", birth_year=None,
                number="47", scan=None,
            )  # fmt: skip
            entry = Entry(
                session_id=1, member_id=member, venue_id=number, at=NOON - timedelta(minutes=9),
                status=Status.PRESENT, via=Via.CONFIRMED, by_member_id=by,
            )  # fmt: skip
            await attendance.record(tx, [entry], NOON)
            assert await reviews.ask(tx, 1, member, NOON) == number
            await tx.execute(
                insert(broadcasts).values(
                    author_id=4, from_unit_id=cell, unit_id=cell, audience="all", text="x",
                    state="draft", created_at=NOON,
                )
            )  # fmt: skip
        for side in (INSIDE, OUTSIDE):
            chief, usher = int(side["chief"]), int(side["usher"])
            await grants.grant(tx, chief, Role.COORDINATOR, NOON, unit_id=1, sees_names=True)
            await grants.grant(tx, usher, Role.CLERK, NOON, venue_id=2)
    await app.stop()


# --- the walk ----------------------------------------------------------------------------------


def is_refused(role: str, said: str, answers: list[Outbound]) -> bool:
    """ "Not within your scope", or the way in for a stranger who asks for more than that."""
    if role == "stranger":
        name = said.partition(" ")[0]
        return CONSENT in answers[0].text and (ROUTES[name].is_for_members or said == "start v-x")
    return any(one.text == str(common.NOT_YOURS) for one in answers)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("side", ["inside", "outside"])
async def test_whoever_gives_any_command(
    eventful: Path, tmp_path: Path, role: str, side: str
) -> None:
    """Allowed where the table says so, refused everywhere else."""
    names = INSIDE if side == "inside" else OUTSIDE
    database = tmp_path / "town.db"
    shutil.copy(eventful, database)
    wrong = []
    async with bot_of(database, role) as bot:
        for row in TABLE:
            if side == "outside" and row.said == row.said.format(**names) and not row.before:
                continue  # names no place: the walk inside has tried it
            if row.before:
                await bot.hears("huy")
                await bot.hears(row.before.format(**names))
            said = row.said.format(**names)
            refused = is_refused(role, said, await bot.hears(said))
            allowed = row.inside if side == "inside" else row.outside
            if refused is (role in allowed):
                wrong.append(f"{said} is {'refused' if refused else 'allowed'}")
    assert wrong == []


# --- forgers -----------------------------------------------------------------------------------

IDS = st.one_of(
    st.integers(0, 40).map(str),
    st.integers(10**9, 10**70).map(str),
    st.sampled_from(["", " ", "-1", "x", "٣", "²", "1.5", "no", "yes", "details", "0x1", "c", "v"]),
)
WORDS = st.one_of(
    IDS,
    st.tuples(st.sampled_from("cvrx"), IDS).map("".join),
    st.sampled_from(["confirm", "excuse", "code", "correct", "slow", "keep", "void", "web", "all"]),
    st.text(max_size=12),
)
FORGED = st.tuples(st.sampled_from(sorted(ROUTES)), st.lists(WORDS, max_size=4).map(" ".join))
NAMES = [part.name for who, part in CAST.items() if who != "ba"]


@pytest.mark.parametrize("role", ["stranger", "member"])
def test_forged_commands_neither_leak_nor_crash(eventful: Path, tmp_path: Path, role: str) -> None:
    """Ids of others, huge numbers, junk: no name but one's own, and never our apology."""
    database = tmp_path / "town.db"
    shutil.copy(eventful, database)
    loop = asyncio.new_event_loop()
    context = bot_of(database, role)
    bot = loop.run_until_complete(context.__aenter__())

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(st.lists(FORGED, min_size=1, max_size=3), st.text(max_size=20))
    def forge(commands: list[tuple[str, str]], words: str) -> None:
        for command, argument in commands:
            answers = loop.run_until_complete(bot.hears(f"{command} {argument}"))
            answers += loop.run_until_complete(bot.hears("", text=words or "1"))
            said = "\n".join(one.text for one in answers)
            assert str(common.INTERRUPTED) not in said
            assert not [name for name in NAMES if name in said]

    try:
        forge()
    finally:
        loop.run_until_complete(context.__aexit__(None, None, None))
        loop.close()


def test_every_dialogue_is_opened_by_somebody_with_a_right() -> None:
    """Words of an open dialogue are weighed like commands, but for those of newcomers and of
    members about themselves."""
    free = {name for name, one in DIALOGUES.items() if one.need is None}
    assert free <= {"registration", "claim"}
