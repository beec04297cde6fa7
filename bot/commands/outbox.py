"""`outbox`: what waits to be sent, what did not arrive, and where nobody can tell."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.commands.counts import PLAIN_WIDTH
from domain.messages import Lane
from domain.text import clock, day, local, number
from storage import channel_state
from storage import standings as post
from storage.database import Database, Db

LANES = {Lane.INTERACTIVE: "trả lời", Lane.REMINDER: "nhắc", Lane.BULK: "gửi chung"}
COLUMNS = {  # what a line of the table shows
    "waiting": "Chờ gửi",
    "held": "Tạm dừng",
    "in_hand": "Đang gửi",
    "oldest_seconds": "Chờ lâu nhất",
    "sent_today": "Đã gửi hôm nay",
    "failed": "Lỗi",
    "unreachable": "Không còn ai nhận",
    "ambiguous": "Không rõ",
    "doubtful": "Có thể gửi hai lần",
}


async def outbox(database: Database, now: datetime, *, only_ambiguous: bool, as_json: bool) -> None:
    """Print how the post stands, or each message of which nobody knows how often it arrived."""
    async with database.read() as db:
        found = await _doubts(db) if only_ambiguous else await _lines(db, now)
        halts = await channel_state.halts(db, now)
    if as_json:
        stops = [
            {"channel": name, "until": _moment(until), "reason": why}
            for name, (until, why) in sorted(halts.items())
        ]
        answer = found if only_ambiguous else {"lanes": found, "halts": stops}
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif only_ambiguous:
        _print_doubts(found)
    else:
        _print_lines(found, halts)


async def _lines(db: Db, now: datetime) -> list[dict[str, Any]]:
    """One for each channel and lane that ever had a message."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = await post.sent_since(db, midnight)
    lines: dict[tuple[str, Lane], dict[str, Any]] = {}
    for one in await post.standings(db, await post.channels(db), (*post.UNSETTLED, *post.SETTLED)):
        key = (one.channel, one.lane)
        line = lines.setdefault(
            key,
            {
                "channel": one.channel,
                "lane": one.lane,
                **dict.fromkeys(COLUMNS, 0),
                "oldest_seconds": None,
                "sent_today": sent.get(key, 0),
            },
        )
        name = {"pending": "waiting", "leased": "in_hand", "sending": "in_hand"}.get(one.state)
        if one.state == "pending":
            line["oldest_seconds"] = max(0, round((now - one.oldest_at).total_seconds()))
        if (name or one.state) in COLUMNS:
            line[name or one.state] += one.count
        if one.state != "ambiguous":
            line["doubtful"] += one.doubtful
    order = {lane: place for place, lane in enumerate(Lane)}
    return [lines[key] for key in sorted(lines, key=lambda key: (key[0], order[key[1]]))]


async def _doubts(db: Db) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "channel": one.channel,
            "lane": one.lane,
            "state": one.state,
            "at": _moment(one.at),
        }
        for one in await post.doubts(db)
    ]


def _moment(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")


def _print_lines(lines: list[dict[str, Any]], halts: dict[str, tuple[datetime, str]]) -> None:
    screen = _screen()
    for name, (until, why) in sorted(halts.items()):
        screen.print(f"{name}: ngừng gửi đến {clock(until)}, ngày {day(until)} ({why}).")
    if not lines:
        screen.print("Chưa có tin nào trong hàng đợi.")
        return
    table = Table("Kênh", "Loại", *COLUMNS.values())
    for line in lines:
        figures = [
            _age(line[key]) if key == "oldest_seconds" else number(line[key]) for key in COLUMNS
        ]
        table.add_row(line["channel"], LANES[line["lane"]], *figures)
    screen.print(table)


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds} giây" if seconds < 120 else f"{number(seconds // 60)} phút"


def _print_doubts(doubts: list[dict[str, Any]]) -> None:
    screen = _screen()
    kinds = Counter("ambiguous" if one["state"] == "ambiguous" else "again" for one in doubts)
    screen.print(
        f"Không rõ đã đến hay chưa: {number(kinds['ambiguous'])};"
        f" gửi lại một lần, có thể đến hai lần: {number(kinds['again'])}."
    )
    if doubts:
        table = Table("Số", "Kênh", "Loại", "Trạng thái", "Lúc")
        for one in doubts:
            words = (str(one["id"]), one["channel"], LANES[one["lane"]], one["state"], one["at"])
            table.add_row(*words)
        screen.print(table)


def _screen() -> Console:
    screen = Console(highlight=False, markup=False)
    if not screen.is_terminal:
        screen.width = PLAIN_WIDTH
    return screen
