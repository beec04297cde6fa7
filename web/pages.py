"""Pages: templates, their few filters, and who is looking at them."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from domain import text
from web import guard
from web.doors import Doors, Options
from web.doors.chat import Visitor
from web.doors.demo import Persona

HERE = Path(__file__).parent
MEMBER_SAYS = 60, 1.0  # messages at once, then so many a second: a secretary ticks off her cell
STRANGER_SAYS = 30, 1 / 30  # to register takes ten; what a stranger writes is kept, too
MOST_STREAMS = 5  # open pages of one chat that are told at once what is new
INTERRUPTED = "Hệ thống tạm gián đoạn. Đề nghị ký danh sách giấy; cán bộ sẽ nhập sau."


@dataclass(frozen=True, slots=True)
class Looker:
    """Whoever looks at a page: a browser with its cookie, or a persona of the demo."""

    token: str | None
    base: str = ""  # in front of every path: a persona's pages stand below its own
    persona: Persona | None = None
    tokens: tuple[str, ...] = ()  # of all who share the browser
    is_kept: bool = True  # whether the browser holds these tokens already
    is_desk: bool = False  # an officer at the dashboard: the token opens it, and its chat

    @property
    def speaker(self) -> str:
        """Whom a page of this looker is for; it says so with all it sends."""
        return guard.speaker_of(self.token) if self.token and self.token in self.tokens else ""

    def speaking_as(self, speaker: str | None) -> Looker:
        """The looker as the one whom a page was opened for, whoever has been chosen since.

        Raises a 409 where the browser has forgotten them: nobody speaks for another.
        """
        if not speaker or not self.tokens:
            return self
        for token in self.tokens:
            if guard.speaker_of(token) == speaker:
                return replace(self, token=token)
        raise HTTPException(409)

    def with_newcomer(self) -> Looker:
        """The same browser, with a token for whoever uses it next."""
        new = guard.new_token()
        return replace(self, token=self.token or new, tokens=(*self.tokens, new), is_kept=False)

    def with_another(self) -> Looker:
        """The same browser, with another token in place of the one that speaks."""
        others = tuple(token for token in self.tokens if token != self.token)
        return replace(self, token=None, tokens=others).with_newcomer().first()

    def first(self) -> Looker:
        """The same browser, opening with the one who speaks."""
        if self.token not in self.tokens:  # a persona, or an officer at the dashboard
            return self
        tokens = (self.token, *(token for token in self.tokens if token != self.token))
        return replace(self, tokens=tokens, is_kept=self.is_kept and tokens == self.tokens)


NOBODY = Looker("")  # of pages that need no cookie


@dataclass(frozen=True)
class Site:
    """What every page needs."""

    doors: Doors
    options: Options
    newcomers: guard.Buckets = field(init=False)
    members: guard.Buckets = field(init=False)  # how much each of them says
    strangers: guard.Buckets = field(init=False)
    streams: guard.Places = field(init=False)
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        at_once, per_second = self.options.newcomers_at_once, self.options.newcomers_per_second
        buckets = guard.Buckets(at_once, per_second, time.monotonic)
        object.__setattr__(self, "newcomers", buckets)
        object.__setattr__(self, "members", guard.Buckets(*MEMBER_SAYS, time.monotonic))
        object.__setattr__(self, "strangers", guard.Buckets(*STRANGER_SAYS, time.monotonic))
        object.__setattr__(self, "streams", guard.Places(MOST_STREAMS))
        object.__setattr__(self, "templates", _environment(self))

    @property
    def is_secure(self) -> bool:
        return self.options.public_url.startswith("https:")

    async def looker(self, request: Request) -> Looker:
        """Who is looking. A path below a persona's is that persona's, whatever the cookie."""
        key = request.path_params.get("persona")
        if key is None:
            tokens = guard.chat_tokens(request, self.is_secure)
            return Looker(tokens[0] if tokens else None, tokens=tokens)
        persona = await self.doors.demo.persona(key) if self.doors.demo else None
        if persona is None:
            raise HTTPException(404)
        return Looker(persona.token, f"/demo/{persona.key}", persona)

    async def visitor(self, looker: Looker) -> Visitor | None:
        if looker.token is None:
            return None
        doors = self.doors.chat
        return await (doors.officer if looker.is_desk else doors.visitor)(looker.token)

    def render(self, template: str, **values: Any) -> str:
        return self.templates.get_template(template).render(values)

    def page(self, template: str, looker: Looker, status: int = 200, **values: Any) -> Response:
        """A page, with a token for a browser that has none yet."""
        if looker.token is None:
            looker = looker.with_newcomer()
        response = HTMLResponse(self.part(template, looker, **values), status)
        self.keep(response, looker)
        return response

    def part(self, template: str, looker: Looker, **values: Any) -> str:
        """A template as this looker sees it."""
        seen = {"base": looker.base, "persona": looker.persona, "speaker": looker.speaker}
        return self.render(template, **seen, **values)

    def keep(self, response: Response, looker: Looker) -> None:
        """Let the browser keep the looker's tokens where it does not hold them yet."""
        if not looker.is_kept:
            guard.keep_chats(response, looker.tokens, self.is_secure)


def _environment(site: Site) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def when(at: datetime) -> str:
        """ "07:15", with the date where it is not today."""
        if text.same_day(at, site.doors.now()):
            return text.clock(at)
        return f"{text.clock(at)}, {text.day(at)}"

    own = re.escape(site.options.public_url)
    address = re.compile(rf"((?:{own}/|https://)[^\s<>\"]*[^\s<>\".,;:!?)])")

    def with_links(said: str) -> list[tuple[str, bool]]:
        """A text in pieces, and which of them are links: our own addresses and encrypted ones,
        nothing else that looks like one."""
        return [(part, bool(place % 2)) for place, part in enumerate(address.split(said))]

    environment.filters.update(
        with_links=with_links, when=when, clock=text.clock, day=text.day, number=text.number
    )
    environment.globals.update(
        unit=site.options.unit,
        rate=text.rate,
        new_id=lambda: secrets.token_hex(8),
        static=_static,
    )
    return environment


@cache
def _static(name: str) -> str:
    """The address of a file of ours; it changes with the file, so browsers may keep it for ever."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


async def form_fields(request: Request) -> dict[str, str]:
    """A form's fields; kept with the request, so that a notice can offer to send them again."""
    try:
        body = (await request.body()).decode()
        fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))
    except (ValueError, ClientDisconnect) as error:
        raise HTTPException(400) from error
    request.state.fields = fields
    return fields
