"""Campaigns and their sessions: setting them up, opening, closing and extending them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from domain.plan_form import CampaignForm, SessionForm, VenueForm
from domain.session_times import Step
from web.dashboard import plan_forms
from web.dashboard.forms import LARGEST_FORM, mark, sent
from web.dashboard.frame import BASE, Frame, Seen
from web.doors.planning import Outcome, PlanningDoors, SessionView

PLACE = "/ke-hoach"
_HERE = f"{BASE}{PLACE}"
_NOTHING = Outcome()

STEPS = {
    Step.OPEN: "Mở điểm danh ngay",
    Step.CLOSE: "Đóng điểm danh ngay",
    Step.FIFTEEN: "Gia hạn 15 phút",
    Step.THIRTY: "Gia hạn 30 phút",
    Step.HOUR: "Gia hạn 60 phút",
}


@dataclass(frozen=True, slots=True)
class PlanningPages:
    """Every form is looked at before it is sent, and nothing is half done."""

    frame: Frame
    doors: PlanningDoors

    def routes(self) -> list[Route]:
        return [
            Route(PLACE, self.overview),
            Route(f"{PLACE}/moi", self.ask_campaign, methods=["GET"]),
            Route(f"{PLACE}/moi", self.create, methods=["POST"], max_body_size=LARGEST_FORM),
            Route(f"{PLACE}/{{campaign:number}}", self.campaign),
            Route(f"{PLACE}/{{campaign:number}}/buoi-moi", self.ask_session, methods=["GET"]),
            Route(
                f"{PLACE}/{{campaign:number}}/buoi-moi",
                self.add_session,
                methods=["POST"],
                max_body_size=LARGEST_FORM,
            ),
            Route(f"{PLACE}/buoi/{{session:number}}/gio", self.ask_step, methods=["GET"]),
            Route(f"{PLACE}/buoi/{{session:number}}/gio", self.step, methods=["POST"]),
            Route(f"{PLACE}/buoi/{{session:number}}/tro-lai", self.undo, methods=["POST"]),
        ]

    # --- looking ---------------------------------------------------------------------------

    async def overview(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        units = await self.doors.units(seen.officer)
        if not units:
            raise HTTPException(404)
        campaigns = await self.doors.campaigns(seen.officer)
        return self.frame.page("planning.html", seen, place=PLACE, campaigns=campaigns)

    async def campaign(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        view = await self.doors.campaign(seen.officer, request.path_params["campaign"])
        if view is None:
            raise HTTPException(404)
        is_new = request.query_params.get("moi") == "1"
        return self.frame.page("campaign.html", seen, place=PLACE, view=view, is_new=is_new)

    # --- a new campaign --------------------------------------------------------------------

    async def ask_campaign(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        first = plan_forms.first_session(self.frame.site.doors.now())
        return await self._campaign_page(seen, CampaignForm(session=first), _NOTHING)

    async def create(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        form = plan_forms.campaign_form(said)
        if said.text("more"):
            longer = replace(form, session=_one_more(form.session))
            return await self._campaign_page(said.seen, longer, _NOTHING)
        outcome = await self.doors.create(said.seen.officer, form, said.text("sure") == "1")
        if outcome is None:
            raise HTTPException(404)
        if outcome.campaign_id is None:
            return await self._campaign_page(said.seen, form, outcome)
        return RedirectResponse(f"{_HERE}/{outcome.campaign_id}?moi=1", 303)

    async def _campaign_page(self, seen: Seen, form: CampaignForm, outcome: Outcome) -> Response:
        units = await self.doors.units(seen.officer)
        if not units:
            raise HTTPException(404)
        unit = next((one for one in units if one.code == form.unit), units[0])
        values = {"units": units, "unit": unit, "form": form, "said": form.session}
        status = 422 if outcome.faults else 200
        return self.frame.page(
            "new_campaign.html", seen, status, place=PLACE, outcome=outcome, **values
        )

    # --- a make-up session -----------------------------------------------------------------

    async def ask_session(self, request: Request) -> Response:
        seen = await self.frame.seen(request)
        form = plan_forms.makeup_session(self.frame.site.doors.now())
        return await self._session_page(seen, request, form, _NOTHING)

    async def add_session(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        form = plan_forms.session_form(said)
        if said.text("more"):
            return await self._session_page(said.seen, request, _one_more(form), _NOTHING)
        campaign_id = request.path_params["campaign"]
        is_sure = said.text("sure") == "1"
        outcome = await self.doors.add_session(said.seen.officer, campaign_id, form, is_sure)
        if outcome is None:
            raise HTTPException(404)
        if outcome.campaign_id is None:
            return await self._session_page(said.seen, request, form, outcome)
        return RedirectResponse(f"{_HERE}/{campaign_id}", 303)

    async def _session_page(
        self, seen: Seen, request: Request, form: SessionForm, outcome: Outcome
    ) -> Response:
        view = await self.doors.campaign(seen.officer, request.path_params["campaign"])
        if view is None:
            raise HTTPException(404)
        values = {"campaign": view.campaign, "unit": view.unit, "said": form, "outcome": outcome}
        status = 422 if outcome.faults else 200
        return self.frame.page("new_session.html", seen, status, place=PLACE, **values)

    # --- opening, closing, extending -------------------------------------------------------

    async def ask_step(self, request: Request) -> Response:
        """What would be done, in full, before it is done."""
        seen = await self.frame.seen(request)
        view, step = await self._session(seen, request), _step(request.query_params.get("lam"))
        after = view.times.after(step, view.at)
        return self.frame.page(
            "session_step.html", seen, place=PLACE, view=view, step=step, label=STEPS[step],
            after=after, seen_at=mark(view.session.closes_at),
        )  # fmt: skip

    async def step(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        view, step = await self._session(said.seen, request), _step(said.text("lam"))
        done = await self.doors.retime(
            said.seen.officer, view.session.id, step, said.instant("seen")
        )
        if done is None:
            raise HTTPException(404)
        marks = {"opens": mark(done.before.opens_at), "closes": mark(done.before.closes_at)}
        seen_at = mark(done.now.closes_at) if done.now else 0
        return self.frame.page(
            "session_done.html", said.seen, place=PLACE, view=view, done=done, label=STEPS[step],
            marks=marks, seen_at=seen_at,
        )  # fmt: skip

    async def undo(self, request: Request) -> Response:
        said = await sent(self.frame, request)
        view = await self._session(said.seen, request)
        await self.doors.undo(
            said.seen.officer, view.session.id, said.instant("opens"), said.instant("closes"),
            said.instant("seen"),
        )  # fmt: skip
        return RedirectResponse(f"{_HERE}/{view.session.campaign.id}", 303)

    async def _session(self, seen: Seen, request: Request) -> SessionView:
        view = await self.doors.session(seen.officer, request.path_params["session"])
        if view is None:
            raise HTTPException(404)
        return view


def _step(text: str | None) -> Step:
    if text not in list(Step):
        raise HTTPException(400)
    return Step(text)


def _one_more(form: SessionForm) -> SessionForm:
    if len(form.venues) >= plan_forms.MOST_VENUES:
        return form
    return replace(form, venues=(*form.venues, VenueForm()))
