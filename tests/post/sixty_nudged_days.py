"""Sixty days of cells that fall behind, catch up, rest and are held, under a clock that errs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from domain.nudging import Kind, Pause, Rest, Topic
from domain.text import local
from storage import nudges, posting
from storage.database import Database
from storage.schema import obligations, units
from tests.post.lagging_commune import ON_DAY, LaggingCommune
from tests.post.reminded import Heard, at
from tests.small_tree import id_of

BEGIN = at("2016-12-08 06:00")
NUDGE, DIGEST = "Kính gửi đồng chí", "Kính gửi Đơn vị"


@dataclass
class NudgedDays:
    """One life of the commune; the seed is all that it depends on."""

    commune: LaggingCommune
    random: Random
    now: datetime = BEGIN
    owing: dict[str, set[str]] = field(default_factory=dict)  # cell -> who has not written
    missed: dict[str, set[str]] = field(default_factory=dict)  # cell -> who has not attended
    held: bool = False

    async def live(self) -> None:
        for name in self.commune.ids:
            self.owing.setdefault(name[0], set()).add(name)
            self.missed.setdefault(name[0], set()).add(name)
        while self.now < BEGIN + timedelta(days=60):
            await self._moment()
            self.now += self._pause()

    def _pause(self) -> timedelta:
        """Mostly some hours, sometimes minutes, a long stop, or a clock set wrong."""
        kind = self.random.random()
        if kind < 0.25:
            return timedelta(minutes=self.random.choice([1, 2, 17, 59]))
        if kind < 0.87:
            return timedelta(minutes=self.random.randint(60, 700))
        if kind < 0.94:
            return timedelta(hours=self.random.randint(12, 80))
        return timedelta(minutes=-self.random.randint(1, 900))

    async def _moment(self) -> None:
        if self.random.random() < 0.5:
            day = local(self.now).replace(minute=0, second=0, microsecond=0)
            hour = self.random.choice([7, 8, 8, 20])
            self.now = day.replace(hour=hour) + timedelta(minutes=self.random.choice([-1, 0, 45]))
        await self.commune.tick(self.now)
        if self.random.random() < 0.3:
            await self.commune.tick(self.now)
        if self.random.random() < 0.4:
            await self._somebody_acts()
        if self.random.random() < 0.8:
            self.check(await self.commune.deliver(self.now))

    # --- people --------------------------------------------------------------------------------

    async def _somebody_acts(self) -> None:
        who = self.random.choice(list(self.commune.ids))
        what = self.random.choice(["write", "write", "come", "rest", "hold", "mute"])
        if what == "write":
            await self.commune.hand_in([who], self.now)
            self.owing[who[0]].discard(who)
        elif what == "come":
            await self.commune.come(who, "BS", self.now)
            self.missed[who[0]].discard(who)
        elif what == "rest":
            await self._rest(who)
        elif what == "hold":
            await self.commune.hold("X1", self.now, lift=self.held)
            self.held = not self.held
        elif self.random.random() < 0.3:
            async with self.commune.database.write() as tx:
                is_muted = self.random.random() < 0.5
                await posting.mute(tx, self.commune.ids[who], is_muted=is_muted)

    async def _rest(self, who: str) -> None:
        async with self.commune.database.write() as tx:
            cell = await id_of(tx, units, who[0].upper())
            pause = Pause(why=Rest.TOMORROW, until_at=self.now + timedelta(days=1))
            topic = Topic(Kind.OBLIGATION, await id_of(tx, obligations, "BTH"))
            await nudges.pause(tx, cell, topic, pause, self.commune.ids[who], self.now)

    # --- what must hold ------------------------------------------------------------------------

    def check(self, heard: list[Heard]) -> None:
        """None at night or at Tết, none to who has caught up, no name in a digest."""
        for one in heard:
            assert not self.commune.calendar.is_quiet(one.at), local(one.at)
            if one.text.startswith(NUDGE):
                self._check_nudge(one)
            else:
                assert one.text.startswith(DIGEST), one.text
                assert "Đồng chí" not in one.text, one.text

    def _check_nudge(self, one: Heard) -> None:
        cell = one.who[0]
        assert one.who[1:] in ("1", "2"), "secretary or deputy"
        assert self.owing[cell] | self.missed[cell], "whoever has caught up hears nothing"
        for line in one.text.split("\n"):
            if line.startswith("Chưa nộp: "):
                assert _names(line) == self.owing[cell]
            if line.startswith("Chưa ghi nhận: ") and "được triệu tập" not in one.text:
                assert _names(line) == self.missed[cell]

    def check_all(self) -> None:
        """At most one nudge and one digest a day for each."""
        days = Counter(
            (one.who, one.text[: len(DIGEST)], local(one.at).date()) for one in self.commune.heard
        )
        assert max(days.values(), default=0) <= 1, days.most_common(1)


def _names(line: str) -> set[str]:
    return {part.rpartition(" ")[2] for part in line.partition(": ")[2].split(" · ")}


async def live(database: Database, seed: int) -> NudgedDays:
    """Sixty days by this seed; raises where anything does not hold."""
    commune = await LaggingCommune(database).settled(ON_DAY)
    await commune.coordinates("c3", "X1")
    await commune.coordinates("b4", "TG")
    days = NudgedDays(commune, Random(seed))
    await days.live()
    days.check_all()
    return days
