"""What Telegram's Bot API takes: names, types and limits of every parameter, checked like there.

Names and types come from `bot_api_methods.json`, which is derived from python-telegram-bot's own
signatures; lengths and shapes are written out here. Telegram itself ignores an unknown name and
bends many types; a rehearsal must not.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rehearsal import bot_api_entities

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHOTO = 10 * 1024 * 1024  # bytes
MAX_BUTTONS = 100
MAX_IN_ROW = 8

_TABLE = json.loads((Path(__file__).parent / "bot_api_methods.json").read_text(encoding="utf-8"))
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

Check = Callable[[Any], str | None]  # what is wrong, if anything


class Refusal(Exception):
    """An answer that is not ok, as Telegram words it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters


class Violation(Refusal):
    """A call that no caller should ever make: a fault of the bot, whatever the day."""

    def __init__(self, description: str, code: int = 400) -> None:
        super().__init__(code, description)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of its own."""

    name: str = ""
    content: bytes = b""


def check(method: str, parameters: Mapping[str, Any]) -> None:
    """Raises Violation for a call that the Bot API does not describe."""
    rules = _TABLE["methods"].get(method)
    if rules is None:
        raise Violation(f"Not Found: method {method}", 404)
    wrong = _fields_of("methods", method)(parameters)
    if wrong:
        raise Violation(f"Bad Request: {method}: {wrong}")
    limits = _LIMITS.get(method)
    if limits:
        limits(parameters)


def from_form(method: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a form, where everything is a string: each read as what its name calls for."""
    rules = _TABLE["methods"].get(method, {})
    read: dict[str, Any] = {}
    for name, value in form.items():
        kinds = rules.get(name, {}).get("types", ["String"])
        read[name] = _from_string(value, kinds) if isinstance(value, str) else value
    return read


def _from_string(value: str, kinds: list[str]) -> Any:
    if "Integer" in kinds and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    if "Boolean" in kinds and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if "String" in kinds or "InputFile" in kinds:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # the check says what is wrong with it


