"""Being the only one: a lock beside an SQLite file, which dies with the process that holds it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

DELIVERY = "delivery"
WEB = "web"


class Sole:
    """Holds `FILE-WORK` locked. SQLite knows how to lock a file on every system, and the
    system lets go of it however the process ends."""

    def __init__(self, database: str | Path | None, work: str) -> None:
        self._path = f"{database}-{work}"
        self._held: sqlite3.Connection | None = None

    def is_ours(self) -> bool:
        """Take the lock where it is free; it is kept until `release`."""
        if self._held is None:
            self._held = self._take()
        return self._held is not None

    def is_anothers(self) -> bool:
        """Whether it is held just now; leaves everything as it is."""
        if not os.path.exists(self._path):
            return False
        is_free = self.is_ours()
        self.release()
        return not is_free

    def release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _take(self) -> sqlite3.Connection | None:
        # Others on the machine could lock a file that they can open. It is made, never opened, by
        # us: closing it would let go of the locks that this process has on it. What SQLite puts
        # beside it has the same mode.
        with suppress(OSError):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            lock = sqlite3.connect(
                self._path, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError:
            return None
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            lock.close()
            return None
        return lock
