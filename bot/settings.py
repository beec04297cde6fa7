"""What an operator may set: a TOML file, and the environment above it.

`DIEMDANH_TELEGRAM__TOKEN` is `token` of `[telegram]`. Every setting is documented in
config.example.toml and docs/configuration.md.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot import toml_file
from bot.problems import ConfigError, Problem, explain

PREFIX = "DIEMDANH_"
DEFAULT_DATABASE = "sqlite+aiosqlite:///diemdanh.db"
KEY_FILE = "diemdanh.key"

_SQLITE = re.compile(r"sqlite(\+aiosqlite)?:///(?P<path>[^?]+)(?P<query>\?.*)?")
_POSTGRES = re.compile(r"postgres(ql)?(\+asyncpg)?://(?P<rest>.+)")


def _database_url(value: str) -> str:
    """The address with the driver that the program uses."""
    if found := _SQLITE.fullmatch(value):
        if ":memory:" in found["path"]:
            raise ValueError("cơ sở dữ liệu phải là một tệp, không đặt trong bộ nhớ")
        return f"sqlite+aiosqlite:///{found['path']}{found['query'] or ''}"
    if found := _POSTGRES.fullmatch(value):
        return f"postgresql+asyncpg://{found['rest']}"
    raise ValueError('cần dạng "sqlite:///ten-tep.db" hoặc "postgresql://nguoi:matkhau@may/ten"')


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise ValueError('cần một địa chỉ đầy đủ, bắt đầu bằng "https://" hoặc "http://"')
    return value.rstrip("/")


def _site_root(value: str) -> str:
    value = _http_url(value)
    if urlsplit(value).path or urlsplit(value).query or urlsplit(value).fragment:
        raise ValueError("chỉ ghi đến tên miền (và cổng), không kèm đường dẫn phía sau")
    return value


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value)).removesuffix("/32").removesuffix("/128")
    except ValueError:
        raise ValueError('cần địa chỉ IP hoặc dải, ví dụ "10.0.0.5" hoặc "172.18.0.0/16"') from None


def _token(value: SecretStr) -> SecretStr:
    """A token that can stand in an address; whether it is right, only the messenger knows."""
    token = value.get_secret_value().strip()
    if not re.fullmatch(r"[A-Za-z0-9_:-]+", token):
        raise ValueError("chép nguyên mã mà BotFather đã cấp, dạng 123456:ABC-def")
    return SecretStr(token)


def _proxy(value: SecretStr) -> SecretStr:
    return SecretStr(_http_url(value.get_secret_value()))


def _secret_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("chỉ dùng chữ không dấu, chữ số, gạch dưới, gạch nối; tối đa 256 ký tự")
    return value


def _quiet_hours(value: str) -> str:
    clock = r"([01]?\d|2[0-3]):[0-5]\d"
    found = re.fullmatch(rf"({clock})\s*[-–]\s*({clock})", value)
    if not found:
        raise ValueError('cần hai giờ, ví dụ "20:00-07:00"')
    begin, end = found[1].zfill(5), found[3].zfill(5)
    if begin == end:
        raise ValueError("hai giờ phải khác nhau, nếu không thì không bao giờ gửi được")
    return f"{begin}-{end}"


def _wall_clock(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError('cần giờ và phút của Việt Nam, ví dụ "08:00"')
    return value


HttpUrl: TypeAlias = Annotated[str, AfterValidator(_http_url)]
Token: TypeAlias = Annotated[SecretStr, AfterValidator(_token)]
Port: TypeAlias = Annotated[int, Field(ge=0, le=65535)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Database(Section):
    """Where the records are kept."""

    url: Annotated[str, AfterValidator(_database_url), Field(repr=False)] = DEFAULT_DATABASE


class Web(Section):
    """Where the pages and the messengers' hooks are served."""

    host: str = "127.0.0.1"
    port: Port = 8080  # 0: any free one
    public_url: Annotated[str, AfterValidator(_site_root)] | None = None
    # Whoever else says "X-Forwarded-For" could pass for any number of newcomers.
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ("127.0.0.1",)
    metrics_port: Port = 9191  # on 127.0.0.1; 0: no metrics

    @property
    def address(self) -> str:
        """The root that printed codes, links and the messengers' hooks begin with."""
        return self.public_url or self.local_address

    @property
    def local_address(self) -> str:
        """What a browser on this machine opens."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 – compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class Clock(Section):
    """When nobody is disturbed, and when the reminders of a day go out. Vietnam's time."""

    quiet_hours: Annotated[str, AfterValidator(_quiet_hours)] = "20:00-07:00"
    send_at: Annotated[time, AfterValidator(_wall_clock)] = time(8, 0)
    holidays: tuple[date, ...] = ()  # besides Vietnam's public ones

    @field_validator("send_at")
    @classmethod
    def _while_open(cls, value: time, info: ValidationInfo) -> time:
        begin, _, end = str(info.data.get("quiet_hours", "")).partition("-")
        if not end:
            return value  # the hours themselves are at fault, and are named
        clock = f"{value:%H:%M}"
        is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        if is_quiet:
            raise ValueError("giờ gửi nằm trong giờ không làm phiền (quiet_hours)")
        return value

    @property
    def quiet(self) -> tuple[time, time]:
        begin, end = self.quiet_hours.split("-")
        return time.fromisoformat(begin), time.fromisoformat(end)


class Delivery(Section):
    """How messages go out."""

    telegram_per_second: Annotated[float, Field(gt=0, le=10_000)] = 30  # of one bot, in all
    telegram_per_chat: Annotated[float, Field(ge=0, le=60)] = 1.0  # seconds between two
    second_person_above: Annotated[int, Field(ge=1)] = 2000  # recipients of one broadcast


