"""Numbers of rows in addresses."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class RowNumber(Convertor[int]):
    """A number that any database takes; a longer one is an address that does not exist."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


def register() -> None:
    """Let addresses say "{venue:number}". Starlette's own ":int" fails at thousands of digits."""
    register_url_convertor("number", RowNumber())
