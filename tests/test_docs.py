"""What the documentation names exists: a reader who tries it must not be the one to find out."""

from __future__ import annotations

import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from bot.cli import cli
from bot.settings import Settings
from handlers.routes import ROUTES
from tests.test_configuration_docs import EXISTING

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])
PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")}
TOP = {path.name for path in ROOT.iterdir()}
WRITTEN_HERE = {"diemdanh.key", "diemdanh.db", "diemdanh.db-delivery"}  # by the running program

PROGRAM = typer.main.get_command(cli)
assert isinstance(PROGRAM, TyperGroup)
COMMANDS = {
    name: {option for parameter in command.params for option in parameter.opts}
    for name, command in PROGRAM.commands.items()
}


@pytest.fixture(params=PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def page(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def spans(page: Path) -> Iterator[str]:
    """All that a page sets as code: words between backticks, and lines of blocks."""
    for number, part in enumerate(page.read_text(encoding="utf-8").split("```")):
        if number % 2:
            yield from (line.split("  #")[0].strip() for line in part.splitlines()[1:])
        else:
            yield from re.findall(r"`([^`\n]+)`", part)


def test_every_command_exists_with_its_options(page: Path) -> None:
    """Renaming one must not leave the old name behind."""
    for span in spans(page):
        for name, rest in re.findall(r"\bdiemdanh (?:--config \S+ )?([a-z][a-z-]*)(.*)", span):
            assert name in COMMANDS, span
            assert set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", rest)) <= COMMANDS[name], span
        if span.startswith("--"):
            known = set.union({"--config", "--help"}, *COMMANDS.values())
            assert set(re.findall(r"(?<!\S)\[?(--[a-z-]+)", span)) <= known, span


def test_every_target_of_make_exists(page: Path) -> None:
    targets = set(
        re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    for span in spans(page):
        if found := re.match(r"make ((?:[a-z]+ ?)+)", span):
            assert set(found[1].split()) <= targets, span


def test_every_module_and_name_exists(page: Path) -> None:
    """ "python -m x.y" can be run, and "storage.desk" or a name in it is there."""
    for span in spans(page):
        for module in re.findall(r"\bpython -m ([a-z_.]+)", span):
            assert importlib.util.find_spec(module), span
        is_name = re.fullmatch(rf"(?:{'|'.join(PACKAGES)})(\.\w+)+", span)
        if is_name and tuple(span.split(".")) not in EXISTING:
            assert pkgutil.resolve_name(span), span


def test_every_file_exists(page: Path) -> None:
    """Where a name is left open ("<messenger>.py"), some file must fit it."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / link).exists(), link
    for span in spans(page):
        name = span.split(" ")[0]
        has_suffix = re.fullmatch(r"[\w.-]+\.(?:md|toml|txt|py)", name) is not None
        if name in WRITTEN_HERE or not (has_suffix or re.fullmatch(r"[\w.-]+/[^\s…]*", name)):
            continue
        if has_suffix or name.split("/")[0] in TOP:
            fitting = ROOT.glob(re.sub(r"<\w+>", "*", name.rstrip("/")))
            assert any(fitting) or name in ("config.toml", "ke-hoach.toml"), span


def test_every_picture_is_shown_and_exists() -> None:
    """A picture that nobody shows any more is not taken again either, and grows old."""
    shown = {
        (page.parent / picture).resolve()
        for page in PAGES
        for picture in re.findall(r'(?:!\[[^]]*\]\(|<img src=")([^)"]+)', page.read_text("utf-8"))
    }
    assert shown == set((ROOT / "docs" / "pictures").resolve().glob("*.png"))


def test_every_picture_says_what_it_shows(page: Path) -> None:
    """To whoever cannot see it."""
    for tag in re.findall(r"<img [^>]*>", page.read_text("utf-8")):
        assert re.search(r'alt="[^"]{10,}"', tag), tag


def test_every_setting_exists(page: Path) -> None:
    """As "web.public_url", or as a variable of the environment."""
    sections = rf"(?<![\w.])({'|'.join(Settings.model_fields)})"
    for span in spans(page):
        for section, name in re.findall(rf"{sections}\.([a-z_]+)", span):
            if name != "bots":  # a section of its own
                assert (section, name) in EXISTING, span
        for section, name in re.findall(r"\bDIEMDANH_([A-Z]+)__([A-Z_]+)", span):
            assert (section.lower(), name.lower()) in EXISTING, span


def test_every_word_to_the_bot_and_every_address_exists(page: Path) -> None:
    """ "/chibo" is said to the bot, "/healthz" is opened: each in the program's own lists."""
    served = "".join(path.read_text("utf-8") for path in sorted((ROOT / "web").rglob("*.py")))
    for span in spans(page):
        if (found := re.fullmatch(r"/([a-z/]+)", span)) and span != "/bot":
            assert found[1] in ROUTES or f'"{span.rstrip("/")}' in served, span


def test_every_command_is_written_about() -> None:
    """Whoever reads the pages learns of all that the program can do."""
    told = " ".join(span for page in PAGES for span in spans(page))
    assert {name for name in COMMANDS if f"diemdanh {name}" not in told} == set()
