"""Every setting is documented in the sample and in docs/configuration.md, and nothing else is."""

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel

from bot.settings import Clock, Database, Delivery, Settings, Telegram, TelegramBot, Web, load

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "config.example.toml"
SECTIONS: dict[str, type[BaseModel]] = {
    "database": Database,
    "web": Web,
    "clock": Clock,
    "delivery": Delivery,
    "telegram": Telegram,
    "telegram.bots": TelegramBot,
}
EXISTING = {
    (section, setting)
    for section, model in SECTIONS.items()
    for setting in set(model.model_fields) - {"bots"}
}


def test_no_section_is_forgotten() -> None:
    """The comparison below is only as good as its list of sections."""
    assert {name.split(".")[0] for name in SECTIONS} == set(Settings.model_fields)


def test_the_sample_shows_every_setting() -> None:
    """Operators read the sample, not the code."""
    shown, section = set(), ""
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#?\[+([a-z.]+)\]+$", line):
            section = heading[1]
        elif setting := re.match(r"#?([a-z_]+) = ", line):
            shown.add((section, setting[1]))
    assert shown == EXISTING


def test_the_page_describes_every_setting() -> None:
    """The page says what the sample has no room for."""
    described, section = set(), ""
    for line in (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"## `\[+([a-z.]+)\]+`$", line):
            section = heading[1]
        elif line.startswith("| `"):
            names = re.findall(r"`([a-z_]+)`", line.split("|")[1])
            described |= {(section, name) for name in names}
    assert described == EXISTING


def test_the_sample_runs_as_it_is(tmp_path: Path) -> None:
    """Whoever copies it and changes nothing has a system in the browser."""
    copied = tmp_path / "config.toml"
    copied.write_bytes(SAMPLE.read_bytes())
    settings = load(copied)
    assert settings.bots == ()
    assert settings.web == Web()


def test_every_example_in_the_sample_is_accepted(tmp_path: Path) -> None:
    """An example that is refused when its "#" is removed would be worse than none."""
    text = re.sub(r"^#(?=[a-z_\[])", "", SAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    one, several = text.split("\n[[telegram.bots]]\n")
    for number, example in enumerate(
        (one, one.split("\n[telegram]\n")[0] + "\n[[telegram.bots]]\n" + several)
    ):
        config = tmp_path / f"{number}.toml"
        config.write_text(example, encoding="utf-8")
        assert tomllib.loads(example)["telegram"]
        assert len(load(config).bots) == 1
