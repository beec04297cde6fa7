"""The people of the demo: a few members of the roll under names that stories tell of.

They act for themselves: nothing that the morning has planned for them happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.rights import Role
from rehearsal.morning import Arrival, Morning
from rehearsal.scenario import Member, Scenario, Unit

COMMUNE = "TG-X01"
AP_3 = "TG-X01-03"
_PARTY_OFFICES = "TG-X01-D-01"
_PEOPLES_COMMITTEE = "TG-X01-U-01"
# Where there is no province above the commune, its veterans lend somebody.
_PROVINCE = ("TG-K01-3-01", "TG-X01-D-02")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Somebody to be in the demo."""

    key: str  # in addresses
    name: str
    born: int
    cells: tuple[str, ...]  # the first of these that the scenario has
    place: int  # in the cell; 0 is its secretary
    office: str
    hint: str  # what to try; "{code}" is the code on the slip
    has_account: bool = True
    role: Role | None = None
    unit: str | None = None  # what the role is over; of a role without one: the own hall


PARTS = (
    Part(
        key="ba-lan",
        name="Nguyễn Thị Lan",
        born=1949,
        cells=(AP_3,),
        place=7,
        office="67 tuổi, Chi bộ ấp 3, chưa đăng ký",
        hint="Bấm Quét mã rồi làm theo từng câu hỏi. Mã đăng ký trên phiếu: {code}.",
        has_account=False,
    ),
    Part(
        key="ong-minh",
        name="Trần Văn Minh",
        born=1953,
        cells=(AP_3,),
        place=12,
        office="Chi bộ ấp 3, đã đăng ký",
        hint="Mở màn hình hội trường của xã, gõ sáu chữ số đang hiện vào hội thoại.",
    ),
    Part(
        key="chi-hoa",
        name="Lê Thị Hoa",
        born=1975,
        cells=(AP_3,),
        place=0,
        office="Bí thư Chi bộ ấp 3",
        hint="Bấm Chọn mục, Chi bộ; xác nhận có mặt cho những đồng chí không dùng điện thoại.",
    ),
    Part(
        key="anh-dung",
        name="Phạm Văn Dũng",
        born=1978,
        cells=(_PARTY_OFFICES,),
        place=3,
        office="Cán bộ tổng hợp, Đảng ủy xã Thân Cửu Nghĩa",
        hint="Bấm Chọn mục, Số liệu: toàn xã, từng điểm cầu, từng chi bộ.",
        role=Role.COORDINATOR,
        unit=COMMUNE,
    ),
    Part(
        key="chi-mai",
        name="Võ Thị Mai",
        born=1972,
        cells=_PROVINCE,
        place=4,
        office="Cán bộ tổng hợp, Tỉnh ủy",
        hint="Bấm Chọn mục, Số liệu: toàn tỉnh, điểm cầu chậm, rồi xuống từng xã.",
        role=Role.COORDINATOR,
        unit="TG",
    ),
    Part(
        key="chi-cuc",
        name="Nguyễn Thị Kim Cúc",
        born=1984,
        cells=(_PEOPLES_COMMITTEE,),
        place=3,
        office="Cán bộ phụ trách điểm danh, hội trường xã",
        hint="Bấm Chọn mục, Điểm cầu; xác nhận có mặt theo danh sách giấy, gõ tên hoặc số.",
        role=Role.CLERK,
    ),
    Part(
        key="anh-tam",
        name="Huỳnh Văn Tâm",
        born=1970,
        cells=(_PARTY_OFFICES,),
        place=4,
        office="Cán bộ theo dõi điểm cầu, hội trường xã",
        hint="Bấm Chọn mục, Điểm cầu; khi có người đề nghị xem lại thì quyết định, kèm lý do.",
        role=Role.INSPECTOR,
    ),
)

# In the cell of chị Hoa, by their places there; they come, and have no telephone.
_WITHOUT_PHONES = {
    10: ("Phạm Thị Bốn", 1943),
    11: ("Lê Văn Ba", 1941),
    14: ("Trương Văn Năm", 1946),
    18: ("Bùi Thị Út", 1948),
    19: ("Võ Văn Sáu", 1945),
}


def cast(scenario: Scenario) -> dict[str, Member]:
    """Who plays which part, by key; members of the scenario as `told` gives it."""
    return {part.key: _player(scenario, part) for part in PARTS}


def _player(scenario: Scenario, part: Part) -> Member:
    cell = next(code for code in part.cells if code in scenario.cells)
    return scenario.cells[cell][part.place]


def told(scenario: Scenario) -> Scenario:
    """The same scenario under the names of the stories."""
    renamed = {
        _player(scenario, part).code: {"name": part.name, "birth_year": part.born} for part in PARTS
    }
    for place, (name, born) in _WITHOUT_PHONES.items():
        code = scenario.cells[AP_3][place].code
        renamed[code] = {"name": name, "birth_year": born, "status": "chính thức", "phone": None}
    return replace(
        scenario,
        units=tuple(_short(unit, scenario) for unit in scenario.units),
        members=tuple(_renamed(member, renamed) for member in scenario.members),
    )


def _short(unit: Unit, scenario: Scenario) -> Unit:
    """Below their own commune "Chi bộ ấp 3" is enough."""
    if unit.parent != COMMUNE or "ấp " not in unit.name:
        return unit
    place = scenario.by_unit[COMMUNE].name.removeprefix("Đảng bộ xã ")
    return replace(unit, name=unit.name.removesuffix(f" {place}"))


def _renamed(member: Member, changes: Mapping[str, Mapping[str, object]]) -> Member:
    return replace(member, **changes.get(member.code, {}))  # type: ignore[arg-type]


def without_cast(scenario: Scenario, morning: Morning) -> Morning:
    """The morning of everybody else; whoever has no telephone waits to be confirmed."""
    own = {member.code for member in cast(scenario).values()}
    own |= {scenario.cells[AP_3][place].code for place in _WITHOUT_PHONES}

    def is_others(arrival: Arrival) -> bool:
        return arrival.member not in own and arrival.by not in own

    return Morning(
        arrivals=tuple(filter(is_others, morning.arrivals)),
        linked=morning.linked - own,
        clerks={member: venue for member, venue in morning.clerks.items() if member not in own},
    )
