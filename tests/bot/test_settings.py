"""What an operator writes is understood, or answered with everything that is wrong with it."""

import os
from pathlib import Path

import pytest

from bot.problems import ConfigError
from bot.settings import Settings, load

HOOK = "https://diemdanh.example.vn/hooks/telegram"


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs the tests may have a bot of its own."""
    for name in [name for name in os.environ if name.startswith("DIEMDANH_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(config: Path, text: str) -> Settings:
    config.write_text(text, encoding="utf-8")
    return load(config)


def faults(config: Path, text: str) -> list[str]:
    """What the operator is told, a line for each problem."""
    with pytest.raises(ConfigError) as refused:
        read(config, text)
    assert len(refused.value.problems) == len(str(refused.value).splitlines())
    return str(refused.value).splitlines()


def test_an_empty_file_is_a_complete_system_in_the_browser(config: Path) -> None:
    """Nobody should have to understand settings before seeing the thing run."""
    settings = read(config, "")
    assert settings.bots == ()
    assert settings.web.address == "http://127.0.0.1:8080"
    assert settings.database.url == f"sqlite+aiosqlite:///{config.parent.as_posix()}/diemdanh.db"
    assert settings.key_path == config.parent / "diemdanh.key"


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///data/a.db", "sqlite+aiosqlite:///{folder}/data/a.db"),
        ("sqlite+aiosqlite:///a.db", "sqlite+aiosqlite:///{folder}/a.db"),
        ("sqlite:////srv/a.db", "sqlite+aiosqlite:////srv/a.db"),
        ("postgresql://u:p@db:5432/d", "postgresql+asyncpg://u:p@db:5432/d"),
        ("postgres://u@db/d?ssl=require", "postgresql+asyncpg://u@db/d?ssl=require"),
        ("postgresql+asyncpg://u@db/d", "postgresql+asyncpg://u@db/d"),
    ],
)
@pytest.mark.skipif("os.name != 'posix'", reason="the paths are those of POSIX")
def test_a_database_is_named_the_usual_way(config: Path, written: str, used: str) -> None:
    """People copy the address from elsewhere, where it names no driver."""
    settings = read(config, f'[database]\nurl = "{written}"')
    assert settings.database.url == used.format(folder=config.parent)


def test_one_bot_is_a_plain_section(config: Path) -> None:
    """The common case has no list and no name."""
    (bot,) = read(config, '[telegram]\ntoken = "1:a"\nbase_url = "http://127.0.0.1:9/bot"').bots
    assert (bot.name, bot.mode, bot.webhook_url) == ("main", "polling", None)
    assert bot.token.get_secret_value() == "1:a"
    assert bot.base_url == "http://127.0.0.1:9"


def test_a_hook_address_means_webhook(config: Path) -> None:
    """Whoever gives the address has said it all."""
    (bot,) = read(config, f'[telegram]\ntoken = "1:a"\nwebhook_url = "{HOOK}"').bots
    assert (bot.mode, bot.webhook_url, bot.secret_token) == ("webhook", HOOK, None)


def test_several_bots_have_names(config: Path) -> None:
    """One deployment serves several communes, each with its own bot."""
    text = "".join(f'[[telegram.bots]]\nname = "xa-{n}"\ntoken = "{n}:a"\n' for n in (1, 2))
    assert [bot.name for bot in read(config, text).bots] == ["xa-1", "xa-2"]


def test_the_environment_goes_above_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers keep secrets out of files; an empty variable is one that nobody filled in."""
    monkeypatch.setenv("DIEMDANH_TELEGRAM__TOKEN", "2:b")
    monkeypatch.setenv("DIEMDANH_WEB__PORT", "")
    settings = read(config, '[web]\nport = 81\n[telegram]\ntoken = "1:a"')
    assert settings.bots[0].token.get_secret_value() == "2:b"
    assert settings.web.port == 81


def test_without_a_file_the_environment_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key then lies beside the database, which is what a container mounts."""
    monkeypatch.setenv("DIEMDANH_DATABASE__URL", f"sqlite:///{tmp_path.as_posix()}/d.db")
    settings = load(None)
    assert settings.database_path == tmp_path / "d.db"
    assert settings.key_path == tmp_path / "diemdanh.key"


def test_every_problem_is_told_at_once(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One at a time, a configuration with six mistakes takes seven starts."""
    monkeypatch.setenv("DIEMDANH_DATABSE__URL", "sqlite:///x.db")
    told = faults(
        config,
        """
        [database]
        url = "mysql://matkhau@db/x"
        [web]
        prt = 8080
        port = "nhà"
        public_url = "diemdanh.vn"
        [telegram]
        token = "hai từ"
        mode = "webhook"
        [telegrm]
        """,
    )
    assert sorted(line.split(":")[0] for line in told) == [
        "DIEMDANH_DATABSE__URL",
        "database.url",
        "telegram.mode",
        "telegram.token",
        "telegrm",
        "web.port",
        "web.prt",
        "web.public_url",
    ]
    assert 'web.prt: không có thiết lập này. Cách sửa: có phải ý là "port".' in told
    assert all("Cách sửa:" in line for line in told)


