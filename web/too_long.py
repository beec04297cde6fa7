"""Too long a body, said in our words: the framework's limit answers in plain English."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class InOurWords:
    """The pages, with an answer of our own in the place of any 413."""

    def __init__(self, pages: ASGIApp, answer: Callable[[Request], Response]) -> None:
        self._pages = pages
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_refused = False

        async def said(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start" and message["status"] == 413:
                is_refused = True
                await self._answer(Request(scope))(scope, receive, send)
            elif not is_refused:
                await send(message)

        await self._pages(scope, receive, said)
