"""The demo's data: a province on the eve of its morning, built once and kept.

What is kept is never opened by a running demo: each start takes a copy, so that each morning
begins anew. It is built aside and put in its place whole; whatever stands there is complete.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import shutil
import tempfile
import time
import tomllib
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from domain.messages import Address
from domain.people import Person
from domain.personal_codes import code_hash
from domain.phones import phone_hash
from domain.plan_file import read_plan
from domain.rights import Role
from domain.roster.diff import diff
from domain.roster.reading import read_roster
from domain.roster.rows import Placement, Sheet
from domain.text import VIETNAM
from handlers.texts import consent as consent_texts
from rehearsal import crowd, paper, story
from rehearsal.morning import CAMPAIGN, SESSION, How, Morning
from rehearsal.paper import Row
from rehearsal.scenario import Member, Scenario
from rehearsal.story import Part
from storage import bulk, grants, invitations, migrate, people, plan, roster, units
from storage.database import Database, Tx

EVE = datetime(2016, 11, 21, 8, 0, tzinfo=VIETNAM)  # when roster and plan came, and accounts began
DATABASE = "diemdanh.db"
# Everybody in the demo is made up, and it answers this machine only: there is nothing to guard.
KEY = hashlib.sha256(b"the demo has no secrets").digest()
AGREED = {"records": consent_texts.RECORDS_VERSION}

_LINKED_AT_ONCE = 7000
_ABANDONED_AFTER = 3600.0  # seconds
_BUILDING = "building-"
_PACKAGES = ("bot", "domain", "handlers", "rehearsal", "storage")


class Progress(Protocol):
    """Whoever waits sees how far it is."""

    def step(self, words: str, total: int) -> None:
        """A step begins, of so many things."""

    def advance(self, count: int) -> None:
        """So many more of them are done."""


def token_of(key: str) -> str:
    """What a persona's browser keeps."""
    return urlsafe_b64encode(hmac.digest(KEY, f"persona {key}".encode(), "sha256")).decode()[:43]


def is_kept(folder: Path, scenario: Scenario) -> bool:
    return _kept(folder, scenario).is_dir()


def _kept(folder: Path, scenario: Scenario) -> Path:
    """Where the data of this version of the program lies."""
    return folder / f"{scenario.name}-{_version()}"


