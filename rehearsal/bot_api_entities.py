"""What a reader sees of a text with a parse mode, or why Telegram would refuse it."""

import html
import re

_TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "tg-emoji",
    "tg-time", "a", "code", "pre", "blockquote",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_MARKS = ("||", "__", "*", "_", "~")
_RESERVED = set("_*[]()~`>#+-=|{}.!")
_LINK = re.compile(r"\((?:\\.|[^)\\])*\)")


def plain(text: str, parse_mode: str | None) -> str:
    """The text without its marks. Raises ValueError with Telegram's reason."""
    match (parse_mode or "").lower():
        case "":
            return text
        case "html":
            return _html(text)
        case "markdownv2":
            return _markdown(text)
        case "markdown":
            return _legacy_markdown(text)
    raise ValueError("unsupported parse_mode")


def _html(text: str) -> str:
    open_tags: list[str] = []
    seen: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "<":
            end = text.find("<", at)
            end = len(text) if end < 0 else end
            seen.append(_ENTITY.sub(lambda found: html.unescape(found[0]), text[at:end]))
            at = end
            continue
        tag = _TAG.match(text, at)
        if tag is None:
            raise ValueError(f"unclosed start tag at offset {at}")
        _follow(tag[1] == "/", tag[2].lower(), open_tags)
        at = tag.end()
    if open_tags:
        raise ValueError(f'can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return "".join(seen)


def _follow(is_end: bool, name: str, open_tags: list[str]) -> None:
    if name not in _TAGS:
        raise ValueError(f'unsupported start tag "{name}"')
    if not is_end:
        open_tags.append(name)
    elif not open_tags or open_tags.pop() != name:
        raise ValueError(f'unmatched end tag "{name}"')


def _markdown(text: str) -> str:
    open_marks: list[str] = []
    seen: list[str] = []
    at = 0
    while at < len(text):
        step, shown = _markdown_step(text, at, open_marks)
        seen.append(shown)
        at += step
    if open_marks:
        raise ValueError(f"can't find end of the entity {open_marks[-1]}")
    return "".join(seen)


def _markdown_step(text: str, at: int, open_marks: list[str]) -> tuple[int, str]:
    """How many characters the next piece takes, and what of it is seen."""
    if text[at] == "\\" and at + 1 < len(text):
        return 2, text[at + 1]
    if text[at] == "`":
        return _code(text, at)
    if text[at] == "[":
        open_marks.append("[")
        return 1, ""
    if text[at] == "]" and open_marks and open_marks[-1] == "[":
        open_marks.pop()
        link = _LINK.match(text, at + 1)
        return 1 + (len(link[0]) if link else 0), ""
    if text[at] == ">" and (at == 0 or text[at - 1] == "\n"):
        return 1, ""
    for mark in _MARKS:
        if text.startswith(mark, at):
            if mark in open_marks and open_marks[-1] != mark:
                raise ValueError(f"can't find end of the entity {open_marks[-1]}")
            if mark in open_marks:
                open_marks.pop()
            else:
                open_marks.append(mark)
            return len(mark), ""
    if text[at] in _RESERVED:
        raise ValueError(f"character '{text[at]}' is reserved and must be escaped")
    return 1, text[at]


def _code(text: str, at: int) -> tuple[int, str]:
    fence = "```" if text.startswith("```", at) else "`"
    end = text.find(fence, at + len(fence))
    if end < 0:
        raise ValueError("can't find end of the code entity")
    return end + len(fence) - at, text[at + len(fence) : end]


def _legacy_markdown(text: str) -> str:
    bare = re.sub(r"\\[_*`\[]", "", text)
    for mark in "_*`":
        if bare.count(mark) % 2:
            raise ValueError(f"can't find end of the entity {mark}")
    return re.sub(r"(?<!\\)[_*`]", "", text).replace("\\", "")
