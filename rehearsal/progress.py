"""Telling whoever waits how far a rehearsal has come; on stderr, for stdout belongs to scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar


class Progress(Protocol):
    def step(self, name: str) -> None:
        """A step before or after the morning begins."""

    def bar(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A context that gives a function to be called with how many more are done."""


class OnScreen:
    """Steps as lines, the morning as a bar."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._console.print(
            "Diễn tập trên máy này; giới hạn tốc độ và hạn mức của mạng nhắn tin được bỏ.",
            markup=False,
        )

    def step(self, name: str) -> None:
        self._console.print(f"{name} …")

    @contextmanager
    def bar(self, total: int) -> Iterator[Callable[[int], None]]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Bar(*columns, console=self._console) as bar:
            task = bar.add_task("buổi sáng 09/12/2016", total=total)
            yield lambda count: bar.advance(task, count)


class Silent:
    """For tests."""

    def step(self, name: str) -> None:
        pass

    @contextmanager
    def bar(self, total: int) -> Iterator[Callable[[int], None]]:
        yield lambda count: None
