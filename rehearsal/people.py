"""The roll: cells of 5-60 members, exactly as many people as the scenario says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from random import Random

from rehearsal import names
from rehearsal.scenario import Member, Unit

SMALLEST, MEDIAN, LARGEST = 5, 22, 60
_SPREAD = 0.45
_SHARE_PROBATIONARY = 0.04
_SHARE_AWAY = 0.01
_SHARE_WITH_PHONE = 0.87
# Mobile prefixes and the ways in which clerks write numbers.
_PREFIXES = ("090", "091", "093", "094", "097", "098", "032", "036", "070", "077", "081", "088")
_SPELLINGS = (
    "0{0}{1}{2}", "0{0} {1} {2}", "0{0}.{1}.{2}", "0{0}-{1}-{2}", "+84{0}{1}{2}",
    "+84 {0} {1} {2}", "84{0}{1}{2}", "(0{0}) {1}{2}", " 0{0}{1} {2}", "(+84) {0}.{1}.{2}",
)  # fmt: skip


def enrol(rng: Random, cells: Sequence[Unit], roll: int) -> tuple[Member, ...]:
    """Everybody, cell by cell; the secretary first, then the deputy."""
    phones = _phones(rng)
    members: list[Member] = []
    for cell, size in zip(cells, sizes(rng, len(cells), roll), strict=True):
        for place in range(size):
            members.append(_member(rng, cell.code, len(members) + 1, place, phones))
    return tuple(members)


def sizes(rng: Random, cells: int, roll: int) -> list[int]:
    """As many members in each cell as add up to the roll."""
    found = [
        min(max(round(rng.lognormvariate(log(MEDIAN), _SPREAD)), SMALLEST), LARGEST)
        for _ in range(cells)
    ]
    while missing := roll - sum(found):
        step = 1 if missing > 0 else -1
        for index in rng.sample(range(cells), min(abs(missing), cells)):
            found[index] = min(max(found[index] + step, SMALLEST), LARGEST)
    return found


def _member(rng: Random, cell: str, serial: int, place: int, phones: Iterator[str]) -> Member:
    position = ("bí thư", "phó bí thư")[place] if place < 2 else "đảng viên"
    born = rng.randint(1957, 1984) if place < 2 else _birth_year(rng)
    return Member(
        code=f"TG{serial:06}",
        name=names.full_name(rng, born),
        cell=cell,
        position=position,
        status="chính thức" if place < 2 else _status(rng, born),
        birth_year=born,
        phone=_spelled(rng, next(phones)) if rng.random() < _SHARE_WITH_PHONE else None,
    )


def _birth_year(rng: Random) -> int:
    """A third over sixty in 2016, the oldest about ninety."""
    if rng.random() < 0.34:
        return 1956 - min(int(rng.expovariate(1 / 8)), 30)
    return rng.randint(1957, 1996)


def _status(rng: Random, born: int) -> str:
    draw = rng.random()
    if born > 1975 and draw < 2 * _SHARE_PROBATIONARY:
        return "dự bị"
    return "tạm vắng" if draw > 1 - _SHARE_AWAY else "chính thức"


def _phones(rng: Random) -> Iterator[str]:
    """Numbers without their leading zero, each once."""
    used: set[str] = set()
    while True:
        number = rng.choice(_PREFIXES)[1:] + f"{rng.randrange(10_000_000):07}"
        if number not in used:
            used.add(number)
            yield number


def _spelled(rng: Random, number: str) -> str | int:
    if rng.random() < 0.08:
        return int(number)  # a cell that a spreadsheet took for a number
    return rng.choice(_SPELLINGS).format(number[:2], number[2:5], number[5:])