def test_no_secret_is_repeated_back(config: Path) -> None:
    """What is printed at a refused start ends up in the machine's journal."""
    text = (
        '[database]\nurl = "mysql://u:kin@db/x"\n'
        '[telegram]\ntoken = "123456:bi mat"\nproxy = "socks5://u:kin@p"'
    )
    told = "\n".join(faults(config, text))
    assert ":kin" not in told
    assert "bi mat" not in told
    assert len(told.splitlines()) == 3


def test_no_secret_shows_in_a_traceback(config: Path) -> None:
    """Settings stand in the local variables that a traceback may print."""
    settings = read(
        config,
        '[database]\nurl = "postgresql://u:matkhau@db/x"\n'
        '[telegram]\ntoken = "123456:bimat"\nproxy = "http://u:matkhau@p"',
    )
    assert "matkhau" not in repr(settings) + repr(settings.bots)
    assert "bimat" not in repr(settings) + repr(settings.bots)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[telegram]", "telegram.token"),
        ('[telegram]\ntoken="1:a"\n[[telegram.bots]]\nname="b"\ntoken="2:b"', "telegram.token"),
        (
            '[[telegram.bots]]\nname="b"\ntoken="1:a"\n[[telegram.bots]]\nname="b"\ntoken="2:b"',
            "telegram.bots",
        ),
        (
            '[[telegram.bots]]\nname="b"\ntoken="1:a"\n[[telegram.bots]]\nname="c"\ntoken="1:a"',
            "telegram.bots",
        ),
        ('[[telegram.bots]]\nname="Xã"\ntoken="1:a"', "telegram.bots.1.name"),
        ("web = 8080", "web"),
        ('[database]\nurl = "sqlite:///:memory:"', "database.url"),
        ('[web]\npublic_url = "https://a.vn/diemdanh"', "web.public_url"),
    ],
)
def test_what_cannot_be_meant_is_refused(config: Path, text: str, place: str) -> None:
    """Each of these would start and then fail where nobody looks."""
    (told,) = faults(config, text)
    assert told.startswith(f"{place}: ")


def test_a_file_from_notepad_is_read(config: Path) -> None:
    """It begins with a byte order mark and ends its lines the Windows way."""
    config.write_bytes(b"\xef\xbb\xbf[web]\r\nport = 81\r\n")
    assert load(config).web.port == 81


@pytest.mark.parametrize("content", [b"[web\nport", "[web] # cổng".encode("utf-16"), None])
def test_an_unreadable_file_is_named(config: Path, content: bytes | None) -> None:
    """A traceback of a parser says nothing to an operator."""
    if content is not None:
        config.write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load(config)


def test_a_proxy_is_an_address_or_a_network(config: Path) -> None:
    """A name is looked up by nobody, and a slip would leave everybody seeming to be the proxy."""
    text = '[web]\ntrusted_proxies = ["10.0.0.5", "172.18.0.0/16", "::1"]'
    assert read(config, text).web.trusted_proxies == ("10.0.0.5", "172.18.0.0/16", "::1")
    for wrong in ("nginx", "*", "10.0.0.5/8"):
        [told] = faults(config, f'[web]\ntrusted_proxies = ["{wrong}"]')
        assert "cần địa chỉ IP hoặc dải" in told


@pytest.mark.parametrize(
    "text",
    [
        "[delivery]\ntelegram_per_second = 0",
        '[delivery]\ntelegram_per_second = "nhanh"',
        '[clock]\nsend_at = "8h"',
        '[clock]\nholidays = "2016-02-16"',
        '[clock]\nholidays = ["2016-13-01"]',
        "[clock]\nholidays = [2016-01-01T03:00:00]",
        "web = 5",
    ],
)
def test_faults_are_told_in_vietnamese(config: Path, text: str) -> None:
    """A library's English means nothing to whoever runs a commune's machine."""
    [told] = faults(config, text)
    assert "Input" not in told
    assert "Cách sửa" in told


def test_a_file_that_is_not_there_is_told_in_vietnamese(config: Path) -> None:
    with pytest.raises(ConfigError, match="không có tệp hoặc thư mục này"):
        load(config.with_name("khac.toml"))
