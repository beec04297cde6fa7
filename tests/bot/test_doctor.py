"""The doctor names everything that is wrong, and calls a sound installation sound."""

import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import keys, settings
from bot.commands import doctor
from bot.problems import Problem
from storage import migrate
from storage.database import Database
from tests.bot.disk import damage

TOKEN = "123456789:AAF-x9Kq_7Zt0WmN2bVc4LpRs6YuEiOaQwE"
HOOK = "https://diemdanh.example.vn/hooks/telegram"


class BotApi:
    """A messenger on loopback that answers what a test wants it to."""

    def __init__(self) -> None:
        self.hook: dict[str, Any] = {"url": "", "pending_update_count": 0}
        self.date: datetime | None = None
        self.raw: web.Response | None = None
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        if self.raw is not None:
            return self.raw
        if request.match_info["token"] != TOKEN:
            return web.json_response({"ok": False, "error_code": 401}, status=401)
        results = {"getMe": {"id": 1, "is_bot": True}, "getWebhookInfo": self.hook}
        headers = {"Date": format_datetime(self.date, usegmt=True)} if self.date else {}
        result = results[request.match_info["method"]]
        return web.json_response({"ok": True, "result": result}, headers=headers)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api = BotApi()
    app = web.Application()
    app.router.add_get("/bot{token}/{method}", api.answer)
    async with TestServer(app) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api


def furnish(path: Path) -> None:
    """A member and a plan: what an installation needs to be of use."""
    plan = "'NQ', 'Nghị quyết', 1, '[]', '2016-01-01', 'any', '{}'"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "INSERT INTO units (id, code, name, folded, path, kind, is_headcount_only)"
            " VALUES (1, 'X', 'Đảng ủy', 'dang uy', '/1/', 'đảng bộ', 0);"
            "INSERT INTO members (code, name, folded) VALUES ('A0', 'Hoa', 'hoa');"
            "INSERT INTO campaigns (code, title, unit_id, documents, opens_on, complete, lagging)"
            f" VALUES ({plan});"
        )


Install = Callable[..., settings.Settings]


@pytest.fixture
def installed(empty_database: Path, tmp_path: Path) -> Install:
    """A sound installation on a free port, with the sections a test adds."""

    def install(
        telegram: str = "",
        web: str = "port = 0",
        url: str = 'public_url = "https://diemdanh.example.vn"',
        *,
        is_new: bool = False,
    ) -> settings.Settings:
        (tmp_path / "diemdanh.db").write_bytes(empty_database.read_bytes())
        config = tmp_path / "config.toml"
        config.write_text(f"[web]\n{url}\n{web}\n{telegram}", encoding="utf-8")
        found = settings.load(config)
        if not is_new:
            furnish(tmp_path / "diemdanh.db")
            keys.load_or_create(found.key_path)
        return found

    return install


@pytest.fixture
def examined(installed: Install, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What the doctor finds in an installation with this Telegram section, a line each."""
    monkeypatch.setattr(doctor, "LEAST_FREE", 1)  # the machine's own disk is not under test

    async def examine(telegram: str = "", **more: str) -> list[str]:
        return lines(await doctor.doctor(installed(telegram, **more)))

    return examine


def lines(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def bot(api: BotApi, more: str = "", token: str = TOKEN) -> str:
    return f'[telegram]\ntoken = "{token}"\nbase_url = "{api.url}"\n{more}'


WEBHOOK = f'mode = "webhook"\nwebhook_url = "{HOOK}"'


async def test_a_sound_installation_has_no_problem(examined: Any, api: BotApi) -> None:
    """Whoever sees a false alarm twice stops calling the doctor."""
    assert await examined() == []
    assert await examined(bot(api)) == []
    api.hook["url"] = HOOK
    assert await examined(bot(api, WEBHOOK)) == []


async def test_the_examination_changes_nothing(installed: Install) -> None:
    """It runs beside a working bot, and no row or key may come of it."""
    config = installed(is_new=True)
    await doctor.doctor(config)
    database = Database(config.database.url)
    async with database.read() as db:
        assert await migrate.is_current(db)
        assert (await db.exec_driver_sql("SELECT count(*) FROM revisions")).scalar() == 0
    await database.close()
    assert not config.key_path.exists()


async def test_a_wrong_token_is_called_wrong(examined: Any, api: BotApi) -> None:
    """The commonest mistake of all; the token itself is not repeated."""
    (told,) = await examined(bot(api, token="987654321:AAAAAAAAAAAAAAAAAAAAAAAA"))
    assert told.startswith("telegram.token: Telegram không nhận mã này.")
    assert "AAAA" not in told


async def test_a_messenger_out_of_reach_is_told_without_its_address(
    examined: Any, api: BotApi
) -> None:
    """A client's own error would print the token with the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        api.url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (told,) = await examined(bot(api))
    assert told.startswith("telegram.base_url: không kết nối được tới 127.0.0.1:")
    assert TOKEN not in told


@pytest.mark.parametrize(
    "raw",
    [
        web.Response(text="<html>chặn</html>", content_type="text/html"),
        web.json_response([]),
        web.json_response({"ok": False}, status=502),
    ],
)
async def test_something_else_that_answers_is_no_messenger(
    examined: Any, api: BotApi, raw: web.Response
) -> None:
    """A network that blocks often answers with a page of its own."""
    api.raw = raw
    (told,) = await examined(bot(api))
    assert told.startswith("telegram.base_url: ")


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ({"url": ""}, "telegram.webhook_url: chưa đăng ký với Telegram. Lưu ý: "),
        ({"url": "https://cu.example.vn/x"}, "telegram.webhook_url: Telegram đang gọi một địa chỉ"),
        ({"url": HOOK, "pending_update_count": 5000}, "telegram: 5000 tin đang chờ ở Telegram"),
    ],
)
async def test_a_hook_that_is_not_as_configured_is_told(
    examined: Any, api: BotApi, hook: dict[str, Any], told: str
) -> None:
    """Messages then go to another machine, or to nobody."""
    api.hook = hook
    (line,) = await examined(bot(api, WEBHOOK))
    assert line.startswith(told)


