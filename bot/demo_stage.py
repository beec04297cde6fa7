"""What the demo's first page shows: whom one can be, the halls' screens, the morning's figures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.app import App
from bot.demo_data import token_of
from bot.halls.screens import screen_path
from domain.codes import CodeKind, current_window, signed_code
from domain.sessions import Venue
from domain.text import clock
from rehearsal import story
from rehearsal.scenario import Scenario
from rehearsal.story import Part
from storage import bulk, counts
from web.doors.demo import DemoDoors, Figure, Link, Persona, Stage

FRESH = 1.0  # seconds; all open pages share one look
MOST_RECENT = 8


@dataclass
class DemoStage:
    """The demo's doors; `app` comes once it is built, before anybody looks."""

    scenario: Scenario
    codes: Mapping[str, str]  # registration codes on the slips, by member
    app: App | None = None
    _seen: Stage | None = field(default=None, init=False)
    _seen_at: float = field(default=0.0, init=False)

    def doors(self) -> DemoDoors:
        return DemoDoors(
            personas=self.personas, persona=self.persona, stage=self.stage, screens=self.screens
        )

    # --- whom to be ------------------------------------------------------------------------

    async def personas(self) -> Sequence[Persona]:
        venues = await self._venues()
        return [self._persona(part, venues) for part in story.PARTS]

    async def persona(self, key: str) -> Persona | None:
        return next((one for one in await self.personas() if one.key == key), None)

    def _persona(self, part: Part, venues: Mapping[str, Venue]) -> Persona:
        player = story.cast(self.scenario)[part.key]
        hall = venues[self.scenario.venue_of_cell[player.cell]]
        window = current_window(hall.session, CodeKind.CHECK_IN, self._app.now())
        code = self.codes.get(player.code, "")
        return Persona(
            key=part.key,
            name=part.name,
            office=part.office,
            hint=part.hint.format(code=f"{code[:4]} {code[4:]}"),
            token=token_of(part.key),
            scans=f"/c/{signed_code(hall, CodeKind.CHECK_IN, window)}",
        )

    # --- what happens ----------------------------------------------------------------------

    async def screens(self) -> Sequence[Link]:
        venues = await self._venues()
        halls = dict.fromkeys([self._story_hall, *venues])
        return [
            Link(label=venues[code].name, path=screen_path(venues[code]))
            for code in list(halls)[:4]
        ]

    async def stage(self) -> Stage:
        """At most one look a second, however many pages are open."""
        if self._seen is None or time.monotonic() - self._seen_at > FRESH:
            self._seen_at = time.monotonic()
            self._seen = await self._look()
        return self._seen

    async def _look(self) -> Stage:
        venues = await self._venues()
        session = next(iter(venues.values())).session
        async with self._app.database.read() as db:
            by_venue = await counts.venue_counts(db, session.id)
            recent = await bulk.latest(db, session.id, MOST_RECENT)
        present = {
            code: by_venue[hall.id].present for code, hall in venues.items() if hall.id in by_venue
        }
        return Stage(
            title=session.title,
            at=self._app.now(),
            figures=self._figures(present, venues),
            recent=[f"{clock(one.at)} {one.name}, {one.venue}" for one in recent],
        )

    def _figures(self, present: Mapping[str, int], venues: Mapping[str, Venue]) -> list[Figure]:
        size, own = self.scenario.size, venues[self._story_hall]
        total = sum(present.values())
        return [
            Figure(label="Đã điểm danh, trên số được triệu tập", value=total, of=size.summoned),
            Figure(label="Đã điểm danh, trên tổng số đảng viên", value=total, of=size.roll),
            Figure(label="Điểm cầu đã có người", value=len(present), of=len(venues)),
            Figure(label=own.name, value=present.get(own.code, 0), of=own.summoned),
        ]

    @property
    def _story_hall(self) -> str:
        return self.scenario.venue_of_cell[story.AP_3]

    @property
    def _app(self) -> App:
        if self.app is None:
            raise LookupError("the demo's stage is looked at before its program is built")
        return self.app

    async def _venues(self) -> dict[str, Venue]:
        """The halls by code, as the plan has them."""
        schedule = await self._app.schedules.current(self._app.now())
        return {venue.code: venue for venue in schedule.venues.values()}
