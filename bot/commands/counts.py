"""`counts`: a campaign's figures on a day, for a unit and those directly below it."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime

from rich.console import Console
from rich.table import Table

from bot.refusal import Refused
from domain.fields import YEARS
from domain.sessions import Campaign
from domain.text import clock, day, local, number, rate
from domain.totals import Tally, Totals
from domain.totals import as_json as figures
from storage import counts as counting
from storage import units
from storage.database import Database, Db

PLAIN_WIDTH = 200  # columns where nobody looks: a file or another program


async def counts(
    database: Database,
    campaign: str,
    *,
    unit: str | None = None,
    as_of: date | None = None,
    now: datetime,
    as_json: bool = False,
) -> None:
    """Print the figures: as scripts rely on them, or as a table with n/N beside each rate."""
    today = local(now).date()
    as_of = as_of or today
    if as_of.year not in YEARS:
        raise Refused(f"Ngày {day(as_of)} nằm ngoài khoảng từ năm {YEARS[0]} đến {YEARS[-1]}.")
    if as_of > today:
        raise Refused(f"Ngày {day(as_of)} (--as-of) chưa đến, nên chưa có số liệu.")
    async with database.read() as db:
        found = await campaign_of(db, campaign)
        unit_id, path = await _unit(db, found, unit)
        tally = await counting.count_campaign(db, found.id, as_of=as_of, now=now, unit_path=path)
    if tally is None:
        raise Refused(f"Không có đợt học tập mã {campaign}.")
    if as_json:
        _dump(tally, unit_id)
    else:
        _print(tally, unit_id)


async def campaign_of(db: Db, code: str) -> Campaign:
    found = await counting.get_campaign(db, code)
    if found is None:
        known = (
            ", ".join(one.code for one in await counting.list_campaigns(db)) or "chưa có đợt nào"
        )
        raise Refused(f"Không có đợt học tập mã {code} (hiện có: {known}).")
    return found


async def _unit(db: Db, campaign: Campaign, code: str | None) -> tuple[int, str]:
    if code is None:
        return campaign.unit_id, campaign.unit_path
    found = await units.get_by_code(db, code)
    if found is None or not found.path.startswith(campaign.unit_path):
        raise Refused(f"Không có đơn vị mã {code} trong đợt {campaign.code}.")
    return found.id, found.path


def _dump(tally: Tally, unit_id: int) -> None:
    json.dump(figures(tally, unit_id), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _print(tally: Tally, unit_id: int) -> None:
    screen = Console(highlight=False, markup=False)
    if not screen.is_terminal:
        screen.width = PLAIN_WIDTH
    screen.print(f"{tally.campaign.title} ({tally.campaign.code})", soft_wrap=True)
    is_today = local(tally.moment).date() == tally.as_of
    until = f"{clock(tally.moment)}, ngày" if is_today else "hết ngày"
    screen.print(f"Tính đến {until} {day(tally.as_of)}", soft_wrap=True)
    screen.print(_table(tally, unit_id))
    totals = tally.totals(unit_id)
    for code, owed in totals.obligations.items():
        received = f"{number(owed.received)}/{number(owed.due)}"
        overdue = f"; quá hạn {number(owed.overdue)}" if owed.overdue else ""
        screen.print(f"{code}: đã nhận {received}, đạt {rate(owed.received, owed.due)}{overdue}")
    screen.print(
        f"{number(totals.sessions)} buổi học, {number(totals.venues)} điểm cầu; "
        f"còn {number(totals.units_not_held)} chi bộ chưa tổ chức"
    )


def _table(tally: Tally, unit_id: int) -> Table:
    table = Table("Đơn vị", show_footer=False)
    for title in (
        "Đảng viên",
        "Miễn",
        "Đã học / phải học",
        "Tỷ lệ",
        "Bổ sung",
        "Đến muộn",
        "Vắng có lý do",
        "Chưa ghi nhận",
        "Triệu tập",
    ):
        table.add_column(title, justify="right")
    table.add_row(*_row(tally.nodes[unit_id].name, tally.totals(unit_id)), end_section=True)
    for node in tally.children(unit_id):
        table.add_row(*_row(node.name, tally.totals(node.id)))
    return table


def _row(name: str, totals: Totals) -> list[str]:
    return [
        name,
        number(totals.roll),
        number(totals.exempt),
        f"{number(totals.attended)}/{number(totals.obliged)}",
        rate(totals.attended, totals.obliged),
        number(totals.makeup),
        number(totals.late),
        number(totals.excused),
        number(totals.not_recorded),
        number(totals.summoned),
    ]
