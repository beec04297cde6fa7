"""`grant --names`: a coordinator's role is one, with or without the names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.rights import Role
from storage import grants as roles
from storage.database import Database
from storage.grants import Given
from storage.schema import grants
from tests.small_tree import enrol, plant

NOW = datetime(2016, 12, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize("first", [True, False])
async def test_granting_again_changes_the_one_role(database: Database, first: bool) -> None:
    """Two roles on one unit: taking the names away would have left the other in force."""
    async with database.write() as tx:
        await plant(tx, {"TG": None})
        await enrol(tx, "TG", ["TG000001"])
        for sees_names, given in [
            (first, Given.NEW),
            (first, Given.HELD),
            (not first, Given.CHANGED),
        ]:
            assert given is await roles.grant(
                tx, 1, Role.COORDINATOR, NOW, unit_id=1, sees_names=sees_names
            )
        assert list(await tx.scalars(select(grants.c.sees_names))) == [not first]
