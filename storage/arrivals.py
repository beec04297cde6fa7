"""When people came, minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, and_, func, select, type_coerce

from domain.attendance import Status
from domain.members import Status as Standing
from domain.text import local
from storage.database import Db
from storage.people import current
from storage.schema import attendance, memberships, units
from storage.schema.columns import EPOCH

MINUTE = timedelta(minutes=1)
_IN_MINUTES = MINUTE // timedelta(microseconds=1)


async def by_minute(
    db: Db, session_id: int, unit_path: str, now: datetime
) -> list[tuple[datetime, int]]:
    """How many obliged people below a unit were recorded in each minute that had any."""
    minute = type_coerce(attendance.c.at, BigInteger) // _IN_MINUTES
    rows = await db.execute(
        select(minute.label("minute"), func.count())
        .select_from(attendance)
        .join(
            memberships,
            and_(
                memberships.c.member_id == attendance.c.member_id,
                current(local(now).date()),
                memberships.c.status != Standing.EXEMPT,
            ),
        )
        .join(units, units.c.id == memberships.c.unit_id)
        .where(
            attendance.c.session_id == session_id,
            attendance.c.status != Status.VOID,
            units.c.path.startswith(unit_path, autoescape=True),
        )
        .group_by(minute)
        .order_by(minute)
    )
    return [(EPOCH + MINUTE * number, count) for number, count in rows]