def plain(text: str, parse_mode: str | None) -> str:
    """The text as the reader sees it: length limits count this one."""
    try:
        return bot_api_entities.plain(text, parse_mode)
    except ValueError as error:
        raise Violation(f"Bad Request: can't parse entities: {error}") from None


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _fields_of(part: str, name: str) -> Check:
    rules = _TABLE[part][name]
    checks = {field: _any_of(tuple(rule["types"])) for field, rule in rules.items()}
    required = [field for field, rule in rules.items() if rule["required"]]

    def wrong(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return f"{name} must be an object"
        for field, given in value.items():
            if field not in checks:
                return f"{name} has no {field!r}"
            fault = checks[field](given)
            if fault:
                return f"{field}: {fault}"
        for field in required:
            if field not in value:
                return f"{field} is missing"
        return None

    return wrong


@cache
def _any_of(kinds: tuple[str, ...]) -> Check:
    checks = tuple(_one(kind) for kind in kinds)
    if len(checks) == 1:
        return checks[0]

    def wrong(value: Any) -> str | None:
        faults = [fault for check in checks if (fault := check(value))]
        return " or ".join(faults) if len(faults) == len(checks) else None

    return wrong


@cache
def _one(kind: str) -> Check:
    if kind.startswith("Array of "):
        each = _one(kind.removeprefix("Array of "))
        return lambda value: (
            next((fault for item in value if (fault := each(item))), None)
            if isinstance(value, list)
            else "must be an array"
        )
    match kind:
        case "Integer":
            return lambda value: None if type(value) is int else "must be an integer"
        case "Float":
            return lambda value: None if type(value) in (int, float) else "must be a number"
        case "String":
            return lambda value: None if isinstance(value, str) else "must be a string"
        case "Boolean":
            return lambda value: None if isinstance(value, bool) else "must be true or false"
        case "InputFile":
            return lambda value: (
                None if isinstance(value, str | Upload) else "must be a file or its id"
            )
    return lambda value: _fields_of("types", kind)(value)  # types may contain themselves


def _limit_message(parameters: Mapping[str, Any]) -> None:
    seen = plain(parameters["text"], parameters.get("parse_mode")).strip()
    if not seen:
        raise Violation("Bad Request: message text is empty")
    if len(seen) > MAX_TEXT // 2 and units(seen) > MAX_TEXT:
        raise Violation("Bad Request: message is too long")
    _limit_keyboard(parameters.get("reply_markup"))


def _limit_edit(parameters: Mapping[str, Any]) -> None:
    _limit_message(parameters)
    if not {"chat_id", "message_id"} <= parameters.keys():
        raise Violation("Bad Request: message identifier is not specified")


def _limit_photo(parameters: Mapping[str, Any]) -> None:
    _limit_file(parameters)
    photo = parameters["photo"]
    if isinstance(photo, Upload):
        if not photo.content.startswith(_IMAGES):
            raise Violation("Bad Request: IMAGE_PROCESS_FAILED")
        if len(photo.content) > MAX_PHOTO:
            raise Violation("Bad Request: file is too big")


def _limit_file(parameters: Mapping[str, Any]) -> None:
    file = parameters.get("photo", parameters.get("document"))
    if isinstance(file, Upload) and not file.content:
        raise Violation("Bad Request: file must be non-empty")
    if units(plain(parameters.get("caption", ""), parameters.get("parse_mode"))) > MAX_CAPTION:
        raise Violation("Bad Request: message caption is too long")
    _limit_keyboard(parameters.get("reply_markup"))


def _limit_keyboard(markup: Mapping[str, Any] | None) -> None:
    if markup is None:
        return
    rows = markup.get("inline_keyboard", markup.get("keyboard", []))
    if not all(1 <= len(row) <= MAX_IN_ROW for row in rows):
        raise Violation(f"Bad Request: a row has 1-{MAX_IN_ROW} buttons")
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise Violation("Bad Request: reply markup is too long")
    for row in rows:
        for button in row:
            _limit_button(button, is_inline="inline_keyboard" in markup)


def _limit_button(button: Mapping[str, Any] | str, *, is_inline: bool) -> None:
    label = button if isinstance(button, str) else button["text"]
    if not label.strip():
        raise Violation("Bad Request: a button's text is empty")
    if isinstance(button, str):
        return
    uses = button.keys() - {"text", "style", "icon_custom_emoji_id"}
    if len(uses) != 1 and (is_inline or uses):
        raise Violation("Bad Request: exactly one of a button's optional fields must be used")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= 64:
        raise Violation("Bad Request: BUTTON_DATA_INVALID")


def _limit_answer(parameters: Mapping[str, Any]) -> None:
    if units(parameters.get("text", "")) > 200:
        raise Violation("Bad Request: MESSAGE_TOO_LONG")


def _limit_webhook(parameters: Mapping[str, Any]) -> None:
    if not 1 <= parameters.get("max_connections", 40) <= 100:
        raise Violation("Bad Request: max_connections must be 1-100")
    secret = parameters.get("secret_token")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise Violation("Bad Request: secret token contains unallowed characters")


def _limit_commands(parameters: Mapping[str, Any]) -> None:
    commands = parameters["commands"]
    if len(commands) > 100:
        raise Violation("Bad Request: too many commands")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise Violation("Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= units(command["description"]) <= 256:
            raise Violation("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    if not re.fullmatch(r"([a-z]{2})?", parameters.get("language_code", "")):
        raise Violation("Bad Request: invalid language code")


_LIMITS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "sendMessage": _limit_message,
    "editMessageText": _limit_edit,
    "sendPhoto": _limit_photo,
    "sendDocument": _limit_file,
    "answerCallbackQuery": _limit_answer,
    "setWebhook": _limit_webhook,
    "setMyCommands": _limit_commands,
}
