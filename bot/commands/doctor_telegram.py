"""What Telegram says about one bot: is its token right, does its hook arrive, do our clocks agree.

Asked over plain HTTP. The token is part of every address, so no error of the client is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.problems import Problem
from bot.settings import TelegramBot

OFFICIAL = "api.telegram.org"
SECONDS = 10
CLOCKS_MAY_DIFFER = timedelta(seconds=60)
RECENT = timedelta(hours=1)
MANY_PENDING = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the result, or why there is none; and the other side's clock."""

    result: dict[str, Any] | None
    status: int
    date: datetime | None


async def examine(bot: TelegramBot, now: datetime) -> list[Problem]:
    """Everything that is wrong with this bot."""
    place = "telegram" if bot.name == "main" else f"telegram.bots ({bot.name})"
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            me = await _ask(session, bot, "getMe")
            hook = await _ask(session, bot, "getWebhookInfo") if me.result else None
    except (aiohttp.ClientError, TimeoutError, ValueError):
        fault = f"không kết nối được tới {urlsplit(bot.base_url).netloc}"
        remedy = "kiểm tra mạng, base_url; nếu mạng chặn thì đặt proxy"
        return [Problem(f"{place}.base_url", fault, remedy)]
    if hook is None:
        return _refused(place, me.status)
    return [*_clocks(me, now), *_hook(place, bot, hook, now)]


async def _ask(session: aiohttp.ClientSession, bot: TelegramBot, method: str) -> Answer:
    url = f"{bot.base_url}/bot{bot.token.get_secret_value()}/{method}"
    proxy = bot.proxy.get_secret_value() if bot.proxy else None
    async with session.get(url, proxy=proxy) as answer:
        content = await answer.json(content_type=None)
        result = content.get("result") if isinstance(content, dict) else None
        date = answer.headers.get("Date")
        return Answer(
            result if isinstance(result, dict) else None,
            answer.status,
            parsedate_to_datetime(date) if date else None,
        )


def _refused(place: str, status: int) -> list[Problem]:
    if status in (401, 404):  # 404: the token is not even shaped like one
        fault, remedy = "Telegram không nhận mã này", "lấy lại mã từ @BotFather"
        return [Problem(f"{place}.token", fault, remedy)]
    fault = f"máy chủ trả lời không như Bot API (mã {status})"
    return [Problem(f"{place}.base_url", fault, "kiểm tra base_url và proxy")]


def _clocks(answer: Answer, now: datetime) -> list[Problem]:
    if answer.date is None or abs(answer.date - now) <= CLOCKS_MAY_DIFFER:
        return []
    seconds = round(abs(answer.date - now).total_seconds())
    fault = f"đồng hồ của máy lệch {seconds} giây so với máy chủ Telegram"
    return [Problem("đồng hồ", fault, "bật đồng bộ giờ (NTP)")]


def _hook(place: str, bot: TelegramBot, hook: Answer, now: datetime) -> list[Problem]:
    info = hook.result or {}
    problems = [*_pending(place, info)]
    if bot.mode == "polling":
        if info.get("url"):
            fault = "bot này đang có webhook, có thể của một máy khác; lệnh run sẽ gỡ webhook đó"
            problems.append(Problem(f"{place}.mode", fault, "mỗi bot chỉ dùng cho một máy", True))
        return problems
    problems += _address(place, bot, str(info.get("url", "")))
    return [*problems, *_last_error(place, info, now)]


def _address(place: str, bot: TelegramBot, registered: str) -> list[Problem]:
    wanted = urlsplit(bot.webhook_url or "")
    if wanted.scheme != "https" and urlsplit(bot.base_url).hostname == OFFICIAL:
        remedy = "đặt https cho tên miền này"
        return [Problem(f"{place}.webhook_url", "Telegram chỉ gọi địa chỉ https", remedy)]
    if not registered:
        return [
            Problem(
                f"{place}.webhook_url", "chưa đăng ký với Telegram", "lệnh run sẽ đăng ký", True
            )
        ]
    if registered != bot.webhook_url:
        fault = f"Telegram đang gọi một địa chỉ khác, ở {urlsplit(registered).netloc}"
        remedy = "chạy lại lệnh run; nếu lỗi lặp lại thì bot này đang dùng ở máy khác"
        return [Problem(f"{place}.webhook_url", fault, remedy)]
    return []


def _last_error(place: str, info: dict[str, Any], now: datetime) -> list[Problem]:
    """One that is long past has been mended."""
    at = datetime.fromtimestamp(info.get("last_error_date") or 0, UTC)
    if now - at > RECENT:
        return []
    minutes = max(0, round((now - at).total_seconds() / 60))
    fault = f"{minutes} phút trước Telegram gọi không được: {info.get('last_error_message', '?')}"
    remedy = "kiểm tra tên miền, chứng chỉ https và máy chủ trung gian"
    return [Problem(f"{place}.webhook_url", fault, remedy)]


def _pending(place: str, info: dict[str, Any]) -> list[Problem]:
    waiting = info.get("pending_update_count") or 0
    if waiting < MANY_PENDING:
        return []
    fault = f"{waiting} tin đang chờ ở Telegram"
    return [Problem(place, fault, "kiểm tra hệ thống có đang chạy không", True)]
