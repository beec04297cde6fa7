"""`invite`, `grant` and `revoke`: codes and roles from the operator's desk."""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.commands.naming import member_named, unit_named, venue_named
from bot.halls.cards import told_apart
from bot.os_faults import reason
from bot.refusal import Refused
from domain.personal_codes import bare, code_hash, recovery_code
from domain.rights import VENUE_GRACE, Role
from domain.text import day, local, number
from handlers.texts import handing_out
from storage import audit, devices, grants, invitations, sign_in
from storage.database import Database, Db, Tx
from storage.grants import Given
from storage.invitations import Invited

LINK_LIFE = timedelta(days=60)
ROLE_NAMES = {
    Role.SECRETARY: "bí thư chi bộ",
    Role.COORDINATOR: "cán bộ điều phối",
    Role.INSPECTOR: "cán bộ theo dõi điểm cầu",
    Role.CLERK: "cán bộ phụ trách điểm danh",
}
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


# --- invite ----------------------------------------------------------------------------------


async def invite(
    database: Database,
    key: bytes,
    unit_code: str,
    now: datetime,
    *,
    public_url: str,
    renew: bool,
    everybody: bool = False,
    as_json: bool,
    out: Path | None,
    advance: Callable[[int, int], None],
) -> None:
    """A registration code for all below a unit who have not registered, or for `everybody`.

    Asking again gives the same codes.
    """
    async with database.read() as db:
        unit = await unit_named(db, unit_code)
        rows = await invitations.roll(db, unit.path, now)
    names = told_apart(rows)
    found: list[Invited] = []
    voided = left_out = 0
    for first in range(0, len(rows), invitations.SLICE):
        part = rows[first : first + invitations.SLICE]
        async with database.write() as tx:
            known = set() if everybody else await invitations.registered(tx, part)
            part = [row for row in part if row.member_id not in known]
            given, lost = await invitations.invite(tx, key, part, now, renew=renew)
        found += given
        voided += lost
        left_out += len(known)
        advance(len(found) + left_out, len(rows))
    async with database.write() as tx:
        await audit.note(tx, None, "invite", f"unit {unit.id}", now, {"renew": renew})
    if renew:
        sys.stderr.write(
            f"Đã hủy {voided} mã chưa dùng; phiếu in trước đây của các mã ấy hết hạn.\n"
        )
    if left_out:
        sys.stderr.write(
            f"{number(left_out)} đồng chí đã đăng ký, không cấp mã mới; thêm --all để cấp.\n"
        )
    if out is not None:
        _write_slips(out, found, names, unit.name, public_url)
    if as_json:
        json.dump([_as_json(one) for one in found], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif out is None:
        _print(found, names)


def _as_json(one: Invited) -> dict[str, str]:
    return {
        "member": one.member_code,
        "name": one.name,
        "cell": one.cell,
        "code": one.code,
        "start": f"r-{one.code}",
        "expires_at": local(one.expires_at).isoformat(timespec="seconds"),
    }


def _print(found: list[Invited], names: Mapping[int, str]) -> None:
    table = Table("Mã đảng viên", "Họ và tên", "Chi bộ", "Mã đăng ký", "Hạn")
    for one in found:
        table.add_row(
            one.member_code, names[one.member_id], one.cell, one.code, day(one.expires_at)
        )
    Console().print(table, markup=False)


def _write_slips(
    out: Path, found: list[Invited], names: Mapping[int, str], title: str, public_url: str
) -> None:
    from reports.slips import Slip, slips_pdf  # fonts and PDF: a second that only printing costs

    slips = [
        Slip(
            name=names[one.member_id],
            cell=one.cell,
            code=one.code,
            url=f"{public_url}/r/{one.code}",
            expires_at=one.expires_at,
        )
        for one in found
    ]
    write_private(out, slips_pdf(slips, title))
    sys.stderr.write(f"Đã ghi {len(slips)} phiếu vào {out}.\n")


def write_private(out: Path, content: bytes) -> None:
    """Names and codes: for whoever prints them, and nobody else on this machine."""
    try:
        descriptor = os.open(out, _FLAGS, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if os.name == "posix" and stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.fchmod(descriptor, 0o600)  # it may have been there before
            file.write(content)
    except OSError as error:
        raise Refused(f"Không ghi được vào {out} ({reason(error)}).") from None


# --- roles -----------------------------------------------------------------------------------


async def grant(
    database: Database,
    key: bytes,
    now: datetime,
    *,
    member: str | None,
    role: Role,
    unit: str | None,
    venue: str | None,
    sees_names: bool,
    public_url: str,
) -> None:
    """Give a role over a unit or at a venue; without a member, print a one-time link."""
    async with database.read() as db:
        unit_id, venue_id = await _place(db, role, unit, venue)
        found = None if member is None else await member_named(db, member, now)
    if found is None:
        await _print_link(database, key, now, role, venue_id, public_url)
        return
    async with database.write() as tx:
        given = await grants.grant(
            tx, found.id, role, now, unit_id=unit_id, venue_id=venue_id, sees_names=sees_names
        )
        await audit.note(tx, None, "grant", f"member {found.id}", now, {"role": role})
        in_use = await devices.count(tx, found.id)
        code = (
            await _first_recovery_code(tx, key, found.id, now) if role is Role.COORDINATOR else None
        )
    sys.stderr.write(
        f"{_GIVEN[given]} vai trò {ROLE_NAMES[role]} cho {found.name} ({found.cell.name}).\n"
    )
    if given is Given.CHANGED:
        sys.stderr.write(f"Từ nay: {_SIGHT[sees_names]}.\n")
    if code is not None:
        sys.stderr.write("Mã mở bảng điều hành khi không dùng được hội thoại, dùng một lần:\n")
        sys.stdout.write(f"{code}\n")
    if in_use:  # whoever else holds one of them holds the role, too
        sys.stderr.write(
            f"Đồng chí ấy đang dùng {in_use} thiết bị. Nếu có thiết bị không phải của đồng chí ấy: "
            f"diemdanh revoke --member {found.code} --devices\n"
        )


_GIVEN = {Given.NEW: "Đã giao", Given.CHANGED: "Đã đổi", Given.HELD: "Đã có sẵn"}
_SIGHT = {True: "được xem tên trong toàn bộ đơn vị", False: "chỉ xem số liệu, không xem tên"}


async def _first_recovery_code(tx: Tx, key: bytes, member_id: int, now: datetime) -> str | None:
    """A code that opens the dashboard; None where the member has some already."""
    if await sign_in.has_recovery(tx, member_id):
        return None
    code = recovery_code()
    await sign_in.renew_recovery(tx, member_id, [code_hash(key, bare(code))], now)
    return code


async def _place(
    db: Db, role: Role, unit: str | None, venue: str | None
) -> tuple[int | None, int | None]:
    if role is Role.SECRETARY:
        raise Refused(
            "Bí thư, phó bí thư lấy quyền từ cột Chức vụ trong danh sách, không cần giao."
        )
    if role is Role.COORDINATOR:
        if unit is None or venue is not None:
            raise Refused(f"Vai trò {ROLE_NAMES[role]} cần --unit MÃ.")
        return (await unit_named(db, unit)).id, None
    if venue is None or unit is not None:
        raise Refused(
            f"Vai trò {ROLE_NAMES[role]} cần --venue ĐỢT/BUỔI/ĐIỂM_CẦU, ví dụ NQTW4/HN/V001."
        )
    return None, await venue_named(db, venue)


async def _print_link(
    database: Database,
    key: bytes,
    now: datetime,
    role: Role,
    venue_id: int | None,
    public_url: str,
) -> None:
    if venue_id is None:
        raise Refused("Cần --member MÃ: chỉ vai trò tại điểm cầu mới giao được bằng đường dẫn.")
    token = secrets.token_urlsafe(16)
    async with database.write() as tx:
        expires_at = now + LINK_LIFE + VENUE_GRACE
        await grants.add_link(tx, venue_id, role, code_hash(key, token), now, expires_at)
        await audit.note(tx, None, "grant_link", f"venue {venue_id}", now, {"role": role})
    sys.stderr.write("Gửi cho người nhận; người mở trước tiên, đã đăng ký, giữ vai trò này:\n")
    sys.stdout.write(f"/start v-{token}\n")
    sys.stdout.flush()  # the words before and after go another way
    sys.stderr.write(f"Hoặc mở bằng trình duyệt: {public_url}/v/{token}\n")


async def revoke(
    database: Database, now: datetime, *, member: str, unit: str | None, venue: str | None
) -> None:
    """Take roles back: there, or everywhere where no place is named."""
    async with database.read() as db:
        found = await member_named(db, member, now)
        unit_id = None if unit is None else (await unit_named(db, unit)).id
        venue_id = None if venue is None else await venue_named(db, venue)
    async with database.write() as tx:
        count = await grants.revoke(tx, found.id, now, unit_id=unit_id, venue_id=venue_id)
        await audit.note(tx, None, "revoke", f"member {found.id}", now, {"count": count})
    sys.stderr.write(f"Đã thu hồi {count} vai trò của {found.name}.\n")


async def stop_devices(database: Database, key: bytes, now: datetime, *, member: str) -> None:
    """Stop every phone and browser of a member, void their slips, and print a new code."""
    async with database.write() as tx:
        found = await member_named(tx, member, now)
        row = await invitations.row_of(tx, found.id, now)
        stopped = await devices.stop_all(tx, found.id, now)
        voided = await invitations.revoke_handed_out(tx, found.id, now)
        [invited], _ = await invitations.invite(tx, key, [row], now)
        detail = {"count": stopped, "codes": voided}
        await audit.note(tx, None, "stop_devices", f"member {found.id}", now, detail)
    if voided:
        sys.stderr.write(f"{handing_out.codes_voided(voided)}\n")
    sys.stderr.write(f"Đã ngừng {stopped} thiết bị của {found.name}. Mã đăng ký mới:\n")
    sys.stdout.write(f"{invited.code}\n")