async def test_only_a_recent_failure_of_the_hook_is_told(examined: Any, api: BotApi) -> None:
    """What was mended yesterday is no problem of today."""
    failed = datetime.now(UTC) - timedelta(minutes=7)
    api.hook = {"url": HOOK, "last_error_message": "SSL error"}
    api.hook["last_error_date"] = int(failed.timestamp())
    (told,) = await examined(bot(api, WEBHOOK))
    assert "7 phút trước Telegram gọi không được: SSL error" in told
    api.hook["last_error_date"] -= 86_400
    assert await examined(bot(api, WEBHOOK)) == []


async def test_polling_beside_a_webhook_is_told(examined: Any, api: BotApi) -> None:
    """Two deployments that share a bot take each other's messages."""
    api.hook["url"] = "https://khac.example.vn/hooks/telegram"
    (told,) = await examined(bot(api))
    assert told.startswith("telegram.mode: bot này đang có webhook")


async def test_clocks_that_differ_are_told(examined: Any, api: BotApi) -> None:
    """The time of a check-in is this machine's time."""
    api.date = datetime.now(UTC) - timedelta(minutes=5)
    (told,) = await examined(bot(api))
    assert told.startswith("đồng hồ: ")


def test_a_clock_that_was_reset_is_told() -> None:
    """It needs no network to see that this is not 1970."""
    assert doctor.clock(datetime(1970, 1, 1, tzinfo=UTC))
    assert doctor.clock(datetime(2026, 11, 22, tzinfo=UTC)) == []


async def test_a_missing_database_is_told_and_not_made(installed: Install) -> None:
    """A typing error in the path would otherwise become an empty system."""
    config = installed()
    path = config.database_path
    assert path is not None
    path.unlink()
    (told,) = lines(await doctor.doctor(config))
    assert "chưa có cơ sở dữ liệu" in told
    assert not path.exists()


async def test_every_fault_of_the_machine_is_told_at_once(
    installed: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a database that is none, a port in use: three causes, one answer."""
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    monkeypatch.setattr(doctor, "OWN_SECONDS", 0.1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = installed(web=f"port = {taken.getsockname()[1]}")
        assert config.database_path is not None
        config.database_path.write_bytes(b"not a database at all" * 100)
        told = lines(await doctor.doctor(config))
    assert [line.split(".")[0] for line in told if line.startswith("web.port")]
    assert any("ổ đĩa còn" in line for line in told)
    assert any("cơ sở dữ liệu bị hỏng" in line for line in told)
    assert len(told) == 3


@pytest.mark.parametrize("table", ["web_messages", "alembic_version", "members", "revisions"])
async def test_damaged_pages_are_told(
    installed: Install, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    """A bad disk shows in old pages first, long before a query reads them. It is not told as a
    database that cannot be opened, or must be migrated: only a copy helps."""
    monkeypatch.setattr(doctor, "LEAST_FREE", 1)
    config = installed()
    assert config.database_path is not None
    damage(config.database_path, table)
    (told,) = lines(await doctor.doctor(config))
    assert "cơ sở dữ liệu bị hỏng" in told


async def test_a_new_installation_is_told_what_it_lacks(
    installed: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is broken, but nobody could check in: notes, with the commands that help."""
    assert await doctor.run(installed(is_new=True).config_path) == 0
    told = capsys.readouterr().err
    assert "chưa có danh sách đảng viên. Lưu ý: nạp bằng lệnh: diemdanh import-roster" in told
    assert "chưa có kế hoạch. Lưu ý: nạp bằng lệnh: diemdanh apply" in told


async def test_a_lost_key_is_told_where_it_is_needed(installed: Install) -> None:
    """Known telephone numbers can be found again only with the key they were hashed by."""
    config = installed()
    assert lines(await doctor.doctor(config)) == []
    config.key_path.unlink()
    told = lines(await doctor.doctor(config))
    assert any("không có tệp khóa" in line for line in told)
    keys.load_or_create(config.key_path)
    assert lines(await doctor.doctor(config)) == []


async def test_the_command_ends_with_its_status(
    installed: Install, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts look at the status; nothing but machine output goes to stdout."""
    config = installed(web="port = 0").config_path
    assert await doctor.run(config) == 0
    assert "Không thấy lỗi nào" in capsys.readouterr().err
    (tmp_path / "wrong.toml").write_text("[wed]\n[web]\nprt = 1", encoding="utf-8")
    assert await doctor.run(tmp_path / "wrong.toml") == 1
    heard = capsys.readouterr()
    assert heard.err.count("Cách sửa") == 2
    assert heard.out == ""


async def test_notices_do_not_fail(installed: Install, capsys: pytest.CaptureFixture[str]) -> None:
    """A pilot in the hall's own network has no public address, and works."""
    assert await doctor.run(installed(url="").config_path) == 0
    assert "web.public_url: chưa đặt" in capsys.readouterr().err
