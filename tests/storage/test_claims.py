"""Claims of strangers: as many as they like to file, and none of them closes the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from domain.messages import Address
from domain.people import Person
from storage import claims, people
from storage.database import Database
from storage.schema import units

AT = datetime(2016, 12, 9, 0, 12, tzinfo=UTC)


async def found_cell(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(
            insert(units).values(
                id=1,
                code="AP3",
                name="Chi bộ ấp 3",
                folded="chi bo ap 3",
                kind="chi bộ",
                path="/1/",
            )
        )


async def files(database: Database, who: int, **more: datetime) -> int:
    async with database.write() as tx:
        account_id = await people.account(tx, Person(address=Address("web", f"s{who}")), AT)
        return await claims.file(
            tx, AT, account_id=account_id, unit_id=1, typed_name=f"Người {who}", birth_year=None,
            number="47", scan=None, **more,
        )  # fmt: skip


async def test_the_newest_claim_is_always_kept(database: Database) -> None:
    """Who stands before the secretary has filed last; mischief of the night gives way."""
    await found_cell(database)
    filed = [await files(database, who) for who in range(claims.MOST_OPEN + 3)]
    async with database.read() as db:
        waiting = await claims.open_of_cell(db, 1, AT)
    assert [one.id for one in waiting] == filed[:2:-1]


async def test_an_account_has_one_claim(database: Database) -> None:
    await found_cell(database)
    await files(database, 1)
    second = await files(database, 1)
    async with database.read() as db:
        assert [one.id for one in await claims.open_of_cell(db, 1, AT)] == [second]


async def test_a_claim_lives_a_day_or_as_long_as_its_scan(database: Database) -> None:
    await found_cell(database)
    session_ends = AT + timedelta(hours=30)
    short, long = await files(database, 1), await files(database, 2, keep_until=session_ends)
    async with database.read() as db:
        assert await claims.get(db, short, AT + timedelta(hours=23)) is not None
        assert await claims.get(db, short, AT + timedelta(hours=24)) is None
        assert await claims.get(db, long, AT + timedelta(hours=29)) is not None
        assert await claims.get(db, long, session_ends) is None
