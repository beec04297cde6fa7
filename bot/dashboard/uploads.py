"""Files that officers sent, kept for a while until they say that they mean them."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from web.doors.dashboard import Officer

KEPT = timedelta(minutes=30)

_STRANGE = re.compile(r"[^\w .()-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    token: str
    member_id: int  # who sent it, and nobody else, may use it
    about: str  # "session 5", "unit 3"
    paths: tuple[Path, ...]
    until_at: datetime


class Uploads:
    """A private folder; of each kind one upload an officer, the newest."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._folder: Path | None = None
        self._kept: dict[str, Upload] = {}

    def keep(self, officer: Officer, about: str, files: Sequence[tuple[str, bytes]]) -> Upload:
        """Write the files where only this process's user reads them."""
        self._forget(officer.member_id, about.partition(" ")[0])
        self._folder = self._folder or Path(tempfile.mkdtemp(prefix="diemdanh-"))
        token = secrets.token_urlsafe(18)
        place = self._folder / token
        place.mkdir(mode=0o700)
        paths = []
        for number, (name, content) in enumerate(files):
            path = place / _harmless(name, number)
            path.write_bytes(content)
            paths.append(path)
        upload = Upload(
            token=token,
            member_id=officer.member_id,
            about=about,
            paths=tuple(paths),
            until_at=self._now() + KEPT,
        )
        self._kept[token] = upload
        asyncio.get_running_loop().call_later(KEPT.total_seconds(), self.drop, upload)
        return upload

    def get(self, officer: Officer, token: str) -> Upload | None:
        """What this officer sent; None for another's, and for what is kept no longer."""
        found = self._kept.get(token)
        if found is None or found.member_id != officer.member_id or found.until_at <= self._now():
            return None
        return found

    def has(self, token: str) -> bool:
        return token in self._kept

    def drop(self, upload: Upload) -> None:
        self._kept.pop(upload.token, None)
        self.empty(upload)

    def empty(self, upload: Upload) -> None:
        """Its files are needed no longer; that it was there still is."""
        for path in upload.paths:
            shutil.rmtree(path.parent, ignore_errors=True)

    def close(self) -> None:
        """Nothing of it outlives the program."""
        self._kept.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _forget(self, member_id: int, kind: str) -> None:
        """Drop the officer's earlier one of this kind, and whatever is kept no longer."""
        now = self._now()
        for upload in list(self._kept.values()):
            is_earlier = upload.member_id == member_id and upload.about.startswith(f"{kind} ")
            if is_earlier or upload.until_at <= now:
                self.drop(upload)


def _harmless(name: str, number: int) -> str:
    """A file's own name, as far as it is one; a sheet of .csv is called by it."""
    stem, dot, kind = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    stem = _STRANGE.sub("_", stem)[:80].strip(" .") or f"tep-{number + 1}"
    return f"{stem}.{_STRANGE.sub('', kind)[:8]}" if dot else stem
