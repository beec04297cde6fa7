"""What an operator names with --unit, --member and --venue: found, or refused in words."""

from __future__ import annotations

from datetime import datetime

from bot.refusal import Refused
from domain.people import Member
from storage import grants, people, units
from storage.database import Db
from storage.units import Unit


async def unit_named(db: Db, code: str) -> Unit:
    """The unit of this code, in whatever case."""
    found = await units.get_by_code(db, code)
    if found is None:
        raise Refused(f"Không có đơn vị mã {code}.")
    return found


async def member_named(db: Db, code: str, now: datetime) -> Member:
    """Whoever is on the roll under this code, in whatever case."""
    found = await people.get_member_by_code(db, code, now)
    if found is None:
        raise Refused(f"Không có đảng viên mã {code} trong danh sách.")
    return found


async def venue_named(db: Db, name: str) -> int:
    """The venue "NQTW4/HN/V001", in whatever case."""
    parts = name.split("/")
    venue_id = await grants.venue_id(db, *parts) if len(parts) == 3 else None
    if venue_id is None:
        raise Refused(f"Không có điểm cầu {name}; viết ĐỢT/BUỔI/ĐIỂM_CẦU, ví dụ NQTW4/HN/V001.")
    return venue_id
