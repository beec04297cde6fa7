"""Where the files that messages bring are made, when these leave."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace

import msgspec
import structlog

from bot import children
from domain.messages import File, FileKind, Outbound
from handlers.recipes import Letter
from reports import pictures, tables
from reports.tables import Table

PATIENCE = 20.0  # seconds for a picture, the wait for its turn included
AT_ONCE = 1  # pictures: a machine with two processors has people checking in, too

log = structlog.get_logger("workshop")


class Workshop:
    """Makes tables beside the loop, and pictures in a process of their own."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._fonts: tempfile.TemporaryDirectory[str] | None = None

    async def finish(self, letter: Letter) -> Outbound:
        """The message with its file; or what is said instead, where none could be made."""
        if isinstance(letter.order, Table):
            content: bytes | None = await asyncio.to_thread(tables.workbook, letter.order)
            kind, media_type = FileKind.DOCUMENT, tables.MEDIA_TYPE
        else:
            content = await self._drawn(letter.order)
            kind, media_type = FileKind.PICTURE, pictures.MEDIA_TYPE
        if content is None:
            return letter.or_else
        file = File(
            kind=kind, name=letter.name, media_type=media_type, says=letter.says, content=content
        )
        return replace(letter.message, file=file)

    def close(self) -> None:
        if self._fonts is not None:
            self._fonts.cleanup()
            self._fonts = None

    async def _drawn(self, chart: pictures.Chart) -> bytes | None:
        try:
            async with asyncio.timeout(PATIENCE), self._turn:
                content = await children.run(
                    "reports.pictures",
                    pictures.kind_of(chart),
                    given=msgspec.json.encode(chart),
                    seconds=PATIENCE,
                    environment={"MPLCONFIGDIR": self._kept_fonts()},
                )
        except TimeoutError:
            content = None
        if not content:
            log.warning("not_drawn", chart=pictures.kind_of(chart))
        return content or None

    def _kept_fonts(self) -> str:
        """Where children keep their list of fonts: to make it takes longer than to draw."""
        if self._fonts is None:
            self._fonts = tempfile.TemporaryDirectory(
                prefix="diemdanh-", ignore_cleanup_errors=True
            )
        return self._fonts.name
