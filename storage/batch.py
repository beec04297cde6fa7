"""Many who wait share one trip to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from storage.database import is_away

Key = TypeVar("Key")
Value = TypeVar("Value")


class Batch(Generic[Key, Value]):
    """Collects what is asked while a trip is under way and takes all of it on the next one.

    Nobody waits for company: a lone question leaves at once. When a trip fails, its halves go
    again, each on its own trip, until the question at fault is alone: it does not fail its
    neighbours. When the database is away, all fail together, or each would wait out its patience.
    """

    def __init__(
        self, run: Callable[[Sequence[Key]], Awaitable[Sequence[Value]]], *, most: int = 500
    ) -> None:
        self._run = run
        self._most = most
        self._waiting: list[tuple[Key, asyncio.Future[Value]]] = []
        self._trip: asyncio.Task[None] | None = None

    async def ask(self, key: Key) -> Value:
        """The answer to one question. An asker who goes away changes nothing for the others."""
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
            _fail(self._waiting, asyncio.CancelledError())  # some, only where we were cancelled
            self._waiting = []

    async def _answer(self, taken: list[tuple[Key, asyncio.Future[Value]]]) -> None:
        try:
            values = await self._run([key for key, _ in taken])
            answered = list(zip(taken, values, strict=True))
        except Exception as error:  # noqa: BLE001 - it is the askers' to handle
            await self._answer_apart(taken, error)
            return
        except BaseException as error:
            _fail(taken, error)
            raise
        for (_, future), value in answered:
            if not future.done():  # the asker may have gone away; what was written stays written
                future.set_result(value)

    async def _answer_apart(
        self, taken: list[tuple[Key, asyncio.Future[Value]]], error: Exception
    ) -> None:
        if len(taken) == 1 or is_away(error):
            _fail(taken, error)
            return
        half = len(taken) // 2
        await self._answer(taken[:half])
        await self._answer(taken[half:])


def _fail(taken: Sequence[tuple[object, asyncio.Future[Value]]], error: BaseException) -> None:
    for _, future in taken:
        if future.done():
            continue
        if isinstance(error, asyncio.CancelledError):
            future.cancel()
        else:
            future.set_exception(error)
