"""Those who share one browser: a husband and wife with one telephone, each a chat of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web import guard
from web.pages import Looker, Site, form_fields

MOST_PEOPLE = 4  # a household; more is a telephone that goes round a hall

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Someone:
    """One who uses this browser."""

    speaker: str
    name: str | None  # None: has not finished registering
    chat_id: str


@dataclass(frozen=True, slots=True)
class Household:
    """All who use a browser, the one who speaks first, and the place for one more."""

    looker: Looker
    people: Sequence[Someone]
    newcomer: str | None  # the speaker of whoever comes next; None: the browser is full

    def of_scan(self, used_by: str | None) -> Household:
        """Who may press on a scan's page, those who are registered first. A scan that was used is
        for the chat that used it, and for nobody else."""
        people = sorted(self.people, key=lambda one: one.name is None)
        if used_by is None:
            return replace(self, people=people)
        return replace(
            self, people=[one for one in people if one.chat_id == used_by], newcomer=None
        )


async def household(site: Site, looker: Looker) -> Household:
    """Who uses this browser. The looker returned has a token for a newcomer where there is room."""
    if looker.persona:
        visitor = await site.visitor(looker)
        return Household(
            looker, [Someone("", visitor.name, visitor.chat_id)] if visitor else [], None
        )
    people, newcomer = [], None
    for token in looker.tokens:
        visitor = await site.doors.chat.visitor(token)
        if visitor:
            people.append(Someone(guard.speaker_of(token), visitor.name, visitor.chat_id))
        else:
            newcomer = newcomer or guard.speaker_of(token)
    if newcomer is None and len(people) < MOST_PEOPLE:
        looker = looker.with_newcomer()
        newcomer = guard.speaker_of(looker.tokens[-1])
    return Household(looker, people, newcomer)


async def has_others(site: Site, looker: Looker) -> bool:
    """Whether somebody else uses this browser too."""
    others = (token for token in looker.tokens if token != looker.token)
    return any([await site.doors.chat.visitor(token) is not None for token in others])


@dataclass(frozen=True, slots=True)
class People:
    """The page where a shared telephone changes hands."""

    site: Site

    def routes(self) -> list[Route]:
        return [
            Route("/chat/nguoi", self.show, methods=["GET"]),
            Route("/chat/nguoi", self.choose, methods=["POST"]),
            Route("/chat/nguoi/quen", self.ask, methods=["GET"]),
            Route("/chat/nguoi/quen", self.forget, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Everybody by name, one key each, and a key for somebody else."""
        home = await household(self.site, await self.site.looker(request))
        return self._page("people.html", home.looker, home=home)

    async def choose(self, request: Request) -> Response:
        """From now on this one speaks, in a chat of their own."""
        looker = await self._meant(request)
        response = RedirectResponse("/chat", 303)
        self.site.keep(response, looker.first())
        return response

    async def ask(self, request: Request) -> Response:
        """What forgetting means, before it is done."""
        looker = await self.site.looker(request)
        looker = looker.speaking_as(request.query_params.get("as"))
        visitor = await self.site.visitor(looker)
        if visitor is None:
            return RedirectResponse("/chat/nguoi", 303)
        return self._page("forget.html", looker, someone=visitor)

    async def forget(self, request: Request) -> Response:
        """The browser keeps nothing of this one any more."""
        looker = await self._meant(request)
        response = RedirectResponse("/chat/nguoi", 303)
        if looker.token:
            await self.site.doors.chat.forget(looker.token)
            others = tuple(token for token in looker.tokens if token != looker.token)
            left = replace(looker, token=others[0] if others else None, tokens=others)
            self.site.keep(
                response, replace(left, is_kept=False) if others else left.with_newcomer()
            )
        return response

    async def _meant(self, request: Request) -> Looker:
        """The looker as the one whom the pressed key names."""
        if not guard.is_from_own_page(request):
            raise HTTPException(403)
        speaker = (await form_fields(request)).get("as")
        if not speaker:
            raise HTTPException(400)
        return (await self.site.looker(request)).speaking_as(speaker)

    def _page(self, template: str, looker: Looker, **values: Any) -> Response:
        response = self.site.page(template, looker, **values)
        response.headers.update(_NO_STORE)
        return response
