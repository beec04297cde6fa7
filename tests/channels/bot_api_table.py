"""Derive `rehearsal/bot_api_methods.json` from python-telegram-bot's own signatures and types.

    python -m tests.channels.bot_api_table

The rehearsal's server may not import the library, so it reads the table; a test derives it anew.
"""

import collections.abc
import datetime as dtm
import inspect
import json
import types
import typing
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import telegram
import telegram._utils.types as aliases
from telegram._utils.defaultvalue import DefaultValue

TABLE = Path(__file__).parents[2] / "rehearsal" / "bot_api_methods.json"

METHODS = (
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "setMyCommands",
    "sendMessage",
    "editMessageText",
    "answerCallbackQuery",
    "sendPhoto",
    "sendDocument",
)

# Conveniences of the library's methods, turned into documented parameters before they are sent.
OWN = {"self", "api_kwargs"}
NOT_SENT = OWN | {
    "allow_sending_without_reply",
    "reply_to_message_id",
    "disable_web_page_preview",
    "filename",
    "read_timeout",
    "write_timeout",
    "connect_timeout",
    "pool_timeout",
}
SCALARS: dict[object, str] = {
    int: "Integer",
    dtm.datetime: "Integer",
    dtm.timedelta: "Integer",
    float: "Float",
    str: "String",
    bool: "Boolean",
    object: "String",  # callback_data: the library can keep objects; Telegram takes a string
}

TURNED_INTO_STRINGS = (bytes, Path, telegram.PhotoSize, telegram.Document)

Fields = dict[str, dict[str, Any]]


def derive() -> dict[str, dict[str, Fields]]:
    """Methods and the types that their parameters are made of: name -> field -> types, required."""
    methods = {name: _fields(getattr(telegram.Bot, _snake(name)), NOT_SENT) for name in METHODS}
    found: dict[str, Fields] = {}
    waiting = [name for fields in methods.values() for name in _named(fields)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _type(getattr(telegram, name))
            waiting += _named(found[name])
    return {"methods": methods, "types": dict(sorted(found.items()))}


def _type(cls: type[telegram.TelegramObject]) -> Fields:
    """A type's fields; of a family such as BotCommandScope those of all its members."""
    fields = _fields(cls.__init__)
    if not any(field["required"] for field in fields.values()):
        for name in cls().to_dict():  # constants, such as remove_keyboard, are no arguments
            fields.setdefault(name, {"types": ["Boolean"], "required": True})
    for member in cls.__subclasses__():
        for name, field in _fields(member.__init__).items():
            fields.setdefault(name, {**field, "required": False})
    return fields


def _fields(function: Callable[..., Any], left_out: Collection[str] = OWN) -> Fields:
    function = inspect.unwrap(function)
    names = {**vars(telegram), **vars(aliases), "dtm": dtm, "Sequence": collections.abc.Sequence}
    hints = typing.get_type_hints(function, {**names, **function.__globals__}, names)
    return {
        name: {
            "types": sorted(set(_types(hints[name]))),
            "required": parameter.default is inspect.Parameter.empty,
        }
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in left_out
    }


def _types(hint: object) -> list[str]:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return [found for part in parts for found in _types(part)]
    if origin is collections.abc.Sequence:
        return [f"Array of {found}" for found in _types(parts[0])]
    if hint is type(None) or origin in (DefaultValue, tuple) or hint in TURNED_INTO_STRINGS:
        return []
    if hint in SCALARS:
        return [SCALARS[hint]]
    if inspect.isclass(hint) and issubclass(hint, telegram.TelegramObject):
        return [hint.__name__]
    if any(sign in str(hint) for sign in ("InputFile", "IO[")):
        return ["InputFile"]
    raise TypeError(f"what is {hint}?")


def _named(fields: Fields) -> list[str]:
    names = [kind.split(" ")[-1] for field in fields.values() for kind in field["types"]]
    return [name for name in names if name not in {*SCALARS.values(), "InputFile"}]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def rendered() -> str:
    """One field a line, so that a difference between two versions of the library reads well."""
    table, lines = derive(), []
    for part, entries in table.items():
        blocks = []
        for name, fields in entries.items():
            rows = [
                f"      {json.dumps(field)}: {json.dumps(rule)}" for field, rule in fields.items()
            ]
            inside = "\n" + ",\n".join(rows) + "\n    " if rows else ""
            blocks.append(f"    {json.dumps(name)}: {{{inside}}}")
        lines.append(f'  "{part}": {{\n' + ",\n".join(blocks) + "\n  }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(rendered(), encoding="utf-8")
