"""The codes on the wall: stateless, so that any number of screens agree and may be reloaded.

A code is HMAC(venue's secret, kind, window). The screen shows six digits of it for typing and the
QR carries the long signed form. A window lasts 30 s; what has left the screen stays good for 60 s
more, because codes that die under people's thumbs are the loudest complaint elsewhere. Door
posters and sessions with static codes use window 0.

A scan's ticket carries the instant of the scan, so that a newcomer has 15 minutes to say who they
are; the first account that uses it owns it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from domain.sessions import Schedule, Session, Venue
from domain.text import clean, fold

WINDOW = timedelta(seconds=30)
GRACE = timedelta(seconds=60)
TICKET_LIFE = timedelta(minutes=15)
SLOW = timedelta(minutes=5)  # what left any screen so lately is known for what it was
LATELY = timedelta(days=2)  # … and what stood in the own hall since then, a photograph of it too
TRIAL_FROM = timedelta(days=7)  # how long before its session a hall may try its code
NEAR = timedelta(hours=12)  # how long before and after its session a wall's code is looked for
STATIC = 0  # the window of codes that do not rotate

_MAC_BYTES = 10  # 80 bits: not to be guessed at any rate a messenger allows
_CODE = struct.Struct(">BII")  # kind, venue, window
_TICKET = struct.Struct(">BII6s")  # kind | 0x80, venue, second of the scan, nonce
_TICKET_BIT = 0x80


class CodeKind(IntEnum):
    CHECK_IN = 1
    CHECK_OUT = 2
    POSTER = 3
    TRIAL = 4  # of a rehearsal before the session: counts nowhere


def window_at(at: datetime) -> int:
    return int(at.timestamp() // WINDOW.total_seconds())


def window_ends(window: int) -> datetime:
    return datetime.fromtimestamp((window + 1) * WINDOW.total_seconds(), UTC)


def current_window(session: Session, kind: CodeKind, at: datetime) -> int:
    rotates = session.rotates and kind is not CodeKind.POSTER
    return window_at(at) if rotates else STATIC


def typed_code(secret: bytes, kind: CodeKind, window: int) -> str:
    """Six digits for typing."""
    digest = hmac.digest(secret, b"typed" + bytes([kind]) + window.to_bytes(4, "big"), "sha256")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"


def signed_code(venue: Venue, kind: CodeKind, window: int) -> str:
    """What the QR carries after "c-": 26 characters."""
    return _seal(venue.secret, _CODE.pack(kind, venue.id, window))


def ticket(venue: Venue, kind: CodeKind, scanned_at: datetime, nonce: bytes | None = None) -> str:
    """The stamp of one scan, in the same place as a signed code: 34 characters."""
    second = int(scanned_at.timestamp())
    body = _TICKET.pack(kind | _TICKET_BIT, venue.id, second, nonce or secrets.token_bytes(6))
    return _seal(venue.secret, body)


def _seal(secret: bytes, body: bytes) -> str:
    sealed = body + _mac(secret, body)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, b"signed" + body, "sha256")[:_MAC_BYTES]


def screen_token(venue: Venue) -> str:
    """What opens a venue's projector screen; whoever has it sees the venue's codes."""
    number = venue.id.to_bytes(4, "big")
    renewed = venue.screen.to_bytes(4, "big") if venue.screen else b""
    mac = _mac(venue.secret, b"screen" + number + renewed)
    return base64.urlsafe_b64encode(number + mac).decode().rstrip("=")


def venue_of_screen(token: str, schedule: Schedule) -> Venue | None:
    """The venue whose screen a token opens."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    venue = schedule.venues.get(int.from_bytes(raw[:4], "big"))
    if venue is None or not hmac.compare_digest(token, screen_token(venue)):
        return None
    return venue


@dataclass(frozen=True, slots=True)
class Scan:
    """A genuine code, and the instant that counts."""

    venue_id: int
    kind: CodeKind
    at: datetime
    nonce: bytes | None = None  # of a ticket, to be used by one account only
    is_typed: bool = False  # its digits, not the signed form

    def as_json(self) -> dict[str, object]:
        return {
            "venue": self.venue_id,
            "kind": int(self.kind),
            "at": self.at.timestamp(),
            "nonce": self.nonce.hex() if self.nonce else None,
            "typed": self.is_typed,
        }

    @staticmethod
    def from_json(data: Mapping[str, object]) -> Scan:
        nonce = data["nonce"]
        return Scan(
            int(str(data["venue"])),
            CodeKind(int(str(data["kind"]))),
            datetime.fromtimestamp(float(str(data["at"])), UTC),
            bytes.fromhex(str(nonce)) if nonce else None,
            is_typed=bool(data.get("typed")),
        )


@dataclass(frozen=True, slots=True)
class Stale:
    """Genuine once, but its time is over. Never held against anybody."""

    venue_id: int


