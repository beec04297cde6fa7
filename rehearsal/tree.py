"""The units of the scenario, and the halls they are sent to."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from rehearsal import places
from rehearsal.scenario import Unit

ROOT = "TG"


@dataclass
class Tree:
    """Grows top down; `halls` are (name, units) in the order of their codes."""

    units: list[Unit] = field(default_factory=list)
    halls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def add(self, code: str, name: str, kind: str, parent: str | None) -> str:
        self.units.append(Unit(code, name, kind, parent))
        return code

    def add_cells(self, parent: str, names: list[str]) -> None:
        for number, name in enumerate(names, start=1):
            self.add(f"{parent}-{number:02}", f"Chi bộ {name}", "chi bộ", parent)

    def add_hall(self, name: str, *units: str) -> None:
        self.halls.append((name, units))

    @property
    def cells(self) -> list[Unit]:
        return [unit for unit in self.units if unit.kind == "chi bộ"]


def grow(rng: Random, communes: int, with_blocs: bool) -> Tree:
    tree = Tree()
    tree.add(ROOT, "Đảng bộ tỉnh Tiền Giang", "tỉnh ủy", None)
    if with_blocs:
        _add_blocs(tree)
    serial = {"xã": 0, "phường": 0}
    for commune in places.COMMUNES[:communes]:
        serial[commune.kind] += 1
        letter = "X" if commune.kind == "xã" else "P"
        _add_commune(tree, rng, commune, f"{ROOT}-{letter}{serial[commune.kind]:02}")
    return tree


def _add_blocs(tree: Tree) -> None:
    halls: dict[str, list[str]] = {}
    for number, bloc in enumerate(places.BLOCS, start=1):
        code = tree.add(f"{ROOT}-K{number:02}", bloc.name, "đảng ủy trực thuộc tỉnh ủy", ROOT)
        halls.setdefault(bloc.venue, []).append(code)
        for index, body in enumerate(bloc.bodies, start=1):
            office = tree.add(f"{code}-{index}", f"Đảng bộ {body}", "đảng ủy cơ sở", code)
            tree.add_cells(office, [f"số {each} {body}" for each in range(1, bloc.cells + 1)])
    for name, codes in halls.items():
        tree.add_hall(name, *codes)


def _add_commune(tree: Tree, rng: Random, commune: places.Commune, code: str) -> None:
    """Its seat's neighbourhoods, its offices, then its parts; each part has its own hall."""
    name = f"{commune.kind} {commune.name}"
    tree.add(code, f"Đảng bộ {name}", f"đảng ủy {commune.kind}", ROOT)
    tree.add_hall(f"Hội trường UBND {name}", code)
    tree.add_cells(code, _neighbourhoods(rng, commune, commune.name))
    _add_offices(tree, commune, code, name)
    for number, part in enumerate(commune.parts, start=2):
        # "Phường 1" exists in three towns.
        label = f"{part} {commune.name}" if part.startswith("Phường") else part
        area = tree.add(f"{code}-B{number}", f"Đảng bộ bộ phận {label}", "đảng ủy bộ phận", code)
        tree.add_cells(area, _neighbourhoods(rng, commune, label))
        tree.add_hall(f"Nhà văn hóa {label}", area)


def _add_offices(tree: Tree, commune: places.Commune, code: str, name: str) -> None:
    office = tree.add(f"{code}-U", f"Đảng bộ Ủy ban nhân dân {name}", "đảng ủy cơ sở", code)
    tree.add_cells(
        office,
        [
            f"Văn phòng HĐND và UBND {name}",
            f"Phòng Kinh tế {name}",
            f"Phòng Văn hóa - Xã hội {name}",
            f"Trung tâm Phục vụ hành chính công {name}",
        ],
    )
    party = tree.add(f"{code}-D", f"Đảng bộ các cơ quan Đảng {name}", "đảng ủy cơ sở", code)
    tree.add_cells(
        party, [f"các cơ quan Đảng {name}", f"Mặt trận và các đoàn thể {name}", f"Hưu trí {name}"]
    )
    if commune.has_high_school:
        school = f"Trường THPT {commune.name}"
        body = tree.add(f"{code}-T", f"Đảng bộ {school}", "đảng ủy cơ sở", code)
        tree.add_cells(body, [f"khối Tự nhiên {school}", f"khối Xã hội {school}"])
        tree.add_hall(f"Hội trường {school}", body)


def _neighbourhoods(rng: Random, commune: places.Commune, label: str) -> list[str]:
    word = "ấp" if commune.kind == "xã" else "khu phố"
    names = [f"{word} {number} {label}" for number in range(1, rng.randint(4, 6) + 1)]
    names += [f"Trường Tiểu học {label}", f"Trường THCS {label}"]
    if rng.random() < 0.5:
        names.append(f"Trạm Y tế {label}")
    return names
