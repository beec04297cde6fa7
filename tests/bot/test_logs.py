"""What a log must never hold, whoever writes it."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAF-x9Kq_7Zt0WmN2bVc4LpRs6YuEiOaQwE"
URL = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
QUOTED_URL = URL.replace(":AAF", "%3AAAF")
STYLES = ("json", "console")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", [*logs.QUIET, "bot", "uvicorn.error", "asyncio", ""])
def test_no_logger_lets_a_token_out(
    name: str, style: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The client under the messenger logs every address, and the token is part of it."""
    logs.configure(style=style, level=logging.DEBUG)
    logger = logging.getLogger(name)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL):
        logger.log(level, 'HTTP Request: POST %s "HTTP/1.1 200 OK"', URL)
        logger.log(level, "request failed", extra={"url": URL})
    try:
        raise ConnectionError(f"cannot reach {QUOTED_URL}")
    except ConnectionError:
        logger.exception("a send failed for %s", {"url": [URL]})
    heard = capsys.readouterr().err
    assert "cannot reach" in heard
    assert "AAF" not in heard


@pytest.mark.parametrize("style", STYLES)
def test_our_own_logger_lets_no_token_out(style: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A value bound long before may stand in any later line."""
    logs.configure(style=style)
    log = structlog.get_logger("bot.delivery").bind(url=URL)
    log.info("sent", nested={"to": [URL]}, chat_id="8412345678")
    try:
        raise ValueError(URL)
    except ValueError:
        log.exception("failed")
    heard = capsys.readouterr().err
    assert "sent" in heard
    assert "ValueError" in heard
    assert "8412345678" in heard  # an id of a chat stays: it is how a fault is found
    assert "AAF" not in heard


@pytest.mark.parametrize(
    "phone",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 912-345-678",
        "84912345678",
        "0084912345678",
        "02733872123",
        "%2B84912345678",
    ],
)
def test_telephone_numbers_are_blotted_out(phone: str) -> None:
    """A number on its own names a member."""
    heard = logs.Blotter().blot(f'{{"phone": "{phone}"}}')
    assert heard.removeprefix('{"phone": "').removeprefix("%2B") == f'{logs.BLOT}"}}'


@pytest.mark.parametrize(
    "line",
    [
        '{"took": 0.123456789, "at": "2026-11-22T05:21:43.123456Z"}',
        '{"account": 8412345678, "day": "2016-12-09 07:30:00"}',
        "127.0.0.1:52814 0.912345678",
        "postgresql+asyncpg://db:5432/diemdanh",
    ],
)
def test_what_is_no_secret_stays_legible(line: str) -> None:
    """A log full of blots helps nobody."""
    assert logs.Blotter().blot(line) == line


def test_configured_secrets_are_blotted_out_whatever_they_look_like() -> None:
    """A hook's secret or a proxy's password follows no pattern."""
    blot = logs.Blotter(["hoa-mai", "", "hoa-mai-vang"]).blot
    assert blot("secret=hoa-mai-vang, again hoa-mai") == "secret=[…], again […]"


def test_an_address_with_a_password_is_blotted_out() -> None:
    """Drivers put the whole address of the database into their errors."""
    heard = logs.Blotter().blot("cannot connect to postgresql+asyncpg://an:mat-khau@db/x")
    assert heard == "cannot connect to postgresql+asyncpg://[…]@db/x"


def test_values_of_a_failed_statement_are_blotted_out() -> None:
    """They are names and texts; SQLAlchemy and PostgreSQL quote them in the error."""
    heard = logs.Blotter().blot(
        "UniqueViolation: duplicate key\nDETAIL:  Key (name)=(Nguyễn Thị Lan) exists.\n"
        "[SQL: INSERT INTO members (name) VALUES (?)]\n[parameters: ('Nguyễn Thị Lan',)]\n"
    )
    assert "Lan" not in heard
    assert "INSERT INTO members" in heard


def test_a_line_of_json_can_be_read_by_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, one event, the time in UTC."""
    logs.configure(style="json")
    structlog.get_logger("bot").warning("đã gửi", sent=3)
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "đã gửi"
    assert (line["level"], line["logger"], line["sent"]) == ("warning", "bot", 3)
    assert line["timestamp"].endswith("Z")


def test_configuring_twice_writes_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo configures again after the command line did."""
    logs.configure(style="json")
    logs.configure(style="json")
    logging.getLogger("bot").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1
