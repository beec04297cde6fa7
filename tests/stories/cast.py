"""The cast of the stories: the people in and around Xã Thân Cửu Nghĩa, and what they study."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select

from domain.phones import phone_hash
from domain.text import from_local
from storage import invitations
from storage.database import Database, Tx
from storage.schema import members
from tests.small_plan import apply, campaign, session, venue
from tests.small_tree import admit, plant

KEY = b"k" * 32

UNITS = {  # code: name, kind, superior
    "TG": ("Tỉnh ủy Tiền Giang", "tỉnh ủy", None),
    "TCN": ("Đảng ủy xã Thân Cửu Nghĩa", "đảng ủy xã", "TG"),
    "AP3": ("Chi bộ ấp 3", "chi bộ", "TCN"),
    "AP5": ("Chi bộ ấp 5", "chi bộ", "TCN"),
    "TL": ("Đảng ủy xã Tân Lý", "đảng ủy xã", "TG"),
    "TL3": ("Chi bộ ấp 3", "chi bộ", "TL"),
}

PLAN = (
    campaign(
        title="Học tập, quán triệt Nghị quyết Trung ương 4 khóa XII", cutoff_on=date(2017, 4, 12)
    )
    + session(
        "HN", "Hội nghị trực tuyến", kind="main",
        opens_before="30m", late_after="15m", check_out=True,
    )
    + venue("V001", "Hội trường UBND xã", ["TCN"])
    + venue("V002", "Nhà văn hóa huyện", ["TL"])
    + session("BS", "Buổi học bổ sung", "2016-12-20", kind="makeup", codes="static")
    + venue("B001", "Trường Chính trị tỉnh", ["TG"])
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Somebody of the cast."""

    name: str
    cell: str
    year: int
    position: str = "đảng viên"
    status: str = "chính thức"
    phone: str | None = None


# In the order of the roll; ba, bon, tam_lan … are those who have no phone in story 4.
CAST = {
    "lan": Part("Nguyễn Thị Lan", "AP3", 1950, phone="0912 345 678"),
    "em_lan": Part("Nguyễn Thị Lan", "AP3", 1962),
    "minh": Part("Trần Văn Minh", "AP3", 1948),
    "hoa": Part("Lê Thị Hoa", "AP3", 1970, position="bí thư"),
    "ba": Part("Lê Văn Ba", "AP3", 1945),
    "bon": Part("Phạm Thị Bốn", "AP3", 1947),
    "sau": Part("Võ Văn Sáu", "AP3", 1949),
    "tho": Part("Cao Văn Thọ", "AP5", 1930, status="miễn sinh hoạt"),
    "dung": Part("Nguyễn Văn Dũng", "AP5", 1980),
    "cuc": Part("Bùi Thị Cúc", "AP5", 1985),
    "thanh": Part("Phan Văn Thanh", "AP5", 1975),
    "tam": Part("Hồ Thị Tâm", "AP5", 1978),
    "ngung": Part("Mai Văn Ngưng", "AP3", 1955, status="tạm dừng"),
    "xuan": Part("Lý Thị Xuân", "TL3", 1960),
}
OTHERS = 16  # more members of ấp 3, called "Đặng Văn A01" …


async def settle(url: str, deputy: str = "") -> None:
    """Fill an empty database: the tree, the roll, the plan, a registration code for everybody."""
    database = Database(url)
    async with database.write() as tx:
        await _found_units(tx)
        for who, part in CAST.items():
            await enrol(tx, replace(part, position="phó bí thư") if who == deputy else part)
        for part in _others():
            await enrol(tx, part)
        now = from_local(datetime.fromisoformat("2016-12-01T08:00"))
        await apply(tx, PLAN, now)
        await invitations.invite(tx, KEY, await invitations.roll(tx, "/1/", now), now)
    await database.close()


def _others() -> Iterable[Part]:
    return (Part(f"Đặng Văn A{number:02}", "AP3", 1960) for number in range(1, OTHERS + 1))


async def _found_units(tx: Tx) -> None:
    await plant(
        tx,
        {code: superior for code, (_, _, superior) in UNITS.items()},
        kinds={code: kind for code, (_, kind, _) in UNITS.items()},
        names={code: name for code, (name, _, _) in UNITS.items()},
    )


async def enrol(tx: Tx, part: Part) -> None:
    """The next on the roll: numbers are in the order of the cast."""
    number = (await tx.scalar(select(func.max(members.c.id))) or 0) + 1
    phone = phone_hash(KEY, "+84" + part.phone.replace(" ", "")[1:]) if part.phone else None
    person = {
        "id": number,
        "code": f"DV{number:03}",
        "name": part.name,
        "birth_year": part.year,
        "phone_hash": phone,
    }
    await admit(tx, part.cell, [person], status=part.status, position=part.position)
