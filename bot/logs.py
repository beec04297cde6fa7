"""Logs on stderr: ids and counts; tokens and telephone numbers are blotted out on their way."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import structlog
from structlog.typing import Processor

BLOT = "[…]"

# Libraries that log whole addresses, statements or updates at INFO and below.
QUIET = (
    "alembic",
    "aiohttp.access",
    "aiosqlite",
    "apscheduler",
    "fontTools",
    "httpcore",
    "httpx",
    "matplotlib",
    "multipart",
    "PIL",
    "python_multipart",
    "sqlalchemy",
    "telegram",
    "uvicorn.access",
    "uvicorn.error",  # each server of the process would tell of its start and stop
)

_SECRETS = (
    re.compile(r"\d{3,}(?::|%3A)[A-Za-z0-9_-]{16,}", re.IGNORECASE),  # a bot's token, anywhere
    re.compile(r"(?<=/bot)[^/\s\"'\\]+"),  # … and where a Bot API address carries one
    re.compile(  # a Vietnamese telephone number, however it is spaced
        r"(?:(?<![\w.-])|(?<=%2B))(?:(?:\+|00)84[ .-]?|84|0)[235789](?:[ .-]?\d){8,9}(?!\d)"
    ),
    re.compile(r"(?<=://)[^/\s@\"']+:[^/\s@\"']+(?=@)"),  # user and password in an address
    re.compile(r"(?<=\[parameters: ).*?\](?=\\n|\n|$)", re.DOTALL),  # of a failed statement
    re.compile(r"(?<=DETAIL:  ).*?(?=\\n|\n|\"|$)"),  # PostgreSQL quotes the row it refuses
)


def configure(
    *,
    style: Literal["auto", "json", "console"] = "auto",
    level: int = logging.INFO,
    secrets: Iterable[str] = (),
) -> None:
    """Send every logger of this process to stderr, with `secrets` blotted out of every line.

    "auto" is for reading on a terminal and JSON, a line each, everywhere else.
    """
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    added: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *added,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Stderr(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=added,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(as_json),
                Blotter(secrets),
            ],
        )
    )
    _take_over(handler, level)


class Blotter:
    """Blots secrets out of a finished line, so that no nesting and no traceback hides one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) > 2}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, logger: Any, method: str, line: Any) -> str:
        return self.blot(str(line))

    def blot(self, line: str) -> str:
        if self._known:
            line = self._known.sub(BLOT, line)
        for pattern in _SECRETS:
            line = pattern.sub(BLOT, line)
        return line


class _Stderr(logging.StreamHandler[Any]):
    """Ours, to be told from handlers that others put on the root."""


def _renderers(as_json: bool) -> list[Processor]:
    if as_json:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    # The renderer's own tracebacks show local variables: names, messages, tokens.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _take_over(handler: _Stderr, level: int) -> None:
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Stderr)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def frames(error: BaseException) -> list[str]:
    """Where it happened, innermost last. An error's own words may quote a member's."""
    found = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in found]
