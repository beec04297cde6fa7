"""The key file: what registration codes, phone hashes and hook secrets are derived from.

A database knows its key by a mark (storage.key_mark): a new or another key beside it would void
every printed slip and every known telephone without a word.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
import sys
from pathlib import Path

from bot.os_faults import reason
from bot.problems import ConfigError, Problem
from storage import key_mark
from storage.database import Database

SIZE = 32  # bytes


async def of_database(database: Database, path: Path) -> bytes:
    """The key that goes with this database; made where none was used yet. Raises ConfigError."""
    if not await asyncio.to_thread(path.exists):
        async with database.read() as db:
            if await key_mark.is_needed(db):
                raise ConfigError([lost(path)])
    key = load_or_create(path)
    async with database.read() as db:
        fits, is_left = await key_mark.fits(db, key), await key_mark.is_left(db)
    if not fits:
        raise ConfigError([another(path)])
    if not is_left:
        async with database.write() as tx:
            await key_mark.leave(tx, key)
    return key


def lost(path: Path) -> Problem:
    fault = "không có tệp khóa, trong khi cơ sở dữ liệu đã dùng một khóa"
    return Problem(str(path), fault, _BACK)


def another(path: Path) -> Problem:
    return Problem(str(path), "tệp khóa không phải của cơ sở dữ liệu này", _BACK)


_BACK = (
    "chép lại tệp khóa đã lưu cùng cơ sở dữ liệu vào đúng chỗ này; chỉ khi tệp ấy đã mất hẳn "
    "mới chạy: diemdanh renew-key"
)


def load_or_create(path: Path) -> bytes:
    """The installation's key; the first run makes it and says so on stderr. Raises ConfigError."""
    try:
        key = _create(path)
    except FileExistsError:
        return load(path)
    except OSError as error:
        fault = f"không tạo được tệp khóa: {reason(error)}"
        raise ConfigError([Problem(str(path), fault, "cấp quyền ghi vào thư mục này")]) from None
    sys.stderr.write(
        f"Đã tạo tệp khóa {path}. Hãy giữ một bản ở nơi an toàn, tách khỏi bản sao lưu dữ liệu:\n"
        "mất tệp này thì mã đăng ký đã in và số điện thoại đã nhập không còn dùng được.\n"
    )
    return key


def load(path: Path) -> bytes:
    """The key that is already there. Raises ConfigError where it is missing, exposed or damaged."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        fault = f"không đọc được tệp khóa: {reason(error)}"
        remedy = "chép lại tệp khóa đã lưu; nếu là lần đầu thì chạy lệnh run để tạo"
        raise ConfigError([Problem(str(path), fault, remedy)]) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        fault = "người dùng khác trên máy đọc được tệp khóa"
        raise ConfigError([Problem(str(path), fault, f"chạy lệnh: chmod 600 {path}")])
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SIZE:
        remedy = "chép lại tệp khóa đã lưu; không tự sửa tệp này"
        raise ConfigError([Problem(str(path), "tệp khóa bị hỏng", remedy)])
    return key


def hook_secret(key: bytes, bot_name: str) -> str:
    """What a bot's hook is called with when the configuration names no `secret_token`."""
    return hmac.new(key, f"hook:{bot_name}".encode(), hashlib.sha256).hexdigest()


def _create(path: Path) -> bytes:
    """A new key under its final name only when whole: a crash leaves no half of one behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError
    key = secrets.token_bytes(SIZE)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return key


def _publish(draft: Path, path: Path) -> None:
    """Never over an existing key, even when two processes start at the same instant."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links; Windows' rename refuses to overwrite
        if path.exists():
            raise FileExistsError from None
        draft.rename(path)