class _BotOptions(Section):
    base_url: HttpUrl = "https://api.telegram.org"
    proxy: Annotated[SecretStr, AfterValidator(_proxy)] | None = None
    secret_token: Annotated[SecretStr, AfterValidator(_secret_token)] | None = None
    webhook_url: HttpUrl | None = None
    mode: Literal["polling", "webhook"] = Field(
        default_factory=lambda data: "webhook" if data.get("webhook_url") else "polling"
    )

    @field_validator("base_url")
    @classmethod
    def _root(cls, value: str) -> str:
        return value.removesuffix("/bot").rstrip("/")  # other programs write it with "/bot"

    @field_validator("mode")
    @classmethod
    def _reachable(cls, value: str, info: ValidationInfo) -> str:
        if value == "webhook" and info.data.get("webhook_url", "") is None:
            raise ValueError(
                'chế độ webhook cần webhook_url, ví dụ "https://ten-mien.vn/hooks/telegram"'
            )
        return value


class TelegramBot(_BotOptions):
    """One Telegram bot. Without `secret_token` the hook's secret is derived from the key file."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")]
    token: Token


class Telegram(_BotOptions):
    """One bot as a plain section, or several as [[telegram.bots]]."""

    token: Token | None = None
    bots: tuple[TelegramBot, ...] = ()

    @field_validator("bots")
    @classmethod
    def _distinct(cls, value: tuple[TelegramBot, ...]) -> tuple[TelegramBot, ...]:
        for what, seen in (
            ("name", [bot.name for bot in value]),
            ("token", [bot.token.get_secret_value() for bot in value]),
        ):
            if len(set(seen)) < len(seen):
                raise ValueError(f"hai bot có cùng {what}; mỗi bot cần {what} riêng")
        return value


class Settings(BaseSettings):
    """All settings, checked; addresses of the database are absolute."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    database: Database = Database()
    web: Web = Web()
    clock: Clock = Clock()
    delivery: Delivery = Delivery()
    telegram: Telegram | None = None

    _config_path: Path | None = PrivateAttr(default=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def bots(self) -> tuple[TelegramBot, ...]:
        """Every Telegram bot; the one of a plain [telegram] section is called "main"."""
        if self.telegram is None:
            return ()
        single = self.telegram.model_dump(exclude={"bots", "token"})
        if self.telegram.token is None:
            return self.telegram.bots
        return (TelegramBot(name="main", token=self.telegram.token, **single),)

    @property
    def config_path(self) -> Path | None:
        return self._config_path

    @property
    def database_path(self) -> Path | None:
        """The file of an SQLite database; None for a database server."""
        found = _SQLITE.fullmatch(self.database.url)
        return Path(found["path"]) if found else None

    @property
    def key_path(self) -> Path:
        """Beside the config, else beside the database, else where the program was started."""
        beside = self._config_path or self.database_path or Path("x").absolute()
        return beside.parent / KEY_FILE


def load(path: Path | None) -> Settings:
    """Read the file (if any) and the environment. Raises ConfigError with every problem at once."""
    raw = _read(path) if path else {}
    problems = list(_unknown_variables())
    try:
        settings = Settings(**raw)
    except ValidationError as error:
        raise ConfigError([*explain(error, Settings), *problems]) from None
    except SettingsError:
        unreadable = Problem(
            "biến môi trường", f"có biến {PREFIX}… không đọc được", "viết dạng JSON"
        )
        raise ConfigError([unreadable, *problems]) from None
    problems += _one_form(settings.telegram)
    if problems:
        raise ConfigError(problems)
    return _placed(settings, path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return toml_file.read(path)
    except toml_file.Unreadable as why:
        raise ConfigError([Problem(str(path), why.fault, why.remedy)]) from None


def _unknown_variables() -> Iterator[Problem]:
    """A misspelt section in a variable's name would otherwise be passed over in silence."""
    for name in os.environ:
        section = name.upper().removeprefix(PREFIX).split("__")[0].lower()
        if (
            name.upper().startswith(PREFIX)
            and "__" in name
            and section not in Settings.model_fields
        ):
            known = ", ".join(Settings.model_fields)
            yield Problem(name, f"không có mục [{section}]", f"các mục hiện có: {known}")


def _one_form(telegram: Telegram | None) -> Iterator[Problem]:
    if telegram is None:
        return
    single = telegram.model_fields_set - {"bots"}
    if telegram.bots:
        for key in sorted(single):
            yield Problem(
                f"telegram.{key}",
                "đã khai báo [[telegram.bots]]",
                f"chuyển {key} vào từng bot trong [[telegram.bots]]",
            )
    elif telegram.token is None:
        yield Problem(
            "telegram.token",
            "thiếu mã của bot",
            "ghi mã mà BotFather cấp, hoặc bỏ mục [telegram] nếu chỉ dùng trình duyệt",
        )


def _placed(settings: Settings, path: Path | None) -> Settings:
    """A relative database file lies beside the config, wherever the program is started from."""
    settings._config_path = path.absolute() if path else None
    folder = settings._config_path.parent if settings._config_path else Path.cwd()
    found = _SQLITE.fullmatch(settings.database.url)
    if found is None:
        return settings
    file = (folder / Path(found["path"]).expanduser()).absolute().as_posix()
    url = f"sqlite+aiosqlite:///{file}{found['query'] or ''}"
    placed = settings.model_copy(update={"database": Database(url=url)})
    placed._config_path = settings._config_path
    return placed
