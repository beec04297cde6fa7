"""The Tiền Giang scenario: 205 venues, 28,029 of 42,989 members attended, that is 65.2 %.

The names of places are real, everybody and everything else is made up. The same seed makes the
same morning, to the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

from rehearsal import people, tree
from rehearsal.places import PROVINCIAL_HALL
from rehearsal.scenario import Member, Scenario, Size, Venue
from rehearsal.shares import share

SEED = 2016

PROVINCE = Size(
    communes=44,
    with_blocs=True,
    roll=42_989,
    summoned=30_000,
    attended=28_029,
    by_secretaries=529,
    by_clerks=100,
    late=311,
    newcomers=500,
    early=180,
    wrong=400,
    stale=200,
    elsewhere=240,
    declined=30,
    again=800,
    redelivered=600,
    closed=250,
)

ONE_COMMUNE = Size(
    communes=1,
    with_blocs=False,
    roll=900,
    summoned=630,
    attended=588,
    by_secretaries=22,
    by_clerks=5,
    late=9,
    newcomers=12,
    early=5,
    wrong=9,
    stale=6,
    elsewhere=8,
    declined=3,
    again=17,
    redelivered=13,
    closed=6,
)

SCENARIOS = {"tien-giang": PROVINCE, "than-cuu-nghia": ONE_COMMUNE}
NAMES = tuple(SCENARIOS)


@cache
def build(name: str = "tien-giang", seed: int = SEED) -> Scenario:
    """The whole province, or one commune of it. Unknown name: KeyError."""
    size = SCENARIOS[name]
    rng = Random(f"{seed}/{name}")
    grown = tree.grow(rng, size.communes, size.with_blocs)
    members = people.enrol(rng, grown.cells, size.roll)
    bare = [
        Venue(f"V{number:03}", hall, 0, 0, units)
        for number, (hall, units) in enumerate(grown.halls, start=1)
    ]
    scenario = Scenario(name, seed, size, tuple(grown.units), tuple(bare), members)
    return Scenario(name, seed, size, scenario.units, _furnished(rng, scenario), members)


def _furnished(rng: Random, scenario: Scenario) -> tuple[Venue, ...]:
    """The venues with their seats: as many summoned as the scenario says, never above the roll."""
    expected: list[Sequence[Member]] = [scenario.expected_at[v.code] for v in scenario.venues]
    caps = [len(members) for members in expected]
    summoned = share(
        scenario.size.summoned,
        weights=[cap * rng.uniform(0.55, 0.85) for cap in caps],
        floors=[cap // 4 for cap in caps],
        caps=caps,
    )
    return tuple(
        Venue(venue.code, venue.name, _seats(venue.name, called), called, venue.units)
        for venue, called in zip(scenario.venues, summoned, strict=True)
    )


def _seats(name: str, summoned: int) -> int:
    """Halls have seats by the score; the province's is the largest."""
    return max(-(-summoned // 20) * 20, 400 if name == PROVINCIAL_HALL else 60)
