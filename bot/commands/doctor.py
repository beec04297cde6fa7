"""`diemdanh doctor`: everything that is wrong with an installation, at once."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot import keys, settings
from bot.commands import doctor_telegram
from bot.problems import ConfigError, Problem
from bot.settings import Settings
from storage import checkup
from storage.sole import WEB, Sole

LEAST_FREE = 500_000_000  # bytes; a province's campaign with its journal and one copy
OWN_SECONDS = 3.0  # for an answer of our own on this machine
MIGRATE = "chạy lệnh: diemdanh migrate"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


async def run(config: Path | None) -> int:
    """Examine and tell; exit status 1 where something must be mended."""
    try:
        found = await doctor(settings.load(config))
    except ConfigError as error:
        found = error.problems
    sys.stderr.writelines(f"{problem}\n" for problem in found)
    if all(problem.is_notice for problem in found):
        sys.stderr.write("Không thấy lỗi nào phải sửa.\n")
        return 0
    return 1


async def doctor(config: Settings) -> list[Problem]:
    """Everything that is wrong, or worth knowing, in an installation with readable settings."""
    now = datetime.now(UTC)
    examined = await asyncio.gather(
        _storage(config),
        _web(config),
        *(doctor_telegram.examine(bot, now) for bot in config.bots),
    )
    return [
        *clock(now),
        *public_url(config),
        *(problem for problems in examined for problem in problems),
    ]


def clock(now: datetime) -> list[Problem]:
    """A machine without a battery for its clock wakes up in 1970 and calls every code stale."""
    if 2025 <= now.year < 2100:
        return []
    fault = f"đồng hồ của máy đang chỉ năm {now.year}"
    return [Problem("đồng hồ", fault, "đặt lại giờ và bật đồng bộ giờ (NTP)")]


def public_url(config: Settings) -> list[Problem]:
    """What members' telephones can and cannot open."""
    url = config.web.public_url
    if url is None:
        fault = "chưa đặt, nên mã QR và liên kết chỉ mở được trên máy này"
        return [Problem("web.public_url", fault, "ghi địa chỉ mà điện thoại mở được", True)]
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK:
        fault = "không mã hóa đường truyền (http)"
        return [Problem("web.public_url", fault, "dùng https khi phục vụ thật", True)]
    return []


def disk(folder: Path, free: int, needed: int) -> list[Problem]:
    """A full disk refuses every check-in of the morning."""
    if free >= needed:
        return []
    fault = f"ổ đĩa còn {free // 1_000_000} MB, cần ít nhất {needed // 1_000_000} MB"
    return [Problem(str(folder), fault, "xóa bớt tệp hoặc chuyển dữ liệu sang ổ khác")]


async def _storage(config: Settings) -> list[Problem]:
    path = config.database_path
    problems = []
    if path is not None:
        if not await asyncio.to_thread(path.is_file):
            return [Problem(str(path), "chưa có cơ sở dữ liệu", MIGRATE), *_read_key(config)[1]]
        size = path.stat().st_size
        free = shutil.disk_usage(path.parent).free
        problems += disk(path.parent, free, max(LEAST_FREE, 2 * size))
    key, faults = _read_key(config)
    health = await checkup.examine(config.database.url, key)
    if health.needs_key and key is None and not faults:
        faults = [keys.lost(config.key_path)]
    elif not health.fits_key:
        faults = [keys.another(config.key_path)]
    place = "database.url" if path is None else str(path)
    return [*problems, *_database(place, health), *faults, *_running(path)]


def _database(place: str, health: checkup.Health) -> list[Problem]:
    if health.error:
        remedy = "kiểm tra địa chỉ, mật khẩu và quyền truy cập"
        return [Problem(place, f"không mở được cơ sở dữ liệu ({health.error})", remedy)]
    if health.damage:  # nothing else that is seen in it can be relied on
        fault = f"cơ sở dữ liệu bị hỏng ({health.damage})"
        return [Problem(place, fault, "dừng hệ thống và khôi phục bản sao lưu gần nhất")]
    problems = []
    if not health.is_current:
        problems.append(Problem(place, "các bảng không thuộc phiên bản này", MIGRATE))
    if health.write_error:
        fault = f"không ghi được vào cơ sở dữ liệu ({health.write_error})"
        problems.append(Problem(place, fault, "kiểm tra quyền ghi và dung lượng ổ đĩa"))
    return [*problems, *_still_empty(place, health)]


def _still_empty(place: str, health: checkup.Health) -> Iterator[Problem]:
    """Nothing is wrong with a new installation, but nobody can check in with it."""
    if not health.has_roster:
        remedy = "nạp bằng lệnh: diemdanh import-roster TỆP"
        yield Problem(place, "chưa có danh sách đảng viên", remedy, True)
    if not health.has_plan:
        yield Problem(place, "chưa có kế hoạch", "nạp bằng lệnh: diemdanh apply TỆP", True)


def _running(path: Path | None) -> list[Problem]:
    """Whoever is about to restore a backup must know."""
    if path is None or not Sole(path, WEB).is_anothers():
        return []
    fault = "một lệnh diemdanh run đang phục vụ cơ sở dữ liệu này"
    return [Problem(str(path), fault, "dừng lệnh ấy trước khi khôi phục hoặc chuyển tệp", True)]


def _read_key(config: Settings) -> tuple[bytes | None, list[Problem]]:
    """The key, and what is wrong with its file. One that was never made is no fault as such."""
    if not config.key_path.exists():
        return None, []
    try:
        return keys.load(config.key_path), []
    except ConfigError as error:
        return None, error.problems


async def _web(config: Settings) -> list[Problem]:
    """Whether the port is free, or it is us who use it."""
    if config.web.port == 0 or _can_listen(config.web.host, config.web.port):
        return []
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=OWN_SECONDS)) as session,
            session.get(f"{config.web.local_address}/healthz") as answer,
        ):
            if answer.status == 200:
                return []
    except (aiohttp.ClientError, TimeoutError):
        pass
    fault = f"không lắng nghe được ở {config.web.host}, cổng {config.web.port}"
    return [Problem("web.port", fault, "chọn cổng khác, hoặc dừng chương trình đang dùng cổng này")]


def _can_listen(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            if sys.platform != "win32":  # there it would let two programs share a port
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError:
        return False
    return True
