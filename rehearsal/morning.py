"""Who comes when and how: every arrival of the conference morning, honest and otherwise.

Exactly as many people are recorded as the scenario says. Around them happens what happens in
halls: codes mistyped, codes that have gone from the screen, people who scan twice, come too
early, come too late, or sit in the neighbouring commune's hall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

from domain.text import VIETNAM, fold
from rehearsal.scenario import Member, Scenario
from rehearsal.shares import share

CAMPAIGN = "NQTW4"
SESSION = "HN"
STARTS_AT = datetime(2016, 12, 9, 7, 30, tzinfo=VIETNAM)
ENDS_AT = datetime(2016, 12, 9, 11, 30, tzinfo=VIETNAM)
OPENS_AT = STARTS_AT - timedelta(minutes=30)
LATE_AT = STARTS_AT + timedelta(minutes=15)


class How(StrEnum):
    """What happens; the first six leave a person recorded."""

    LINK = "link"  # opens the QR's link
    TYPED = "typed"  # types the six digits
    ELSEWHERE = "elsewhere"  # at another venue than planned, and confirms it
    NEWCOMER = "newcomer"  # scans first, then registers with a code
    SECRETARY = "secretary"  # confirmed by the cell's secretary
    CLERK = "clerk"  # confirmed by the venue's clerk
    EARLY = "early"  # before opening: refused
    WRONG = "wrong"  # digits that no venue shows: refused
    STALE = "stale"  # a code that has left the screen: refused
    DECLINED = "declined"  # another venue's code, then "no"
    AGAIN = "again"  # already recorded: told when
    REDELIVERED = "redelivered"  # the messenger repeats the person's own check-in
    CLOSED = "closed"  # after the end: refused


RECORDS = frozenset({How.LINK, How.TYPED, How.ELSEWHERE, How.NEWCOMER, How.SECRETARY, How.CLERK})


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that happens to one member at one venue."""

    at: datetime  # UTC
    member: str
    venue: str
    how: How
    by: str = ""  # the secretary or clerk who confirms


@dataclass(frozen=True)
class Morning:
    """Everything that happens, in order, and who must be able to do it."""

    arrivals: tuple[Arrival, ...]
    linked: frozenset[str]  # members with an account before the morning
    clerks: dict[str, str]  # member -> venue

    def recorded(self) -> Iterator[Arrival]:
        """The one arrival of each person that counts."""
        return (each for each in self.arrivals if each.how in RECORDS)


def stage(scenario: Scenario) -> Morning:
    """The same morning for the same scenario."""
    return _Casting(scenario).morning()