@dataclass(frozen=True, slots=True)
class Several:
    """The digits stand on more than one wall: ask which hall."""

    scans: tuple[Scan, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No code of ours; typed ones are counted as wrong tries."""


Reading = Scan | Stale | Several | Unknown


def read_signed(payload: str, schedule: Schedule, now: datetime) -> Reading:
    """Read what a QR or a ticket carries after "c-"."""
    try:
        raw = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return Unknown()
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(body) not in (_CODE.size, _TICKET.size):
        return Unknown()
    is_ticket = len(body) == _TICKET.size
    tag, venue_id, number, *rest = (_TICKET if is_ticket else _CODE).unpack(body)
    venue = schedule.venues.get(venue_id)
    if venue is None or not hmac.compare_digest(mac, _mac(venue.secret, body)):
        return Unknown()
    if bool(tag & _TICKET_BIT) is not is_ticket:
        return Unknown()
    kind = CodeKind(tag & ~_TICKET_BIT)
    if is_ticket:
        scanned_at = datetime.fromtimestamp(number, UTC)
        # Stamped by another server, whose clock may be a little ahead, or before ours was set back.
        if not -WINDOW <= now - scanned_at <= TICKET_LIFE:
            return Stale(venue_id)
        return Scan(venue_id, kind, scanned_at, rest[0])
    if not _is_good(venue.session, kind, number, now):
        return Stale(venue_id)
    return Scan(venue_id, kind, now)


def _is_good(session: Session, kind: CodeKind, window: int, now: datetime) -> bool:
    current = current_window(session, kind, now)
    if current == STATIC or window == STATIC:
        return current == window
    # A phone's or another server's clock may be a little ahead: one window early is fine.
    return window <= current + 1 and now < window_ends(window) + GRACE


_PREFIX = r"(?:d{1,2}|diem ?danh|ma)?[\s:.,-]*"
TYPED = re.compile(_PREFIX + r"(\d(?:[\s.-]?\d){5})")
_SLIP = re.compile(_PREFIX + r"\d(?:[\s.-]?\d){4}(?:(?:[\s.-]?\d){2})?")


def typed_digits(text: str) -> str | None:
    """ "Điểm danh: 482 913", "DD482913", "Đ482913" or "482913" -> "482913"."""
    match = TYPED.fullmatch(fold(clean(text)).strip(" .,!"))
    return re.sub(r"\D", "", match[1]) if match else None


def is_slip_of_digits(text: str) -> bool:
    """ "48291", "DD 4829 133": a digit too few or too many for a wall's code."""
    return _SLIP.fullmatch(fold(clean(text)).strip(" .,!")) is not None


@dataclass
class TypedCodes:
    """Which digits stand on which walls just now; made anew for every window, kept in memory."""

    schedule: Schedule
    _tables: dict[int, dict[str, list[tuple[int, CodeKind]]]] = field(default_factory=dict)

    def read(self, digits: str, cell_path: str | None, now: datetime) -> Reading:
        """Own venue first, then the same commune, then any; several hits are asked about."""
        hits = self._hits(digits, now)
        if hits:
            venues = self.schedule.venues
            ranked = [(self._distance(venues[hit[0]], cell_path, now), hit) for hit in hits]
            nearest = min(rank for rank, _ in ranked)
            scans = tuple(Scan(*hit, now, is_typed=True) for rank, hit in ranked if rank == nearest)
            return scans[0] if len(scans) == 1 else Several(scans)
        venue = self._own_once(digits, cell_path, now) or self._any_lately(digits, now)
        return Stale(venue.id) if venue else Unknown()

    def _hits(self, digits: str, now: datetime) -> list[tuple[int, CodeKind]]:
        # One window early, as of the signed form: clocks of two servers differ a little.
        good = range(_oldest_good(now), window_at(now) + 2)
        for window in [known for known in self._tables if known < window_at(now - SLOW)]:
            del self._tables[window]
        return list(dict.fromkeys(hit for window in good for hit in self._at(window, digits, now)))

    def _at(self, window: int, digits: str, now: datetime) -> Iterable[tuple[int, CodeKind]]:
        if window not in self._tables:
            self._tables[window] = self._table(window, now)
        return self._tables[window].get(digits, ())

    def _table(self, window: int, now: datetime) -> dict[str, list[tuple[int, CodeKind]]]:
        table: dict[str, list[tuple[int, CodeKind]]] = {}
        for venue, kind in self._shown(now):
            code_window = window if current_window(venue.session, kind, now) else STATIC
            digits = typed_code(venue.secret, kind, code_window)
            table.setdefault(digits, []).append((venue.id, kind))
        return table

    def _shown(self, now: datetime) -> Iterable[tuple[Venue, CodeKind]]:
        """Only walls of today: a code of next week's session must not collide with one of now."""
        for venue in self.schedule.venues.values():
            session = venue.session
            if session.opens_at - TRIAL_FROM <= now < session.opens_at:
                yield venue, CodeKind.TRIAL
            if session.opens_at - NEAR <= now <= session.closes_at + NEAR:
                yield venue, CodeKind.CHECK_IN
                yield venue, CodeKind.POSTER
                if session.has_check_out:
                    yield venue, CodeKind.CHECK_OUT

    def _distance(self, venue: Venue, cell_path: str | None, now: datetime) -> int:
        far = 0 if venue.session.is_open(now) else 3
        if cell_path is None:
            return far + 2
        if self.schedule.planned(venue.session, cell_path) == venue:
            return far
        return far + (1 if cell_path.startswith(venue.commune_path) else 2)

    def _any_lately(self, digits: str, now: datetime) -> Venue | None:
        """A code that left some screen minutes ago: honest, only slow."""
        for window in range(window_at(now - SLOW), _oldest_good(now)):
            for venue_id, _ in self._at(window, digits, now):
                return self.schedule.venues[venue_id]
        return None

    def _own_once(self, digits: str, cell_path: str | None, now: datetime) -> Venue | None:
        """A code that stood in the own hall this morning or yesterday."""
        for session in self.schedule.sessions.values() if cell_path else ():
            venue = self.schedule.planned(session, cell_path or "")
            if venue is None or not session.rotates or session.opens_at < now - LATELY:
                continue
            first = window_at(session.opens_at - timedelta(hours=1))
            for window in range(first, window_at(min(now, session.closes_at))):
                if hmac.compare_digest(typed_code(venue.secret, CodeKind.CHECK_IN, window), digits):
                    return venue
        return None


def _oldest_good(now: datetime) -> int:
    """The oldest window whose code still counts: it left the screen less than GRACE ago."""
    return window_at(now - GRACE - WINDOW) + 1