@cache
def _version() -> str:
    """Changes with the program; whoever works on it gets the data of what they work on."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for source in sorted(file for name in _PACKAGES for file in (root / name).rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def prepare(folder: Path, scenario: Scenario, morning: Morning, progress: Progress) -> None:
    """Build what is not there yet; raises OSError where it cannot be written."""
    kept = _kept(folder, scenario)
    if kept.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder, scenario)
    with tempfile.TemporaryDirectory(
        prefix=_BUILDING, dir=folder, ignore_cleanup_errors=True
    ) as building:
        built = Path(building) / "data"
        asyncio.run(_build(_address(built), scenario, morning, progress))
        built.rename(kept)


def begin(folder: Path, scenario: Scenario, name: str) -> str:
    """A new morning under this name; returns the address of its database."""
    morning = folder / name
    shutil.rmtree(morning, ignore_errors=True)
    shutil.copytree(_kept(folder, scenario), morning)
    return _address(morning)


def _address(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{(folder / DATABASE).absolute().as_posix()}"


def _tidy(folder: Path, scenario: Scenario) -> None:
    """Drop older versions, and what was left half built when a machine was switched off."""
    for old in folder.glob(f"{scenario.name}-*"):
        shutil.rmtree(old, ignore_errors=True)
    for left in folder.glob(f"{_BUILDING}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(left, ignore_errors=True)


# --- building --------------------------------------------------------------------------------


async def _build(url: str, scenario: Scenario, morning: Morning, progress: Progress) -> None:
    await migrate.upgrade(url)
    database = Database(url)
    try:
        await _import_roll(database, scenario, progress)
        progress.step("Lập kế hoạch", len(scenario.venues))
        await _apply_plan(database, scenario)
        progress.advance(len(scenario.venues))
        await _link(database, morning, progress)
        await _give_roles(database, scenario, morning)
        await _invite(database, scenario, morning)
    finally:
        await database.close()


async def _import_roll(database: Database, scenario: Scenario, progress: Progress) -> None:
    """As `import-roster` does it; only the workbook is left out."""
    sheets = [
        Sheet("Đơn vị", [_cells(row) for row in paper.unit_rows(scenario)]),
        Sheet("Đảng viên", [_cells(row) for row in paper.member_rows(scenario)]),
    ]
    progress.step("Nhập danh sách đảng viên", len(scenario.members))
    async with database.read() as db:
        known = await roster.load(db)
    found = read_roster(sheets, known.units, EVE.date(), Placement())
    changes = diff(known, found, EVE.date(), partial(phone_hash, KEY))
    await roster.apply(database, changes, progress.advance)


def _cells(row: Row) -> list[str]:
    return ["" if value is None else str(value) for value in row]


async def _apply_plan(database: Database, scenario: Scenario) -> None:
    async with database.write() as tx:
        await plan.apply(tx, read_plan(tomllib.loads(paper.plan_toml(scenario))), EVE)


async def _link(database: Database, morning: Morning, progress: Progress) -> None:
    """Accounts of those who registered in the weeks before."""
    codes = sorted(morning.linked)
    progress.step("Liên kết tài khoản", len(codes))
    for start in range(0, len(codes), _LINKED_AT_ONCE):
        part = codes[start : start + _LINKED_AT_ONCE]
        chats = {code: crowd.chat_id(code) for code in part}
        async with database.write() as tx:
            await bulk.link(tx, "web", chats, AGREED, EVE + timedelta(seconds=start))
        progress.advance(len(part))


# --- people of the stories -------------------------------------------------------------------


async def _give_roles(database: Database, scenario: Scenario, morning: Morning) -> None:
    cast = story.cast(scenario)
    async with database.write() as tx:
        for clerk, venue in morning.clerks.items():
            await _grant_hall(tx, clerk, Role.CLERK, venue)
        for part in story.PARTS:
            if part.has_account:
                await _open_browser(tx, part, cast[part.key])
            if part.role and part.unit:
                await _grant_unit(tx, cast[part.key].code, part.role, part.unit)
            elif part.role:
                hall = scenario.venue_of_cell[cast[part.key].cell]
                await _grant_hall(tx, cast[part.key].code, part.role, hall)


async def _open_browser(tx: Tx, part: Part, player: Member) -> None:
    """A persona's own telephone, registered."""
    await people.add_browser(tx, part.key, code_hash(KEY, token_of(part.key)), EVE)
    account = await people.account(tx, Person(address=Address("web", part.key)), EVE)
    for purpose, version in AGREED.items():
        await people.consent(tx, account, purpose, version, EVE, is_given=True)
    await people.link(tx, account, await _id_of(tx, player.code), EVE, is_only_one=False)


async def _grant_unit(tx: Tx, member: str, role: Role, unit_code: str) -> None:
    unit = await units.get_by_code(tx, unit_code)
    if unit is None:
        raise LookupError(unit_code)
    await grants.grant(tx, await _id_of(tx, member), role, EVE, unit_id=unit.id)


async def _grant_hall(tx: Tx, member: str, role: Role, venue: str) -> None:
    venue_id = await grants.venue_id(tx, CAMPAIGN, SESSION, venue)
    if venue_id is None:
        raise LookupError(venue)
    await grants.grant(tx, await _id_of(tx, member), role, EVE, venue_id=venue_id)


async def _id_of(tx: Tx, code: str) -> int:
    member = await people.get_member_by_code(tx, code, EVE)
    if member is None:
        raise LookupError(code)
    return member.id


async def _invite(database: Database, scenario: Scenario, morning: Morning) -> None:
    async with database.write() as tx:
        await codes_of(tx, scenario, morning)


async def codes_of(tx: Tx, scenario: Scenario, morning: Morning) -> dict[str, str]:
    """The slips of those who have not registered yet, by member; the same codes every time."""
    cast = story.cast(scenario)
    unregistered = {each.member for each in morning.arrivals if each.how is How.NEWCOMER}
    unregistered |= {cast[part.key].code for part in story.PARTS if not part.has_account}
    everybody = await invitations.roll(tx, "/", EVE)
    rows = [row for row in everybody if row.member_code in unregistered]
    found, _ = await invitations.invite(tx, KEY, rows, EVE)
    return {one.member_code: one.code for one in found}
