"""A desk: somebody's browser, signed in to the dashboard."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from domain.rights import Role
from tests.stories.town import Town

LINK = re.compile(r"http\S+/bang/vao/\S+")
FORM = re.compile(r'name="form" value="([0-9a-f]{32})"')


async def link_for(town: Town, who: str) -> str:
    """What the bot answers to /bang."""
    phone = await town.registered(who, "web")
    found = LINK.search(await phone.types("/bang"))
    assert found, phone.last
    return found[0]


@dataclass
class Desk:
    """Speaks HTTP as the pages do."""

    town: Town
    client: httpx.AsyncClient

    async def enter(self, link: str) -> httpx.Response:
        return await self.client.post(link)

    async def page(self, path: str = "") -> str:
        response = await self.client.get(f"/bang{path}")
        assert response.status_code == 200, response.status_code
        return response.text

    async def status(self, path: str) -> int:
        return (await self.client.get(f"/bang{path}")).status_code

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """A form of the page, with the token that stands in it."""
        token = FORM.search(await self.page())
        assert token
        return await self.client.post(f"/bang{path}", data={"form": token[1], **fields})


@asynccontextmanager
async def desk_of(
    town: Town, who: str, unit: str | None = None, *, sees_names: bool = False
) -> AsyncGenerator[Desk, None]:
    """Signed in; with `unit`, as coordinator of it."""
    if unit is not None:
        await town.grants(who, Role.COORDINATOR, unit=unit, sees_names=sees_names)
    async with browser(town) as client:
        desk = Desk(town, client)
        response = await desk.enter(await link_for(town, who))
        assert response.status_code == 303, response.text
        yield desk


def browser(town: Town) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=town.address, headers={"Origin": town.address})
