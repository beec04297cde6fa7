"""Keep the catalogues in step with the texts: `python -m bot.translations check | update`.

Sentences are found where they are written, as the first argument of `Text("…")`.
"""

from __future__ import annotations

import ast
import io
import string
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from locales import AVAILABLE

HOUSE = Path(__file__).parent.parent
SOURCES = ("handlers", "bot")
TEXTS = "handlers.texts.sentence"  # the module that defines Text
HEADER = """# English sentences of Điểm danh. `python -m bot.translations update` adds what is new;
# the key is the Vietnamese sentence, its {names} stay as they are."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in the code, or None where `Text` was given something that cannot be looked up."""

    source: str | None
    place: str  # "handlers/texts/common.py:12"


def main(arguments: list[str]) -> int:
    """Exit status 0: all is translated, or was updated; 1: faults, listed on stderr; 2: usage."""
    if arguments == ["update"]:
        sentences = find(HOUSE)
        for path in AVAILABLE.values():
            update(path, sentences)
    elif arguments != ["check"]:
        sys.stderr.write("python -m bot.translations check | update\n")
        return 2
    sentences = find(HOUSE)
    problems = [*doubtful(sentences), *unsound(HOUSE)]
    for path in AVAILABLE.values():
        problems += faults(path, sentences)
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def find(house: Path) -> list[Sentence]:
    """Every sentence that a person may read, in the order of the files."""
    files = [file for folder in SOURCES for file in sorted((house / folder).rglob("*.py"))]
    return [sentence for file in files for sentence in _sentences(file, house)]


def _sentences(file: Path, house: Path) -> Iterator[Sentence]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = set(_names_of_text(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            place = f"{file.relative_to(house).as_posix()}:{node.lineno}"
            for source in _literals(node.args[0] if node.args else None):
                yield Sentence(source, place)


def _names_of_text(tree: ast.Module) -> Iterator[str]:
    """What this file calls our Text: libraries have classes of that name, too."""
    module, _, name = TEXTS.rpartition(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Text":
            yield "Text"
        elif isinstance(node, ast.ImportFrom) and node.module == TEXTS:
            yield from (a.asname or a.name for a in node.names if a.name == "Text")
        elif isinstance(node, ast.ImportFrom) and node.module == module:
            yield from (f"{a.asname or a.name}.Text" for a in node.names if a.name == name)


def _literals(node: ast.expr | None) -> Iterator[str | None]:
    match node:
        case ast.Constant(value=str() as value):
            yield value
        case ast.IfExp(body=body, orelse=orelse):
            yield from _literals(body)
            yield from _literals(orelse)
        case _:
            yield None


def doubtful(sentences: list[Sentence]) -> Iterator[str]:
    """Sentences that no catalogue could ever hold."""
    for sentence in sentences:
        if sentence.source is None:
            yield f"{sentence.place}: Text takes a plain string, values go into its {{names}}"
        elif _placeholders(sentence.source) is None:
            yield f"{sentence.place}: a placeholder has no name, or a brace stands alone"


def unsound(house: Path) -> Iterator[str]:
    """Vietnamese whose marks are separate characters: it looks the same and compares unequal."""
    for folder in (*SOURCES, "web", "locales"):
        for file in sorted((house / folder).rglob("*")):
            if file.suffix not in {".py", ".html", ".po", ".js", ".toml"}:
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if not unicodedata.is_normalized("NFC", line):
                    yield f"{file.relative_to(house).as_posix()}:{number}: not written in NFC"


def faults(path: Path, sentences: list[Sentence]) -> Iterator[str]:
    """What is missing, left over, doubtful or mismatched in one catalogue."""
    place = f"{path.parts[-3]}/{path.name}"
    catalogue = _read(path)
    wanted = {s.source for s in sentences if s.source is not None}
    for source in sorted(wanted - set(_translations(catalogue))):
        yield f"{place}: missing: {source!r}"
    for message in catalogue:
        if message.id:
            yield from (f"{place}: {fault}: {message.id!r}" for fault in _faults(message, wanted))
    for left in catalogue.obsolete:
        yield f"{place}: obsolete: {left!r}"


def _faults(message: Message, wanted: set[str]) -> Iterator[str]:
    source, translation = str(message.id), str(message.string or "")
    if source not in wanted:
        yield "obsolete"
    elif not translation:
        yield "not translated"
    elif message.fuzzy:
        yield "fuzzy"
    elif _placeholders(source) != _placeholders(translation):
        yield "placeholders differ"


def update(path: Path, sentences: list[Sentence]) -> None:
    """Add what is new, drop what is gone; translations that stay are not touched."""
    old = _read(path)
    kept = _translations(old)
    new = Catalog(locale=old.locale, header_comment=HEADER, charset="utf-8", fuzzy=False)
    for source in sorted({s.source for s in sentences if s.source is not None}):
        message = kept.get(source)
        flags = message.flags if message else ()
        new.add(source, str(message.string) if message else "", flags=flags)
    written = io.BytesIO()
    write_po(written, new, width=100, omit_header=True)
    head = f"{HEADER}\n{_METADATA}\n".encode()
    path.write_bytes(head + written.getvalue())


_METADATA = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _translations(catalogue: Catalog) -> dict[str, Message]:
    return {str(message.id): message for message in catalogue if message.id}


def _placeholders(text: str) -> set[str] | None:
    """The {names} in a sentence; None where it could not be filled in."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None
    return names if all(name.isidentifier() for name in names) else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
