"""`broadcast`: one message from the operator's desk to many, with a preview and a bar."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.clock import calendar_of
from bot.commands.counts import campaign_of
from bot.commands.naming import unit_named
from bot.os_faults import reason
from bot.refusal import Refused
from bot.settings import Settings
from channels import webchat
from channels.telegram.channel import CAPABILITIES as TELEGRAM
from domain.broadcasts import Audience, Target, examine, expiry, tidy
from domain.broadcasts import Progress as Figures
from domain.calendar import Calendar
from domain.messages import Capabilities
from domain.text import number
from handlers.broadcast_progress import wording
from handlers.texts import broadcasting as broadcasting_texts
from storage import audiences, broadcasts, counts
from storage.audiences import Size
from storage.database import Database, Db
from storage.units import Unit

LOOK_EVERY = 1.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sent, to whom."""

    unit: Unit
    target: Target
    text: str
    size: Size


async def broadcast(
    database: Database,
    settings: Settings,
    now: Callable[[], datetime],
    *,
    unit: str,
    audience: Audience,
    campaign: str | None,
    text_file: Path,
    dry_run: bool,
    yes: bool,
) -> None:
    """Preview on stderr, ask, put it in the post; a running bot delivers it."""
    text = _read(text_file)
    screen = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    async with database.read() as db:
        letter = await _letter(db, settings, now(), unit, audience, campaign, text)
    _show(screen, letter)
    if not letter.size.reachable:
        raise Refused("Không có ai nhận được tin; chưa gửi gì.")
    if dry_run:
        screen.print("Mới chỉ xem trước, chưa gửi gì.")
        return
    if not yes:
        _ask(text_file)
    calendar = calendar_of(settings.clock)
    broadcast_id, figures = await _post(database, letter, calendar, now())
    screen.print(f"Đã xếp {number(figures.posted)} tin (số {broadcast_id}).")
    if (opens_at := calendar.next_open(now())) > now():
        screen.print(str(broadcasting_texts.goes_on(opens_at)))
    if screen.is_terminal:
        await _follow(database, screen, broadcast_id)


def _read(text_file: Path) -> str:
    try:
        if str(text_file) == "-":
            return tidy(sys.stdin.read())
        return tidy(text_file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("Nội dung không phải UTF-8; đề nghị lưu lại với bảng mã UTF-8.") from None
    except OSError as error:
        raise Refused(f"Không đọc được {text_file}: {reason(error)}.") from None


async def _letter(
    db: Db,
    settings: Settings,
    now: datetime,
    unit_code: str,
    audience: Audience,
    campaign: str | None,
    text: str,
) -> Letter:
    unit = await unit_named(db, unit_code)
    if audience is Audience.NOT_REGISTERED:
        raise Refused("Người chưa đăng ký không nhận được tin; cần thông báo trực tiếp.")
    target = Target(
        audience=audience,
        unit_path=unit.path,
        campaign_id=await _campaign_id(db, unit, campaign) if audience.needs_campaign else None,
    )
    room = min(channel.max_text for channel in _channels(settings))
    longest = await audiences.longest(db, unit.path)
    why = examine(text, longest, room - len(str(wording(unit.name, "", "", ""))))
    if why is not None:
        raise Refused(str(broadcasting_texts.unfit(why)))
    size = await audiences.size(db, target, now)
    return Letter(unit=unit, target=target, text=text, size=size)


def _channels(settings: Settings) -> list[Capabilities]:
    return [webchat.CAPABILITIES, *([TELEGRAM] if settings.bots else [])]


async def _campaign_id(db: Db, unit: Unit, code: str | None) -> int:
    """The campaign named, else the newest that reaches the unit."""
    if code is not None:
        return (await campaign_of(db, code)).id
    for one in await counts.list_campaigns(db):
        if unit.path.startswith(one.unit_path) or one.unit_path.startswith(unit.path):
            return one.id
    raise Refused(f"Chưa có đợt học tập nào cho đơn vị {unit.code}.")


def _show(screen: Console, letter: Letter) -> None:
    name, cell = broadcasting_texts.SAMPLE_NAME, broadcasting_texts.SAMPLE_CELL
    sample = wording(letter.unit.name, letter.text, name, cell)
    size = letter.size
    screen.print(
        str(
            broadcasting_texts.preview(
                name, sample, size.reachable, letter.unit.name, size.unreached
            )
        )
    )


def _ask(text_file: Path) -> None:
    if str(text_file) == "-" or not sys.stdin.isatty():
        raise Refused("Chưa gửi gì: không hỏi lại được ở đây, cần thêm --yes.")
    if not typer.confirm("Gửi?", err=True):
        raise Refused("Chưa gửi gì.")


async def _post(
    database: Database, letter: Letter, calendar: Calendar, now: datetime
) -> tuple[int, Figures]:
    async with database.write() as tx:
        broadcast_id = await broadcasts.draft(
            tx,
            letter.target,
            letter.text,
            now,
            author_id=None,
            unit_id=letter.unit.id,
            from_unit_id=letter.unit.id,
        )
        until = expiry(now, calendar)
        figures = await broadcasts.confirm(tx, broadcast_id, now, by=None, expires_at=until)
    if figures is None:
        raise LookupError("a draft of this moment could not be confirmed")
    return broadcast_id, figures


# --- following -------------------------------------------------------------------------------


async def _follow(database: Database, screen: Console, broadcast_id: int) -> None:
    """A bar until nothing waits any more; Ctrl-C leaves it being sent."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=screen,
    )
    try:
        with bar:
            task = bar.add_task("Đang gửi", total=None)
            while True:
                async with database.read() as db:
                    figures = await broadcasts.progress(db, broadcast_id)
                bar.update(task, completed=figures.settled, total=figures.posted)
                if not figures.waiting:
                    break
                await asyncio.sleep(LOOK_EVERY)
    except asyncio.CancelledError:
        screen.print("Hệ thống vẫn tiếp tục gửi.")
        return
    screen.print(str(broadcasting_texts.report(figures)))
