"""Sixty days of a small commune, as rough as chance makes them: what must hold on every one.

A clock that stops, jumps and is set back, ticks twice, and a post that is slow, while people hand
in, check in, mute, move and are paused at the worst moments.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from domain.members import Status as Standing
from domain.text import local
from storage import occurrences, posting
from storage.database import Database
from tests.post.reminded import Commune, Heard, at
from tests.small_plan import campaign, obligation, session, venue
from tests.small_tree import move

PLAN = (
    campaign("NQ", "Học tập", opens_on=date(2016, 12, 20))
    + session("HN", "Hội nghị", "2017-01-10", kind="main")
    + venue("V1", "Hội trường", ["TG"])
    + session("BS", "Buổi bổ sung", "2017-01-20", "13:30", "16:30", kind="makeup")
    + venue("B1", "Trường", ["TG"])
    + obligation(
        "BTH", "essay", "Bài thu hoạch", "2017-02-04 17:00",
        remind_days=[7, 3, 1, 0, -1, -3], by_unit={"X2": "2017-01-31 17:00"},
    )
    + obligation(
        "KH", "personal_plan", "Kế hoạch cá nhân", "2017-01-24 00:00",
        remind_days=[16, 6, 3, 0, -1],
    )
)  # fmt: skip
BEGIN = at("2016-12-22 06:00")
CELLS = {"A": 3, "B": 2, "C": 2}
WORDS = {"BTH": "bài thu hoạch", "KH": "kế hoạch cá nhân"}


@dataclass
class SixtyDays:
    """One life of the commune; the seed is all that it depends on."""

    commune: Commune
    random: Random
    now: datetime = BEGIN
    is_done: dict[tuple[str, str], bool] = field(default_factory=dict)  # (who, what)
    is_deaf: set[str] = field(default_factory=set)  # muted, paused or gone

    async def live(self) -> None:
        end = BEGIN + timedelta(days=60)
        while self.now < end:
            await self._minute()
            self.now += self._pause()

    def _pause(self) -> timedelta:
        """Mostly some hours, sometimes the next minutes, a long stop, or a clock set wrong."""
        kind = self.random.random()
        if kind < 0.25:
            return timedelta(minutes=self.random.choice([1, 1, 2, 17, 59]))
        if kind < 0.85:
            return timedelta(minutes=self.random.randint(60, 600))
        if kind < 0.93:
            return timedelta(hours=self.random.randint(12, 100))
        return timedelta(minutes=-self.random.randint(1, 600))

    async def _minute(self) -> None:
        if self.random.random() < 0.5:
            self.now = self._worst_moment()
        if self.random.random() < 0.4:
            await self._killed_tick()
            self.now += timedelta(minutes=1)
        await self.commune.tick(self.now)
        if self.random.random() < 0.3:
            await self.commune.tick(self.now)
        if self.random.random() < 0.25:
            await self._somebody_acts()
        if self.random.random() < 0.7:
            self.check(await self.commune.deliver(self.now))

    async def _killed_tick(self) -> None:
        """The process dies between two steps; what it had done by then may be delivered."""
        commune = self.commune
        async with commune.database.read() as db:
            calls = await occurrences.due(db, commune.calendar, self.now)
        if not calls:
            return
        async with commune.database.write() as tx:
            await occurrences.make(tx, self.random.choice(calls), self.now)
        if self.random.random() < 0.7:
            async with commune.database.write() as tx:
                await occurrences.post_due(tx, commune.calendar, self.now)
            self.check(await commune.deliver(self.now))

    def _worst_moment(self) -> datetime:
        """Just before, at and after the hours that matter."""
        day = local(self.now).replace(minute=0, second=0, microsecond=0)
        hour = self.random.choice([6, 7, 8, 11, 13, 17, 19, 20])
        return day.replace(hour=hour) + timedelta(minutes=self.random.choice([-1, 0, 1, 29]))

    # --- people --------------------------------------------------------------------------------

    async def _somebody_acts(self) -> None:
        who = self.random.choice(list(self.commune.ids))
        what = self.random.choice(["BTH", "KH", "HN", "BS", "leave", "mute"])
        if what in WORDS:
            await self.commune.hand_in([who], self.now, what)
            self.is_done[who, what] = True
        elif what in ("HN", "BS"):
            await self.commune.come(who, what, self.now)
            self.is_done[who, what] = True
        elif self.random.random() < 0.2:
            await self._falls_silent(who, what)

    async def _falls_silent(self, who: str, what: str) -> None:
        async with self.commune.database.write() as tx:
            if what == "mute":
                await posting.mute(tx, self.commune.ids[who], is_muted=True)
            elif who not in self.is_deaf:
                gone = self.random.random() < 0.5
                day = local(self.now).date()
                cell = None if gone else who[0].upper()
                await move(tx, who, day, cell=cell, status=Standing.PAUSED)
        self.is_deaf.add(who)

    # --- what must hold ------------------------------------------------------------------------

    def check(self, heard: list[Heard]) -> None:
        """None in quiet hours or at Tết; none to who is done; one per person and delivery."""
        assert max(Counter(one.who for one in heard).values(), default=0) <= 1
        for one in heard:
            assert one.who not in self.is_deaf, one
            for line in one.text.split("\n"):
                self._check_line(one, line)

    def _check_line(self, one: Heard, line: str) -> None:
        is_morning = line.startswith("Hôm nay, ")
        if is_morning:
            assert local(one.at).hour >= 6
        else:
            assert not self.commune.calendar.is_quiet(one.at), (one, local(one.at))
        for code, words in WORDS.items():
            assert not (words in line and self.is_done.get((one.who, code))), one
        if "Hội nghị" in line:
            assert not self.is_done.get((one.who, "HN")), one
        if "bổ sung" in line:
            assert not self.is_done.get((one.who, "HN")), one
            assert not self.is_done.get((one.who, "BS")), one

    def check_all(self) -> None:
        """Each reminder once, and at most one message per person and hour."""
        lines = Counter(
            (one.who, line) for one in self.commune.heard for line in one.text.split("\n")
        )
        # The words of a rung change with the day; two overdue rungs alone are worded alike.
        for (who, line), times in lines.items():
            assert times <= (2 if line.startswith("Chưa ghi nhận") else 1), (who, line)
        hours = Counter((one.who, f"{one.at:%Y-%m-%d %H}") for one in self.commune.heard)
        assert max(hours.values(), default=0) <= 1, hours.most_common(1)


async def live(database: Database, seed: int) -> SixtyDays:
    """Sixty days by this seed; raises where anything does not hold."""
    commune = await Commune(database).found(CELLS, PLAN)
    days = SixtyDays(commune, Random(seed))
    await days.live()
    days.check_all()
    return days
