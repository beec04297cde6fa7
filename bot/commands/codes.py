"""`codes`: what stands on each venue's wall just now."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.commands.counts import PLAIN_WIDTH, campaign_of
from bot.halls.screens import screen_path
from bot.refusal import Refused
from domain.codes import (
    STATIC,
    CodeKind,
    current_window,
    signed_code,
    typed_code,
    window_ends,
)
from domain.sessions import Schedule, Session, Venue
from domain.text import clock, day, local, number
from storage import plan as plans
from storage.database import Database, Db
from storage.schedules import load_campaign


async def codes(
    database: Database,
    session: str,
    *,
    now: datetime,
    public_url: str,
    as_json: bool = False,
    renew_screens: bool = False,
) -> None:
    """Print the codes of a session named like NQTW4/HN, and until when they stand on the wall."""
    if renew_screens:
        await _renew_screens(database, session, now)
    async with database.read() as db:
        schedule, found = await _session(db, session)
    if not found.is_open(now):
        at = f"từ {clock(found.opens_at)}, ngày {day(found.opens_at)}"
        at += f" đến {clock(found.closes_at)}, ngày {day(found.closes_at)}"
        sys.stderr.write(f"Lưu ý: buổi {found.code} chỉ nhận điểm danh {at}.\n")
    walls = [_wall(venue, now, public_url) for venue in schedule.venues_of(found)]
    if as_json:
        json.dump(walls, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _print(walls, public_url)


async def _renew_screens(database: Database, session: str, now: datetime) -> None:
    async with database.write() as tx:
        _, found = await _session(tx, session)
        count = await plans.renew_screens(tx, found.id, now)
    sys.stderr.write(
        f"Đã đổi đường dẫn màn hình của {number(count)} điểm cầu; đường dẫn cũ không còn mở được. "
        "Mã điểm danh không đổi. Đề nghị mở lại màn hình bằng đường dẫn mới.\n"
    )


async def _session(db: Db, name: str) -> tuple[Schedule, Session]:
    campaign_code, slash, code = name.partition("/")
    if not slash:
        raise Refused(f"Không rõ buổi học {name}; viết ĐỢT/BUỔI, ví dụ NQTW4/HN.")
    campaign = await campaign_of(db, campaign_code)
    schedule = await load_campaign(db, campaign.id)
    for session in schedule.sessions.values():
        if session.code.lower() == code.lower():
            return schedule, session
    known = ", ".join(session.code for session in schedule.sessions.values()) or "chưa có buổi nào"
    raise Refused(f"Đợt {campaign.code} không có buổi học mã {code} (hiện có: {known}).")


def _wall(venue: Venue, now: datetime, public_url: str) -> dict[str, Any]:
    session = venue.session
    window = current_window(session, CodeKind.CHECK_IN, now)
    until = session.closes_at if window == STATIC else window_ends(window)
    wall: dict[str, Any] = {
        "venue": venue.code,
        "name": venue.name,
        **_codes(venue, CodeKind.CHECK_IN, now),
        "valid_until": local(until).isoformat(timespec="seconds"),
    }
    if session.has_check_out:
        wall["check_out"] = _codes(venue, CodeKind.CHECK_OUT, now)
    return wall | {"screen": f"{public_url}{screen_path(venue)}"}


def _codes(venue: Venue, kind: CodeKind, now: datetime) -> dict[str, str]:
    window = current_window(venue.session, kind, now)
    return {
        "typed": typed_code(venue.secret, kind, window),
        "start": f"c-{signed_code(venue, kind, window)}",
    }


def _print(walls: list[dict[str, Any]], public_url: str) -> None:
    screen = Console(highlight=False, markup=False)
    if not screen.is_terminal:
        screen.width = PLAIN_WIDTH
    table = Table("Điểm cầu", "Tên", "Mã", "Đổi lúc", "Mở bằng điện thoại")
    for wall in walls:
        until = datetime.fromisoformat(wall["valid_until"])
        link = f"{public_url}/c/{wall['start'].removeprefix('c-')}"
        table.add_row(wall["venue"], wall["name"], wall["typed"], f"{until:%H:%M:%S}", link)
    screen.print(table)
    screen.print(
        "\nMàn hình điểm cầu: mở bằng trình duyệt trên máy nối với máy chiếu, rồi bấm F11."
    )
    for wall in walls:
        screen.print(f"{wall['venue']} {wall['name']}: {wall['screen']}", soft_wrap=True)
