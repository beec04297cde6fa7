"""Which halls have tried everything, and whom to call about those that have not."""

from __future__ import annotations

from datetime import datetime

from bot.dashboard.scene import Found, Scene
from bot.dashboard.sheets import as_of, sheet
from domain.sessions import Schedule, Session
from handlers import scopes, trials
from reports.tables import Table
from storage import trials as stored
from web.dashboard.readiness import LABELS
from web.doors.dashboard import Asked, Download, HallReadiness, Officer, ReadinessView


def _coming(schedule: Schedule, now: datetime) -> Session | None:
    """The next one to open: what runs already needs no rehearsal."""
    sessions = schedule.sessions.values()
    ahead = [session for session in sessions if now < session.opens_at]
    return min(ahead, key=lambda one: one.opens_at, default=scopes.most_timely(sessions, now))


class Halls:
    """The board of the day before."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def readiness(self, officer: Officer, asked: Asked) -> ReadinessView | None:
        found = await self._scene.find(officer, asked)
        return await self._view(found) if found else None

    async def _view(self, found: Found) -> ReadinessView | None:
        now, tally = self._scene.now(), found.picture.tally
        session = _coming(tally.schedule, now)
        if session is None:
            return None
        expecting = {venue for cell in tally.cells_of(found.unit.id) for venue in cell.venues}
        async with self._scene.house.database.read() as db:
            board = await trials.board(db, tally.schedule, session)
            people = await stored.contacts(db, session.id)
        rows = [
            HallReadiness(venue.name, tried, people.get(venue.id, ()))
            for venue, tried in board.halls
            if venue.id in expecting
        ]
        rows.sort(key=lambda row: (row.tried.is_ready, row.tried.has_begun))
        return ReadinessView(
            at=now, campaign=found.campaign, node=found.unit, session=session, halls=rows
        )

    async def sheet(self, officer: Officer, asked: Asked) -> Download | None:
        view = await self.readiness(officer, asked)
        if view is None:
            return None
        table = Table(
            title=f"Chạy thử – {view.session.title} – {view.node.name}",
            as_of=as_of(view.at),
            heading=["STT", "Điểm cầu", "Sẵn sàng", *LABELS.values(), "Điện thoại", "Liên hệ"],
            rows=[
                [
                    n,
                    one.name,
                    _tick(one.tried.is_ready),
                    *(_tick(check in one.tried.checks) for check in LABELS),
                    ", ".join(sorted(one.tried.phones)),
                    "; ".join(one.contacts),
                ]
                for n, one in enumerate(view.halls, 1)
            ],
        )
        return await sheet(f"{view.campaign.code}-chay-thu", table)


def _tick(value: bool) -> str:
    return "x" if value else ""
