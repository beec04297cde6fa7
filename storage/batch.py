"""Many who wait share one trip to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Batch(Generic[Key, Value]):
    """Collects what is asked while a trip is under way and takes all of it on the next one.

    Nobody waits for company: a lone question leaves at once. When a trip fails, each of its
    questions is asked alone, so that one bad question does not fail its neighbours.
    """

    def __init__(
        self, run: Callable[[Sequence[Key]], Awaitable[Sequence[Value]]], *, most: int = 500
    ) -> None:
        self._run = run
        self._most = most
        self._waiting: list[tuple[Key, asyncio.Future[Value]]] = []
        self._trip: asyncio.Task[None] | None = None

    async def ask(self, key: Key) -> Value:
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, future))
        if self._trip is None:
            self._trip = asyncio.create_task(self._travel())
        return await future

    async def _travel(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._answer(taken)
        finally:
            self._trip = None

    async def _answer(self, taken: list[tuple[Key, asyncio.Future[Value]]]) -> None:
        try:
            values = await self._run([key for key, _ in taken])
        except Exception as error:  # noqa: BLE001 - it is the askers' to handle
            if len(taken) == 1:
                _fail(taken[0][1], error)
                return
            for one in taken:
                await self._answer([one])
            return
        for (_, future), value in zip(taken, values, strict=True):
            if not future.done():  # the asker may have gone away; what was written stays written
                future.set_result(value)


def _fail(future: asyncio.Future[Value], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
