"""No sentence reaches a person half translated, and no translator's work is lost."""

from pathlib import Path

import pytest

from bot import translations
from locales import AVAILABLE, load_catalogue

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
TEXTS = """
from elsewhere import Text as Other
class Text: ...
DONE = Text("Xong")
def at(venue):
    Other("not ours")
    return Text("Đã điểm danh tại {venue}.", venue=venue)
"""


class House:
    """A small checkout with texts in two files and one catalogue."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalogue = root / "locales" / "en" / "LC_MESSAGES" / "diemdanh.po"
        self.catalogue.parent.mkdir(parents=True)
        (root / "handlers" / "texts").mkdir(parents=True)
        self.write("texts/sentence", TEXTS)

    def write(self, name: str, code: str) -> None:
        (self.root / "handlers" / f"{name}.py").write_text(code, encoding="utf-8")

    def translate(self, *pairs: tuple[str, str], more: str = "") -> None:
        entries = "".join(f'msgid "{source}"\nmsgstr "{english}"\n\n' for source, english in pairs)
        self.catalogue.write_text(HEAD + entries + more, encoding="utf-8")

    def faults(self) -> list[str]:
        return list(translations.faults(self.catalogue, translations.find(self.root)))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


XONG = ("Xong", "Done")
PRESENT = ("Đã điểm danh tại {venue}.", "Checked in at {venue}.")


def test_a_whole_catalogue_has_no_faults(house: House) -> None:
    """Classes of other libraries that happen to be called Text are not ours."""
    house.translate(XONG, PRESENT)
    assert house.faults() == []


@pytest.mark.parametrize(
    ("pairs", "more", "fault"),
    [
        ([XONG], "", "missing: 'Đã điểm danh tại {venue}.'"),
        ([XONG, (PRESENT[0], "")], "", "not translated: 'Đã điểm danh tại {venue}.'"),
        (
            [XONG, (PRESENT[0], "Checked in at {hall}.")],
            "",
            "placeholders differ: 'Đã điểm danh tại {venue}.'",
        ),
        ([PRESENT], '#, fuzzy\nmsgid "Xong"\nmsgstr "Do"\n', "fuzzy: 'Xong'"),
        ([XONG, PRESENT, ("Thôi", "Stop")], "", "obsolete: 'Thôi'"),
        ([XONG, PRESENT], '#~ msgid "Thôi"\n#~ msgstr "Stop"\n', "obsolete: 'Thôi'"),
    ],
)
def test_each_fault_is_named(
    house: House, pairs: list[tuple[str, str]], more: str, fault: str
) -> None:
    """A fault that only shows on somebody's telephone is found too late."""
    house.translate(*pairs, more=more)
    assert house.faults() == [f"en/diemdanh.po: {fault}"]


def test_update_keeps_translations_and_drops_what_is_gone(house: House) -> None:
    """Whoever changes one sentence must not lose the other hundred; twice is as good as once."""
    house.translate(PRESENT, ("Thôi", "Stop"))
    translations.update(house.catalogue, translations.find(house.root))
    assert house.faults() == ["en/diemdanh.po: not translated: 'Xong'"]
    text = house.catalogue.read_text(encoding="utf-8")
    assert "Checked in at {venue}." in text
    assert "Thôi" not in text
    assert text.index('msgid "Xong"') < text.index('msgid "Đã')
    translations.update(house.catalogue, translations.find(house.root))
    assert house.catalogue.read_text(encoding="utf-8") == text


def test_sentences_are_found_wherever_our_text_is_used(house: House) -> None:
    """Under its own name, through the module, and in a choice of two."""
    house.write("a", 'from handlers.texts.sentence import Text as T\nT("A" "B" if x else "C")\n')
    house.write("b", 'from handlers.texts import sentence\nsentence.Text("D")\n')
    house.write("c", 'from sqlalchemy import Text\nText("E")\n')
    found = {sentence.source for sentence in translations.find(house.root)}
    assert found == {"AB", "C", "D", XONG[0], PRESENT[0]}


@pytest.mark.parametrize(
    "code", ["Text(f'{x} phút')", "Text(x)", "Text()", "Text('{} phút')", "Text('{ phút')"]
)
def test_what_no_catalogue_can_hold_is_refused(house: House, code: str) -> None:
    """A sentence put together from pieces can be looked up by nobody."""
    house.write("a", f"from handlers.texts.sentence import Text\n{code}\n")
    (told,) = translations.doubtful(translations.find(house.root))
    assert told.startswith("handlers/a.py:2: ")


def test_vietnamese_in_pieces_is_refused(house: House) -> None:
    """Some editors store "ế" as three characters: it looks right, and finds no translation."""
    house.translate(XONG, PRESENT)
    assert list(translations.unsound(house.root)) == []
    house.write("a", '"""Tie\u0302\u0301ng Vie\u0323\u0302t"""\n')
    assert list(translations.unsound(house.root)) == ["handlers/a.py:1: not written in NFC"]


def test_a_language_is_chosen_the_way_messengers_name_it() -> None:
    """Telegram says "en" or "en-GB"; what nobody translates stays Vietnamese."""
    assert load_catalogue("en-GB") == load_catalogue("en") != {}
    for language in ("vi", "", "fr", "../en"):
        assert load_catalogue(language) == {}


def test_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2 is wrong usage, everywhere in this project."""
    assert translations.main(["chek"]) == 2
    assert "check | update" in capsys.readouterr().err
    assert "en" in AVAILABLE