class _Casting:
    """Deals the parts out; each person who comes has one way to be recorded."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.size = scenario.size
        self.rng = Random(f"{scenario.seed}/{scenario.name}/morning")
        self.arrivals: list[Arrival] = []
        self.clerks: dict[str, str] = {}
        self.attending = self._choose_attending()
        come = {member.code for members in self.attending.values() for member in members}
        self.absent = [m for m in scenario.members if m.code not in come]
        self.free = dict.fromkeys(sorted(come))  # not yet cast; in a fixed order

    def morning(self) -> Morning:
        self._cast_secretaries()
        self._cast_clerks()
        self._cast_late()
        self._cast_newcomers()
        self._cast_elsewhere()
        for code in list(self.free):
            self._come(code, self._minute(), self._usual())
        self._make_noise()
        by_others = {a.member for a in self.arrivals if a.how in (How.SECRETARY, How.CLERK)}
        linked = {a.member for a in self.arrivals if a.how is not How.NEWCOMER} - by_others
        linked -= {a.member for a in self.arrivals if a.how is How.NEWCOMER}
        # A few of those who were confirmed have a messenger after all and are told of it.
        linked |= {code for code in sorted(by_others) if self.rng.random() < 0.1}
        ordered = tuple(sorted(self.arrivals, key=lambda each: each.at))
        return Morning(ordered, frozenset(linked), self.clerks)

    # --- who comes ---------------------------------------------------------------------------

    def _choose_attending(self) -> dict[str, list[Member]]:
        """Of each venue as many as its share of those who attended; every secretary comes."""
        venues = self.scenario.venues
        pools = [self.scenario.expected_at[venue.code] for venue in venues]
        can = [[m for m in pool if m.status != "tạm vắng"] for pool in pools]
        counts = share(
            self.size.attended,
            weights=[venue.summoned * self._turnout() for venue in venues],
            floors=[sum(m.position == "bí thư" for m in pool) for pool in can],
            caps=[min(v.summoned, len(pool)) for v, pool in zip(venues, can, strict=True)],
        )
        return {
            venue.code: self._sample(pool, count)
            for venue, pool, count in zip(venues, can, counts, strict=True)
        }

    def _turnout(self) -> float:
        """Most halls are nearly full, one in twenty is two thirds full."""
        is_slow = self.rng.random() < 0.05
        return self.rng.uniform(0.6, 0.75) if is_slow else self.rng.uniform(0.88, 1)

    def _sample(self, pool: Sequence[Member], count: int) -> list[Member]:
        first = [member for member in pool if member.position == "bí thư"]
        rest = [member for member in pool if member.position != "bí thư"]
        return first + self.rng.sample(rest, count - len(first))

    # --- how they are recorded ---------------------------------------------------------------

    def _cast_secretaries(self) -> None:
        """Each comes early; some confirm a few of the oldest of their cell, near the start."""
        left = self.size.by_secretaries
        by_cell: dict[str, list[Member]] = {}
        for member in (m for members in self.attending.values() for m in members):
            by_cell.setdefault(member.cell, []).append(member)
        for cell in self._shuffled(by_cell):
            secretary, *others = by_cell[cell]
            self._come(secretary.code, self._gauss(10, 4, 1, 24), self._usual())
            if left and len(others) > 3:
                chosen = _oldest(others, min(left, self.rng.randint(1, 5)), self._namesakes(cell))
                left -= len(chosen)
                minute = self._gauss(36, 3, 26, 43)
                for member in chosen:
                    self._come(member.code, minute, How.SECRETARY, by=secretary.code)
        if left:
            raise ValueError(f"{left} people found no secretary to confirm them")

    def _cast_clerks(self) -> None:
        """At some venues a clerk confirms five people at the door."""
        left = self.size.by_clerks
        for venue in self._shuffled(self.attending):
            free = [m for m in self.attending[venue] if m.code in self.free]
            if not left or len(free) < 12:
                continue
            clerk = next(m for m in free if m.position == "đảng viên")
            self.clerks[clerk.code] = venue
            self._come(clerk.code, self._gauss(6, 3, 1, 14), How.LINK)
            pool = self.scenario.expected_at[venue]
            chosen = _oldest([m for m in free if m != clerk], min(5, left), _doubles(pool))
            left -= len(chosen)
            minute = self._gauss(36, 3, 26, 43)
            for member in chosen:
                self._come(member.code, minute, How.CLERK, by=clerk.code)

    def _cast_late(self) -> None:
        for code in self._pick(self.size.late):
            self._come(code, min(46 + self.rng.expovariate(1 / 14), 260), self._usual())

    def _cast_newcomers(self) -> None:
        for code in self._pick(self.size.newcomers):
            self._come(code, self._minute(), How.NEWCOMER)

    def _cast_elsewhere(self) -> None:
        for code in self._pick(self.size.elsewhere):
            venue = self._another_venue(self._venue(code))
            self._come(code, self._minute(), How.ELSEWHERE, venue=venue)

    def _come(self, code: str, minute: float, how: How, *, venue: str = "", by: str = "") -> None:
        self.free.pop(code)
        self._add(minute, code, venue or self._venue(code), how, by)

    # --- what else happens -------------------------------------------------------------------

    def _make_noise(self) -> None:
        """Only around people who check in by themselves and in time, each bothered once."""
        ontime = self._minutes(LATE_AT - OPENS_AT)
        own = [
            each
            for each in self.arrivals
            if each.how in (How.LINK, How.TYPED) and 2 < self._minutes_of(each) < ontime
        ]
        calm = iter(self.rng.sample(own, len(own)))
        for each in _take(calm, self.size.early):
            self._add(-self.rng.uniform(1, 15), each.member, each.venue, How.EARLY)
        for how, count in ((How.WRONG, self.size.wrong), (How.STALE, self.size.stale)):
            for each in _take(calm, count):
                self._add(self._minutes_of(each) - 0.5, each.member, each.venue, how)
        for each in _take(calm, self.size.declined):
            other = self._another_venue(each.venue)
            self._add(self._minutes_of(each) - 1, each.member, other, How.DECLINED)
        for each in _take(calm, self.size.again):
            minute = self._minutes_of(each) + self.rng.choice((0.5, 1, 2, 5, 30, 275))
            self._add(minute, each.member, each.venue, How.AGAIN)
        for each in _take(calm, self.size.redelivered):
            minute = self._minutes_of(each) + self.rng.choice((0, 0, 0.1, 1, 3))
            self._add(minute, each.member, each.venue, How.REDELIVERED)
        for member in self.rng.sample(self.absent, self.size.closed):
            venue = self._venue(member.code)
            self._add(self.rng.uniform(271, 290), member.code, venue, How.CLOSED)

    # --- small dice --------------------------------------------------------------------------

    def _add(self, minute: float, code: str, venue: str, how: How, by: str = "") -> None:
        at = (OPENS_AT + timedelta(seconds=round(minute * 60))).astimezone(UTC)
        self.arrivals.append(Arrival(at, code, venue, how, by))

    def _minute(self) -> float:
        """Minutes after opening: most people come between 07:05 and 07:30."""
        return self._gauss(18, 6.5, 1, 44)

    def _gauss(self, mean: float, spread: float, low: float, high: float) -> float:
        return min(max(self.rng.gauss(mean, spread), low), high)

    def _usual(self) -> How:
        return How.LINK if self.rng.random() < 0.6 else How.TYPED

    def _pick(self, count: int) -> list[str]:
        return self.rng.sample(list(self.free), count)

    def _shuffled(self, keys: Iterable[str]) -> list[str]:
        ordered = list(keys)
        self.rng.shuffle(ordered)
        return ordered

    def _venue(self, code: str) -> str:
        return self.scenario.venue_of_cell[self.scenario.by_member[code].cell]

    def _another_venue(self, venue: str) -> str:
        """Mostly a neighbour: venues of one commune are numbered in a row."""
        codes = [each.code for each in self.scenario.venues]
        if self.rng.random() < 0.2:
            return self.rng.choice([code for code in codes if code != venue])
        index = codes.index(venue)
        return codes[index + 1] if index + 1 < len(codes) else codes[index - 1]

    def _namesakes(self, cell: str) -> frozenset[str]:
        return _doubles(self.scenario.cells[cell])

    def _minutes_of(self, arrival: Arrival) -> float:
        return self._minutes(arrival.at - OPENS_AT)

    @staticmethod
    def _minutes(span: timedelta) -> float:
        return span.total_seconds() / 60


def _oldest(members: Sequence[Member], count: int, doubles: frozenset[str]) -> list[Member]:
    """Those likeliest to have no telephone; never one of two namesakes, who need a closer look."""
    ordered = sorted(members, key=lambda member: (member.birth_year, member.code))
    return [
        member
        for member in ordered
        if member.position == "đảng viên" and member.name not in doubles
    ][:count]


def _doubles(members: Iterable[Member]) -> frozenset[str]:
    """Names that several of them have, also when typed without marks."""
    members = list(members)
    counted = Counter(fold(member.name) for member in members)
    return frozenset(member.name for member in members if counted[fold(member.name)] > 1)


def _take(arrivals: Iterator[Arrival], count: int) -> list[Arrival]:
    return [next(arrivals) for _ in range(count)]
