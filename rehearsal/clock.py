"""A clock that stands where a file says: how a rehearsal's driver and its bot agree on the time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass
class FileClock:
    """`now()` is the instant last written to the file; it stands still in between."""

    path: Path
    _seen: tuple[int, int] = field(default=(-1, -1), init=False)  # when and what was read last
    _now: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)

    def now(self) -> datetime:
        """The instant in UTC; one `stat` where nothing has changed."""
        status = os.stat(self.path)
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != self._seen:
            self._now = datetime.fromisoformat(self.path.read_text(encoding="ascii").strip())
            self._seen = seen
        return self._now

    def set(self, now: datetime) -> None:
        """Every reader sees the new instant whole, from its next call on."""
        if now.tzinfo is None:
            raise ValueError("the clock is set in UTC or another stated zone")
        draft = self.path.with_name(self.path.name + ".next")
        draft.write_text(now.astimezone(UTC).isoformat(), encoding="ascii")
        os.replace(draft, self.path)


VARIABLE = "DIEMDANH_REHEARSAL_CLOCK"  # names the file; only a rehearsal sets it, for its children


def chosen() -> Callable[[], datetime]:
    """The clock this process goes by: the machine's, or a rehearsal's."""
    path = os.environ.get(VARIABLE)
    return FileClock(Path(path)).now if path else lambda: datetime.now(UTC)
