"""What a sentence is: put into somebody's language when it is sent."""

from __future__ import annotations

from typing import Any

from locales import load_catalogue

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


class Text:
    """A sentence that is put into somebody's language when it is sent."""

    def __init__(self, source: str, **values: Any) -> None:
        self.source = source
        self.values = values

    def into(self, language: str) -> str:
        sentence = load_catalogue(language).get(self.source) or self.source
        return sentence.format(
            **{
                name: value.into(language) if isinstance(value, Text) else value
                for name, value in self.values.items()
            }
        )

    def __str__(self) -> str:
        return self.into("vi")

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class Lines(Text):
    """Several sentences, one below the other."""

    def __init__(self, *parts: Text | str | None) -> None:
        super().__init__("")
        self.parts = [part for part in parts if part is not None]

    def into(self, language: str) -> str:
        return "\n".join(p if isinstance(p, str) else p.into(language) for p in self.parts)


class Sentences(Lines):
    """Several sentences in one line."""

    def into(self, language: str) -> str:
        return " ".join(p if isinstance(p, str) else p.into(language) for p in self.parts)
