"""What the bot says in other languages; the Vietnamese sentence itself is the key."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
DOMAIN = "diemdanh"
AVAILABLE = {path.parts[-3]: path for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}


def load_catalogue(language: str) -> dict[str, str]:
    """Vietnamese sentence -> the sentence in this language; empty where there is none."""
    language = language.partition("-")[0].lower()
    return _read(language) if language in AVAILABLE else {}


@cache
def _read(language: str) -> dict[str, str]:
    """Read once; what is missing or doubtful stays Vietnamese rather than become wrong."""
    with AVAILABLE[language].open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        message.id: str(message.string)
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string and not message.fuzzy
    }
