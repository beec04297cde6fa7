"""Forms of the dashboard with many fields, or with a file: who sent them, and what they say."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from web import guard
from web.dashboard.frame import Frame, Seen

LARGEST_FORM = 512 * 1024  # bytes: some hundred venues, each with its ticked units
LARGEST_UPLOAD = 12 * 1024 * 1024  # bytes; a province's roll takes 3 MB
MOST_FIELDS = 5000
MOST_FILES = 2

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """What an officer sent with a form of ours."""

    seen: Seen
    values: Mapping[str, Sequence[str]]
    files: Sequence[tuple[str, bytes]] = ()

    def text(self, name: str, longest: int = 400) -> str:
        return self.values.get(name, [""])[0][:longest]

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(self.values.get(name, []))

    def instant(self, name: str) -> datetime:
        """What `mark` wrote into the page. Raises a 400 for anything else."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 18):
            raise HTTPException(400)
        return EPOCH + timedelta(microseconds=int(text))


def mark(at: datetime) -> int:
    """An instant as a form carries it, to the microsecond."""
    return (at - EPOCH) // timedelta(microseconds=1)


async def sent(frame: Frame, request: Request) -> Sent:
    """Who sends a form, and all of it. Raises a 403 where no page of ours sent it."""
    seen = await frame.seen(request)
    if not guard.is_from_own_page(request):
        raise HTTPException(403)
    values: dict[str, list[str]] = {}
    files: list[tuple[str, bytes]] = []
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if value.filename:
                        files.append((value.filename, await value.read()))
                else:
                    values.setdefault(name, []).append(value)
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    if not hmac.compare_digest(values.get("form", [""])[0].encode(), seen.form_token.encode()):
        raise HTTPException(403)
    return Sent(seen, values, files)
